"""What sending units does to the cover that remains, and which move would restore most of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import dijkstra

from commonward.core.plans.dispatching.roster import Roster
from commonward.core.plans.dispatching.units import Rules
from commonward.core.plans.roads import RoadGraph
from commonward.core.refusals import N_, Invalid

Places = npt.NDArray[np.int32]
_STAND_INS = 1_000
_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Move:
    """A column of the fleet, the name and node of a station, and the weight its move gains."""

    unit: int
    station: str
    node: int
    gained: float


class Cover:
    """Counts, for each force and place, of its free units within the time: kept as units change."""

    def __init__(self, graph: RoadGraph, roster: Roster, rules: Rules, hour: int) -> None:
        self._graph, self._roster, self._rules, self._hour = graph, roster, rules, hour
        self.places = _places(graph, rules)
        weights = np.ones(len(self.places)) if rules.weights is None else rules.weights
        self.weights = weights / weights.sum()
        self._counts: dict[int, npt.NDArray[np.int32]] = {}
        self._counted: dict[int, Places] = {}
        self._reach: dict[int, Places] = {}
        self._near = _reaching(graph, self.places, rules.within, hour)

    def reach(self, node: int) -> Places:
        """The places that a unit at this node reaches in time."""
        found = self._reach.get(node)
        if found is None:
            if len(self._reach) >= _MOST_KEPT:
                self._reach.clear()
            found = self._reach[node] = self._near(node)
        return found

    def changed(self, unit: int) -> None:
        """The unit of this column moved or has another status: its force is counted anew for it."""
        counts = self._counts.get(int(self._roster.force[unit]))
        if counts is None:
            return
        before = self._counted.pop(unit, None)
        if before is not None:
            counts[before] -= 1
        if self._roster.state[unit] == 0:
            now = self._counted[unit] = self.reach(int(self._roster.nodes[unit]))
            counts[now] += 1

    def counts(self, force: int) -> npt.NDArray[np.int32]:
        """How many free units of the force reach each place in time, (places)."""
        found = self._counts.get(force)
        if found is None:
            found = self._counts[force] = np.zeros(len(self.places), np.int32)
            for unit in np.flatnonzero(self._roster.force == force).tolist():
                self.changed(unit)
        return found

    def shares(self, force: int, without: Iterable[int]) -> tuple[float, float]:
        """The weighted share of places covered by the force, with and without some of its units."""
        counts = self.counts(force)
        before = float(self.weights[counts > 0].sum())
        gone = [self._counted[unit] for unit in without if unit in self._counted]
        if not gone:
            return before, before
        hit, times = np.unique(np.concatenate(gone), return_counts=True)
        lost = hit[counts[hit] == times]
        return before, before - float(self.weights[lost].sum())

    def moves(self, force: int, without: Sequence[int], most: int) -> list[Move]:
        """The moves of free units of the force to stations that restore most cover, best first.

        Each move is the best of all pairs of unit and station after the moves before it; ties go to
        the lower key, then to the station named first. Moves that gain nothing are not told.
        """
        gone = set(without)
        counts = self.counts(force).copy()
        for unit in gone & self._counted.keys():
            counts[self._counted[unit]] -= 1
        idle = [
            unit
            for unit in np.flatnonzero(
                (self._roster.force == force) & (self._roster.state == 0)
            ).tolist()
            if unit not in gone
        ]
        stations = {name: self.reach(node) for name, node in self._rules.stations.items()}
        found: list[Move] = []
        while len(found) < most:
            best = self._best(counts, idle, stations)
            if best is None:
                break
            found.append(best)
            counts[self._counted[best.unit]] -= 1
            counts[stations[best.station]] += 1
            idle = [unit for unit in idle if unit != best.unit]
        return found

    def _best(
        self, counts: npt.NDArray[np.int32], idle: Sequence[int], stations: dict[str, Places]
    ) -> Move | None:
        bare = np.where(counts == 0, self.weights, 0.0)
        new = {name: float(bare[near].sum()) for name, near in stations.items()}
        best: Move | None = None
        for unit in idle:
            own = self._counted[unit]
            alone = own[counts[own] == 1]
            lost = float(self.weights[alone].sum())
            for name, near in stations.items():
                # What only this unit covers stays covered where the station reaches it too.
                if new[name] <= (best.gained if best else 1e-12):
                    continue
                kept = float(self.weights[np.intersect1d(alone, near, True)].sum()) if lost else 0.0
                gained = new[name] - lost + kept
                if gained > (best.gained if best else 1e-12) + 1e-12:
                    node = self._rules.stations[name]
                    best = Move(unit, name, node, gained)
        return best


def _places(graph: RoadGraph, rules: Rules) -> npt.NDArray[np.int64]:
    if rules.places is None:
        inside = np.flatnonzero(graph.main)
        count = min(len(inside), _STAND_INS)
        return inside[np.linspace(0, len(inside) - 1, count).round().astype(np.int64)]
    places = np.asarray(rules.places, np.int64)
    if not len(places) or places.min() < 0 or places.max() >= len(graph):
        raise Invalid(N_("Each place of the cover is a node of the road graph."), field="places")
    return places


def _reaching(
    graph: RoadGraph, places: npt.NDArray[np.int64], within: float, hour: int
) -> Callable[[int], Places]:
    limit = within * 1000.0
    labels = graph.labels(hour)
    if labels is not None:
        return labels.reaching(places, limit)
    matrix = graph.matrix(hour)

    def by_scipy(node: int) -> Places:
        took = dijkstra(matrix, indices=node, limit=limit)
        return np.flatnonzero(np.isfinite(took[places])).astype(np.int32)

    return by_scipy
