"""Inquiries of a dispute: who was asked or what was looked at, written down (调查记录)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.disputes.access import dispute_for, require
from commonward.disputes.actions.inquiring import FIELDS, note_inquiry
from commonward.disputes.queries.inquiring import inquiries_of
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("mediator", "panelist")
def inquiries(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What was found so far, and the form for one more; paper 6 is drawn from it."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        require(found, standing.actor, "record")
    except Missing as missing:
        return nothing(request, standing, missing)
    except Forbidden as no:
        return nothing(request, standing, Missing(no.text, **no.values))
    case = found.case.number

    def noted(asked: HttpRequest, who: Standing) -> str:
        given = {name: text(asked, name) for name in FIELDS}
        note_inquiry(case, given, _when(text(asked, "when")), who.actor, who.at)
        done(asked, _("The inquiry is kept; its paper can be drawn."))
        return reverse("desk:dispute_inquiries", args=[case])

    def shown() -> dict[str, Any]:
        return {
            **head_of(found, standing),
            "lines": inquiries_of(found, standing.actor),
            "now": timezone.localtime(standing.at).strftime("%Y-%m-%dT%H:%M"),
        }

    return administer(request, standing, "desk/disputes/inquiries.html", shown, {"note": noted})


def _when(given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid(N_("Give a day and a time."), field="when") from None
    return timezone.make_aware(found) if found.tzinfo is None else found
