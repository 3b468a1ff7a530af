"""The land of the demonstration: an outline, a river, roads, and the grids between the roads.

The plane is cut in halves until each grid is left (core.cells), then bent: narrow towards the
town, wide in the country, no border quite straight. Every border is a road, which is how grids
are drawn in earnest. Nothing is taken from a real place; the same seed gives the same land.
"""

import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.ops import linemerge

from commonward.core import cells, geo

Floats = npt.NDArray[np.float64]
Leaf = tuple[int, int, int]

CENTRE = (30.0, 112.0)
"""Latitude and longitude of the town."""
SQUARE_KM = 1_300
TOWN, BEND = 0.28, 2.2
"""How much closer things lie in the town than in the country, and how that changes outwards."""
_GRID = 1e-7
_DIGITS = 6
_STEP = 0.02
"""The longest straight stretch of a border before it is bent, in units of the plane."""


@dataclass(frozen=True)
class Road:
    """A road: its line in degrees, and whether it parts streets (2), communities (1) or grids."""

    line: Any
    rank: int
    riverside: bool = False


@dataclass(frozen=True)
class Land:
    """`grids` by (street, community, grid), the outline around them, roads and river in WGS-84."""

    outline: Any
    grids: Mapping[Leaf, Any]
    roads: Sequence[Road]
    river: Any


def draw(shares: Sequence[Sequence[int]], seed: int = 1, *, south: int) -> Land:
    """A land with so many grids in each community of each street.

    `shares[street][community]` are counts of grids; the streets from number `south` on lie south
    of the river.
    """
    chance = random.Random(f"land:{seed}")  # noqa: S311 (a land hides nothing)
    leaves = [
        (i, j, k)
        for i, street in enumerate(shares)
        for j, count in enumerate(street)
        for k in range(count)
    ]
    banks = ([x for x in leaves if x[0] < south], [x for x in leaves if x[0] >= south])
    outline = _outline(chance)
    river, sides = _river(outline, len(banks[0]) / len(leaves), chance)
    flat: dict[Leaf, Any] = {}
    for bank, side in zip(banks, sides, strict=True):
        flat.update(zip(bank, cells.tile(side, bank, seed), strict=True))
    # Snapped to one fine raster, both banks share every corner on the river.
    edges = shapely.get_parts(
        shapely.union_all([shapely.boundary(cell) for cell in flat.values()], grid_size=_GRID)
    )
    bend = _Bend(chance)
    bent = [_bent(edge, bend) for edge in edges]
    faces = shapely.get_parts(shapely.polygonize(bent))
    tree = shapely.STRtree(faces)
    grids = {}
    for leaf, cell in flat.items():
        inside = shapely.Point(bend(shapely.get_coordinates(shapely.point_on_surface(cell)))[0])
        grids[leaf] = faces[int(tree.nearest(inside))]
    around = geo.polygonal(shapely.coverage_union_all(list(grids.values())))
    return Land(
        outline=around,
        grids=grids,
        roads=_roads(list(edges), flat, bend, south),
        river=_bent(river, bend),
    )


def _outline(chance: random.Random) -> Any:
    """A closed line around the origin, about 1 from it, wavy at every scale."""
    waves = [
        (n, chance.uniform(0.4, 1) * 0.11 / n**0.9, chance.uniform(0, math.tau))
        for n in range(2, 26)
    ]
    turns = np.linspace(0, math.tau, 240, endpoint=False)
    reach = 1 + sum(size * np.sin(n * turns + turn) for n, size, turn in waves)
    return shapely.Polygon(np.column_stack([reach * np.cos(turns), reach * np.sin(turns)]))


def _river(outline: Any, north: float, chance: random.Random) -> tuple[Any, tuple[Any, Any]]:
    """A winding line from west to east, and the two sides; the northern has that share."""
    tilt, turn = chance.uniform(-0.15, 0.15), chance.uniform(0, math.tau)
    x = np.linspace(-2, 2, 90)
    y = tilt * x + 0.07 * np.sin(4 * x + turn) + 0.03 * np.sin(9 * x + 2 * turn)
    low, high = -1.0, 1.0
    for _ in range(40):
        lift = (low + high) / 2
        top = shapely.Polygon(
            [*zip(x.tolist(), (y + lift).tolist(), strict=True), (2.0, 3.0), (-2.0, 3.0)]
        )
        share = shapely.intersection(outline, top).area / outline.area
        low, high = (lift, high) if share > north else (low, lift)
    line = shapely.LineString(np.column_stack([x, y + lift]))
    sides = (
        geo.polygonal(shapely.intersection(outline, top)),
        geo.polygonal(shapely.difference(outline, top)),
    )
    return shapely.intersection(line, outline), sides


class _Bend:
    """From the plane to degrees: closer in the middle, and swaying a little, one to one."""

    def __init__(self, chance: random.Random) -> None:
        lat, lon = CENTRE
        self._per_lon, self._per_lat = geo.metres_per_degree(lat)
        self._lat, self._lon = lat, lon
        self._radius = math.sqrt(SQUARE_KM * 1e6 / math.pi)
        # Each sway's slope stays far below 1, so that nothing folds over.
        self._sways = [
            (chance.uniform(2, 9), chance.uniform(2, 9), chance.uniform(0, math.tau), axis)
            for axis in (0, 1)
            for _ in range(4)
        ]

    def __call__(self, points: Floats) -> Floats:
        """Degrees (longitude, latitude) of points of the plane, shape (n, 2)."""
        x, y = points[:, 0].copy(), points[:, 1].copy()
        for a, b, turn, axis in self._sways:
            sway = 0.045 / (a + b) * 2 * np.sin(a * points[:, 0] + b * points[:, 1] + turn)
            if axis:
                y += sway
            else:
                x += sway
        reach = np.hypot(x, y)
        wider = self._radius * (TOWN + (1 - TOWN) * reach ** (BEND - 1))
        return np.column_stack(
            [
                np.round(self._lon + x * wider / self._per_lon, _DIGITS),
                np.round(self._lat + y * wider / self._per_lat, _DIGITS),
            ]
        )


def _bent(line: Any, bend: _Bend) -> Any:
    """The line after bending; its ends and corners stay where its neighbours have theirs."""
    return shapely.transform(shapely.segmentize(line, _STEP), bend, include_z=False)


def _roads(edges: Sequence[Any], flat: Mapping[Leaf, Any], bend: _Bend, south: int) -> list[Road]:
    """The borders as roads: what lies on one straight cut of the plane is one road."""
    tree = shapely.STRtree(list(flat.values()))
    leaves = list(flat)
    straight: dict[tuple[int, int, int, bool], list[Any]] = defaultdict(list)
    for edge in edges:
        middle = shapely.line_interpolate_point(edge, 0.5, normalized=True)
        sides = [leaves[i] for i in tree.query(middle, predicate="dwithin", distance=1e-5)]
        if len(sides) < 2:
            continue  # the outline of the district is no road
        first, second = sides[:2]
        rank = 2 if first[0] != second[0] else 1 if first[1] != second[1] else 0
        river = (first[0] < south) != (second[0] < south)
        straight[_cut_of(edge, river, rank)].append(edge)
    roads = []
    for (_, _, rank, river), parts in straight.items():
        for line in shapely.get_parts(linemerge(parts) if len(parts) > 1 else parts[0]):
            roads.append(Road(_bent(line, bend), rank, river))
    return sorted(roads, key=lambda road: (-road.rank, -road.line.length))


def _cut_of(edge: Any, river: bool, rank: int) -> tuple[int, int, int, bool]:
    """Which straight cut of the plane an edge lies on: its direction and its distance."""
    if river:
        return 0, 0, rank, True
    points = shapely.get_coordinates(edge)
    dx, dy = points[-1] - points[0]
    turn = math.atan2(dy, dx) % math.pi
    far = points[0][1] * math.cos(turn) - points[0][0] * math.sin(turn)
    return round(turn * 300) % round(math.pi * 300), round(far * 2000), rank, False
