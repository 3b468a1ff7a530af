"""Cutting a polygon into cells that tile it: for grids (网格) that nobody has drawn yet."""

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from commonward.core import geo
from commonward.core.refusals import N_, Invalid

Leaf = tuple[int, ...]

_BEYOND = 1e-9
"""Degrees by which a cut reaches beyond its piece, so that it truly crosses the border there."""
_NEAR_ENOUGH = 1e-4
"""Share of a piece's area by which a cut may miss its aim."""


def tile(outline: Any, leaves: Sequence[Leaf], seed: int) -> list[Any]:
    """One (multi)polygon per leaf; together they cover the outline exactly, vertex by vertex.

    `leaves` are sorted places in a tree, such as (street, community, grid): the cells of one
    street lie together, and of one community likewise. All cells have nearly the same area. The
    outline is a valid (multi)polygon in degrees; the same seed gives the same cells. Raises
    Invalid when there are no leaves, or they repeat.
    """
    if not leaves or len(set(leaves)) != len(leaves):
        raise Invalid(N_("Give at least one cell, and each only once."), field="count")
    pieces: list[tuple[Leaf, Any]] = []
    cuts: list[Any] = []
    squeeze = max(0.05, math.cos(math.radians(outline.centroid.y)))
    cutter = _Cutter(random.Random(seed), squeeze, pieces, cuts)  # noqa: S311 (cells hide nothing)
    cutter.cut(outline, list(leaves), 0)
    noded = shapely.union_all([outline.boundary, *cuts])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.intersects(outline, shapely.point_on_surface(faces))]
    place = _nearest(shapely.point_on_surface(faces), [piece for _, piece in pieces])
    of_leaf: dict[Leaf, list[Any]] = defaultdict(list)
    for number, face in zip(place, faces, strict=True):
        of_leaf[pieces[number][0]].append(face)
    if len(of_leaf) < len(leaves):
        raise Invalid(
            N_("The outline is too small for {count} cells."), field="count", count=len(leaves)
        )
    return [geo.polygonal(shapely.coverage_union_all(of_leaf[leaf])) for leaf in leaves]


def joined(cells: Sequence[Any]) -> Any:
    """The outline around cells of one tiling (they share their vertices, so this is exact)."""
    return geo.polygonal(shapely.coverage_union_all(list(cells)))


class _Cutter:
    """Halves pieces until each is one leaf, keeping the leaves of one branch together."""

    def __init__(
        self,
        chance: random.Random,
        squeeze: float,
        pieces: list[tuple[Leaf, Any]],
        cuts: list[Any],
    ) -> None:
        self.chance = chance
        self.squeeze = squeeze
        self.pieces = pieces
        self.cuts = cuts

    def cut(self, piece: Any, leaves: list[Leaf], depth: int) -> None:
        if len(leaves) == 1:
            self.pieces.append((leaves[0], piece))
            return
        borders = [i for i in range(1, len(leaves)) if leaves[i][depth] != leaves[i - 1][depth]]
        if not borders:
            self.cut(piece, leaves, depth + 1)
            return
        at = min(borders, key=lambda i: abs(2 * i - len(leaves)))
        first, second, line = self._halve(piece, at / len(leaves))
        self.cuts.extend(_beyond(part) for part in shapely.get_parts(line))
        self.cut(first, leaves[:at], depth)
        self.cut(second, leaves[at:], depth)

    def _halve(self, piece: Any, share: float) -> tuple[Any, Any, Any]:
        """Across the longer axis, trying three angles: fewest parts, then the shortest cut."""
        along = self._long_axis(piece) + self.chance.uniform(-0.2, 0.2)
        tries = [self._at_angle(piece, share, along + turn) for turn in (0.0, 0.5, -0.5)]
        return min(
            tries,
            key=lambda found: (
                shapely.get_num_geometries(found[0]) + shapely.get_num_geometries(found[1]),
                found[2].length,
            ),
        )

    def _long_axis(self, piece: Any) -> float:
        points = shapely.get_coordinates(piece)
        flat = (points - points.mean(axis=0)) * (self.squeeze, 1.0)
        spread = flat.T @ flat
        return 0.5 * math.atan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1])

    def _at_angle(self, piece: Any, share: float, angle: float) -> tuple[Any, Any, Any]:
        """Move a line across the piece until the share behind it is right."""
        normal = (math.cos(angle) * self.squeeze, math.sin(angle))
        along = (-math.sin(angle) / self.squeeze, math.cos(angle))
        reach = shapely.get_coordinates(piece) @ np.array(normal)
        low, high = float(reach.min()), float(reach.max())
        west, south, east, north = piece.bounds
        far = 4 * math.hypot(east - west, north - south) / self.squeeze
        wanted = piece.area * share
        middle = np.array(((west + east) / 2, (south + north) / 2))
        size = normal[0] ** 2 + normal[1] ** 2
        for _ in range(60):
            d = (low + high) / 2
            foot = middle + np.array(normal) * ((d - float(middle @ np.array(normal))) / size)
            ends = foot - np.array(along) * far, foot + np.array(along) * far
            back = np.array(normal) * (far / math.sqrt(size))
            behind = shapely.Polygon([ends[0], ends[1], ends[1] - back, ends[0] - back])
            first = geo.polygonal(shapely.intersection(piece, behind))
            if abs(first.area - wanted) <= _NEAR_ENOUGH * piece.area:
                break
            low, high = (d, high) if first.area < wanted else (low, d)
        second = geo.polygonal(shapely.difference(piece, behind))
        return first, second, _lines(shapely.intersection(piece, shapely.LineString(ends)))


def _lines(found: Any) -> Any:
    """Only the stretches of a cut; where it merely touches the piece it cuts nothing."""
    parts = [part for part in shapely.get_parts(found) if part.geom_type == "LineString"]
    return shapely.MultiLineString(parts)


def _beyond(line: Any) -> Any:
    ends = shapely.get_coordinates(line)
    first, last = ends[0], ends[-1]
    length = math.hypot(*(last - first))
    step = (last - first) * (_BEYOND / length) if length else np.zeros(2)
    return shapely.LineString([first - step, last + step])


def _nearest(points: Any, pieces: Sequence[Any]) -> list[int]:
    found: list[int] = shapely.STRtree(list(pieces)).nearest(points).tolist()
    return found
