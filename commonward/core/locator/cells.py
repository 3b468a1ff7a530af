"""Building the cell table: which cells lie in one polygon, which edges cross the others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NONE = np.int32(2**31 - 1)
"""Stands for "no polygon" where the lowest number wins."""
FIRST, INSIDE, LEFT = 1, 2, 4
"""Flags of a (cell, edge) pair: first edge of its polygon in this cell; the cell's centre lies
inside that polygon; the centre lies left of the edge."""

_CELLS_ACROSS = 11
"""Cells along a polygon of middling size: finer costs memory, coarser more exact tests."""
_MOST_PER_POLYGON = 2**13
_FEWEST, _MOST = 2**16, 2**24
"""Cells in all; the largest table has 64 MB."""
_WIDER = 1e-6
"""By how much of a cell an edge's reach is widened: far above what rounding can do."""
_TOO_NEAR = 1e-9
"""Centres nearer to an edge than this share of a cell make the whole grid shift a little."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells: west and south end, width and height in degrees, columns and rows."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Arrays:
    """Everything a lookup needs.

    cells    int32 (rows × columns): ≥ 0 the polygon that fills the cell, -1 none, and from -2
             downwards "mixed": row -2 - value of `first` and `base`
    first    int64 (mixed + 1): where a mixed cell's pairs begin
    base     int32 (mixed): lowest polygon that fills the mixed cell with none of its edges in it
    pair     int32: the edges in each mixed cell, ordered by polygon; `flags` uint8 alike
    edges    float64 (n, 4): ax, ay, bx, by in degrees; `owner` int32 (n): the edge's polygon
    bounds   float64 (polygons, 4): west, south, east, north (nan when empty)
    """

    cells: Ints
    first: Longs
    base: Ints
    pair: Ints
    flags: npt.NDArray[np.uint8]
    edges: Floats
    owner: Ints
    bounds: Floats


def build(polygons: Sequence[Any]) -> tuple[Grid, Arrays]:
    """Cells and edges of valid (multi)polygons in degrees; empty ones hold no point.

    100,000 polygons of 16 vertices take some seconds and about 1 GB while building.
    """
    shapes = np.asarray(polygons, dtype=object)
    edges, owner = _edges(shapes)
    bounds = shapely.bounds(shapes).reshape(-1, 4) if len(shapes) else np.empty((0, 4))
    if not len(edges):
        return Grid(0.0, 0.0, 1.0, 1.0, 1, 1), Arrays(
            np.full(1, -1, np.int32),
            np.zeros(1, np.int64),
            np.empty(0, np.int32),
            np.empty(0, np.int32),
            np.empty(0, np.uint8),
            edges,
            owner,
            bounds,
        )
    for attempt in range(64):
        grid = _grid(bounds, len(shapes), attempt)
        cell, edge = _crossed(grid, edges)
        left, certain = _side_of_centres(grid, cell, edges[edge])
        if certain:
            return grid, _table(grid, cell, edge, left, edges, owner, bounds)
    raise ArithmeticError("64 grids in a row had a cell's centre on an edge of a polygon")


def _edges(shapes: npt.NDArray[Any]) -> tuple[Floats, Ints]:
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    if len(points) < 2:
        return np.empty((0, 4)), np.empty(0, np.int32)
    joined = point_ring[1:] == point_ring[:-1]
    joined &= (points[1:] != points[:-1]).any(axis=1)
    edges = np.concatenate((points[:-1][joined], points[1:][joined]), axis=1)
    owner = part_owner[ring_part[point_ring[1:][joined]]]
    return np.ascontiguousarray(edges), owner.astype(np.int32)


def _grid(bounds: Floats, polygons: int, attempt: int) -> Grid:
    """Cells about square on the ground; each attempt shifts them by another odd fraction."""
    west, south = np.nanmin(bounds[:, 0]), np.nanmin(bounds[:, 1])
    east, north = np.nanmax(bounds[:, 2]), np.nanmax(bounds[:, 3])
    squeeze = max(0.05, math.cos(math.radians((south + north) / 2)))
    wide, high = max(east - west, 1e-7) * squeeze, max(north - south, 1e-7)
    sides = np.sqrt((bounds[:, 2] - bounds[:, 0]) * squeeze * (bounds[:, 3] - bounds[:, 1]))
    most = min(_MOST, max(_FEWEST, polygons * _MOST_PER_POLYGON))
    side = max(float(np.nanmedian(sides)) / _CELLS_ACROSS, math.sqrt(wide * high / most))
    side = min(side, math.sqrt(wide * high / _FEWEST))
    side = max(side, max(wide, high) / 30_000)
    width, height = side / squeeze, side
    shift = 1.0 + 0.1 + 0.754877666 * (attempt + 1) % 0.8
    columns = math.ceil((east - west) / width + shift) + 2
    rows = math.ceil((north - south) / height + shift) + 2
    return Grid(
        float(west - shift * width), float(south - shift * height), width, height, columns, rows
    )


def _spread(starts: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """For each i, counts[i] numbers from starts[i]: (which i, the number)."""
    which = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return which, np.arange(int(counts.sum())) - np.repeat(before - starts, counts)


def _crossed(grid: Grid, edges: Floats) -> tuple[Longs, Longs]:
    """(cell, edge) pairs, a superset of the cells that each edge touches, sorted by cell."""
    found_cells: list[Longs] = []
    found_edges: list[Longs] = []
    for begin in range(0, len(edges), 200_000):
        part = edges[begin : begin + 200_000]
        u0, u1 = ((part[:, i] - grid.west) / grid.width for i in (0, 2))
        v0, v1 = ((part[:, i] - grid.south) / grid.height for i in (1, 3))
        low = np.floor(np.minimum(v0, v1) - _WIDER).astype(np.int64)
        high = np.floor(np.maximum(v0, v1) + _WIDER).astype(np.int64)
        which, row = _spread(low, high - low + 1)
        a, b, ua, ub = v0[which], v1[which], u0[which], u1[which]
        rise = b - a
        flat = np.abs(rise) < _WIDER
        rise = np.where(flat, 1.0, rise)
        enters = np.where(flat, 0.0, np.clip((row - _WIDER - a) / rise, 0.0, 1.0))
        leaves = np.where(flat, 1.0, np.clip((row + 1 + _WIDER - a) / rise, 0.0, 1.0))
        c0, c1 = ua + enters * (ub - ua), ua + leaves * (ub - ua)
        west = np.floor(np.minimum(c0, c1) - _WIDER).astype(np.int64)
        east = np.floor(np.maximum(c0, c1) + _WIDER).astype(np.int64)
        band, column = _spread(west, east - west + 1)
        found_cells.append(row[band] * grid.columns + column)
        found_edges.append(which[band] + begin)
    cell, edge = np.concatenate(found_cells), np.concatenate(found_edges)
    order = np.argsort(cell, kind="stable")
    return cell[order], edge[order]


def _side_of_centres(grid: Grid, cell: Longs, edges: Floats) -> tuple[npt.NDArray[np.bool_], bool]:
    """Whether each pair's cell centre lies left of its edge, and whether all are certain."""
    x = grid.west + (cell % grid.columns + 0.5) * grid.width
    y = grid.south + (cell // grid.columns + 0.5) * grid.height
    ax, ay, bx, by = edges[:, 0] - x, edges[:, 1] - y, edges[:, 2] - x, edges[:, 3] - y
    turn = ax * by - ay * bx
    length = np.hypot(bx - ax, by - ay)
    near = np.abs(turn) <= _TOO_NEAR * min(grid.width, grid.height) * length
    return turn > 0, not bool(near.any())


def _spans(grid: Grid, edges: Floats, owner: Ints) -> tuple[Longs, Longs, Longs]:
    """Runs of cells whose centres lie inside a polygon: (polygon, first cell, how many).

    A scan along the centres of each row of cells, even-odd; an end point exactly on the line
    counts as below it.
    """
    low = np.minimum(edges[:, 1], edges[:, 3])
    high = np.maximum(edges[:, 1], edges[:, 3])
    begin = np.floor((low - grid.south) / grid.height - 0.5).astype(np.int64)
    end = np.ceil((high - grid.south) / grid.height - 0.5).astype(np.int64)
    which, row = _spread(begin, end - begin + 1)
    y = grid.south + (row + 0.5) * grid.height
    crosses = (edges[which, 1] > y) != (edges[which, 3] > y)
    which, row, y = which[crosses], row[crosses], y[crosses]
    ax, ay, bx, by = edges[which].T
    x = ax + (y - ay) * (bx - ax) / (by - ay)
    column = np.ceil((x - grid.west) / grid.width - 0.5).astype(np.int64)
    polygon = owner[which].astype(np.int64)
    order = np.lexsort((x, row, polygon))
    polygon, row, column = polygon[order][::2], row[order][::2], column[order]
    return polygon, row * grid.columns + column[::2], column[1::2] - column[::2]


def _table(
    grid: Grid,
    cell: Longs,
    edge: Longs,
    left: npt.NDArray[np.bool_],
    edges: Floats,
    owner: Ints,
    bounds: Floats,
) -> Arrays:
    polygons = len(bounds)
    mixed, first = np.unique(cell, return_index=True)
    pair_owner = owner[edge].astype(np.int64)
    key = cell * polygons + pair_owner
    begins = np.concatenate(([True], key[1:] != key[:-1]))
    group_at = np.flatnonzero(begins)
    group_key = key[group_at]
    flags = begins * np.uint8(FIRST) + left * np.uint8(LEFT)
    filled = np.full(grid.rows * grid.columns, NONE, np.int32)
    base = np.full(len(mixed), NONE, np.int32)
    is_mixed = np.zeros(len(filled), np.bool_)
    is_mixed[mixed] = True
    polygon, start, count = _spans(grid, edges, owner)
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    cuts: list[int] = np.searchsorted(ends, np.arange(0, total, 4_000_000)).tolist()
    # Small outlines may cover no whole cell: then there is no span, and nothing to cut.
    for i, j in pairwise([*cuts, len(ends)]):
        which, covered = _spread(start[i:j], count[i:j])
        inside = polygon[i:j][which]
        np.minimum.at(filled, covered, inside.astype(np.int32))
        some = is_mixed[covered]
        covered, inside = covered[some], inside[some]
        wanted = covered * polygons + inside
        place = np.minimum(np.searchsorted(group_key, wanted), len(group_key) - 1)
        has_edges = group_key[place] == wanted
        flags[group_at[place[has_edges]]] |= np.uint8(INSIDE)
        where = np.searchsorted(mixed, covered[~has_edges])
        np.minimum.at(base, where, inside[~has_edges].astype(np.int32))
    cells = np.where(filled == NONE, np.int32(-1), filled)
    cells[mixed] = -2 - np.arange(len(mixed), dtype=np.int32)
    return Arrays(
        cells,
        np.append(first, len(cell)).astype(np.int64),
        base,
        edge.astype(np.int32),
        flags.astype(np.uint8),
        edges,
        owner,
        bounds,
    )
