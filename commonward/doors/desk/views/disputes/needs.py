"""What a side asks for and when it can come, noted for it at the counter or on the telephone."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions.needs import say_needs
from commonward.disputes.queries.needs import needs_for
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.needing import needs_form, needs_given
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def needs(request: HttpRequest, standing: Standing, number: str, letter: str) -> HttpResponse:
    """The form of one side, as it stands on that side's own page too."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        if letter not in needs_for(found, standing.actor):
            raise Missing(N_("This dispute has no side {letter}."), letter=letter)
    except Missing as missing:
        return nothing(request, standing, missing)
    code = found.case.number

    def shown() -> dict[str, Any]:
        now = needs_for(found, standing.actor)[letter]
        if request.method == "POST":
            with suppress(Invalid):  # of a day that is none; all else stands as it was typed
                now = needs_given(request)
        return {**head_of(found, standing), "letter": letter, "needs": needs_form(now)}

    def kept(asked: HttpRequest, who: Standing) -> str:
        say_needs(code, letter, needs_given(asked), who.actor, who.at)
        done(asked, _("Kept."))
        return reverse("desk:dispute_sides", args=[code])

    return administer(request, standing, "desk/disputes/needs.html", shown, {"keep": kept})
