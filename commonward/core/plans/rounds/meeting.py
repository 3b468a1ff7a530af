"""Places that several agencies visit together (联合巡查): each sends one patrol, at one moment.

PyVRP plans single visits. So the visits of the meetings are planned first, freely and alone; then
the moment at which the last of each would come is set for all, and they are planned again. A meeting
that fails tries other moments, and is left out when none is found: a heuristic, without a proof. At
last the whole day is planned around the meetings, which must then be kept.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from commonward.core.plans.rounds.points import Point, PointPlan, Shift, plan_points
from commonward.core.plans.running import Watch
from commonward.core.refusals import Invalid

GRID = 300
"""Moments of meetings are whole five minutes: people agree on 09:35, not on 09:33:20."""
TRIES = 6
_LEAST = 243
QUICK = 3
"""While the moments are looked for, a plan gets this share of the steps: a third."""
_NOBODY = "nobody\0"


@dataclass(frozen=True)
class Meeting:
    """The points that are one meeting, by their numbers: begun at one moment, or not at all."""

    points: tuple[int, ...]


@dataclass(frozen=True)
class Met:
    """A plan with its meetings: when each begins (by its number), and which came to none."""

    plan: PointPlan
    at: Mapping[int, int]
    failed: frozenset[int]


def plan_meetings(
    points: Sequence[Point],
    shifts: Sequence[Shift],
    seconds: NDArray[np.int64],
    meetings: Sequence[Meeting],
    *,
    steps: int,
    seed: int,
    watch: Watch,
    keep: Callable[[PointPlan], None] = lambda plan: None,
) -> Met:
    """Rounds as of `plan_points` in which the visits of a meeting begin at one moment.

    The points of meetings have a `worth`, and one agency each. Raises Invalid as `plan_points`.
    """
    ranges = {n: common(one, points, shifts, seconds) for n, one in enumerate(meetings)}
    failed = {n for n, found in ranges.items() if found is None}
    moments: dict[int, int] = {}
    tried: dict[int, int] = dict.fromkeys(ranges, 0)
    chance = random.Random(f"{seed}/meetings")  # noqa: S311 — what is drawn is planned
    # First the meetings and what must be visited, alone: in shifts that are full already no search
    # finds room for an appointment. Then the others around them.
    alone, effort = len(failed) < len(meetings), max(1, steps // QUICK)
    scale = 1
    while True:
        given = _with(_worth(points, scale), meetings, moments, failed, alone=alone)
        effort = effort if alone else steps
        try:
            plan = plan_points(given, shifts, seconds, steps=effort, seed=seed % 2**32, watch=watch)
        except Invalid as refused:
            # Little searching proves nothing; where visits are worth very much a search may rather
            # break a shift than leave one out; and what must be visited goes before meetings.
            last = effort == steps and scale >= _LEAST
            if refused.field != "shifts" or (last and not moments):
                raise
            if last:
                failed |= set(moments)
                moments.clear()
            scale = scale * 3 if effort == steps and not last else 1
            effort = steps
            continue
        starts = {stop.point: stop.begins for r in plan.rounds for stop in r.stops}
        open_ = [n for n in ranges if n not in failed and not _together(meetings[n], starts)]
        if not open_ and not alone:
            return Met(plan, {n: moments[n] for n in moments if n not in failed}, frozenset(failed))
        if not open_:
            alone = False
            moments |= {n: starts[meetings[n].points[0]] for n in ranges if n not in failed}
            continue
        keep(_only_whole(plan, meetings, starts))
        for n in open_:
            found = ranges[n]
            tried[n] += 1
            if found is None or tried[n] > TRIES or watch.over:
                failed.add(n)
                moments.pop(n, None)
            else:
                moments[n] = _moment(meetings[n], found, starts, tried[n], chance)


def _worth(points: Sequence[Point], scale: int) -> list[Point]:
    return [one if one.worth is None else replace(one, worth=one.worth // scale) for one in points]


def common(
    meeting: Meeting,
    points: Sequence[Point],
    shifts: Sequence[Shift],
    seconds: NDArray[np.int64],
) -> tuple[int, int] | None:
    """The first and the last moment at which every agency of a meeting could be there, alone.

    None where there is no such whole five minutes.
    """
    seconds = seconds[None] if seconds.ndim == 2 else seconds
    first, last = 0, 2**31
    for number in meeting.points:
        point = points[number]
        spans = []
        for shift in shifts:
            if point.agencies and shift.agency not in point.agencies:
                continue
            table = seconds[shift.table]
            there = int(table[shift.depot, point.place])
            back = int(table[point.place, shift.depot])
            begin, end = shift.begins + there, shift.ends - back - point.service
            spans += [
                (max(early, begin), min(late, end))
                for early, late in point.windows or ((0, shift.ends),)
                if max(early, begin) <= min(late, end)
            ]
        if not spans:
            return None
        first, last = max(first, min(a for a, _ in spans)), min(last, max(b for _, b in spans))
    first, last = math.ceil(first / GRID) * GRID, last // GRID * GRID
    return (first, last) if first <= last else None


def _with(
    points: Sequence[Point],
    meetings: Sequence[Meeting],
    moments: Mapping[int, int],
    failed: set[int],
    *,
    alone: bool,
) -> list[Point]:
    """The points with the set moments as their windows; those of failed meetings are closed.

    `alone`: so is all that needs not be visited and is no meeting; else set meetings must be kept.
    """
    members = {number for one in meetings for number in one.points}
    found = [
        replace(one, worth=0, agencies=frozenset({_NOBODY}))
        if alone and one.worth is not None and number not in members
        else one
        for number, one in enumerate(points)
    ]
    for n, one in enumerate(meetings):
        for number in one.points:
            if n in failed:
                found[number] = replace(points[number], worth=0, agencies=frozenset({_NOBODY}))
            elif n in moments:
                found[number] = replace(
                    points[number],
                    windows=((moments[n], moments[n]),),
                    worth=points[number].worth if alone else None,
                )
    return found


def _together(meeting: Meeting, starts: Mapping[int | None, int]) -> bool:
    """All at one whole five minutes, or nobody: then nobody is waited for in vain."""
    found = {starts.get(number) for number in meeting.points}
    return len(found) == 1 and None not in found and all((at or 0) % GRID == 0 for at in found)


def _moment(
    meeting: Meeting,
    within: tuple[int, int],
    starts: Mapping[int | None, int],
    tried: int,
    chance: random.Random,
) -> int:
    """The moment of the last who would come; after a failure any other of the common time."""
    first, last = within
    come = [starts[number] for number in meeting.points if number in starts]
    if come and tried <= 2:
        wanted = math.ceil(max(come) / GRID) * GRID
        return min(max(wanted, first), last)
    return first + GRID * chance.randint(0, (last - first) // GRID)


def _only_whole(
    plan: PointPlan, meetings: Sequence[Meeting], starts: Mapping[int | None, int]
) -> PointPlan:
    """The plan without the visits of meetings that do not come together yet."""
    alone = {n for one in meetings if not _together(one, starts) for n in one.points}
    rounds = tuple(
        replace(one, stops=tuple(stop for stop in one.stops if stop.point not in alone))
        for one in plan.rounds
    )
    return replace(plan, rounds=rounds)
