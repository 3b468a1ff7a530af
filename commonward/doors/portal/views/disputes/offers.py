"""Bids that the house cannot read, and points over several things, on a party's page."""

import binascii
from base64 import b64decode
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.agreements.amounts import figures
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.disputes.access import require, side_of
from commonward.disputes.actions import offers as actions
from commonward.disputes.queries.offers import bid_data, division_shown, rounds, running_round
from commonward.doors.look.showing import error_of, page
from commonward.doors.portal.views.disputes.mine import Opened, opened, shown
from commonward.doors.portal.views.receipts import opens_nothing
from commonward.people.queries import now as site_now

STATES = {
    "open": N_("running"),
    "crossed": N_("the bids cross; both sides open theirs"),
    "met": N_("the bids met"),
    "apart": N_("the bids did not cross; nobody learns them"),
    "broken": N_("a browser did not keep the rules; nobody learns the bids"),
    "withdrawn": N_("withdrawn; nobody learns the bids"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def offers(request: HttpRequest, key: str) -> HttpResponse:
    """The rounds and the division, and what this side can do in them."""
    try:
        found = opened(key)
        require(found.dispute, found.actor, "offers", side=side_of(found.actor))
    except Refusal as refusal:
        return opens_nothing(request, Missing(refusal.text, **refusal.values))
    error, status = None, 200
    if request.method == "POST":
        try:
            _do(request, found)
        except Refusal as refusal:
            error, status = error_of(refusal), 422
        else:
            return HttpResponseRedirect(reverse("portal:dispute_offers", args=[key]))
    letter = side_of(found.actor).letter
    dispute = found.dispute
    running = running_round(dispute)
    division = division_shown(dispute, found.actor)
    context = {
        **shown(found, key),
        "running": running,
        "bids": running is not None
        and running.way == "browser"
        and letter in (running.payer, running.taker),
        "pays": running is not None and letter == running.payer,
        "has_bid": running is not None and letter in running.bidders,
        "has_opened": running is not None and letter in running.opened,
        "step": figures(running.step) if running else "",
        "bid_data": bid_data(dispute, letter),
        "rounds": [
            (one, _(STATES[one.state]), figures(one.sum) if one.sum is not None else "")
            for one in rounds(dispute, found.actor)
            if running is None or one.count != running.count
        ],
        "division": division,
        "divides": division is not None and letter in (division.first, division.second),
        "points": _points(request, division, error=bool(error)) if division else [],
        "sheet": sheet(division, letter) if division and division.result else None,
        "error": error,
    }
    return page(request, "portal/disputes/offers.html", context, status=status, private=True)


def sheet(division: Any, letter: str) -> dict[str, Any]:
    """The proof sheet as rows for a page: points of "us" are those of the side that reads it."""
    result = division.result
    second = letter == division.second
    return {
        "rows": [
            {
                "thing": one.thing,
                "ours": one.second_points if second else one.first_points,
                "theirs": one.first_points if second else one.second_points,
                "part": one.to_second if second else one.to_first,
                "percent": round(100 * (one.to_second if second else one.to_first)),
                "split": one.split,
            }
            for one in result.shares
        ],
        "ours": float(result.second_total if second else result.first_total),
        "theirs": float(result.first_total if second else result.second_total),
        "equitable": result.equitable,
        "envy_free": result.envy_free,
        "efficient": result.efficient,
    }


def _points(request: HttpRequest, division: Any, *, error: bool) -> list[tuple[str, str, str]]:
    return [
        (
            f"p{number}",
            thing,
            request.POST.get(f"p{number}", "") if error else str(division.own.get(thing, "")),
        )
        for number, thing in enumerate(division.things)
    ]


def _do(request: HttpRequest, found: Opened) -> None:
    told, at, number = request.POST, site_now(), found.dispute.case.number
    deed = told.get("do", "")
    if deed == "key":
        actions.give_key(number, _bytes(request, "public"), found.actor, at)
        return
    if deed in ("points", "undivide"):
        _divide(request, found, deed)
        return
    running = running_round(found.dispute)
    if running is None:
        raise Missing(N_("This round of bids is not running."))
    if deed == "bid":
        marks = _bytes(request, "marks")
        actions.make_bid(
            number,
            running.count,
            _bytes(request, "commitment"),
            [marks[at_ : at_ + 32] for at_ in range(0, len(marks), 32)],
            _bytes(request, "kept"),
            found.actor,
            at,
        )
    elif deed == "open":
        steps = told.get("steps", "")
        if not steps.isdecimal() or len(steps) > 9:
            raise Invalid(N_("This is not the bid that was sent."), field="steps")
        nonce = _bytes(request, "nonce")
        actions.open_bid(number, running.count, int(steps), nonce, found.actor, at)
    elif deed == "withdraw":
        actions.withdraw_bids(number, running.count, found.actor, at)
    else:
        raise Invalid(N_("This page does not know that step."), field="do")


def _divide(request: HttpRequest, found: Opened, deed: str) -> None:
    division = division_shown(found.dispute, found.actor)
    if division is None:
        raise Missing(N_("There is nothing to divide now."))
    number, at = found.dispute.case.number, site_now()
    if deed == "undivide":
        actions.withdraw_division(number, division.count, found.actor, at)
        return
    points = {}
    for name, thing, _given in _points(request, division, error=True):
        given = request.POST.get(name, "").strip() or "0"
        if not given.isdecimal() or len(given) > 3:
            raise Invalid(N_("Give each thing a whole number of points, 0 or more."), field=name)
        points[thing] = int(given)
    actions.give_points(number, division.count, points, found.actor, at)


def _bytes(request: HttpRequest, name: str) -> bytes:
    given = request.POST.get(name, "")
    try:
        return b64decode(given[:4000], validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(N_("What the browser sent cannot be read; please try again.")) from None
