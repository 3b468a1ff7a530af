"""How far the free units on duty reach within a time (覆盖范围): the ground, and a share of it.

By road where the site has a road graph, at this hour of the day; otherwise circles by the straight
line, and the answer says so. Kept by each process: worked out again at most once a minute, and only
when free units stand elsewhere.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from commonward.areas.queries.drawn import drawn_in, extent
from commonward.core.urgent.nearest import SPEED_KMH
from commonward.response.queries.on_map import Picture, Sight
from commonward.response.queries.roads import road_graph

KEPT_SECONDS = 60.0
MINUTES = (3, 5, 8, 10, 15)
"""Times that may be asked for."""
MOST_CHARACTERS = 400_000
"""Of the ground as GeoJSON; what would be more is drawn with larger cells."""
_MOST_KEPT = 64
_CELL = 120.0
_METRES_A_DEGREE = 111_195.0
_ROUND = 1e-5

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """The ground reached, as GeoJSON; `share` of the streets' length ("road") or of the ground
    inside the borders ("straight"), 0 … 1, None where neither is known."""

    at: datetime
    method: str
    minutes: int
    units: int
    share: float | None
    ground: str
    credit: str


class _Kept:
    """What this process has worked out: for each question the answer and what it was made of."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._made: dict[object, tuple[object, float, Reach]] = {}

    def get(self, question: object, state: object, make: Callable[[], Reach]) -> Reach:
        """The answer that stands, or a new one; one thread works at a time."""
        with self._guard:
            known = self._made.get(question)
            if known is not None and (known[0] == state or self._clock() - known[1] < KEPT_SECONDS):
                return known[2]
            made = make()
            self._made.pop(question, None)
            while len(self._made) >= _MOST_KEPT:
                del self._made[next(iter(self._made))]
            self._made[question] = (state, self._clock(), made)
            return made


_kept = _Kept()


def reach(seen: Picture, sight: Sight, agency: str, minutes: int) -> Reach:
    """How far the free units of a force ("" for all) reach; `seen` is what `sight` sees.

    As it was up to a minute ago: `at` tells. Raises Invalid for a road graph that is none.
    """
    graph = road_graph()
    points: Points = tuple(
        (one.lat, one.lon)
        for one in seen.units.values()
        if one.free and (not agency or one.agency == agency)
    )
    hour = timezone.localtime(seen.at).hour
    which = None if graph is None else graph.hash
    if graph is None:
        state: object = points
        work: Callable[[], Reach] = lambda: _straight(points, minutes, seen.at, seen.marks)  # noqa: E731
    else:
        nodes = tuple(sorted({graph.nearest(lat, lon) for lat, lon in points}))
        state = nodes
        work = lambda: _by_road(graph, nodes, len(points), minutes, seen.at)  # noqa: E731
    return _kept.get((sight, agency, minutes, hour, which), state, work)


def _by_road(graph: Any, nodes: Sequence[int], units: int, minutes: int, at: datetime) -> Reach:
    found = graph.isochrone(nodes, minutes * 60.0, timezone.localtime(at).hour)
    cell = _CELL
    while True:
        ground = found.area(cell)
        told = _geojson(_plain(ground, 0.75 * cell / _METRES_A_DEGREE))
        if len(told) <= MOST_CHARACTERS:
            return Reach(at, "road", minutes, units, found.share(), told, graph.credit)
        cell *= 2


def _plain(ground: Any, step: float) -> Any:
    """The same without stairs, and without holes that no street runs through (parks, yards)."""
    smallest = (4 * step) ** 2
    return shapely.simplify(
        shapely.MultiPolygon(
            [
                shapely.Polygon(
                    one.exterior, [r for r in one.interiors if shapely.Polygon(r).area > smallest]
                )
                for one in ground.geoms
            ]
        ),
        step,
    )


def _straight(points: Points, minutes: int, at: datetime, marks: Mapping[str, int]) -> Reach:
    """Circles of the speed that straight lines are counted with."""
    metres = SPEED_KMH / 3.6 * minutes * 60
    circles = [_circle(lat, lon, metres) for lat, lon in points]
    ground = shapely.union_all(circles)
    land = _land(at, marks)
    share = None
    if land is not None and land.area:
        share = min(1.0, shapely.intersection(ground, land).area / land.area)
    simple = shapely.simplify(ground, 30 / _METRES_A_DEGREE)
    return Reach(at, "straight", minutes, len(points), share, _geojson(simple), "")


def _circle(lat: float, lon: float, metres: float) -> Any:
    north = metres / _METRES_A_DEGREE
    east = north / max(0.05, float(np.cos(np.radians(lat))))
    turns = np.linspace(0, 2 * np.pi, 65)
    return shapely.Polygon(np.stack((lon + east * np.cos(turns), lat + north * np.sin(turns)), 1))


def _land(at: datetime, marks: Mapping[str, int]) -> Any:
    """The ground inside the widest borders that are drawn; None where nothing is."""
    bounds = extent(at, marks)
    if bounds is None:
        return None
    for level in ("district", "street", "community", "grid"):
        found = drawn_in(bounds, (level,), at, marks)
        if found:
            return shapely.union_all([one.outline for one in found])
    return None


def _geojson(ground: Any) -> str:
    return str(shapely.to_geojson(shapely.set_precision(ground, _ROUND)))
