"""Invented districts for the measurements: irregular polygons that tile a rectangle."""

from typing import Any

import numpy as np
import shapely

WEST, SOUTH, EAST, NORTH = 111.0, 26.0, 115.0, 29.0
"""Where the tiling lies, in degrees; about 390 by 330 km."""


def tiling(count: int, seed: int = 1) -> Any:
    """`count` polygons of 16 vertices without gaps or overlaps, as an array of shapely polygons.

    The corners and three points on each side of a square lattice, moved by seeded chance.
    """
    chance = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(count)))
    x, y = np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0))
    x += chance.uniform(-0.3, 0.3, x.shape)
    y += chance.uniform(-0.3, 0.3, y.shape)
    corners = np.stack((x, y), axis=-1)

    def between(start: Any, end: Any) -> list[Any]:
        """The three points on each of these sides."""
        return [
            start + (end - start) * (k / 4) + chance.uniform(-0.06, 0.06, start.shape)
            for k in (1, 2, 3)
        ]

    across = between(corners[:, :-1], corners[:, 1:])
    upwards = between(corners[:-1], corners[1:])
    row, column = (part.ravel()[:count] for part in np.divmod(np.arange(side * side), side))
    ring = [
        corners[row, column],
        *(points[row, column] for points in across),
        corners[row, column + 1],
        *(points[row, column + 1] for points in upwards),
        corners[row + 1, column + 1],
        *(points[row + 1, column] for points in reversed(across)),
        corners[row + 1, column],
        *(points[row, column] for points in reversed(upwards)),
        corners[row, column],
    ]
    scale = np.array(((EAST - WEST) / side, (NORTH - SOUTH) / side))
    return shapely.polygons(np.stack(ring, axis=1) * scale + np.array((WEST, SOUTH)))
