"""Tiles of the web map (瓦片): numbers of tiles, places inside them, and the curve that sorts them.

Web Mercator (EPSG:3857), the world as one square with x to the east and y to the south; zoom `z`
cuts it into 2^z by 2^z tiles. A place is kept at 2^30 by 2^30 steps, about 4 cm at the equator,
which is one step of a tile of 4096 at zoom 18. Its two numbers are woven into one (Morton 1966,
the Z-order): all places of a tile, at any zoom, then lie side by side.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from commonward.core.refusals import N_, Missing

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

EXTENT = 4096
"""Steps across one tile."""
DEEPEST = 18
"""The last zoom that is served; a map draws deeper ones from it."""
_BITS = 30
_STEPS = 1 << _BITS
_MOST_LAT = 85.0511287798066
_SPREADS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @classmethod
    def at(cls, z: int, x: int, y: int) -> "Tile":
        """The tile with these numbers. Raises Missing where there is none."""
        if not 0 <= z <= DEEPEST:
            raise Missing(
                N_("There is no tile at zoom {z}: zoom goes from 0 to {most}."), z=z, most=DEEPEST
            )
        if not (0 <= x < 1 << z and 0 <= y < 1 << z):
            raise Missing(
                N_("There is no tile {x}/{y} at zoom {z}: both go from 0 to {most}."),
                x=x,
                y=y,
                z=z,
                most=(1 << z) - 1,
            )
        return cls(z, x, y)

    @property
    def west(self) -> int:
        """The first step of the world inside it, from the west."""
        return self.x << (_BITS - self.z)

    @property
    def north(self) -> int:
        """The first step of the world inside it, from the north."""
        return self.y << (_BITS - self.z)

    @property
    def places(self) -> tuple[int, int]:
        """From which woven place on, and before which, everything lies inside."""
        first = weave(np.array([self.west]), np.array([self.north]))
        return int(first[0]), int(first[0]) + (1 << 2 * (_BITS - self.z))

    def bounds(self, rim: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, wider by a share of the tile on each side."""
        size = 1 << self.z
        west, east = (self.x - rim) / size, (self.x + 1 + rim) / size
        north, south = (self.y - rim) / size, (self.y + 1 + rim) / size
        return west * 360 - 180, _lat(south), east * 360 - 180, _lat(north)

    def inside(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Floats:
        """Degrees to (x, y) in steps of this tile, one row each; beyond it, beyond 0…4096."""
        x, y = _flat(lons, lats)
        size = float(1 << self.z)
        return np.stack(((x * size - self.x) * EXTENT, (y * size - self.y) * EXTENT), axis=-1)

    def inside_woven(self, places: Ints) -> Ints:
        """Woven places to (x, y) in whole steps of this tile, one row each."""
        x, y = unweave(places)
        across = _BITS - self.z
        # A tile of 4096 steps spans 2^(30 − z) of the world's, which from zoom 18 down is no less.
        shift = across - EXTENT.bit_length() + 1
        return np.stack(((x - self.west) >> shift, (y - self.north) >> shift), axis=-1)


def steps(lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Ints, Ints]:
    """Degrees to whole steps of the world, from the west and from the north."""
    x, y = _flat(lons, lats)
    most = _STEPS - 1
    return (
        np.clip(np.floor(x * _STEPS), 0, most).astype(np.int64),
        np.clip(np.floor(y * _STEPS), 0, most).astype(np.int64),
    )


def woven(lons: npt.ArrayLike, lats: npt.ArrayLike) -> Ints:
    """Degrees to the one number by which places are sorted."""
    return weave(*steps(lons, lats))


def weave(x: Ints, y: Ints) -> Ints:
    """Two numbers below 2^30 as one below 2^60, their bits by turns."""
    found: Ints = _spread(x) | (_spread(y) << 1)
    return found


def unweave(places: Ints) -> tuple[Ints, Ints]:
    """The two numbers that were woven."""
    return _gather(places), _gather(places >> 1)


def zoom_for(metres: float, lat: float) -> float:
    """The zoom at which so many metres fill a tile of 512 pixels at this latitude."""
    around = 40_075_016.7 * math.cos(math.radians(lat))
    return max(0.0, min(float(DEEPEST), math.log2(around / max(metres, 1.0))))


def _spread(number: Ints) -> Ints:
    spread = number.astype(np.int64)
    for by, mask in _SPREADS:
        spread = (spread | (spread << by)) & mask
    return spread


def _gather(number: Ints) -> Ints:
    gathered = number & _SPREADS[-1][1]
    for (by, _), mask in zip(
        reversed(_SPREADS), (m for _, m in (*reversed(_SPREADS[:-1]), (0, 0xFFFFFFFF))), strict=True
    ):
        gathered = (gathered | (gathered >> by)) & mask
    return gathered


def _flat(lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Floats, Floats]:
    lon = np.asarray(lons, float)
    sine = np.sin(np.radians(np.clip(np.asarray(lats, float), -_MOST_LAT, _MOST_LAT)))
    return lon / 360.0 + 0.5, 0.5 - np.arctanh(sine) / (2 * math.pi)


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
