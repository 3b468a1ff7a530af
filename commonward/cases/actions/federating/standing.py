"""A side's durable half: read under a lock, written with its letters in one transaction."""

from datetime import datetime, timedelta

from django.db.models import Max

from commonward.cases.models import Case, Event, HandOver, HandOverLetter, HandOverPart
from commonward.core.federation.handing import (
    ACTIVE,
    ANSWERED,
    AWAY,
    COMMITTED,
    ENDED,
    GIVER,
    RETURNED,
    Owed,
    Standing,
)
from commonward.core.refusals import N_, Missing

ASK_EVERY = timedelta(hours=6)
"""How often a side asks how it stands where nothing is heard."""
OPENED = (ACTIVE, ANSWERED, RETURNED, ENDED)


def locked(hand_over: int) -> HandOver:
    """The hand-over, locked until the transaction ends. Raises Missing."""
    found = HandOver.objects.select_for_update(of=("self",)).filter(pk=hand_over).first()
    if found is None:
        raise Missing(N_("There is no such hand-over."), field="hand_over")
    return found


def standing_of(row: HandOver) -> Standing:
    """As core sees it."""
    owed = HandOverLetter.objects.filter(hand_over=row).order_by("seq")
    return Standing(
        row.side, row.state, tuple(row.way), row.sent, row.seen,
        tuple(Owed(one.seq, one.kind, one.body) for one in owed),
    )  # fmt: skip


def write(row: HandOver, now: Standing, at: datetime) -> None:
    """Keep the new standing: state, numbers and letters; whoever sends is called at once."""
    kept = {one.seq for one in now.owed}
    if row.pk is not None:
        HandOverLetter.objects.filter(hand_over=row).exclude(seq__in=kept).delete()
    had = row.sent
    row.state, row.sent, row.seen, row.way = now.state, now.sent, now.seen, list(now.way)
    row.changed_at = at
    if now.over and row.ended_at is None:
        row.ended_at = at
    if now.sent > had or row.pk is None:
        row.next_at, row.attempts, row.failing_since, row.fault = at, 0, None, ""
    elif not now.owed:
        row.next_at = next_look(row, now, at)
    if now.over and not now.owed and row.case_id is None:
        # It was never ours: nothing of what was offered is kept.
        row.content, row.reason, row.told = {}, "", ""
    row.save()
    HandOverLetter.objects.bulk_create([
        HandOverLetter(hand_over=row, seq=one.seq, kind=one.kind, body=dict(one.body), made_at=at)
        for one in now.owed if one.seq > had
    ])  # fmt: skip


def next_look(row: HandOver, now: Standing, at: datetime) -> datetime | None:
    """When a sender has something to do again: letters and pictures at once, else a question."""
    if now.owed or parts_owed(row):
        return at
    return None if now.over else at + ASK_EVERY


def parts_owed(row: HandOver) -> bool:
    """Whether pictures still have to go over: they follow the acceptance."""
    return (
        row.side == GIVER
        and row.state in (COMMITTED, AWAY)
        and HandOverPart.objects.filter(hand_over=row, done_at=None, failed=False).exists()
    )


def last_event(case: Case) -> int:
    """The last thing that happened with a case."""
    return Event.objects.filter(case=case).aggregate(last=Max("id"))["last"] or 0


def case_of(row: HandOver) -> Case:
    """The case of a hand-over that has one. Raises Missing."""
    if row.case is None:
        raise Missing(N_("There is no such hand-over."), field="hand_over")
    return row.case
