"""The account of an agreement at the desk, and the visits that are owed (履行与回访)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.performing import yuan
from commonward.core.refusals import N_, Missing, Refusal
from commonward.disputes.access import dispute_for
from commonward.disputes.actions.visiting import SATISFIED, Found, visit
from commonward.disputes.models.performing import RESULTS
from commonward.disputes.queries.performing import account
from commonward.disputes.queries.visiting import visits
from commonward.doors.desk import sheets, wording
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.performing import SHAPES, STATES
from commonward.doors.look.standing import Standing, for_staff

_BECAUSE = {
    "carried_out": N_("the last day of the agreement is over"),
    "late": N_("something is late"),
}
_RESULTS = {
    "kept": N_("kept"),
    "in_part": N_("kept in part"),
    "not_kept": N_("not kept"),
    "not_met": N_("nobody was met"),
}


_SATISFIED = {
    "": N_("nobody said"),
    "yes": N_("satisfied"),
    "fairly": N_("fairly satisfied"),
    "no": N_("not satisfied"),
}
_YES_NO = {True: N_("yes"), False: N_("no")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator", "mediator")
def performance(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What is owed and what was done; a visit that is due is noted here."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
        today = timezone.localdate(standing.at)
        account(found, standing.actor, today, settings.REMIND_DAYS)
    except Missing as missing:
        return nothing(request, standing, missing)
    except Refusal as refusal:
        return nothing(request, standing, Missing(refusal.text, **refusal.values))

    def shown() -> dict[str, Any]:
        lines = account(found, standing.actor, today, settings.REMIND_DAYS)
        return {
            **head_of(found, standing),
            "lines": [
                {
                    "line": line,
                    "amount": yuan(line.fen) if line.fen is not None else "",
                    "confirmed": yuan(line.stands.confirmed) if line.stands.confirmed else "",
                    "waiting": yuan(line.stands.waiting) if line.stands.waiting else "",
                    "state": wording.word(STATES, line.stands.state),
                    "shape": SHAPES[line.stands.state],
                }
                for line in lines
            ],
            "visits": [
                {
                    "line": one,
                    "because": wording.word(_BECAUSE, one.because),
                    "result": wording.word(_RESULTS, one.result),
                    "words": words,
                    "satisfied": wording.word(_SATISFIED, beside.satisfied),
                    "suit": _told(beside.later_suit),
                    "risk": _told(beside.risk_left),
                    "measures": beside.measures,
                    "overdue": one.done_at is None and one.due < today,
                }
                for one, words, beside in visits(found, standing.actor)
            ],
            "results": [(r, wording.word(_RESULTS, r)) for r in RESULTS if r],
            "satisfieds": [(s, wording.word(_SATISFIED, s)) for s in SATISFIED],
        }

    return administer(
        request,
        standing,
        "desk/disputes/performance.html",
        shown,
        {"visit": _visited(found.case.number)},
    )


def _told(found: bool | None) -> str:
    return "" if found is None else _(_YES_NO[found])


def _yes_no(request: HttpRequest, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(text(request, name))


def _visited(case: str) -> Any:
    def noted(request: HttpRequest, standing: Standing) -> str:
        visit(
            case, number(request, "visit"), text(request, "result"), text(request, "words"),
            standing.actor, standing.at,
            Found(
                satisfied=text(request, "satisfied"),
                later_suit=_yes_no(request, "later_suit"),
                risk_left=_yes_no(request, "risk_left"),
                measures=text(request, "measures"),
            ),
        )  # fmt: skip
        done(request, _("The visit is noted."))
        return reverse("desk:dispute_performance", args=[case])

    return noted
