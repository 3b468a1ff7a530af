"""The own work first: what waits for me, and what would otherwise go wrong in silence."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.cases.queries.attention import alarms
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.standing import Standing, for_staff


@require_safe
@for_staff()
def home(request: HttpRequest, standing: Standing) -> HttpResponse:
    """My work (我的工作)."""
    context = {"alarms": alarms(standing.actor, standing.at)}
    return desk_page(request, standing, "desk/home.html", context)
