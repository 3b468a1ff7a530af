"""Rounds of bids and divisions at the desk: opened, ended, and of envelopes the outcome."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.agreements.amounts import figures
from commonward.core.confidentiality import TALKS
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.disputes.access import POSTS, dispute_for, require, roles_in
from commonward.disputes.actions import offers as actions
from commonward.disputes.models import Dispute
from commonward.disputes.queries.agreements import names_of
from commonward.disputes.queries.offers import division_shown, rounds, running_round
from commonward.doors.desk import sheets
from commonward.doors.desk.views.admin.doing import Deed, administer, done, text
from commonward.doors.desk.views.disputes.clauses import fen_of
from commonward.doors.desk.views.disputes.one import DOOR, head_of, nothing
from commonward.doors.look.showing import page
from commonward.doors.look.standing import Standing, for_staff

STATES = {
    "open": N_("running"),
    "crossed": N_("the bids cross; both sides open theirs"),
    "met": N_("the bids met"),
    "apart": N_("the bids did not cross; nobody learns them"),
    "broken": N_("a browser did not keep the rules; nobody learns the bids"),
    "withdrawn": N_("withdrawn; nobody learns the bids"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def offers(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """No amount stands here but a sum on which both met."""
    try:
        found = dispute_for(
            sheets.meant(number), standing.actor, standing.at, door=DOOR, what="offers"
        )
        require(found, standing.actor, "record")
    except Missing as missing:
        return nothing(request, standing, missing)
    except Forbidden:
        return page(request, "look/not_for_you.html", status=403, private=True)
    deeds: dict[str, Deed] = {
        "round": lambda r, s: _round(r, s, found),
        "envelopes": lambda r, s: _envelopes(r, s, found),
        "end": lambda r, s: _end(r, s, found),
        "divide": lambda r, s: _divide(r, s, found),
        "undivide": lambda r, s: _undivide(r, s, found),
    }
    return administer(
        request, standing, "desk/disputes/offers.html", lambda: _shown(found, standing), deeds
    )


def _shown(dispute: Dispute, standing: Standing) -> dict[str, Any]:
    dispute.case.refresh_from_db()
    division = division_shown(dispute, standing.actor)
    running = running_round(dispute)
    return {
        **head_of(dispute, standing),
        "letters": [
            (letter, f"{letter.upper()} {name}" if name != letter.upper() else name)
            for letter, name in sorted(names_of(dispute).items())
        ],
        "mediates": bool({"mediator", "panelist"} & set(roles_in(dispute, standing.actor)))
        and dispute.case.stage in TALKS,
        "running": running,
        "rounds": [
            (one, _(STATES[one.state]), figures(one.sum) if one.sum is not None else "")
            for one in rounds(dispute, standing.actor)
        ],
        "most": actions.MOST_ROUNDS,
        "division": division,
        "shares": _shares(division) if division and division.result else [],
    }


def _shares(division: Any) -> list[dict[str, Any]]:
    """Who gets what; the points themselves are the sides' own."""
    return [
        {
            "thing": one.thing,
            "first": round(100 * one.to_first),
            "second": round(100 * one.to_second),
        }
        for one in division.result.shares
    ]


def _here(dispute: Dispute) -> str:
    return reverse("desk:dispute_offers", args=[dispute.case.number])


def _round(request: HttpRequest, standing: Standing, dispute: Dispute) -> str:
    step = fen_of(text(request, "step"))
    if step is None:
        raise Invalid(N_("Give the step in yuan, such as 100."), field="step")
    actions.open_round(
        dispute.case.number,
        text(request, "payer"),
        text(request, "taker"),
        step,
        standing.actor,
        standing.at,
        way=text(request, "way"),
    )
    done(request, _("The round is open; each side finds it on its page."))
    return _here(dispute)


def _envelopes(request: HttpRequest, standing: Standing, dispute: Dispute) -> str:
    crossed = text(request, "crossed") == "yes"
    fen = fen_of(text(request, "sum"))
    if crossed and fen is None:
        raise Invalid(N_("Give the sum in yuan on which the envelopes met."), field="sum")
    actions.record_envelopes(
        dispute.case.number,
        _running(dispute),
        fen if crossed else None,
        standing.actor,
        standing.at,
    )
    done(request, _("Only the outcome is noted; give both envelopes back."))
    return _here(dispute)


def _end(request: HttpRequest, standing: Standing, dispute: Dispute) -> str:
    actions.withdraw_bids(dispute.case.number, _running(dispute), standing.actor, standing.at)
    done(request, _("The round has ended and its bids are erased."))
    return _here(dispute)


def _divide(request: HttpRequest, standing: Standing, dispute: Dispute) -> str:
    actions.start_division(
        dispute.case.number,
        request.POST.get("things", "").splitlines(),
        text(request, "first"),
        text(request, "second"),
        standing.actor,
        standing.at,
    )
    done(request, _("Both sides can share out their points now."))
    return _here(dispute)


def _undivide(request: HttpRequest, standing: Standing, dispute: Dispute) -> str:
    division = division_shown(dispute, standing.actor)
    if division is None:
        raise Missing(N_("There is nothing to divide now."))
    actions.withdraw_division(dispute.case.number, division.count, standing.actor, standing.at)
    done(request, _("The division has ended; points given so far are erased."))
    return _here(dispute)


def _running(dispute: Dispute) -> int:
    found = running_round(dispute)
    if found is None:
        raise Missing(N_("This round of bids is not running."))
    return found.count
