"""Cases that look invented, for coordinators to read again: a list of cases, never of people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commonward.core.refusals import N_
from commonward.disputes.actions.reviewing import look_for_invented, settle_review
from commonward.disputes.queries.reviewing import ReviewLine, to_be_read
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.disputes import wording
from commonward.doors.look.standing import Standing, for_staff

FINDINGS = {
    "real": N_("It is real"),
    "invented": N_("It was invented"),
    "unclear": N_("It cannot be said"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator")
def review(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list, the heaviest first, and what was found in those read already."""

    def shown() -> dict[str, Any]:
        return {
            "rows": [_row(line) for line in to_be_read(standing.actor)],
            "read": [
                (_row(line), _(FINDINGS[line.finding]))
                for line in to_be_read(standing.actor, done=True, most=20)
            ],
            "findings": [(value, _(name)) for value, name in FINDINGS.items()],
        }

    return administer(
        request, standing, "desk/disputes/review.html", shown, {"look": _look, "settle": _settle}
    )


def _row(line: ReviewLine) -> dict[str, Any]:
    return {"line": line, "kind": wording.kind(line.kind), "signs": _signs(line)}


def _signs(line: ReviewLine) -> list[str]:
    """Each sign in words, with the count behind it."""
    n = {sign: int(value) for sign, value in line.signs.items()}
    told = []
    if "burst" in n:
        told.append(
            ngettext(
                "{n} settled case was typed at one desk within half an hour",
                "{n} settled cases were typed at one desk within half an hour",
                n["burst"],
            ).format(n=n["burst"])
        )
    if "words" in n:
        told.append(
            ngettext(
                "{n} other case has the same words",
                "{n} other cases have the same words",
                n["words"],
            ).format(n=n["words"])
        )
    if "one_sided" in n:
        told.append(
            _("settled, but no side was ever met")
            if n["one_sided"] == 0
            else _("settled, but only one side was ever met")
        )
    if "unmet_signature" in n:
        told.append(
            ngettext(
                "{n} side signed that nobody met",
                "{n} sides signed that nobody met",
                n["unmet_signature"],
            ).format(n=n["unmet_signature"])
        )
    return told


def _look(request: HttpRequest, standing: Standing) -> str:
    count = look_for_invented(standing.at)
    done(request, _("Looked through: {count} new on the list.").format(count=count))
    return reverse("desk:dispute_review")


def _settle(request: HttpRequest, standing: Standing) -> str:
    settle_review(
        text(request, "number"), text(request, "finding"), text(request, "words"),
        standing.actor, standing.at,
    )  # fmt: skip
    done(request, _("Noted."))
    return reverse("desk:dispute_review")
