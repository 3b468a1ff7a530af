"""A mosaic: blocks that cover each village exactly, sharing the points of their borders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.core import geo

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Borders:
    """Borders between blocks of one village: `ends` (m, 2) blocks, `lengths` m metres, and their
    stretches: `parts` (s, 2) points and the border that each belongs to, `of` s. `around` is each
    block's whole outline in metres."""

    ends: Ints
    lengths: Floats
    parts: Ints
    of: Ints
    around: Floats


@dataclass(frozen=True, eq=False)
class Mosaic:
    """`points` (p, 2) degrees, longitude first; `blocks`: of each block its polygons, of each its
    rings, the first the shell, of each the numbers of its points without the last; `village` n,
    the number of each block's village. Blocks of one village share points, those of two need not.
    """

    points: Floats
    blocks: Sequence[Sequence[Sequence[Sequence[int]]]]
    village: Ints

    @classmethod
    def of(cls, outlines: Sequence[Any], village: Sequence[int]) -> "Mosaic":
        """From shapely (multi)polygons whose common points are equal to the last digit."""
        numbers: dict[tuple[float, float], int] = {}
        blocks: list[list[list[list[int]]]] = []
        for outline in outlines:
            parts = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
            blocks.append(
                [
                    [
                        [numbers.setdefault((x, y), len(numbers)) for x, y in ring.coords[:-1]]
                        for ring in (part.exterior, *part.interiors)
                    ]
                    for part in parts
                ]
            )
        points = np.array(list(numbers), np.float64).reshape(-1, 2)
        return cls(points, blocks, np.asarray(village, np.int64))

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Mosaic":
        """What `written` wrote."""
        points = np.asarray(given["points"], np.float64).reshape(-1, 2)
        return cls(points, given["rings"], np.asarray(given["village"], np.int64))

    def written(self) -> dict[str, Any]:
        """As JSON values; every coordinate keeps all its digits."""
        return {
            "points": self.points.ravel().tolist(),
            "rings": self.blocks,
            "village": self.village.tolist(),
        }

    @property
    def size(self) -> int:
        """How many blocks there are."""
        return len(self.blocks)

    def outline(self, block: int) -> Any:
        """One block in degrees, shapely."""
        parts = [
            shapely.Polygon(self.points[rings[0]], [self.points[hole] for hole in rings[1:]])
            for rings in self.blocks[block]
        ]
        return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)

    def joined(self, blocks: Sequence[int]) -> Any:
        """The outline around some blocks of one village, exactly."""
        return geo.polygonal(shapely.coverage_union_all([self.outline(one) for one in blocks]))

    @cached_property
    def plane(self) -> Floats:
        """The points in metres east and north of the south-west corner."""
        west, south = self.points.min(axis=0)
        per_lon, per_lat = geo.metres_per_degree(float(self.points[:, 1].mean()))
        found: Floats = (self.points - (west, south)) * (per_lon, per_lat)
        return found

    def to_plane(self, shape: Any) -> Any:
        """A geometry of degrees in the same metres."""
        west, south = self.points.min(axis=0)
        per_lon, per_lat = geo.metres_per_degree(float(self.points[:, 1].mean()))
        return shapely.transform(shape, lambda xy: (xy - (west, south)) * (per_lon, per_lat))

    @cached_property
    def areas(self) -> Floats:
        """Square metres of each block, n."""
        found = np.zeros(self.size)
        for number, parts in enumerate(self.blocks):
            for rings in parts:
                sizes = [abs(_signed(self.plane[ring])) for ring in rings]
                found[number] += sizes[0] - sum(sizes[1:])
        return found

    @cached_property
    def borders(self) -> Borders:
        """Where two blocks of one village touch."""
        begin, end, owner = self._stretches()
        low, high = np.minimum(begin, end), np.maximum(begin, end)
        length: Floats = np.hypot(*(self.plane[begin] - self.plane[end]).T)
        around = np.bincount(owner, length, minlength=self.size).astype(np.float64)
        order = np.lexsort((owner, high, low))
        low, high, owner, length = low[order], high[order], owner[order], length[order]
        twice = (low[1:] == low[:-1]) & (high[1:] == high[:-1]) & (owner[1:] != owner[:-1])
        first = np.flatnonzero(twice)
        first = first[self.village[owner[first]] == self.village[owner[first + 1]]]
        pairs = np.column_stack([owner[first], owner[first + 1]])
        ends, of = np.unique(pairs, axis=0, return_inverse=True)
        of = of.reshape(-1)
        return Borders(
            ends.astype(np.int64),
            np.bincount(of, length[first], minlength=len(ends)).astype(np.float64),
            np.column_stack([low[first], high[first]]),
            of.astype(np.int64),
            around,
        )

    def _stretches(self) -> tuple[Ints, Ints, Ints]:
        begin: list[int] = []
        end: list[int] = []
        owner: list[int] = []
        for number, parts in enumerate(self.blocks):
            for rings in parts:
                for ring in rings:
                    begin.extend(ring)
                    end.extend(ring[1:])
                    end.append(ring[0])
                    owner.extend([number] * len(ring))
        return np.array(begin, np.int64), np.array(end, np.int64), np.array(owner, np.int64)


def _signed(ring: Floats) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(np.roll(x, -1), y)) / 2
