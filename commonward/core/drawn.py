"""A clock drawn (时限图): which stretches counted, which did not, and what each day adds.

The picture and the table beside it answer "why is this due on Thursday?". All comes from the
clock's own intervals and its calendar; nothing is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from commonward.core.calendars import Calendar
from commonward.core.clocks import Clock

Kind = Literal["used", "ahead", "idle", "paused", "over"]
LONGEST_IN_DETAIL = timedelta(days=120)
"""A longer clock is drawn without the nights between its working hours."""
MOST_DAYS = 40
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the picture: time used, time still ahead that will count, time that does not
    count, a pause, or what lies beyond the due moment."""

    since: datetime
    until: datetime
    kind: Kind


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: counted seconds it adds, how many there are by its end, and whether nothing
    counts because the clock is paused (`paused`) or the day is off (`off`)."""

    day: date
    counted: int
    total: int
    paused: bool
    off: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A clock from its start to its end or to the moment of asking, whichever is later.

    `due` is None while it is paused. `cut` says that it is overdue by more than is drawn. `days`
    is empty where there would be more than `MOST_DAYS`.
    """

    begins: datetime
    ends: datetime
    at: datetime
    due: datetime | None
    cut: bool
    spans: tuple[Span, ...]
    days: tuple[Day, ...]


def drawn(clock: Clock, calendar: Calendar, at: datetime) -> Drawing:
    """The picture of a clock at a moment."""
    found = clock.due(calendar)
    due = None if found is None else found.at
    now = at if clock.stopped is None else min(at, clock.stopped)
    now = max(now, clock.started)
    ends, cut = max(now, due or now, clock.started + _SECOND), False
    if due is not None and now > due:
        # A limit of two hours that is a month late would be drawn as a hair.
        furthest = due + max(due - clock.started, timedelta(hours=1))
        ends, cut = min(now, furthest), now > furthest
    spans = [s for s in _spans(clock, calendar, now, due, ends) if s.since < s.until]
    last = max(due, clock.started) if due is not None else now
    return Drawing(
        clock.started, ends, now, due, cut, tuple(spans), tuple(_days(clock, calendar, last))
    )


def _spans(
    clock: Clock, calendar: Calendar, now: datetime, due: datetime | None, ends: datetime
) -> Iterator[Span]:
    counting_ends = ends if due is None else min(due, ends)
    begun = clock.started
    for paused, resumed in (*clock.pauses, (ends, None)):
        yield from _run(clock, calendar, begun, min(paused, counting_ends), now)
        if paused >= counting_ends:
            break
        begun = resumed or ends
        yield Span(paused, min(begun, counting_ends), "paused")
    if counting_ends < ends:
        yield Span(counting_ends, ends, "over")


def _run(
    clock: Clock, calendar: Calendar, since: datetime, until: datetime, now: datetime
) -> Iterator[Span]:
    """A stretch without a pause: what counts in it, parted at the present moment."""
    begins = max(since, calendar.begins(clock.limit, clock.started))
    if until - since > LONGEST_IN_DETAIL:
        counted = [(begins, until)] if begins < until else []
    else:
        counted = calendar.stretches(clock.limit, begins, until) if begins < until else []
    reached = since
    for opens, closes in counted:
        yield Span(reached, opens, "idle")
        yield Span(opens, min(closes, now), "used")
        yield Span(max(opens, now), closes, "ahead")
        reached = closes
    yield Span(reached, until, "idle")


def _days(clock: Clock, calendar: Calendar, last: datetime) -> Iterator[Day]:
    """What each local day adds until the due moment, or until now while paused."""
    first_day = clock.started.astimezone(calendar.tz).date()
    last_day = (last - _SECOND).astimezone(calendar.tz).date()
    if (last_day - first_day).days >= MOST_DAYS:
        return
    total, day = 0, first_day
    while day <= last_day:
        begins = datetime.combine(day, time(), calendar.tz)
        following = datetime.combine(day + timedelta(days=1), time(), calendar.tz)
        since, until = max(begins, clock.started), min(following, last)
        used = clock.used(calendar, until) if until > since else 0
        counted, total = used - total, used
        whole = calendar.measure(clock.limit, begins, following)
        yield Day(day, counted, total, counted == 0 and _paused(clock, since, until), whole == 0)
        day += timedelta(days=1)


def _paused(clock: Clock, since: datetime, until: datetime) -> bool:
    return any(p < until and (r is None or r > since) for p, r in clock.pauses)
