"""Looking up: a million points at once, or one with its neighbours and distances."""

import json
import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core import geo
from commonward.core.locator import exact
from commonward.core.locator.cells import FIRST, INSIDE, LEFT, NONE, Arrays, Grid, build

_AT_ONCE = 32_768
"""Points in one piece: small enough that the temporary arrays stay in the processor's cache."""
_PAIRS_AT_ONCE = 2_000_000
_SINGLE = 4_096
"""Below this many points a second thread costs more than it brings."""


class Locator:
    """Which of N polygons holds a point; numbers are the polygons' places in the given order.

    The lowest number wins where polygons overlap or the point lies exactly on a shared border,
    so that the answer never depends on chance. -1 stands for none.
    """

    def __init__(self, grid: Grid, arrays: Arrays) -> None:
        self._grid = grid
        self._arrays = arrays
        edges = arrays.edges
        longest = float(np.abs(edges[:, :2] - edges[:, 2:]).max()) if len(edges) else 0.0
        reach = longest + 2 * max(grid.width, grid.height)
        # Shewchuk's bound for a 2×2 orientation, (3 + 16ε)ε·(|left| + |right|), with both
        # products at most reach²; rounded up.
        self._unsure = 1e-15 * reach * reach

    def __len__(self) -> int:
        return len(self._arrays.bounds)

    @classmethod
    def build(cls, polygons: Sequence[Any]) -> "Locator":
        """From valid shapely polygons or multipolygons in degrees, longitude first."""
        return cls(*build(polygons))

    def save(self, folder: Path) -> None:
        """Write one .npy per array and the grid into an existing folder."""
        for field in fields(Arrays):
            np.save(folder / f"{field.name}.npy", getattr(self._arrays, field.name))
        (folder / "grid.json").write_text(json.dumps(asdict(self._grid)))

    @classmethod
    def load(cls, folder: Path) -> "Locator":
        """Map what `save` wrote; pages are read when used, and shared between processes."""
        grid = Grid(**json.loads((folder / "grid.json").read_text()))
        arrays = Arrays(**{f.name: _mapped(folder / f"{f.name}.npy") for f in fields(Arrays)})
        return cls(grid, arrays)

    def find(
        self, lons: npt.ArrayLike, lats: npt.ArrayLike, threads: int | None = None
    ) -> npt.NDArray[np.int32]:
        """For each point the polygon that holds it, or -1; one-dimensional, not-a-number → -1."""
        x = np.ascontiguousarray(lons, dtype=np.float64)
        y = np.ascontiguousarray(lats, dtype=np.float64)
        found = np.full(len(x), -1, np.int32)
        pieces = [slice(i, i + _AT_ONCE) for i in range(0, len(x), _AT_ONCE)]

        def fill(piece: slice) -> None:
            found[piece] = self._find(x[piece], y[piece])

        workers = threads or min(4, os.cpu_count() or 1)
        if len(x) <= _SINGLE or workers == 1:
            for piece in pieces:
                fill(piece)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(fill, pieces))
        return found

    def _find(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Any:
        grid = self._grid
        u = (x - grid.west) * (1.0 / grid.width)
        v = (y - grid.south) * (1.0 / grid.height)
        within = (u >= 0) & (u < grid.columns) & (v >= 0) & (v < grid.rows)
        u, v = np.where(within, u, 0.0), np.where(within, v, 0.0)
        column, row = u.astype(np.int64), v.astype(np.int64)
        value = self._arrays.cells[row * grid.columns + column]
        value = np.where(within, value, np.int32(-1))
        mixed = np.flatnonzero(value < -1)
        if len(mixed):
            k = -2 - value[mixed].astype(np.int64)
            counts = self._arrays.first[k + 1] - self._arrays.first[k]
            ends = np.cumsum(counts)
            for begin, end in _shares(ends):
                part = mixed[begin:end]
                cx = grid.west + (column[part] + 0.5) * grid.width
                cy = grid.south + (row[part] + 0.5) * grid.height
                value[part] = self._mixed(x[part], y[part], cx, cy, k[begin:end], counts[begin:end])
        return value

    def _mixed(self, x: Any, y: Any, cx: Any, cy: Any, k: Any, counts: Any) -> Any:
        """`exact.holders` for many points at once; the few unsure ones go there one by one."""
        arrays = self._arrays
        starts = np.cumsum(counts) - counts
        place = np.arange(int(counts.sum())) + np.repeat(arrays.first[k] - starts, counts)
        edge = arrays.pair[place]
        flags = arrays.flags[place]
        point = np.repeat(np.arange(len(k)), counts)
        px, py = x[point], y[point]
        ends = arrays.edges[edge]
        ax, ay, bx, by = ends[:, 0] - px, ends[:, 1] - py, ends[:, 2] - px, ends[:, 3] - py
        ux, uy = (cx - x)[point], (cy - y)[point]
        to_point = ax * by - ay * bx
        side_a = ux * ay - uy * ax
        side_b = ux * by - uy * bx
        crosses = ((side_a > 0) != (side_b > 0)) & ((to_point > 0) != ((flags & LEFT) != 0))
        smallest = np.minimum(np.minimum(np.abs(side_a), np.abs(side_b)), np.abs(to_point))
        unsure = smallest <= self._unsure
        group = np.flatnonzero(flags & FIRST)
        odd = np.add.reduceat(crosses, group, dtype=np.int32)
        odd += (flags[group] & INSIDE) != 0
        holder = np.where(odd & 1, arrays.owner[edge[group]], NONE)
        lowest = np.minimum.reduceat(holder, np.searchsorted(group, starts))
        lowest = np.minimum(lowest, arrays.base[k])
        for i in np.unique(point[unsure]).tolist():
            held = self._holders(float(x[i]), float(y[i]), float(cx[i]), float(cy[i]), int(k[i]))
            lowest[i] = min([*held, int(arrays.base[k[i]])])
        return np.where(lowest == NONE, np.int32(-1), lowest)

    def _holders(self, x: float, y: float, cx: float, cy: float, k: int) -> list[int]:
        arrays = self._arrays
        begin, end = int(arrays.first[k]), int(arrays.first[k + 1])
        edge = arrays.pair[begin:end]
        return exact.holders(
            x,
            y,
            cx,
            cy,
            zip(
                arrays.edges[edge].tolist(),
                arrays.owner[edge].tolist(),
                arrays.flags[begin:end].tolist(),
                strict=True,
            ),
            self._unsure,
        )

    def at(self, lon: float, lat: float) -> int:
        """The polygon that holds one point, or -1."""
        grid = self._grid
        u, v = (lon - grid.west) * (1.0 / grid.width), (lat - grid.south) * (1.0 / grid.height)
        if not (0 <= u < grid.columns and 0 <= v < grid.rows):
            return -1
        column, row = int(u), int(v)
        value = int(self._arrays.cells[row * grid.columns + column])
        if value >= -1:
            return value
        cx = grid.west + (column + 0.5) * grid.width
        cy = grid.south + (row + 0.5) * grid.height
        lowest = min(
            [*self._holders(lon, lat, cx, cy, -2 - value), int(self._arrays.base[-2 - value])]
        )
        return -1 if lowest == NONE else lowest

    def near(self, lon: float, lat: float, metres: float) -> list[tuple[int, float]]:
        """Polygons whose border passes within so many metres: (number, metres to the border),
        nearest first, then by number."""
        grid, arrays = self._grid, self._arrays
        per_lon, per_lat = geo.metres_per_degree(lat)
        west, east = self._columns(lon, metres / per_lon)
        south, north = self._rows(lat, metres / per_lat)
        edges: set[int] = set()
        for row in range(south, north + 1):
            line = row * grid.columns
            for value in arrays.cells[line + west : line + east + 1].tolist():
                if value < -1:
                    begin, end = arrays.first[-2 - value], arrays.first[-1 - value]
                    edges.update(arrays.pair[begin:end].tolist())
        if not edges:
            return []
        index = np.fromiter(edges, np.int64, len(edges))
        nearest: dict[int, float] = {}
        for (ax, ay, bx, by), owner in zip(
            arrays.edges[index].tolist(), arrays.owner[index].tolist(), strict=True
        ):
            away = _to_segment(
                (ax - lon) * per_lon,
                (ay - lat) * per_lat,
                (bx - lon) * per_lon,
                (by - lat) * per_lat,
            )
            if away <= metres and away < nearest.get(owner, math.inf):
                nearest[owner] = away
        return sorted(nearest.items(), key=lambda item: (item[1], item[0]))

    def _columns(self, lon: float, reach: float) -> tuple[int, int]:
        grid = self._grid
        first = math.floor((lon - reach - grid.west) / grid.width)
        last = math.floor((lon + reach - grid.west) / grid.width)
        return max(0, first), min(grid.columns - 1, last)

    def _rows(self, lat: float, reach: float) -> tuple[int, int]:
        grid = self._grid
        first = math.floor((lat - reach - grid.south) / grid.height)
        last = math.floor((lat + reach - grid.south) / grid.height)
        return max(0, first), min(grid.rows - 1, last)

    def nearest(self, lon: float, lat: float) -> tuple[int, float] | None:
        """The polygon whose border is nearest to a point outside all, and the metres to it."""
        bounds = self._arrays.bounds
        if not len(self._arrays.edges):
            return None
        per_lon, per_lat = geo.metres_per_degree(lat)
        dx = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0.0) * per_lon
        dy = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0.0) * per_lat
        least = np.nan_to_num(np.hypot(dx, dy), nan=math.inf)
        best: tuple[float, int] = (math.inf, -1)
        while least[number := int(least.argmin())] < best[0]:
            least[number] = math.inf
            begin, end = np.searchsorted(self._arrays.owner, (number, number + 1))
            if begin < end:
                away = _to_segments(self._arrays.edges[begin:end], lon, lat, per_lon, per_lat)
                best = min(best, (away, number))
        return best[1], best[0]


def _mapped(path: Path) -> Any:
    """Empty files cannot be mapped; a plain view spares memmap's bookkeeping on each slice."""
    found = np.load(path, mmap_mode="r") if path.stat().st_size > 200 else np.load(path)
    return found.view(np.ndarray)


def _shares(ends: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Cut a run of points where their pairs would exceed the memory meant for one step."""
    shares: list[tuple[int, int]] = []
    begin = 0
    while begin < len(ends):
        done = int(ends[begin - 1]) if begin else 0
        end = int(np.searchsorted(ends, done + _PAIRS_AT_ONCE, side="right"))
        end = max(end, begin + 1)
        shares.append((begin, end))
        begin = end
    return shares


def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    """Distance from the origin to the segment a–b."""
    dx, dy = bx - ax, by - ay
    along = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
    along = min(1.0, max(0.0, along))
    return math.hypot(ax + along * dx, ay + along * dy)


def _to_segments(edges: Any, lon: float, lat: float, per_lon: float, per_lat: float) -> float:
    ax, bx = (edges[:, 0] - lon) * per_lon, (edges[:, 2] - lon) * per_lon
    ay, by = (edges[:, 1] - lat) * per_lat, (edges[:, 3] - lat) * per_lat
    dx, dy = bx - ax, by - ay
    along = np.clip(-(ax * dx + ay * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    return float(np.hypot(ax + along * dx, ay + along * dy).min())
