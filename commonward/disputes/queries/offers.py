"""Rounds of bids and divisions as one person may see them."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from commonward.core.offers import blind
from commonward.core.offers.division import Division as Divided
from commonward.core.offers.division import divide
from commonward.core.rights import Actor
from commonward.disputes.access import sees, side_of
from commonward.disputes.actions.offers import RUNNING, things_of
from commonward.disputes.actions.sealing import unseal, unseal_data
from commonward.disputes.models import Bid, BidKey, BidRound, Dispute, Division, Points


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round: its state, who has bid, and the sum in fen once both met (else None)."""

    count: int
    state: str
    way: str
    payer: str
    taker: str
    step: int
    bidders: Sequence[str]
    opened: Sequence[str]
    sum: int | None


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """One division: the things, who gave points, and the result once both did."""

    count: int
    first: str
    second: str
    things: Sequence[str]
    given: Sequence[str]
    own: dict[str, int]
    result: Divided | None
    open: bool


def rounds(dispute: Dispute, actor: Actor) -> list[RoundLine]:
    """The rounds of bids, the newest first; for the sides and whoever mediates."""
    if not sees(dispute, actor, "record"):
        return []
    found = BidRound.objects.filter(dispute=dispute).order_by("-count")
    return [_line(one, dispute) for one in found]


def running_round(dispute: Dispute) -> RoundLine | None:
    """The round that is open or has crossed."""
    found = BidRound.objects.filter(dispute=dispute, state__in=RUNNING).first()
    return None if found is None else _line(found, dispute)


def bid_data(dispute: Dispute, letter: str) -> dict[str, object]:
    """What the browser of this side needs to bid: plain values for JSON, bytes in base64.

    Nothing here is secret: public keys, the round, and the side's own bid under its own key.
    """
    running = BidRound.objects.filter(dispute=dispute, state__in=RUNNING, way="browser").first()
    keys = {
        key.side.letter: _text(key.public)
        for key in BidKey.objects.filter(side__dispute=dispute).select_related("side")
        # Of more than two sides only the two that bid draw a secret.
        if running is None or key.side.letter in (running.payer, running.taker)
    }
    data: dict[str, object] = {
        "number": dispute.case.number,
        "side": letter,
        "keys": keys,
        "bits": blind.BITS,
        "most": blind.MOST_STEPS,
    }
    if running is not None:
        own = Bid.objects.filter(round=running, side__letter=letter).first()
        data["round"] = {
            "count": running.count,
            "step": running.step,
            "payer": running.payer,
            "taker": running.taker,
            "state": running.state,
            "part": blind.PAYER if letter == running.payer else blind.TAKER,
            "kept": _text(own.kept) if own else "",
            "opened": own is not None and own.opened is not None,
        }
    return data


def division_shown(dispute: Dispute, actor: Actor) -> DivisionLine | None:
    """The newest division. A side sees its own points; the result is there once both gave theirs."""
    if not sees(dispute, actor, "record"):
        return None
    found = Division.objects.filter(dispute=dispute, withdrawn=False).order_by("-count").first()
    if found is None:
        return None
    things = things_of(found, dispute)
    points = {}
    for row in Points.objects.filter(division=found).select_related("side"):
        context = f"points {found.count} {row.side.letter}"
        stored = unseal_data(dispute, row.points, context)
        points[row.side.letter] = {
            thing: value for thing, value in stored.items() if isinstance(value, int)
        }
    complete = {found.first, found.second} <= set(points) and all(
        set(points[letter]) == set(things) for letter in (found.first, found.second)
    )
    letter = side_of(actor).letter if actor.party is not None else ""
    return DivisionLine(
        count=found.count,
        first=found.first,
        second=found.second,
        things=things,
        given=sorted(points),
        own=points.get(letter, {}),
        result=divide(points[found.first], points[found.second], things) if complete else None,
        open=found.ended_at is None,
    )


def _line(found: BidRound, dispute: Dispute) -> RoundLine:
    bids = list(Bid.objects.filter(round=found).select_related("side").order_by("side__letter"))
    fen = unseal(dispute, found.sum, f"sum {found.count}")
    return RoundLine(
        count=found.count,
        state=found.state,
        way=found.way,
        payer=found.payer,
        taker=found.taker,
        step=found.step,
        bidders=[bid.side.letter for bid in bids],
        opened=[bid.side.letter for bid in bids if bid.opened is not None],
        sum=int(fen) if fen else None,
    )


def _text(data: bytes | memoryview | None) -> str:
    return b64encode(bytes(data or b"")).decode()
