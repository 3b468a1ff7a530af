"""The overview of the programmes."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.programmes.ways import OPENS, PARTS
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff(*OPENS, "intake_officer")
def programmes(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The parts that this person works with."""
    parts = [
        {"address": reverse(one.address), "title": _(one.title), "about": _(one.about)}
        for one in PARTS
        if standing.holds(one.roles)
    ]
    return desk_page(request, standing, "desk/programmes/home.html", {"parts": parts})
