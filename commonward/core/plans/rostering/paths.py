"""The cheapest roster of one team for given prices per day and kind: a shortest path.

A day's state is the *mode* (how many days off or worked in a row, and the class of the last kind),
the weekends and the minutes worked so far, and how often each *counted* kind was worked. Kinds that
no succession and no length tells apart form a group, and each day only its cheapest is looked at.
Limits on kinds are counted only where a cheapest path broke one (state-space relaxation, Righini
and Salani 2008): until then the value is a lower bound.
"""

import math
from dataclasses import dataclass
from itertools import product

import numba as nb
import numpy as np
import numpy.typing as npt

from commonward.core.plans.rostering.model import SATURDAY, SUNDAY, Rules

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int8]
BYTES_MOST = 400e6
_REST = -1


@nb.njit(cache=True, nogil=True)
def _cheapest_of_groups(prices, group_of, groups):  # type: ignore[no-untyped-def]
    days, kinds = prices.shape
    least = np.full((days, groups), np.inf)
    which = np.full((days, groups), -1, dtype=np.int8)
    for day in range(days):
        for kind in range(kinds):
            group = group_of[kind]
            if group >= 0 and prices[day, kind] < least[day, group]:
                least[day, group] = prices[day, kind]
                which[day, group] = kind
    return least, which


@nb.njit(cache=True, nogil=True)
def _forward(least, rest, weekend_of, edges, starts, lengths, counted, modes, weekends, units):  # type: ignore[no-untyped-def]  # noqa: C901
    """Cheapest way to each state, value[days done, mode, weekends, counts, units]."""
    days = least.shape[0]
    counts = counted.shape[0]
    value = np.full((days + 1, modes, weekends + 1, counts, units + 1), np.inf)
    alive = np.zeros((days + 1, modes, weekends + 1, counts), dtype=np.bool_)
    for e in range(starts.shape[0]):
        mode, group = starts[e]
        if group == -1:
            value[1, mode, 0, 0, 0] = rest[0]
            alive[1, mode, 0, 0] = rest[0] < np.inf
            continue
        price = least[0, group]
        weekend = 1 if weekend_of[0] > 0 else 0
        count = counted[0, group]
        if price < np.inf and weekend <= weekends and count >= 0 and lengths[group] <= units:
            cell = value[1, mode, weekend, count]
            cell[lengths[group]] = min(price, cell[lengths[group]])
            alive[1, mode, weekend, count] = True
    for day in range(1, days):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            if group == -1:
                price = rest[day]
                shift = 0
            else:
                price = least[day, group]
                shift = lengths[group]
            if price == np.inf:
                continue
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    if not alive[day, mode, weekend, count]:
                        continue
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = value[day, mode, weekend, count]
                    target = value[day + 1, to, weekend + new, later]
                    for unit in range(units + 1 - shift):
                        target[unit + shift] = min(target[unit + shift], source[unit] + price)
                    alive[day + 1, to, weekend + new, later] = True
    return value


@nb.njit(cache=True, nogil=True)
def _backward(  # type: ignore[no-untyped-def]  # noqa: C901
    least, rest, weekend_of, edges, lengths, counted, modes, weekends, units, units_least
):
    """Cheapest way from each state to an allowed end."""
    days = least.shape[0]
    counts = counted.shape[0]
    value = np.full((days + 1, modes, weekends + 1, counts, units + 1), np.inf)
    value[days, :, :, :, units_least:] = 0.0
    for day in range(days - 1, 0, -1):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            if group == -1:
                price = rest[day]
                shift = 0
            else:
                price = least[day, group]
                shift = lengths[group]
            if price == np.inf:
                continue
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = value[day + 1, to, weekend + new, later]
                    target = value[day, mode, weekend, count]
                    for unit in range(units + 1 - shift):
                        target[unit] = min(target[unit], source[unit + shift] + price)
    return value


@nb.njit(cache=True, nogil=True)
def _through(before, after, weekend_of, edges, starts, lengths, counted, groups):  # type: ignore[no-untyped-def]  # noqa: C901
    """Cheapest whole roster through each (day, group), without that day's own price; the last
    column is the day off."""
    days = before.shape[0] - 1
    weekends, counts, units = before.shape[2] - 1, before.shape[3], before.shape[4] - 1
    best = np.full((days, groups + 1), np.inf)
    for e in range(starts.shape[0]):
        mode, group = starts[e]
        if group == -1:
            best[0, groups] = min(best[0, groups], after[1, mode, 0, 0, 0])
            continue
        weekend = 1 if weekend_of[0] > 0 else 0
        count = counted[0, group]
        if weekend <= weekends and count >= 0 and lengths[group] <= units:
            best[0, group] = min(best[0, group], after[1, mode, weekend, count, lengths[group]])
    for day in range(1, days):
        for e in range(edges.shape[0]):
            mode, to, group, length, enough, resting = edges[e]
            if enough == 0 and length != day:
                continue
            shift = 0 if group == -1 else lengths[group]
            new = 0
            if group >= 0 and (weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1)):
                new = 1
            least = np.inf
            for weekend in range(weekends + 1 - new):
                for count in range(counts):
                    later = count
                    if group >= 0:
                        later = counted[count, group]
                        if later < 0:
                            continue
                    source = before[day, mode, weekend, count]
                    target = after[day + 1, to, weekend + new, later]
                    for unit in range(units + 1 - shift):
                        least = min(least, source[unit] + target[unit + shift])
            place = groups if group == -1 else group
            best[day, place] = min(best[day, place], least)
    return best


@nb.njit(cache=True, nogil=True)
def _trace(  # type: ignore[no-untyped-def]  # noqa: C901
    value,
    least,
    which,
    rest,
    weekend_of,
    edges,
    starts,
    lengths,
    counted,
    mode,
    weekend,
    count,
    unit,
):
    """The row of kinds that leads to a final state, found backwards by equality."""
    days = least.shape[0]
    counts = counted.shape[0]
    row = np.full(days, -1, dtype=np.int8)
    for day in range(days - 1, 0, -1):
        here = value[day + 1, mode, weekend, count, unit]
        found = False
        for e in range(edges.shape[0]):
            prior, to, group, length, enough, resting = edges[e]
            if to != mode or (enough == 0 and length != day):
                continue
            if group == -1:
                if value[day, prior, weekend, count, unit] + rest[day] == here:
                    mode = prior
                    found = True
                    break
                continue
            new = 0
            if weekend_of[day] == 1 or (weekend_of[day] == 2 and resting == 1):
                new = 1
            earlier = unit - lengths[group]
            if earlier < 0 or weekend < new:
                continue
            for before in range(counts):
                if counted[before, group] != count:
                    continue
                if value[day, prior, weekend - new, before, earlier] + least[day, group] == here:
                    row[day] = which[day, group]
                    mode = prior
                    weekend -= new
                    count = before
                    unit = earlier
                    found = True
                    break
            if found:
                break
    for e in range(starts.shape[0]):
        first, group = starts[e]
        if first == mode and group >= 0 and lengths[group] == unit and counted[0, group] == count:
            row[0] = which[0, group]
            if least[0, group] == value[1, mode, weekend, count, unit]:
                break
    return row


@nb.njit(cache=True, nogil=True)
def _ends(final, units_least):  # type: ignore[no-untyped-def]
    """For each total of units, the cheapest end: (modes, weekends, counts) and its value."""
    modes, weekends, counts, units = final.shape
    place = np.full((units, 3), -1, dtype=np.int64)
    best = np.full(units, np.inf)
    for mode in range(modes):
        for weekend in range(weekends):
            for count in range(counts):
                for unit in range(units_least, units):
                    if final[mode, weekend, count, unit] < best[unit]:
                        best[unit] = final[mode, weekend, count, unit]
                        place[unit, 0] = mode
                        place[unit, 1] = weekend
                        place[unit, 2] = count
    return place, best


@dataclass(frozen=True, slots=True)
class _Graph:
    """The states of one team: arrays for the kernels above."""

    group_of: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    counted: npt.NDArray[np.int64]
    modes: int


class Finder:
    """Finds cheapest rosters of one team; remembers which limits on kinds it must count."""

    def __init__(self, rules: Rules, number: int) -> None:
        team = rules.teams[number]
        self.team = team
        self.kinds = rules.kinds
        minutes = [kind.minutes for kind, most in zip(rules.kinds, team.most, strict=True) if most]
        self.unit = math.gcd(*minutes) or 1
        self.units_most = team.minutes_most // self.unit
        self.units_least = -(-team.minutes_least // self.unit)
        weekday = [rules.weekday(day) for day in range(rules.days)]
        self.weekend_of = np.array(
            [
                1 if day == SATURDAY or (day == SUNDAY and at == 0) else 2 if day == SUNDAY else 0
                for at, day in enumerate(weekday)
            ],
            dtype=np.int64,
        )
        weekends = sum(kind == 1 for kind in self.weekend_of)
        self.weekends = min(team.weekends_most, int(weekends))
        self._tracked: tuple[int, ...] = ()
        self._graphs: dict[tuple[int, ...], _Graph] = {}

    def _graph(self) -> _Graph:
        if self._tracked not in self._graphs:
            self._graphs[self._tracked] = self._built()
        return self._graphs[self._tracked]

    def _built(self) -> _Graph:
        team, kinds = self.team, self.kinds
        mine = [kind for kind in range(len(kinds)) if team.most[kind] > 0]
        after = {k: frozenset(j for j in mine if j not in kinds[k].never_before) for k in mine}
        classes = sorted({tuple(sorted(after[k])) for k in mine})
        class_of = {k: classes.index(tuple(sorted(after[k]))) for k in mine}
        groups: dict[tuple[object, ...], int] = {}
        group_of = np.full(len(kinds), -1, dtype=np.int64)
        member: list[int] = []
        for k in mine:
            comes_after = frozenset(j for j in mine if k in after[j])
            counted = k if k in self._tracked else None
            key = (class_of[k], comes_after, kinds[k].minutes, counted)
            if key not in groups:
                groups[key] = len(groups)
                member.append(k)
            group_of[k] = groups[key]
        run, cap = team.run_most, team.rest_most or max(1, team.rest_least)
        edges: list[tuple[int, int, int, int, int, int]] = []
        for mode in range(cap):
            if team.rest_most is None or mode + 1 < cap:
                edges.append((mode, min(mode + 1, cap - 1), _REST, mode + 1, 1, 1))
            enough = int(mode + 1 >= team.rest_least)
            for group, k in enumerate(member):
                edges.append((mode, cap + class_of[k] * run, group, mode + 1, enough, 1))
        for last, length in product(range(len(classes)), range(1, run + 1)):
            mode = cap + last * run + length - 1
            edges.append((mode, 0, _REST, length, int(length >= team.run_least), 0))
            if length == run:
                continue
            for group, k in enumerate(member):
                if k in classes[last]:
                    to = cap + class_of[k] * run + length
                    edges.append((mode, to, group, length, 1, 0))
        starts = [(0, _REST)] + [
            (cap + class_of[k] * run, group) for group, k in enumerate(member) if run > 0
        ]
        return _Graph(
            group_of,
            np.array([kinds[k].minutes // self.unit for k in member], dtype=np.int64),
            np.array(edges, dtype=np.int64).reshape(-1, 6),
            np.array(starts, dtype=np.int64),
            self._counted(member),
            cap + len(classes) * run,
        )

    def _counted(self, member: list[int]) -> npt.NDArray[np.int64]:
        """Which combined count follows when a group is worked; -1 beyond a limit."""
        sizes = [self.team.most[k] + 1 for k in self._tracked]
        states = list(product(*(range(size) for size in sizes)))
        index = {state: at for at, state in enumerate(states)}
        counted = np.empty((len(states), len(member)), dtype=np.int64)
        for at, state in enumerate(states):
            for group, k in enumerate(member):
                if k in self._tracked:
                    place = self._tracked.index(k)
                    later = (*state[:place], state[place] + 1, *state[place + 1 :])
                    counted[at, group] = index.get(later, -1)
                else:
                    counted[at, group] = at
        return counted

    def cheapest(self, prices: Floats, rest: Floats, many: int = 1) -> tuple[float, list[Rows]]:
        """A lower bound on the price of any allowed roster, and up to `many` good allowed ones.

        `prices` (days, kinds) may hold inf where a kind is not allowed, `rest` (days) where the
        team must work. Without any allowed roster the bound is inf.
        """
        # Prices of early rounds ask for counts that later ones do not: each search begins with none.
        self._tracked = ()
        while True:
            graph = self._graph()
            least, which = _cheapest_of_groups(prices, graph.group_of, len(graph.lengths))
            value = self._forward(graph, least, rest)
            place, best = _ends(value[-1], self.units_least)
            rows: list[Rows] = []
            broken: set[int] = set()
            order = [int(at) for at in np.argsort(best, kind="stable")[:many]]
            for turn, unit in enumerate(order):
                if best[unit] == np.inf:
                    break
                row = _trace(
                    value, least, which, rest, self.weekend_of, graph.edges, graph.starts,
                    graph.lengths, graph.counted, *place[unit], unit,
                )  # fmt: skip
                over = self._over(row)
                if not over:
                    rows.append(row)
                elif turn == 0:
                    broken = over
            if not broken or not self._track(broken):
                return float(best.min()), rows

    def _over(self, row: Rows) -> set[int]:
        counts = np.bincount(row[row >= 0], minlength=len(self.kinds))
        return {k for k in range(len(self.kinds)) if counts[k] > self.team.most[k]}

    def _track(self, kinds: set[int]) -> bool:
        """Count these from now on; False where that would need too many states."""
        modes = self._graph().modes
        tracked = tuple(sorted({*self._tracked, *kinds}))
        counts = math.prod(self.team.most[k] + 1 for k in tracked)
        cells = len(self.weekend_of) * (self.weekends + 1) * (self.units_most + 1) * counts
        if 8 * cells * modes > BYTES_MOST:
            return False
        self._tracked = tracked
        return True

    def _forward(self, graph: _Graph, least: Floats, rest: Floats) -> Floats:
        value: Floats = _forward(
            least, rest, self.weekend_of, graph.edges, graph.starts, graph.lengths,
            graph.counted, graph.modes, self.weekends, self.units_most,
        )  # fmt: skip
        return value

    def through(self, prices: Floats, rest: Floats) -> tuple[Floats, Floats]:
        """Lower bounds on the price of a roster that works a kind on a day (days, kinds), and that
        has the day off (days)."""
        graph = self._graph()
        least, _ = _cheapest_of_groups(prices, graph.group_of, len(graph.lengths))
        before = self._forward(graph, least, rest)
        after = _backward(
            least, rest, self.weekend_of, graph.edges, graph.lengths, graph.counted,
            graph.modes, self.weekends, self.units_most, self.units_least,
        )  # fmt: skip
        best = _through(
            before, after, self.weekend_of, graph.edges, graph.starts, graph.lengths,
            graph.counted, len(graph.lengths),
        )  # fmt: skip
        padded = np.concatenate([best, np.full((len(best), 1), np.inf)], axis=1)
        groups = np.where(graph.group_of < 0, len(graph.lengths) + 1, graph.group_of)
        return prices + padded[:, groups], rest + best[:, -1]
