"""When somebody can come: parts of the week and days without, as stretches of time (可参加时间).

>>> from datetime import UTC, date, datetime
>>> span = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC))
>>> [s.hour for s, _ in can_come(("mon-am", "tue-eve"), (), *span, UTC)]
[6, 18]
>>> can_come(("mon-am",), (date(2026, 3, 2),), *span, UTC)
[]
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from commonward.core.meetings.slots import Stretch, merged

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {"am": (time(6), time(12)), "pm": (time(12), time(18)), "eve": (time(18), time(22))}
"""Parts of a day by the clock of the place: from, and until."""
WEEK = tuple(f"{day}-{part}" for day in DAYS for part in PARTS)


def can_come(
    hours: Collection[str], away: Collection[date], since: datetime, until: datetime, zone: tzinfo
) -> list[Stretch]:
    """The stretches (UTC) between two moments at which somebody can come.

    `hours` are codes of `WEEK` (none: any time of the day), `away` are days without.
    """
    found: list[Stretch] = []
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    while day <= last:
        if day not in away:
            found += _on(day, hours, zone)
        day += timedelta(days=1)
    return [
        (max(start, since), min(end, until))
        for start, end in merged(found)
        if end > since and start < until
    ]


def cannot_come(
    hours: Collection[str], away: Collection[date], since: datetime, until: datetime, zone: tzinfo
) -> list[Stretch]:
    """All other time between the two moments."""
    busy: list[Stretch] = []
    at = since
    for start, end in can_come(hours, away, since, until, zone):
        if start > at:
            busy.append((at, start))
        at = max(at, end)
    return [*busy, (at, until)] if at < until else busy


def taken_up(stretches: Sequence[Stretch], at_once: int) -> list[Stretch]:
    """The time in which `at_once` or more of the stretches run together."""
    marks = sorted(
        [(s, 1) for s, e in stretches if e > s] + [(e, -1) for s, e in stretches if e > s]
    )
    found: list[Stretch] = []
    running = 0
    began: datetime | None = None
    for moment, step in marks:
        running += step
        if running >= at_once and began is None:
            began = moment
        elif running < at_once and began is not None:
            found.append((began, moment))
            began = None
    return merged(found)


def _on(day: date, hours: Collection[str], zone: tzinfo) -> list[Stretch]:
    midnight = datetime.combine(day, time(), zone)
    if not hours:
        return [(midnight, datetime.combine(day + timedelta(days=1), time(), zone))]
    name = DAYS[day.weekday()]
    return [
        (datetime.combine(day, begins, zone), datetime.combine(day, ends, zone))
        for part, (begins, ends) in PARTS.items()
        if f"{name}-{part}" in hours
    ]
