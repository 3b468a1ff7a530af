"""A round's times for a given order of its stops; another order that nobody expects."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.rounds.points import Point, PointRound, Shift, Stop

LONGER = 1.15
"""A round that is hard to foresee may take so much more driving than the shortest."""


@dataclass(frozen=True)
class Timed:
    """A round with its times, and its seconds of driving."""

    round: PointRound
    driving: int


def timed(
    order: Sequence[Stop],
    shift: int,
    shifts: Sequence[Shift],
    points: Sequence[Point],
    seconds: NDArray[np.int64],
    leaves: int,
) -> Timed | None:
    """The stops in this order, each as early as may be; None where a window or the shift breaks.

    `seconds` T × P × P. A rest (`point` None) is the shift's own.
    """
    of = shifts[shift]
    table = seconds[of.table]
    here, clock, driving = of.depot, leaves, 0
    found: list[Stop] = []
    for stop in order:
        way = int(table[here, stop.place])
        driving, clock = driving + way, clock + way
        begins = _begin(stop, of, points, clock)
        if begins is None:
            return None
        lasts = stop.ends - stop.begins
        found.append(Stop(stop.point, stop.place, begins, begins + lasts))
        here, clock = stop.place, begins + lasts
    way = int(table[here, of.depot])
    driving, clock = driving + way, clock + way
    if clock > of.ends or (of.longest is not None and clock - leaves > of.longest):
        return None
    return Timed(PointRound(shift, tuple(found), leaves, clock), driving)


def _begin(stop: Stop, shift: Shift, points: Sequence[Point], clock: int) -> int | None:
    if stop.point is None:
        rest = shift.rest
        windows: Sequence[tuple[int, int]] = ((rest.earliest, rest.latest),) if rest else ()
    else:
        windows = points[stop.point].windows or ((0, shift.ends),)
    starts = [max(clock, early) for early, late in windows if max(clock, early) <= late]
    return min(starts, default=None)


def unforeseen(
    given: PointRound,
    shifts: Sequence[Shift],
    points: Sequence[Point],
    seconds: NDArray[np.int64],
    fixed: frozenset[int],
    seed: int,
    day: int,
) -> PointRound:
    """The round begun elsewhere, or backwards, and at another minute, where that still fits.

    Rounds with a meeting (`fixed` points) keep their order and their times. Any order found takes
    at most `LONGER` times the driving. The same seed and day give the same.
    """
    if any(stop.point in fixed for stop in given.stops):
        return given
    chance = random.Random(f"{seed}/{day}/{given.shift}/order")  # noqa: S311 — planned, not guarded
    shift = shifts[given.shift]
    as_is = timed(given.stops, given.shift, shifts, points, seconds, shift.begins)
    if as_is is None:
        return given
    fit = [
        found
        for order in _orders(given.stops)
        if (found := timed(order, given.shift, shifts, points, seconds, shift.begins))
        and found.driving <= LONGER * as_is.driving
    ]
    chosen = chance.choice(fit) if fit else as_is
    late = chance.randint(0, max(0, shift.ends - chosen.round.returns))
    while late > 0:
        moved = timed(chosen.round.stops, given.shift, shifts, points, seconds, shift.begins + late)
        if moved is not None:
            return moved.round
        late //= 2
    return chosen.round


def _orders(stops: Sequence[Stop]) -> Iterator[list[Stop]]:
    """The visits begun at each of them, both ways round; the rest between any two of them."""
    visits = [stop for stop in stops if stop.point is not None]
    rests = [stop for stop in stops if stop.point is None]
    for begun in range(len(visits)):
        for way in (1, -1):
            order = [*visits[begun:], *visits[:begun]][::way]
            if not rests:
                yield order
                continue
            for place in range(1, max(2, len(order))):
                yield [*order[:place], *rests, *order[place:]]
