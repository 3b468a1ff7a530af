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

import numpy as np
import numpy.typing as npt

from commonward.core.plans.rostering import kernels
from commonward.core.plans.rostering.model import SATURDAY, SUNDAY, Rules

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int8]
BYTES_MOST = 400e6


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
                edges.append((mode, min(mode + 1, cap - 1), kernels.REST, mode + 1, 1, 1))
            enough = int(mode + 1 >= team.rest_least)
            for group, k in enumerate(member):
                edges.append((mode, cap + class_of[k] * run, group, mode + 1, enough, 1))
        for last, length in product(range(len(classes)), range(1, run + 1)):
            mode = cap + last * run + length - 1
            edges.append((mode, 0, kernels.REST, length, int(length >= team.run_least), 0))
            if length == run:
                continue
            for group, k in enumerate(member):
                if k in classes[last]:
                    to = cap + class_of[k] * run + length
                    edges.append((mode, to, group, length, 1, 0))
        starts = [(0, kernels.REST)] + [
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
            least, which = kernels.cheapest_of_groups(prices, graph.group_of, len(graph.lengths))
            value = self._forward(graph, least, rest)
            place, best = kernels.ends(value[-1], self.units_least)
            rows: list[Rows] = []
            broken: set[int] = set()
            order = [int(at) for at in np.argsort(best, kind="stable")[:many]]
            for turn, unit in enumerate(order):
                if best[unit] == np.inf:
                    break
                row = kernels.trace(
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
        value: Floats = kernels.forward(
            least, rest, self.weekend_of, graph.edges, graph.starts, graph.lengths,
            graph.counted, graph.modes, self.weekends, self.units_most,
        )  # fmt: skip
        return value

    def through(self, prices: Floats, rest: Floats) -> tuple[Floats, Floats]:
        """Lower bounds on the price of a roster that works a kind on a day (days, kinds), and that
        has the day off (days)."""
        graph = self._graph()
        least, _ = kernels.cheapest_of_groups(prices, graph.group_of, len(graph.lengths))
        before = self._forward(graph, least, rest)
        after = kernels.backward(
            least, rest, self.weekend_of, graph.edges, graph.lengths, graph.counted,
            graph.modes, self.weekends, self.units_most, self.units_least,
        )  # fmt: skip
        best = kernels.through(
            before, after, self.weekend_of, graph.edges, graph.starts, graph.lengths,
            graph.counted, len(graph.lengths),
        )  # fmt: skip
        padded = np.concatenate([best, np.full((len(best), 1), np.inf)], axis=1)
        groups = np.where(graph.group_of < 0, len(graph.lengths) + 1, graph.group_of)
        return prices + padded[:, groups], rest + best[:, -1]
