"""How long the ways between the places of a round take, and where they lead: by road, or straight.

On foot, by bike and by car the same roads take other times, and not every road is open to each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, STRtree, points

from commonward.core.plans.roads.graph import RoadGraph, graph_of, metres_between
from commonward.core.plans.roads.profile import Profile
from commonward.core.plans.roads.travel import ByScipy
from commonward.core.plans.rounds.steps import Leg, Step, steps, towards
from commonward.core.refusals import N_, Invalid
from commonward.core.roads import CLASSES, Roads

FAR = 10_000_000
"""Seconds and prize that no plan outweighs: a way that is closed, a break that is missed."""
SPEEDS = {"foot": 4.7, "bike": 14.0, "car": 30.0}
"""km/h; cars go by the road graph's own times where there is one."""
DETOUR = 1.3
"""How much longer a way is than the straight line, where no road is known (circuity of cities:
Ballou, Rahardja & Sakai 2002 give 1.2 to 1.5)."""
_NEAR, _MARGIN = 0.0002, 0.01
"""Degrees: about 20 m and 1 km."""
_NO_ROAD_ON_FOOT = ("motorway", "trunk")

Place = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True)
class Way:
    """From one place to another: its line (longitude, latitude), metres, and the steps."""

    line: tuple[tuple[float, float], ...]
    metres: float
    steps: tuple[Step, ...]


class Ways(Protocol):
    """Travel between the places of a plan at one speed: `seconds` P × P int64, FAR for no way."""

    @property
    def seconds(self) -> NDArray[np.int64]:
        """The table."""
        ...

    def way(self, here: int, there: int) -> Way:
        """The way between two places by their numbers."""
        ...


@dataclass(frozen=True, eq=False)
class Straight:
    """Straight lines × `DETOUR` at the speed of the mode."""

    places: Sequence[Place]
    mode: str
    seconds: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        lat, lon = (np.array(axis, np.float64) for axis in zip(*self.places, strict=True))
        far = metres_between(lat[:, None], lon[:, None], lat[None], lon[None])
        seconds = np.ceil(far * DETOUR / (SPEEDS[self.mode] / 3.6) - 1e-9).astype(np.int64)
        object.__setattr__(self, "seconds", seconds)

    def way(self, here: int, there: int) -> Way:
        """One line, and the direction."""
        start, end = _turned(self.places[here]), _turned(self.places[there])
        far = DETOUR * float(
            metres_between(*(np.array([v]) for v in (start[1], start[0], end[1], end[0])))[0]
        )
        return Way((start, end), far, (towards(start, end, far),) if far else ())


@dataclass(frozen=True, eq=False)
class ByRoad:
    """Ways along the roads of `graph` (made by `graph_for`); from a place to its nearest crossing
    straight."""

    graph: RoadGraph
    places: Sequence[Place]
    mode: str
    hour: int = 12
    names: "Names" = field(default_factory=lambda: Names({}))
    seconds: NDArray[np.int64] = field(init=False)
    _nodes: NDArray[np.int64] = field(init=False)
    _off: NDArray[np.float64] = field(init=False)
    _before: dict[int, NDArray[np.int32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        snapped = [self.graph.snap(*place) for place in self.places]
        nodes = np.array([one.node for one in snapped], np.int64)
        off = np.array([one.metres for one in snapped]) * DETOUR
        unique, back = np.unique(nodes, return_inverse=True)
        between = ByScipy(self.graph, self.hour).table(unique, unique)[np.ix_(back, back)]
        beside = off / (SPEEDS[self.mode] / 3.6)
        whole = between + beside[:, None] + beside[None]
        np.fill_diagonal(whole, 0.0)
        # Rounded up: a round that fits on paper fits in the street.
        seconds = np.where(np.isfinite(whole), np.ceil(np.minimum(whole, FAR) - 1e-9), FAR)
        object.__setattr__(self, "seconds", seconds.astype(np.int64))
        object.__setattr__(self, "_nodes", nodes)
        object.__setattr__(self, "_off", off)

    def way(self, here: int, there: int) -> Way:
        """Along the roads, street by street."""
        start, end = int(self._nodes[here]), int(self._nodes[there])
        path = self.nodes(start, end)
        legs = legs_of(self.graph, path, self.names)
        line = [point for leg in legs for point in leg.line]
        first, last = _turned(self.places[here]), _turned(self.places[there])
        line = _without_repeats([first, *line, last])
        found = tuple(one for one in steps(legs) if one.turn not in ("visit", "arrive"))
        far = sum(one.metres for one in found)
        if here != there:
            far += float(self._off[here] + self._off[there])
            # Two places at one corner: the roads between them say nothing.
            found = found or (towards(first, last, far),)
        return Way(tuple(line), far, found)

    def nodes(self, start: int, end: int) -> list[int]:
        """The nodes of a quickest way, both ends included; straight over where there is none."""
        if start not in self._before:
            _, self._before[start] = dijkstra(
                self.graph.matrix(self.hour), indices=start, return_predecessors=True
            )
        before, path = self._before[start], [end]
        while path[-1] != start:
            earlier = int(before[path[-1]])
            if earlier < 0:
                return [start, end]
            path.append(earlier)
        return path[::-1]


@dataclass(frozen=True)
class Names:
    """The names of streets by their two nodes, the same both ways; "" where none is known."""

    known: dict[tuple[int, int], str]

    def of(self, tail: int, head: int) -> str:
        """The name of the street between two neighbouring nodes."""
        return self.known.get((tail, head)) or self.known.get((head, tail), "")

    @classmethod
    def read(cls, rows: Sequence[Sequence[Any]]) -> "Names":
        """From [[tail, head, name], …] (`names_near`)."""
        return cls({(int(tail), int(head)): str(name) for tail, head, name in rows})


def names_near(graph: RoadGraph, roads: Roads | None, places: Sequence[Place]) -> list[list[Any]]:
    """[[tail, head, name], …]: each road about these places, by the drawn road that it lies on.

    A road of the graph has the name of the drawn one within `_NEAR` degrees of its middle, the
    nearest of them; none is known where no map was imported.
    """
    if roads is None or not places:
        return []
    lats, lons = zip(*places, strict=True)
    west, east = min(lons) - _MARGIN, max(lons) + _MARGIN
    south, north = min(lats) - _MARGIN, max(lats) + _MARGIN
    about = roads.reaching((west, south, east, north), len(CLASSES))
    named = [int(road) for road in about if roads.words[roads.names[road]]]
    named = [road for road in named if len(roads.degrees(road)) > 1]
    if not named:
        return []
    tree = STRtree([LineString(roads.degrees(road)) for road in named])
    tails, heads = graph.tails.astype(np.int64), graph.heads.astype(np.int64)
    lat, lon = (graph.lat[tails] + graph.lat[heads]) / 2, (graph.lon[tails] + graph.lon[heads]) / 2
    once = (tails < heads) & (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    arcs = np.flatnonzero(once)
    which, nearest = tree.query_nearest(
        points(lon[arcs], lat[arcs]), max_distance=_NEAR, all_matches=False
    )
    return [
        [int(tails[arcs[k]]), int(heads[arcs[k]]), roads.words[roads.names[named[n]]]]
        for k, n in zip(which.tolist(), nearest.tolist(), strict=True)
    ]


def legs_of(graph: RoadGraph, path: Sequence[int], names: Names) -> list[Leg]:
    """The pieces of a way between nodes, one for each stretch of one name."""
    legs: list[Leg] = []
    for tail, head in zip(path, path[1:], strict=False):
        street = names.of(tail, head)
        line = (_at(graph, tail), _at(graph, head))
        if legs and legs[-1].street == street and not legs[-1].visit and street:
            legs[-1] = Leg((*legs[-1].line, line[1]), street)
        else:
            legs.append(Leg(line, street))
    return legs


def graph_for(graph: RoadGraph, mode: str, hour: int = 12) -> RoadGraph:
    """The roads as somebody on foot, on a bike or in a car uses them at this hour.

    On foot and by bike not along motorways and trunk roads, on foot against one-way streets too.
    The nodes keep their numbers. Raises Invalid where no road is left.
    """
    tails, heads = graph.tails.astype(np.int64), graph.heads.astype(np.int64)
    kinds, metres = graph.kinds, graph.metres
    if mode == "car":
        times = graph.milliseconds(hour).astype(np.int64)
    else:
        closed = [CLASSES.index(name) for name in _NO_ROAD_ON_FOOT]
        open_ = ~np.isin(kinds, closed)
        if not open_.any():
            raise Invalid(N_("No road of this area is open to who goes on foot or by bike."))
        tails, heads, kinds, metres = tails[open_], heads[open_], kinds[open_], metres[open_]
        times = np.maximum(1, np.rint(metres / (SPEEDS[mode] / 3.6) * 1000)).astype(np.int64)
    if mode == "foot":
        tails, heads = np.concatenate((tails, heads)), np.concatenate((heads, tails))
        kinds, metres, times = np.tile(kinds, 2), np.tile(metres, 2), np.tile(times, 2)
    flat = Profile(
        {mode: tuple(SPEEDS[mode] for _ in CLASSES)},
        ("all",),
        (0,) * 24,
        (tuple(1.0 for _ in CLASSES),),
    )
    return graph_of(
        graph.lat, graph.lon, tails, heads, times, kinds, flat, metres=metres, credit=graph.credit
    )


def _at(graph: RoadGraph, node: int) -> tuple[float, float]:
    return float(graph.lon[node]), float(graph.lat[node])


def _turned(place: Place) -> tuple[float, float]:
    return place[1], place[0]


def _without_repeats(line: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found = [line[0]]
    found += [here for before, here in zip(line, line[1:], strict=False) if here != before]
    return found
