"""Moments as whole seconds since 1970-01-01 UTC, and the offsets a zone had over a stretch.

Counting is done on integers: exact, quick to compare, and free of the two traps of local time
(an hour that happens twice, an hour that never happens).
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from commonward.core.refusals import N_, Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2200
DAY = 86_400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = _EPOCH.date().toordinal()
# No zone changes its offset twice in so long: since 1900 the closest two changes in the zone
# database are 95 hours apart (Africa/Freetown, 1939).
_STEP = DAY // 2


def _midnight(year: int, month: int, day: int) -> int:
    return (date(year, month, day).toordinal() - _EPOCH_ORDINAL) * DAY


# One day more on each side, so that every local moment of the first and last year is inside.
FIRST = _midnight(FIRST_YEAR - 1, 12, 31)
END = _midnight(LAST_YEAR + 1, 1, 2)
# The first second (UTC) of each stretch that is tabulated at once; the last entry closes it.
YEAR_STARTS = (FIRST, *(_midnight(y, 1, 1) for y in range(FIRST_YEAR + 1, LAST_YEAR + 1)), END)


def instant_of(when: datetime) -> int:
    """Whole seconds since the epoch; microseconds are cut off towards the past.

    Refuses a moment without a zone and one outside the years 1900 to 2200.

    >>> instant_of(datetime(1970, 1, 1, 8, 0, 1, 999_999, tzinfo=ZoneInfo("Asia/Shanghai")))
    1
    """
    try:
        gap = when - _EPOCH
    except TypeError:
        raise Invalid(
            N_("A date without a zone can mean many moments: {given}. Give one with its offset."),
            given=str(when),
        ) from None
    instant = gap.days * DAY + gap.seconds
    if not FIRST <= instant < END:
        raise Invalid(
            N_("{given} lies outside the years {first} to {last} for which time is counted."),
            given=when.isoformat(),
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return instant


def datetime_of(instant: int) -> datetime:
    """The moment in UTC of whole seconds since the epoch."""
    return _EPOCH + timedelta(seconds=instant)


def date_of(wall_day: int) -> date:
    """The date of a count of local days since 1970-01-01."""
    return date.fromordinal(_EPOCH_ORDINAL + wall_day)


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """Seconds by which the zone's wall clocks were ahead of UTC at that instant."""
    offset = datetime_of(instant).astimezone(zone).utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds


@lru_cache(maxsize=4096)
def offsets(zone: ZoneInfo, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches `(from, to, offset)` of unchanged offset that make up `[start, end)`."""
    found = []
    since, low, offset = start, start, offset_at(zone, start)
    while low < end:
        high = min(low + _STEP, end)
        if offset_at(zone, high) == offset:
            low = high
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if offset_at(zone, middle) == offset:
                low = middle
            else:
                high = middle
        low = high
        if high < end:
            found.append((since, high, offset))
            since, offset = high, offset_at(zone, high)
    found.append((since, end, offset))
    return tuple(found)


def next_midnight(zone: ZoneInfo, instant: int) -> int:
    """The first instant whose local date is later than the local date of `instant`."""
    offset = offset_at(zone, instant)
    wall = ((instant + offset) // DAY + 1) * DAY
    if offset_at(zone, wall - offset) == offset:
        return wall - offset
    # The offset changes before or at that midnight: look at each stretch in turn.
    return next(
        max(start, wall - here)
        for start, end, here in offsets(zone, instant, instant + 3 * DAY)
        if max(start, wall - here) < end
    )
