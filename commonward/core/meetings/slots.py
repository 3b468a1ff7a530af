"""The first common time (首个共同时段) of people, a room and an interpreter.

A meeting lies inside one stretch of office hours, begins on a quarter of an hour, and touches
no busy time of anybody who must come. Of rooms and of interpreters any one will do, the same one
from beginning to end.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from commonward.core.refusals import N_, Invalid

Stretch = tuple[datetime, datetime]
"""From the first moment (inside) to the last (outside), both with a zone."""

STEP = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time (UTC) at which all can come; `room` and `interpreter` are "" where none is needed."""

    start: datetime
    end: datetime
    room: str = ""
    interpreter: str = ""


def first_slot(
    length: timedelta,
    open_hours: Iterable[Stretch],
    busy: Iterable[Iterable[Stretch]],
    rooms: Mapping[str, Iterable[Stretch]] | None = None,
    interpreters: Mapping[str, Iterable[Stretch]] | None = None,
    step: timedelta = STEP,
) -> Slot | None:
    """The first of `slots`, or None when the open hours hold none."""
    return next(iter(slots(length, open_hours, busy, rooms, interpreters, step, most=1)), None)


def slots(
    length: timedelta,
    open_hours: Iterable[Stretch],
    busy: Iterable[Iterable[Stretch]],
    rooms: Mapping[str, Iterable[Stretch]] | None = None,
    interpreters: Mapping[str, Iterable[Stretch]] | None = None,
    step: timedelta = STEP,
    *,
    most: int,
) -> list[Slot]:
    """Up to `most` common times that do not overlap, the earliest first.

    `open_hours` are searched and nothing else; `busy` holds one list of stretches for each who
    must come; `rooms` and `interpreters` map a name to its busy stretches (None: none is needed,
    an empty mapping: there is none, so no time is found). Names are preferred in their order.
    Raises Invalid for a length outside 0 to 12 h or a moment without a zone.
    """
    if not timedelta(0) < length <= LONGEST or step <= timedelta(0):
        raise Invalid(N_("A meeting lasts more than nothing and at most 12 hours."), field="length")
    free = _without(merged(open_hours), merged(s for one in busy for s in one))
    pools = [
        {"": _Taken(())} if pool is None else {name: _Taken(pool[name]) for name in pool}
        for pool in (rooms, interpreters)
    ]
    return list(islice(_found(length, free, pools, step), most))


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as stretches (UTC) in order, apart and not empty."""
    known = sorted((_utc(a), _utc(b)) for a, b in stretches)
    found: list[Stretch] = []
    for start, end in known:
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


class _Taken:
    """The busy times of one room or interpreter."""

    def __init__(self, busy: Iterable[Stretch]) -> None:
        known = merged(busy)
        self._starts = [start for start, _ in known]
        self._ends = [end for _, end in known]

    def free_again(self, start: datetime, end: datetime) -> datetime | None:
        """None when free throughout; else the first moment after the busy time in the way."""
        place = bisect_right(self._ends, start)
        if place < len(self._starts) and self._starts[place] < end:
            return self._ends[place]
        return None


def _found(
    length: timedelta,
    free: Sequence[Stretch],
    pools: Sequence[Mapping[str, _Taken]],
    step: timedelta,
) -> Iterator[Slot]:
    if not all(pools):
        return
    for opens, closes in free:
        start = _on_step(opens, step)
        while start + length <= closes:
            end = start + length
            later = start
            names = []
            for pool in pools:
                waits = {name: taken.free_again(start, end) for name, taken in pool.items()}
                free_ones = [name for name, until in waits.items() if until is None]
                names.append(free_ones[0] if free_ones else "")
                if not free_ones:
                    later = max(later, min(until for until in waits.values() if until is not None))
            if later == start:
                yield Slot(start, end, names[0], names[1])
                later = end
            start = _on_step(later, step)


def _without(hours: Sequence[Stretch], busy: Sequence[Stretch]) -> list[Stretch]:
    """The open hours that are not busy; both in order and apart."""
    left: list[Stretch] = []
    first = 0
    for opens, closes in hours:
        while first < len(busy) and busy[first][1] <= opens:
            first += 1
        at = opens
        for start, end in busy[first:]:
            if start >= closes:
                break
            if start > at:
                left.append((at, start))
            at = max(at, end)
        if at < closes:
            left.append((at, closes))
    return left


def _on_step(moment: datetime, step: timedelta) -> datetime:
    """The first step (counted from midnight UTC) that is not before the moment."""
    return _EPOCH + -((_EPOCH - moment) // step) * step


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise Invalid(N_("A moment needs its time zone."), field="moment")
    return moment.astimezone(UTC)
