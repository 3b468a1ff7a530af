"""Notes of talks with one side alone: opened with the mediator's passphrase, in one request."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import Missing
from commonward.disputes.access import dispute_for
from commonward.disputes.actions import caucus as actions
from commonward.disputes.queries.caucus import counts_of
from commonward.disputes.queries.mediators import day_of, is_appointed, mediator_line
from commonward.disputes.queries.sessions import letters_of
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.standing import Standing, for_staff


@sensitive_post_parameters("passphrase", "words")
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("mediator")
def caucus(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """How many notes there are of each side; opened ones are shown once and kept nowhere."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    code = found.case.number
    notes: list[actions.Note] = []
    letter: list[str] = []

    def shown() -> dict[str, Any]:
        found.case.refresh_from_db()
        counts = counts_of(found)
        own = mediator_line(standing.actor.account or 0, day_of(standing.at))
        return {
            **head_of(found, standing),
            "sides": [(one, counts.get(one)) for one in letters_of(found)],
            "mine": is_appointed(found, standing.actor),
            "has_passphrase": own is not None and own.has_passphrase,
            "notes": notes,
            "letter": letter[0] if letter else "",
        }

    def read(request: HttpRequest, standing: Standing) -> str:
        side = text(request, "side")
        opened: Sequence[actions.Note] = actions.read_notes(
            code, side, request.POST.get("passphrase", ""), standing.actor, standing.at, door=DOOR
        )
        notes.extend(opened)
        letter.append(side)
        return ""

    def write(request: HttpRequest, standing: Standing) -> str:
        actions.write_note(
            code, text(request, "side"), request.POST.get("words", ""),
            request.POST.get("passphrase", ""), standing.actor, standing.at,
        )  # fmt: skip
        done(request, _("Kept, sealed for you alone."))
        return reverse("desk:dispute_caucus", args=[code])

    return administer(
        request, standing, "desk/disputes/caucus.html", shown, {"read": read, "write": write}
    )
