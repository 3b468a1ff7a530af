"""Rounds of double-blind bids, and points over several things; each side may leave at any time.

The house holds what `core.offers.blind` lets it hold, and erases it as soon as it has served.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from commonward.core.confidentiality import TALKS
from commonward.core.offers import blind
from commonward.core.offers.division import check_points
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change, roles_in
from commonward.disputes.actions.recording import lock, note
from commonward.disputes.actions.sealing import seal, seal_data, unseal
from commonward.disputes.models import (
    Bid,
    BidKey,
    BidRound,
    Dispute,
    Division,
    Party,
    Points,
    Side,
)

MOST_ROUNDS = 3
"""After three rounds that did not cross the sides talk again: more would be a search."""
MOST_STEP = 100_000_000
LONGEST_THING = 80
LONGEST_KEPT = 400
RUNNING = ("open", "crossed")


def open_round(
    number: str, payer: str, taker: str, step: int, actor: Actor, at: datetime, *, way: str
) -> BidRound:
    """The mediator opens a round (开启报价轮次): who pays, in which steps (fen), in browsers or with
    paper envelopes that are opened together.

    Raises Refusal while another round runs or after the last one, Invalid, Forbidden.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _mediates(dispute, actor)
        letters = set(Side.objects.filter(dispute=dispute).values_list("letter", flat=True))
        if payer == taker or not {payer, taker} <= letters:
            raise Invalid(N_("One side pays and another takes."), field="payer")
        if not 1 <= step <= MOST_STEP:
            raise Invalid(N_("A step is at least one fen."), field="step")
        if way not in ("browser", "envelopes"):
            raise Invalid(N_("Bids come from browsers or in envelopes."), field="way")
        earlier = BidRound.objects.filter(dispute=dispute)
        if earlier.filter(state__in=RUNNING).exists():
            raise Refusal(N_("A round is running; it ends first."), code="running")
        # Once both have bid a round has told something, even if somebody withdraws then: otherwise
        # a side could ask again and again whether its guess crosses.
        bids = Bid.objects.filter(round__dispute=dispute).values_list("round", flat=True)
        told = {one for one, count in Counter(bids).items() if count > 1}
        held = sum(one.state != "withdrawn" or one.pk in told for one in earlier)
        if held >= MOST_ROUNDS:
            raise Refusal(N_("{most} rounds were held; talk again instead."), most=MOST_ROUNDS)
        made = BidRound.objects.create(
            dispute=dispute,
            count=earlier.count() + 1,
            payer=payer,
            taker=taker,
            step=step,
            way=way,
            opened_at=at,
        )
        note(dispute, "bids_opened", at, actor, role=role, data={"round": made.count, "way": way})
    return made


def give_key(number: str, public: bytes, actor: Actor, at: datetime) -> BidKey:
    """A side's browser gives the public half of its key; not while a bid of it lies there."""
    blind.check_public(public)
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side = _speaker(dispute, actor)
        pending = Bid.objects.filter(round__dispute=dispute, round__state__in=RUNNING)
        if pending.exists():
            raise Refusal(N_("A bid was made with the present keys; withdraw it first."))
        made, _ = BidKey.objects.update_or_create(
            side=side, defaults={"public": public, "made_at": at}
        )
        note(dispute, "bid_key_given", at, actor, data={"side": side.letter})
    return made


def make_bid(
    number: str,
    count: int,
    committed: bytes,
    marks: Sequence[bytes],
    kept: bytes,
    actor: Actor,
    at: datetime,
) -> BidRound:
    """A side's bid comes in; with the second one the lists are compared and erased.

    Raises Invalid for bytes of the wrong form, Refusal for a second bid of a side.
    """
    blind.check_marks(list(marks))
    if len(committed) != 32 or not 0 < len(kept) <= LONGEST_KEPT:
        raise Invalid(N_("A bid comes with its commitment of 32 bytes."), field="commitment")
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side = _speaker(dispute, actor)
        running = _round(dispute, count, "open")
        if side.letter not in (running.payer, running.taker):
            raise Forbidden(N_("This side does not bid in this round."))
        bidding = (running.payer, running.taker)
        keys = BidKey.objects.filter(side__dispute=dispute, side__letter__in=bidding)
        if keys.count() < 2:
            raise Refusal(N_("Both browsers must have made their keys first."), code="keys")
        if Bid.objects.filter(round=running, side=side).exists():
            raise Refusal(N_("This side has made its bid of this round."), code="bid")
        Bid.objects.create(
            round=running,
            side=side,
            commitment=committed,
            marks=b"".join(marks),
            kept=kept,
            sent_at=at,
        )
        note(dispute, "bid_made", at, actor, data={"round": running.count, "side": side.letter})
        both = {b.side.letter: b for b in Bid.objects.filter(round=running).select_related("side")}
        if len(both) == 2:
            lists = [_split(both[letter].marks) for letter in (running.payer, running.taker)]
            running.state = "crossed" if blind.cross(*lists) else "apart"
            Bid.objects.filter(round=running).update(marks=None)
            if running.state == "apart":
                _ended(running, at)
            running.save(update_fields=["state"])
            note(dispute, f"bids_{running.state}", at, actor, data={"round": running.count})
    return running


def open_bid(
    number: str, count: int, steps: int, nonce: bytes, actor: Actor, at: datetime
) -> BidRound:
    """After crossing a side opens its bid; when both have, the midpoint is the sum (开标).

    Neither opening is shown before the other is there, and both are erased then: the sum stays.
    Raises Invalid for another bid than the one sent.
    """
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side = _speaker(dispute, actor)
        running = _round(dispute, count, "crossed")
        bids = {b.side.letter: b for b in Bid.objects.filter(round=running).select_related("side")}
        bid = bids.get(side.letter)
        if bid is None or bid.commitment is None:
            raise Missing(N_("This side made no bid in this round."))
        terms = _terms(running, dispute)
        part = blind.PAYER if side.letter == running.payer else blind.TAKER
        blind.check_opening(terms, part, bytes(bid.commitment), steps, nonce)
        bid.opened = seal(dispute, str(steps), _opening(running, side.letter))
        bid.save(update_fields=["opened"])
        if all(b.opened is not None for b in bids.values()):
            most, least = (
                int(unseal(dispute, bids[letter].opened, _opening(running, letter)))
                for letter in (running.payer, running.taker)
            )
            try:
                fen = blind.midpoint(terms, most, least)
                running.sum = seal(dispute, str(fen), f"sum {running.count}")
                running.state = "met"
            except Invalid:
                running.state = "broken"
            _ended(running, at)
            running.save(update_fields=["state", "sum"])
            note(dispute, f"bids_{running.state}", at, actor, data={"round": running.count})
    return running


def withdraw_bids(number: str, count: int, actor: Actor, at: datetime) -> BidRound:
    """A side takes its bid back, or the mediator ends the round: all of it is erased (撤回)."""
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        if actor.party is not None:
            _speaker(dispute, actor)
        else:
            _mediates(dispute, actor)
        running = _round(dispute, count, *RUNNING)
        running.state = "withdrawn"
        _ended(running, at)
        running.save(update_fields=["state"])
        note(dispute, "bids_withdrawn", at, actor, data={"round": running.count})
    return running


def record_envelopes(
    number: str, count: int, fen: int | None, actor: Actor, at: datetime
) -> BidRound:
    """Two paper envelopes were opened together: the sum if they crossed, or that they did not.

    What stood in the envelopes is not written down (密封信封报价).
    """
    if fen is not None and fen <= 0:
        raise Invalid(N_("The sum is at least one fen."), field="fen")
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _mediates(dispute, actor)
        running = _round(dispute, count, "open")
        if running.way != "envelopes":
            raise Refusal(N_("This round is held in browsers; withdraw it to use envelopes."))
        running.state = "apart" if fen is None else "met"
        if fen is not None:
            running.sum = seal(dispute, str(fen), f"sum {running.count}")
        _ended(running, at)
        running.save(update_fields=["state", "sum"])
        note(
            dispute, f"bids_{running.state}", at, actor, role=role,
            data={"round": running.count, "way": "envelopes"},
        )  # fmt: skip
    return running


def start_division(
    number: str, things: Sequence[str], first: str, second: str, actor: Actor, at: datetime
) -> Division:
    """The mediator lists the things that two sides divide; a new list replaces the former."""
    named = [" ".join(one.split()) for one in things if one.strip()]
    if any(len(one) > LONGEST_THING for one in named):
        raise Invalid(
            N_("Name a thing in at most {most} characters."), most=LONGEST_THING, field="things"
        )
    # The rules for points hold for the things as well: some, and each once.
    check_points(dict(zip(named, [100, *[0] * len(named)], strict=False)), named)
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        role = _mediates(dispute, actor)
        letters = set(Side.objects.filter(dispute=dispute).values_list("letter", flat=True))
        if first == second or not {first, second} <= letters:
            raise Invalid(N_("Two different sides divide."), field="first")
        earlier = Division.objects.filter(dispute=dispute)
        for one in earlier.filter(ended_at=None):
            _erase(one, at)
        count = earlier.count() + 1
        made = Division.objects.create(
            dispute=dispute,
            count=count,
            first=first,
            second=second,
            started_at=at,
            things=seal(dispute, json.dumps(named, ensure_ascii=False), f"things {count}"),
        )
        note(dispute, "division_started", at, actor, role=role, data={"division": count})
    return made


def give_points(
    number: str, count: int, points: Mapping[str, int], actor: Actor, at: datetime
) -> Division:
    """A side shares its 100 points out; once both have, the division stands and points are fixed."""
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        side = _speaker(dispute, actor)
        made = _division(dispute, count)
        if side.letter not in (made.first, made.second):
            raise Forbidden(N_("This side takes no part in the division."))
        check_points(points, things_of(made, dispute))
        Points.objects.update_or_create(
            division=made,
            side=side,
            defaults={
                "points": seal_data(dispute, points, f"points {count} {side.letter}"),
                "given_at": at,
            },
        )
        if Points.objects.filter(division=made).count() == 2:
            made.ended_at = at
            made.save(update_fields=["ended_at"])
        note(dispute, "points_given", at, actor, data={"division": count, "side": side.letter})
    return made


def withdraw_division(number: str, count: int, actor: Actor, at: datetime) -> None:
    """A side, or the mediator, ends a division before both gave points: they are erased."""
    with transaction.atomic():
        dispute = _locked(number, actor, at)
        if actor.party is not None:
            _speaker(dispute, actor)
        else:
            _mediates(dispute, actor)
        _erase(_division(dispute, count), at)
        note(dispute, "division_withdrawn", at, actor, data={"division": count})


def things_of(division: Division, dispute: Dispute) -> list[str]:
    """The things of a division; none once the case's key is gone."""
    found: list[str] = json.loads(
        unseal(dispute, division.things, f"things {division.count}") or "[]"
    )
    return found


def _erase(division: Division, at: datetime) -> None:
    Points.objects.filter(division=division).delete()
    division.ended_at, division.withdrawn = at, True
    division.save(update_fields=["ended_at", "withdrawn"])


def _ended(running: BidRound, at: datetime) -> None:
    """Nothing of the bids is kept longer than it served."""
    running.ended_at = at
    running.save(update_fields=["ended_at"])
    Bid.objects.filter(round=running).update(commitment=None, marks=None, kept=None, opened=None)


def _split(marks: bytes | memoryview | None) -> list[bytes]:
    data = bytes(marks or b"")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def _terms(running: BidRound, dispute: Dispute) -> blind.Round:
    return blind.Round(dispute.case.number, running.count, running.step)


def _opening(running: BidRound, letter: str) -> str:
    return f"opened bid {running.count} {letter}"


def _round(dispute: Dispute, count: int, *states: str) -> BidRound:
    found = BidRound.objects.filter(dispute=dispute, count=count, state__in=states).first()
    if found is None:
        raise Missing(N_("This round of bids is not running."))
    return found


def _division(dispute: Dispute, count: int) -> Division:
    found = Division.objects.filter(dispute=dispute, count=count, ended_at=None).first()
    if found is None:
        raise Missing(N_("There is nothing to divide now."))
    return found


def _locked(number: str, actor: Actor, at: datetime) -> Dispute:
    dispute = dispute_to_change(number, actor)
    lock(dispute, at)
    if dispute.case.stage not in TALKS:
        raise Refusal(N_("This is not done at this stage: the talks come first."))
    return dispute


def _mediates(dispute: Dispute, actor: Actor) -> str:
    role = next((r for r in roles_in(dispute, actor) if r in ("mediator", "panelist")), "")
    if not role:
        raise Forbidden(N_("Only those who mediate this dispute do this."))
    return role


def _speaker(dispute: Dispute, actor: Actor) -> Side:
    found = (
        Party.objects.select_related("side")
        .filter(pk=actor.party or 0, side__dispute=dispute, left_at=None)
        .exclude(part="supporter")
        .first()
    )
    if found is None:
        raise Forbidden(N_("Only this side itself, or who acts for it, can say so."))
    return found.side
