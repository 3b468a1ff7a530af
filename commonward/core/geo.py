"""Geometry on the ground: GCJ-02, metres and square metres, and the mending of polygons.

Coordinates are degrees, longitude first in geometries; arrays are float64 of any shape. The
offset of GCJ-02 (国测局坐标) has no official publication: these are the formula and constants
that public map clients use (Krasovsky 1940 ellipsoid).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

_KRASOVSKY_A = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_WGS_A = 6378137.0
_WGS_E2 = 0.00669437999014
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the box inside which GCJ-02 shifts points."""


def in_china_box(lons: Floats, lats: Floats) -> npt.NDArray[np.bool_]:
    """Where GCJ-02 differs from WGS-84: the box that the public algorithm uses."""
    west, south, east, north = _CHINA
    found: npt.NDArray[np.bool_] = (
        (lons >= west) & (lons <= east) & (lats >= south) & (lats <= north)
    )
    return found


def to_gcj02(lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Floats, Floats]:
    """WGS-84 → GCJ-02, in degrees; points outside the box are unchanged."""
    x, y = np.asarray(lons, float), np.asarray(lats, float)
    inside = in_china_box(x, y)
    dx, dy = _offset(x, y)
    return np.where(inside, x + dx, x), np.where(inside, y + dy, y)


def to_wgs84(lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Floats, Floats]:
    """GCJ-02 → WGS-84, in degrees, by fixed-point iteration to below 1e-10°.

    The offset changes by less than 1 % of a step, so each round gains two digits.
    """
    x, y = np.asarray(lons, float), np.asarray(lats, float)
    inside = in_china_box(x, y)
    wx, wy = x, y
    for _ in range(10):
        dx, dy = _offset(wx, wy)
        nx, ny = x - dx, y - dy
        moved = max(
            float(np.abs(nx - wx).max(initial=0.0)), float(np.abs(ny - wy).max(initial=0.0))
        )
        wx, wy = nx, ny
        if moved < 1e-10:
            break
    return np.where(inside, wx, x), np.where(inside, wy, y)


def geometry_to_wgs84(geometry: Any) -> Any:
    """The same for every vertex of a shapely geometry."""
    return shapely.transform(
        geometry, lambda xy: np.stack(to_wgs84(xy[:, 0], xy[:, 1]), axis=1), include_z=False
    )


def _offset(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 105.0, lat - 35.0
    pi = math.pi
    root = np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    radians = np.radians(lat)
    magic = 1.0 - _KRASOVSKY_E2 * np.sin(radians) ** 2
    along = _KRASOVSKY_A * (1.0 - _KRASOVSKY_E2) / (magic * np.sqrt(magic))
    across = _KRASOVSKY_A / np.sqrt(magic) * np.cos(radians)
    return np.degrees(east / across), np.degrees(north / along)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """How many metres one degree of longitude and one of latitude are long here (WGS-84)."""
    radians = math.radians(lat)
    magic = 1.0 - _WGS_E2 * math.sin(radians) ** 2
    across = _WGS_A / math.sqrt(magic) * math.cos(radians)
    along = _WGS_A * (1.0 - _WGS_E2) / (magic * math.sqrt(magic))
    return math.radians(across), math.radians(along)


def metres_between(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance on the ground, right to 0.1 % up to some 100 km: flat at the middle latitude."""
    per_lon, per_lat = metres_per_degree((lat1 + lat2) / 2.0)
    return math.hypot((lon2 - lon1) * per_lon, (lat2 - lat1) * per_lat)


def square_metres(geometry: Any) -> float:
    """Area on the WGS-84 ellipsoid, by the sinusoidal projection, which keeps areas equal."""
    if geometry.is_empty:
        return 0.0
    middle = (geometry.bounds[0] + geometry.bounds[2]) / 2.0
    flat = shapely.transform(geometry, lambda xy: _sinusoidal(xy, middle), include_z=False)
    return float(shapely.area(flat))


def _sinusoidal(xy: Floats, middle: float) -> Floats:
    lat = np.radians(xy[:, 1])
    sine = np.sin(lat)
    across = _WGS_A / np.sqrt(1.0 - _WGS_E2 * sine * sine) * np.cos(lat)
    e4, e6 = _WGS_E2**2, _WGS_E2**3
    meridian = _WGS_A * (
        (1 - _WGS_E2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * lat
        - (3 * _WGS_E2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * np.sin(2 * lat)
        + (15 * e4 / 256 + 45 * e6 / 1024) * np.sin(4 * lat)
        - (35 * e6 / 3072) * np.sin(6 * lat)
    )
    return np.stack((np.radians(xy[:, 0] - middle) * across, meridian), axis=1)


@dataclass(frozen=True, slots=True)
class Mended:
    """A valid polygon or multipolygon, what had been wrong ("" = nothing), and the difference
    in m² between what it and the given outline cover."""

    geometry: Any
    fault: str
    square_metres: float


def mend(geometry: Any) -> Mended:
    """Make a polygon valid (OGC simple features), keeping only its polygonal parts.

    Rings that cross themselves are rebuilt as shells and holes (GEOS "structure" method). An
    outline that encloses nothing comes back empty.
    """
    if geometry.is_valid:
        return Mended(polygonal(geometry), "", 0.0)
    fault = str(shapely.is_valid_reason(geometry))
    mended = polygonal(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
    return Mended(mended, fault, abs(square_metres(mended) - square_metres(geometry)))


def polygonal(geometry: Any) -> Any:
    """Only the areas of a geometry: a Polygon, a MultiPolygon, or an empty Polygon."""
    if geometry.geom_type == "Polygon":
        return geometry
    parts = [p for p in shapely.get_parts(geometry, return_index=False) if not p.is_empty]
    areas: list[Any] = []
    for part in parts:
        areas.extend(shapely.get_parts(part) if part.geom_type == "MultiPolygon" else [part])
    areas = [p for p in areas if p.geom_type == "Polygon"]
    if not areas:
        return shapely.Polygon()
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
