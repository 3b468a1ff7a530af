"""A letter came in (收信): believed, taken once and in order, and what it means for the case.

One transaction holds the new standing, our letters and what happens to the case; the answer is
signed too and says up to which number we have seen theirs, whatever the letter was.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonward.cases.actions.federating import effects, pieces
from commonward.cases.actions.federating.keys import own_key, own_name, private_of
from commonward.cases.actions.federating.standing import locked, standing_of, write
from commonward.cases.models import HandOver, HandOverPart, Neighbour
from commonward.core.federation import handing, letters
from commonward.core.federation.letters import Letter, Refused
from commonward.core.federation.offering import read_offer
from commonward.core.federation.promising import is_fit, read_agreed, read_promise
from commonward.core.refusals import N_

MOST_OPEN = 500
"""Offers of one neighbour that wait here: more of them is a mistake."""
_PROOFS = ("accept", "transferred", "closed", "received")
"""Letters that are kept as they were signed: that it was accepted, and that it arrived."""


def receive(envelope: bytes, at: datetime, seconds: float) -> bytes:
    """Take a letter and give our signed answer. `at` is the site's time, `seconds` the machine's
    since 1970.

    Raises Refused for what is not believed, and Refusal for what does not follow; nothing is
    changed then.
    """
    clock = datetime.fromtimestamp(seconds, UTC)
    sender = neighbour_of(letters.from_whom(envelope))
    letter = letters.read(envelope, lambda name: _key_of(sender, name), own_name(), clock)
    if sender is None:
        raise Refused(N_("Nobody of that name and key is a neighbour."))
    Neighbour.objects.filter(pk=sender.pk).update(heard_at=at)
    # It is up: what waits for it need not wait for its pause.
    HandOver.objects.filter(Q(neighbour=sender, attempts__gt=0, next_at__gt=at)).update(
        next_at=at, attempts=0
    )
    row = _taken(sender, letter, at)
    if letter.kind == "part" and row is not None:
        pieces.finish(row.pk, at)
    return _answer(row, letter, clock)


def neighbour_of(origin: str) -> Neighbour | None:
    """The neighbour that is believed under this name."""
    return Neighbour.objects.filter(
        origin=origin, ended_at=None, speaks="commonward", compared_at__isnull=False
    ).first()


def _key_of(sender: Neighbour | None, name: str) -> bytes | None:
    if sender is None or name != sender.origin:
        return None
    return letters.read_public(sender.public_key)


def _taken(sender: Neighbour, letter: Letter, at: datetime) -> HandOver | None:
    with transaction.atomic():
        row = (
            HandOver.objects.select_for_update(of=("self",))
            .filter(neighbour=sender, key=letter.handing)
            .first()
        )
        if row is None:
            return _offered(sender, letter, at) if letter.kind == "offer" else None
        before = standing_of(row)
        now = handing.seen(before, letter.seen)
        if letter.kind in letters.BESIDE:
            if letter.kind == "part":
                pieces.keep(row, letter.body)
            if now is not before:
                write(row, now, at)
            return row
        taken = handing.take(
            now, own_name(), letter.kind, letter.seq, letter.body,
            fit=_fit(row, letter), transfer={"what": "contacts"},
        )  # fmt: skip
        if taken.standing is None:
            return row
        proof = letter.text() if letter.kind in _PROOFS else ""
        if letter.kind == "accept" and taken.effect:
            row.acceptance = proof
        elif proof and taken.effect:
            row.receipt = proof
        # First the case, without which a taker's side is never active; then the state with it.
        if taken.effect:
            effects.happen(row, taken.effect, letter.body, at)
        write(row, taken.standing, at)
    if taken.effect == "activated":
        pieces.finish(row.pk, at)
    return row


def _offered(sender: Neighbour, letter: Letter, at: datetime) -> HandOver | None:
    offered = read_offer(letter.body)
    if offered.way[-1] != sender.origin:
        raise Refused(N_("The way does not end with its sender."))
    taken = handing.take(None, own_name(), "offer", letter.seq, letter.body)
    if taken.standing is None:
        return None
    now = taken.standing
    waiting = HandOver.objects.filter(neighbour=sender, side=handing.TAKER, ended_at=None).count()
    if taken.effect == "asked" and (sender.paused_at is not None or waiting >= MOST_OPEN):
        now = handing.decline(now, "Nothing is taken at this time.", "paused")
    row = HandOver(
        key=letter.handing, neighbour=sender, side=handing.TAKER, state=now.state,
        what=offered.what, theirs=offered.ref, clock=offered.promise.to_data(),
        promised_at=offered.promise.due, reason=offered.reason, made_at=at, changed_at=at,
        content={} if now.over else {k: v for k, v in letter.body.items() if k != "way"},
    )  # fmt: skip
    write(row, now, at)
    if not now.over:
        HandOverPart.objects.bulk_create(
            [HandOverPart(hand_over=row, digest=p.digest, size=p.size) for p in offered.parts]
        )
    return row


def _fit(row: HandOver, letter: Letter) -> bool:
    """Whether the giver may commit: the clock is agreed to, and the case is still ours to give."""
    if letter.kind != "accept" or row.side != handing.GIVER or row.case is None:
        return True
    if not is_fit(read_promise(row.clock), read_agreed(letter.body.get("clock"))):
        return False
    if row.what == "task":
        return row.task is not None and row.task.is_open
    return row.case.is_open and row.case.closed_at is None and row.case.away_since is None


def _answer(row: HandOver | None, letter: Letter, clock: datetime) -> bytes:
    body: dict[str, Any] = {"known": row is not None, "state": row.state if row else ""}
    if row is not None and letter.kind == "part":
        body["have"] = _have(row, letter.body)
    reply = Letter(
        "stands", own_name(), letter.from_, letter.handing, 0, row.seen if row else 0, clock, body
    )
    return letters.seal(reply, private_of(own_key(clock)))


def _have(row: HandOver, body: Mapping[str, Any]) -> int:
    part = HandOverPart.objects.filter(hand_over=row, digest=str(body.get("digest"))).first()
    return -1 if part is None or part.failed else part.size if part.done_at else part.have


def answered(hand_over: int, reply: Letter, at: datetime) -> None:
    """The other side's answer to a letter of ours: what it has seen is owed no more."""
    with transaction.atomic():
        row = locked(hand_over)
        before = standing_of(row)
        now = handing.seen(before, reply.seen)
        if now is not before:
            write(row, now, at)
        Neighbour.objects.filter(pk=row.neighbour_id).update(heard_at=at)
