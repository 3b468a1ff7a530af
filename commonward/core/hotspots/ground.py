"""The cells that are looked at (六边形网格), their neighbours, and the points counted in them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import h3
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Ground:
    """H3 cells of one resolution, sorted by index; `lats` and `lons` are their middles (degrees)."""

    cells: tuple[str, ...]
    resolution: int
    lats: Floats
    lons: Floats

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Ground":
        """The ground of these cells, each counted once; raises ValueError for mixed resolutions."""
        known = tuple(sorted(set(cells)))
        sizes = {h3.get_resolution(cell) for cell in known}
        if len(sizes) > 1:
            raise ValueError(f"cells of one resolution are wanted, not of {sorted(sizes)}")
        middles = np.array([h3.cell_to_latlng(cell) for cell in known], np.float64).reshape(-1, 2)
        return cls(known, sizes.pop() if sizes else 0, middles[:, 0], middles[:, 1])

    def rings(self, reach: int) -> tuple[Ints, ...]:
        """By cell, the positions of the cells at most `reach` steps away that are here, itself too."""
        place = {cell: n for n, cell in enumerate(self.cells)}
        return tuple(
            np.array(
                sorted(place[one] for one in h3.grid_disk(cell, reach) if one in place), np.int64
            )
            for cell in self.cells
        )

    def nearest(self, most: int, metres: float) -> Ints:
        """By cell, the others in the order of distance, itself first: (cells, ≤ most), -1 beyond.

        Distances are of the middles, on a plane that touches the earth in the middle of all: exact
        enough for a city. Where two are equally far, the lower index comes first.
        """
        if not self.cells:
            return np.zeros((0, 0), np.int64)
        narrowing = math.cos(math.radians(float(self.lats.mean())))
        flat = np.column_stack((self.lats, self.lons * narrowing)) * _METRES_PER_DEGREE
        wanted = min(most, len(self.cells))
        away, found = cKDTree(flat).query(flat, k=wanted, distance_upper_bound=metres)
        away, found = away.reshape(-1, wanted), found.reshape(-1, wanted)
        order = np.lexsort((found, np.round(away, 3)), axis=1)
        found = np.take_along_axis(found, order, axis=1).astype(np.int64)
        found[found == len(self.cells)] = -1
        return np.ascontiguousarray(found)


def cells_of(lats: Floats, lons: Floats, resolution: int) -> list[str]:
    """The H3 cell of each point (degrees, WGS-84); raises ValueError for what is no place."""
    if not (np.isfinite(lats).all() and np.isfinite(lons).all()):
        raise ValueError("a point without a latitude or longitude lies in no cell")
    return [
        h3.latlng_to_cell(lat, lon, resolution)
        for lat, lon in zip(lats.tolist(), lons.tolist(), strict=True)
    ]


def table(places: Ints, steps: Ints, cells: int, times: int) -> Ints:
    """Counts (cells, times) of points given by the position of their cell and of their time."""
    counted = np.bincount(places * times + steps, minlength=cells * times)
    return counted.astype(np.int64).reshape(cells, times)
