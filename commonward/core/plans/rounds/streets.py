"""Rounds along streets: each wanted street is gone through once, as little way as may be.

The capacitated arc routing problem (Golden & Wong 1981) with directions chosen, one-way streets
and a longest round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from commonward.core.plans.chances import seeded
from commonward.core.plans.rounds.ruin import search
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid

Floats = NDArray[np.float64]
SLICES = 20
AVERAGE, LONGEST = 10.0, 10
HOT, COLD = 0.15, 0.007
"""Temperatures as shares of the median way from one wanted street through another."""


@dataclass(frozen=True)
class Street:
    """A street between two nodes: `way` is the cost of passing it, `serve` that of serving it.

    `demand` above 0 makes it wanted; a one-way street is passed and served from `start` to `end`
    only. Costs are in the caller's unit (seconds, metres).
    """

    start: int
    end: int
    way: float
    serve: float = 0.0
    demand: float = 0.0
    one_way: bool = False


@dataclass(frozen=True)
class Round:
    """Streets in the order they are served, each with its direction (True: from start to end)."""

    streets: tuple[tuple[int, bool], ...]
    cost: float
    load: float


@dataclass(frozen=True)
class StreetPlan:
    """Rounds from the depot and back; `stopped` when the watch cut the run."""

    rounds: tuple[Round, ...]
    cost: float
    stopped: bool = False


@dataclass(frozen=True, eq=False)
class Network:
    """The streets of an area and the ways between them; build one with `network`."""

    streets: tuple[Street, ...]
    depot: int
    nodes: int

    @cached_property
    def _graph(self) -> csr_array:
        """The cheapest passage from node to node, in its directions."""
        least: dict[tuple[int, int], float] = {}
        for street in self.streets:
            turns = [(street.start, street.end)]
            if not street.one_way:
                turns.append((street.end, street.start))
            for turn in turns:
                least[turn] = min(street.way, least.get(turn, np.inf))
        ends = np.array(list(least), np.int64).reshape(-1, 2)
        # A passage that costs nothing is still a passage.
        costs = np.maximum(np.array(list(least.values())), 1e-12)
        return csr_array((costs, (ends[:, 0], ends[:, 1])), shape=(self.nodes, self.nodes))

    @cached_property
    def _ways(self) -> tuple[Floats, NDArray[np.int32]]:
        ways, before = dijkstra(self._graph, return_predecessors=True)
        return np.where(ways < 1e-9, 0.0, ways), before

    @property
    def ways(self) -> Floats:
        """The least cost from node to node (inf: no way)."""
        return self._ways[0]

    def between(self, here: int, there: int) -> list[int]:
        """The nodes of a cheapest way, both ends included."""
        before = self._ways[1]
        path = [there]
        while path[-1] != here:
            path.append(int(before[here, path[-1]]))
        return path[::-1]

    def nodes_of(self, plan: Round) -> list[int]:
        """All nodes of a round in order, from the depot to the depot."""
        path = [self.depot]
        for index, forwards in plan.streets:
            street = self.streets[index]
            start, end = (street.start, street.end) if forwards else (street.end, street.start)
            path += [*self.between(path[-1], start)[1:], end]
        return path + self.between(path[-1], self.depot)[1:]


def network(streets: Sequence[Street], depot: int) -> Network:
    """A network of streets; raises Invalid for costs below 0, or a depot on no street."""
    if any(min(one.way, one.serve, one.demand, one.start, one.end) < 0 for one in streets):
        raise Invalid(N_("Costs, demands and nodes of a street are 0 or more."), field="streets")
    used = {node for street in streets for node in (street.start, street.end)}
    if depot not in used:
        raise Invalid(N_("The rounds begin at a node of a street."), field="depot")
    return Network(tuple(streets), depot, max(used) + 1)


def plan_streets(
    area: Network,
    room: float,
    *,
    longest: float = float("inf"),
    opening: float = 0.0,
    effort: int = 200_000,
    seed: int = 0,
    watch: Watch | None = None,
) -> StreetPlan:
    """Rounds that serve every wanted street, each with at most `room` demand and `longest` cost.

    `opening` is what one more round costs. `effort` is the number of removals tried; the same seed
    gives the same rounds. Raises Invalid for a street that no round can serve.
    """
    watch = watch or Watch()
    wanted = [index for index, one in enumerate(area.streets) if one.demand > 0]
    if not wanted:
        return StreetPlan((), 0.0)
    leave = _leave(area, wanted, opening)
    demand = np.array([area.streets[index].demand for index in wanted])
    alone = leave[-1, :-1] + leave[:-1, -1] - opening
    _check(wanted, alone, demand, room, longest)
    # The search's costs hold the price of opening a round.
    work = _Work(leave, demand, room, longest + opening, seed)
    stopped = work.run(effort, watch)
    rounds = tuple(
        _directed(work.best_routes[r, :size], wanted, leave, demand, opening)
        for r, size in enumerate(work.best_sizes)
        if size
    )
    return StreetPlan(rounds, sum(one.cost for one in rounds), stopped)


def _leave(area: Network, wanted: list[int], opening: float) -> Floats:
    """Ways between street states with the service of the one they lead to (see `ruin.search`)."""
    size = 2 * len(wanted) + 1
    start, end = np.full(size, area.depot), np.full(size, area.depot)
    serve = np.zeros(size)
    for place, index in enumerate(wanted):
        street = area.streets[index]
        start[2 * place], end[2 * place] = street.start, street.end
        start[2 * place + 1], end[2 * place + 1] = street.end, street.start
        serve[2 * place] = street.serve
        serve[2 * place + 1] = np.inf if street.one_way else street.serve
    leave = area.ways[np.ix_(end, start)] + serve
    leave[-1, :-1] += opening
    return np.ascontiguousarray(leave)


def _check(wanted: list[int], alone: Floats, demand: Floats, room: float, longest: float) -> None:
    for place, index in enumerate(wanted):
        cost = float(alone[2 * place : 2 * place + 2].min())
        if demand[place] > room:
            raise Invalid(
                N_("Street {street} alone has a demand of {demand:g}; a round has {room:g}."),
                field="streets",
                street=index,
                demand=float(demand[place]),
                room=room,
            )
        if not np.isfinite(cost):
            raise Invalid(
                N_("There is no way from the depot to street {street} and back."),
                field="streets",
                street=index,
            )
        if cost > longest:
            raise Invalid(
                N_("Street {street} alone takes {cost:g}; a round may take {longest:g}."),
                field="longest",
                street=index,
                cost=cost,
                longest=longest,
            )


class _Work:
    """The arrays of one search."""

    def __init__(
        self, leave: Floats, demand: Floats, room: float, longest: float, seed: int
    ) -> None:
        m = demand.size
        self.leave, self.demand, self.room, self.most = leave, demand, room, longest
        self.enter = np.ascontiguousarray(leave.T)
        plain = np.where(np.isfinite(leave[:-1, :-1]), leave[:-1, :-1], np.inf)
        apart = plain.reshape(m, 2, m, 2).min(axis=(1, 3))
        apart = np.minimum(apart, apart.T)
        np.fill_diagonal(apart, np.inf)
        order = np.argsort(apart, axis=1, kind="stable")
        self.near = np.ascontiguousarray(order[:, : max(1, m - 1)])
        self.apart = leave[-1, :-1].reshape(m, 2).min(axis=1)
        self.state = seeded(seed)
        self.routes = np.zeros((m, m), np.int32)
        self.sizes = np.zeros(m, np.int64)
        self.loads, self.costs = np.zeros(m), np.zeros(m)
        self.where = np.full(m, -1, np.int64)
        self.best_routes, self.best_sizes = self.routes.copy(), self.sizes.copy()
        self.best = np.array([np.inf])
        finite = leave[:-1, :-1][np.isfinite(leave[:-1, :-1])]
        self.scale = float(np.median(finite))

    def run(self, effort: int, watch: Watch) -> bool:
        """Search until the effort is spent; True when the watch cut it."""
        heats = np.geomspace(HOT, COLD, SLICES + 1) * max(self.scale, 1e-9)
        for part in range(SLICES):
            steps = max(1, effort * (part + 1) // SLICES - effort * part // SLICES)
            search(
                self.leave, self.enter, self.near, self.demand, self.apart, self.room, self.most,
                AVERAGE, LONGEST, steps, heats[part], heats[part + 1], self.state, self.routes,
                self.sizes, self.loads, self.costs, self.where, self.best_routes,
                self.best_sizes, self.best,
            )  # fmt: skip
            watch.tell(Progress("streets", part + 1, SLICES, best=float(self.best[0])))
            if watch.over:
                return True
        return False


def _directed(
    route: NDArray[np.int32], wanted: list[int], leave: Floats, demand: Floats, opening: float
) -> Round:
    """A round with the best direction of each street, by dynamic programming from its end."""
    depot = leave.shape[0] - 1
    behind = leave[[2 * route[-1], 2 * route[-1] + 1], depot]
    choices: list[Floats] = []
    for here, there in zip(route[-2::-1], route[:0:-1], strict=True):
        ways = leave[np.ix_([2 * here, 2 * here + 1], [2 * there, 2 * there + 1])] + behind
        choices.append(ways)
        behind = ways.min(axis=1)
    begin = leave[depot, [2 * route[0], 2 * route[0] + 1]] + behind
    turn = int(begin.argmin())
    turns = [turn]
    for ways in reversed(choices):
        turn = int(ways[turn].argmin())
        turns.append(turn)
    served = tuple(
        (wanted[street], not turn) for street, turn in zip(route.tolist(), turns, strict=True)
    )
    return Round(served, float(begin.min()) - opening, float(demand[route].sum()))
