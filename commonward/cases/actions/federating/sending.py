"""What is owed to neighbours (待发信件): leased by a hand-over, in order, again until it is seen."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.actions.federating import pieces
from commonward.cases.actions.federating.arriving import answered
from commonward.cases.actions.federating.keys import own_key, own_name, private_of
from commonward.cases.actions.federating.standing import (
    next_look,
    parts_owed,
    standing_of,
)
from commonward.cases.actions.sealing import masters
from commonward.cases.models import CaseKey, HandOver, HandOverConsent, HandOverPart
from commonward.core import sealing
from commonward.core.federation import letters, parts
from commonward.core.federation.letters import Letter
from commonward.core.federation.offering import CONTACT_FIELDS

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
STUCK_AFTER = timedelta(days=1)
"""After so long it stands on the list of what does not arrive; it is tried on."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One envelope and where it goes; `seq` is 0 for a question or a piece."""

    hand_over: int
    address: str
    kind: str
    seq: int
    envelope: bytes
    part: int = 0


def all_due(now: Callable[[], datetime], most: int) -> Iterator[int]:
    """The hand-overs that have something to send, each leased when its turn comes."""
    for _turn in range(most):
        with transaction.atomic():
            found = (
                HandOver.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(next_at__lte=now(), neighbour__ended_at=None)
                .order_by("next_at", "id")
                .first()
            )
            if found is None:
                return
            found.next_at = now() + LEASE
            found.attempts += 1
            found.save(update_fields=["next_at", "attempts"])
        yield found.pk


def next_letter(hand_over: int, seconds: float, *, ask: bool) -> Outgoing | None:
    """The first letter that was not seen, else the next piece of a picture, else (`ask`) the
    question how it stands; None where nothing is owed. Signed for this moment of the machine,
    in seconds since 1970."""
    clock = datetime.fromtimestamp(seconds, UTC)
    row = HandOver.objects.select_related("neighbour", "case").get(pk=hand_over)
    now = standing_of(row)
    if now.owed:
        first = now.owed[0]
        body = dict(first.body)
        if body.get("what") == "contacts":
            body = {**body, "contacts": _contacts(row, clock)}
        if first.kind == "transferred" and row.case is not None:
            body["ref"] = row.case.number
        return _sealed(row, first.kind, first.seq, body, clock)
    if parts_owed(row):
        part = HandOverPart.objects.filter(hand_over=row, done_at=None, failed=False).first()
        content = pieces.content_of(part) if part is not None else b""
        if part is not None and content:
            piece = parts.cut(part.digest, content, part.have)
            return _sealed(row, "part", 0, piece.to_data(), clock, part.pk)
        if part is not None:  # the picture was destroyed meanwhile
            HandOverPart.objects.filter(pk=part.pk).update(failed=True)
            return next_letter(hand_over, seconds, ask=ask)
    if ask and not now.over:
        return _sealed(row, "ask", 0, {}, clock)
    return None


def heard(out: Outgoing, reply: bytes, at: datetime, seconds: float) -> Letter:
    """The signed answer to a letter. Raises Refused for one that is not believed."""
    row = HandOver.objects.select_related("neighbour").get(pk=out.hand_over)
    key = letters.read_public(row.neighbour.public_key)
    theirs = row.neighbour.origin
    found = letters.read(
        reply,
        lambda name: key if name == theirs else None,
        own_name(),
        datetime.fromtimestamp(seconds, UTC),
    )
    if found.kind != "stands" or found.handing != row.key:
        raise letters.Refused("This is no answer to that letter.")
    answered(out.hand_over, found, at)
    if out.part:
        _moved_on(out.part, found.body.get("have"), at)
    return found


def rest(hand_over: int, at: datetime) -> None:
    """All that was owed has arrived: when to look again."""
    with transaction.atomic():
        row = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over)
        now = standing_of(row)
        row.next_at = next_look(row, now, at)
        row.attempts, row.failing_since, row.fault = 0, None, ""
        row.save(update_fields=["next_at", "attempts", "failing_since", "fault"])


def put_off(hand_over: int, at: datetime, fault: str) -> None:
    """Again after a growing pause, for as long as the other side may be away: nothing is given up,
    and whoever answers for it sees since when it does not arrive."""
    with transaction.atomic():
        row = HandOver.objects.select_for_update(of=("self",)).get(pk=hand_over)
        pause = FIRST_PAUSE * 2 ** min(max(row.attempts - 1, 0), 12)
        row.next_at = at + min(pause, LONGEST_PAUSE)
        row.failing_since = row.failing_since or at
        row.fault = fault[:120]
        row.save(update_fields=["next_at", "failing_since", "fault"])


def _sealed(
    row: HandOver, kind: str, seq: int, body: Mapping[str, Any], clock: datetime, part: int = 0
) -> Outgoing:
    letter = Letter(kind, own_name(), row.neighbour.origin, row.key, seq, row.seen, clock, body)
    envelope = letters.seal(letter, private_of(own_key(clock)))
    return Outgoing(row.pk, f"{row.neighbour.address}/federation/inbox", kind, seq, envelope, part)


def _moved_on(part: int, have: object, at: datetime) -> None:
    with transaction.atomic():
        row = HandOverPart.objects.select_for_update().get(pk=part)
        if type(have) is not int or have < 0 or have > row.size:
            row.failed = True
        else:
            row.have = have
            row.done_at = at if have == row.size else None
        row.save(update_fields=["have", "done_at", "failed"])


def _contacts(row: HandOver, at: datetime) -> dict[str, dict[str, str]]:
    """The details of those who agreed, opened for this one letter and written nowhere.

    That they leave is written down first: from then on a no comes too late.
    """
    key_row = CaseKey.objects.filter(case=row.case).first()
    if row.case is None or key_row is None or key_row.wrapped is None:
        return {}
    key = sealing.unwrap(key_row.wrapped, masters(), row.case.number)
    found = {}
    agreed = HandOverConsent.objects.select_related("report").filter(hand_over=row, given=True)
    for one in agreed:
        if one.report.contact is None:
            continue
        opened = json.loads(sealing.open_sealed(one.report.contact, key, one.report.number))
        found[one.report.number] = {k: v for k, v in opened.items() if k in CONTACT_FIELDS}
        if one.sent_at is None:
            HandOverConsent.objects.filter(pk=one.pk).update(sent_at=at)
    return found
