"""Payment stops as who coordinates them, the banks that were asked, and the teller may read them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commonward.cases.access import access_case, seen_by
from commonward.cases.models import Case
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.core.urgent.transfers import about, amount_of
from commonward.people.actions import record_access
from commonward.response.actions.sealing import unseal_data
from commonward.response.models import BankEnd, BankRequest, PaymentStop

MOST_ROWS = 100
FIGURE_DAYS = 30
Side = tuple[int, str]
"""One end of one transfer: its place in the report, and "from" or "to"."""
_FLAT = ("amount", "from_bank", "from_account", "to_bank", "to_account", "paid_at")


@dataclass(frozen=True, slots=True)
class PaymentFigures:
    """How fast it was, counted over every stop that was told in these days (none left out).

    `in_time` were answered by all their banks within the goal; `late` after it, or closed or still
    open without an answer past it; `open` are younger than the goal and not answered yet.
    """

    told: int
    in_time: int
    late: int
    open: int
    median_seconds: int | None
    """Of those that were answered; how many these are is `answered`."""
    answered: int


def payments(actor: Actor) -> Sequence[PaymentStop]:
    """Those that this person coordinates, the newest first (2 queries)."""
    seen = Case.objects.filter(seen_by(actor))
    rows = PaymentStop.objects.filter(case__in=seen).select_related("case__procedure")
    rows = rows.defer("case__procedure__text").prefetch_related("requests__bank")
    return list(rows.order_by("-told_at")[:MOST_ROWS])


def payment_figures(actor: Actor, at: datetime, goal: timedelta) -> PaymentFigures:
    """The honest figure of the last thirty days, for who coordinates (1 query)."""
    seen = Case.objects.filter(seen_by(actor))
    rows = PaymentStop.objects.filter(
        case__in=seen, told_at__gt=at - timedelta(days=FIGURE_DAYS), told_at__lte=at
    ).values_list("told_at", "confirmed_at", "closed_at")
    spent, late, still = [], 0, 0
    told = in_time = 0
    for told_at, confirmed_at, closed_at in rows:
        told += 1
        if confirmed_at is not None:
            spent.append((confirmed_at - told_at).total_seconds())
            in_time += confirmed_at - told_at <= goal
            late += confirmed_at - told_at > goal
        elif closed_at is None and at - told_at <= goal:
            still += 1
        else:
            late += 1
    spent.sort()
    middle = int(spent[len(spent) // 2]) if spent else None
    return PaymentFigures(told, in_time, late, still, middle, len(spent))


def payment_for(number: str, actor: Actor, at: datetime, *, door: str) -> PaymentStop:
    """One of them; the look is noted. Raises Missing."""
    case = access_case(number, actor, at, door=door, what="payment stop read")
    found = PaymentStop.objects.filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    found.case = case
    return found


def requests_of(stop: PaymentStop) -> Sequence[BankRequest]:
    """The banks that were asked, in order (1 query)."""
    found = list(stop.requests.select_related("bank").order_by("asked_at", "id"))
    for one in found:
        one.stop = stop
    return found


def asked_of(actor: Actor, at: datetime, *, door: str) -> Sequence[BankRequest]:
    """The open requests that lie with this person's bank; each look at one is noted."""
    if not any(right.role == "partner" for right in actor.rights):
        raise Forbidden(N_("Requests to stop a payment are read by the bank that was asked."))
    rows = BankRequest.objects.filter(
        bank_id__in=actor.teams, bank__kind="bank", stop__closed_at=None
    )
    found = list(rows.select_related("stop__case", "bank").order_by("asked_at")[:MOST_ROWS])
    for one in found:
        if actor.account is not None:
            number = one.stop.case.number
            record_access(
                actor.seen_by or actor.account, None, number, "payment stop asked", door, at
            )
    return found


def told_of(stop: PaymentStop) -> dict[str, Any]:
    """What was told, for whom the stop was looked up; without transfers once closed."""
    found = unseal_data(stop.case, stop.facts, "payment")
    if found and "transfers" not in found:  # told when a report had one transfer
        found["transfers"] = [{name: str(found.get(name, "")) for name in _FLAT}]
    return {
        "transfers": found.get("transfers", []),
        "words": str(found.get("words", "")),
        "callback": str(found.get("callback", "")),
        "support": bool(found.get("support", False)),
    }


def said_by_bank(request: BankRequest) -> Mapping[str, str]:
    """Its reason, its reference, and the function that confirmed by phone; empty once closed."""
    found = unseal_data(request.stop.case, request.words, f"bank {request.key}")
    return {name: str(value) for name, value in found.items()}


def covered(stop: PaymentStop) -> set[Side]:
    """The sides that a bank was asked about (1 query)."""
    return {
        (int(place), str(side))
        for sides in stop.requests.values_list("sides", flat=True)
        for place, side in sides
    }


def own_side(request: BankRequest) -> list[dict[str, Any]]:
    """The transfers as this bank may know them: its own side's account and nobody else's.

    `amount_yuan` and `paid_about` are read from the words; absent where they say none.
    """
    transfers = told_of(request.stop)["transfers"]
    told_at = timezone.localtime(request.stop.told_at)
    found = []
    for place, side in request.sides:
        if place >= len(transfers):
            continue
        one = transfers[place]
        if not one[f"{side}_account"]:
            continue
        shown = {
            "transfer": place + 1,
            "side": side,
            "account": one[f"{side}_account"],
            "amount": one["amount"],
            "paid": one["paid_at"],
        }
        yuan, moment = amount_of(one["amount"]), about(one["paid_at"], told_at)
        if yuan is not None:
            shown["amount_yuan"] = f"{yuan:.2f}"
        if moment is not None:
            shown["paid_about"] = moment.isoformat(timespec="seconds")
        found.append(shown)
    return found


def stop_of_receipt(hashed: str) -> PaymentStop:
    """The stop whose receipt this is, for the teller's own page. Raises Missing."""
    found = PaymentStop.objects.select_related("case__procedure").defer("case__procedure__text")
    stop = found.filter(receipt=hashed).first() if hashed else None
    if stop is None:
        raise Missing(N_("This page opens nothing, or nothing any more."))
    return stop


def speaks_until(found: BankRequest, end: BankEnd | None, goal: timedelta) -> datetime:
    """Until when a bank may be silent before a person calls it: its own seconds for having the
    request, the goal from the first words for its answer."""
    if found.acknowledged_at is not None:
        return found.stop.told_at + goal
    seconds = (end or BankEnd()).silent_seconds
    return found.asked_at + timedelta(seconds=seconds)


def bank_ends(banks: Collection[int]) -> Mapping[int, BankEnd]:
    """How these banks are reached, by team (1 query)."""
    return {end.pk: end for end in BankEnd.objects.filter(pk__in=banks)}
