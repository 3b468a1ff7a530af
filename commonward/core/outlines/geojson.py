"""GeoJSON (RFC 7946) in: features with a code and a name, polygons mended or left out in words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.core import codes, geo
from commonward.core.codes import Code
from commonward.core.outlines.rows import Given, Mending, Outline, check_ancestor, checked_name
from commonward.core.refusals import N_, Invalid

MOST_VERTICES = 5_000_000
MOST_VERTICES_PER_SHAPE = 100_000
"""A shape with more is thinned, from 0.1 m upwards, until it fits; the change is reported."""

_THINNEST = 1e-6
"""Degrees, about 0.1 m: where thinning begins."""

Ring = npt.NDArray[np.float64]


@dataclass(slots=True)
class _Rings:
    """The rings of one geometry as arrays: what is left of its JSON once it has been read."""

    polygons: list[list[Ring]]
    refusal: Invalid | None = None


class _Reader:
    """Turns each geometry into arrays as soon as its JSON object ends, so that the memory needed
    follows the largest geometry and not the file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vertices = 0

    def __call__(self, found: dict[str, Any]) -> Any:
        kind = found.get("type")
        if kind not in {"Polygon", "MultiPolygon"} or "coordinates" not in found:
            return found
        try:
            polygons = found["coordinates"] if kind == "MultiPolygon" else [found["coordinates"]]
            if not isinstance(polygons, list) or not all(isinstance(p, list) for p in polygons):
                raise Invalid(N_("its coordinates are not lists of rings of positions"))
            rings = [[_ring(ring) for ring in polygon] for polygon in polygons]
        except Invalid as refusal:
            return _Rings([], refusal)
        self.vertices += _positions(rings)
        if self.vertices > MOST_VERTICES:
            raise Invalid(
                N_(
                    "{name} has more than {most} vertices; split the file, or thin the outlines "
                    "to what a map of a district needs (about 1 m)"
                ),
                name=self.name,
                most=MOST_VERTICES,
            )
        return _Rings(rings)


def read_geojson(name: str, text: str, *, gcj02: bool) -> Given:
    """Features with properties code or adcode, name, and perhaps name_en, level, parent.

    `parent` is a code or {"adcode": code}. Raises Invalid when the text as a whole is no
    FeatureCollection or passes the limits; a bad feature is only left out.
    """
    try:
        whole = json.loads(text, object_hook=_Reader(name))
    except json.JSONDecodeError as error:
        raise Invalid(
            N_("{name} is not JSON: {error} at line {line}, column {column}"),
            name=name,
            error=error.msg,
            line=error.lineno,
            column=error.colno,
        ) from error
    except RecursionError as error:
        raise Invalid(N_("{name} is nested deeper than any GeoJSON is"), name=name) from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise Invalid(
            N_(
                "{name} is no GeoJSON FeatureCollection; it should be an object with "
                '"type": "FeatureCollection" and a list "features"'
            ),
            name=name,
        )
    given = Given()
    for number, feature in enumerate(features, start=1):
        where = f"{name}, feature {number}"
        features[number - 1] = None  # frees the arrays of what has been read
        try:
            row, mended = _feature(feature, where, gcj02)
        except Invalid as refusal:
            given.reject(where, refusal.text, **refusal.values)
        else:
            given.add(row)
            given.mended.extend(mended)
    return given


def _feature(feature: Any, where: str, gcj02: bool) -> tuple[Outline, list[Mending]]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise Invalid(N_("it is no Feature: an object with properties and a geometry"))
    properties: Mapping[str, Any] = feature["properties"]
    given = properties.get("code") or properties.get("adcode")
    if given is None:
        raise Invalid(N_("the property code (or adcode) is missing"), field="code")
    code = codes.parse(given)
    level = properties.get("level")
    if level is not None and level in codes.LENGTHS and level != code.level:
        raise Invalid(
            N_("{given} has the digits of a {level}, but its level is said to be {said}"),
            field="level",
            given=code.text,
            level=code.level,
            said=level,
        )
    parent = properties.get("parent")
    check_ancestor(code, parent.get("adcode") if isinstance(parent, dict) else parent)
    name = checked_name(properties.get("name"))
    english = properties.get("name_en") or ""
    geometry, mended = _geometry(feature.get("geometry"), code, gcj02)
    return Outline(code, name, str(english).strip()[:200], geometry, where), mended


def _geometry(given: Any, code: Code, gcj02: bool) -> tuple[Any, list[Mending]]:
    if given is None:
        return None, []
    if not isinstance(given, _Rings):
        kind = given.get("type") if isinstance(given, dict) else type(given).__name__
        raise Invalid(
            N_("its geometry is a {kind}; an area needs a Polygon or MultiPolygon"), kind=kind
        )
    if given.refusal is not None:
        raise given.refusal
    polygons = [p for p in given.polygons if p and len(p[0])]
    if not polygons:
        raise Invalid(N_("its geometry is empty: it has no ring with positions"))
    _check_range(np.concatenate([polygon[0] for polygon in polygons]), code)
    return _mended(polygons, code, gcj02)


def _mended(polygons: list[list[Ring]], code: Code, gcj02: bool) -> tuple[Any, list[Mending]]:
    """Closed, thinned where there are too many vertices, in WGS-84, valid; and what it took."""
    mended: list[Mending] = []
    closed = [[_closed(ring) for ring in polygon if len(ring)] for polygon in polygons]
    if _positions(closed) > _positions(polygons):
        mended.append(Mending(code.text, N_("a ring was not closed"), 0.0))
    thin, side = _thinned(closed)
    if side:
        numbers = {"before": _positions(closed), "after": _positions(thin)}
        changed = abs(geo.square_metres(_built(thin)) - geo.square_metres(_built(closed)))
        fault = N_("thinned from {before} to {after} vertices")
        mended.append(Mending(code.text, fault, changed, numbers))
    geometry = _built(thin)
    if geometry.is_empty:
        raise Invalid(N_("its rings have fewer than three corners and enclose nothing"))
    if gcj02:
        geometry = geo.geometry_to_wgs84(geometry)
    result = geo.mend(geometry)
    if result.fault:
        mended.append(Mending(code.text, result.fault, result.square_metres))
    if result.geometry.is_empty:
        raise Invalid(N_("its outline encloses nothing"))
    return result.geometry, mended


def _ring(given: Any) -> Ring:
    """Positions as an (n, 2) array; heights are dropped."""
    if not isinstance(given, list):
        raise Invalid(N_("a ring is no list of positions"))
    if not given:
        return np.empty((0, 2))
    try:
        found = np.asarray(given)
    except ValueError as error:
        raise Invalid(N_("the positions of a ring differ in their number of values")) from error
    if found.ndim != 2 or found.shape[1] < 2 or found.dtype.kind not in "if":
        raise Invalid(N_("a position is not [longitude, latitude] in numbers"))
    ring = np.ascontiguousarray(found[:, :2], dtype=np.float64)
    if not np.isfinite(ring).all():
        raise Invalid(N_("a position is not a finite number"))
    return ring


def _built(polygons: list[list[Ring]]) -> Any:
    """A polygon or multipolygon; rings without three corners are left out."""
    built = [
        shapely.Polygon(polygon[0], [hole for hole in polygon[1:] if len(hole) >= 4])
        for polygon in polygons
        if len(polygon[0]) >= 4
    ]
    if len(built) > 1:
        return shapely.MultiPolygon(built)
    return built[0] if built else shapely.Polygon()


def _positions(polygons: list[list[Ring]]) -> int:
    return sum(len(ring) for polygon in polygons for ring in polygon)


def _closed(ring: Ring) -> Ring:
    if (ring[0] != ring[-1]).any():
        return np.concatenate((ring, ring[:1]))
    return ring


def _check_range(points: Ring, code: Code) -> None:
    west, south = points.min(axis=0).tolist()
    east, north = points.max(axis=0).tolist()
    real = code.text[:2] != codes.SYNTHETIC_PROVINCE
    fits = west >= -180 and east <= 180 and south >= -90 and north <= 90
    fits_swapped = south >= -180 and north <= 180 and west >= -90 and east <= 90
    if fits and not (real and not _in_china(points)):
        return
    if fits_swapped and (not real or _in_china(points[:, ::-1])):
        raise Invalid(
            N_(
                "it looks like latitude and longitude are swapped: positions run from {first} to "
                "{second}; GeoJSON writes longitude first"
            ),
            field="geometry",
            first=f"[{west:.4f}, {south:.4f}]",
            second=f"[{east:.4f}, {north:.4f}]",
        )
    if not fits:
        raise Invalid(
            N_(
                "its positions run from {first} to {second}, outside longitude ±180 and latitude "
                "±90: convert metres of a projection to degrees of WGS-84 first"
            ),
            field="geometry",
            first=f"[{west:.4f}, {south:.4f}]",
            second=f"[{east:.4f}, {north:.4f}]",
        )
    raise Invalid(
        N_("its outline lies around {place} (latitude, longitude), but {given} is a code of China"),
        field="geometry",
        place=f"{(south + north) / 2:.4f}, {(west + east) / 2:.4f}",
        given=code.text,
    )


def _in_china(points: Ring) -> bool:
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return bool(geo.in_china_box(middle[:1], middle[1:])[0])


def _thinned(polygons: list[list[Ring]]) -> tuple[list[list[Ring]], float]:
    """Keep one vertex per cell of a lattice that is widened until few enough are left.

    Returns the rings and the cells' side in degrees (0: nothing was thinned). A vertex stays
    where it was, so nothing moves further than about 1.5 sides. Done before mending, which would
    take minutes for millions of vertices.
    """
    thin, side = polygons, 0.0
    while _positions(thin) > MOST_VERTICES_PER_SHAPE:
        side = side * 2 or _THINNEST
        thin = [[_one_per_cell(ring, side) for ring in polygon] for polygon in polygons]
    return thin, side


def _one_per_cell(ring: Ring, side: float) -> Ring:
    cell = np.floor(ring / side)
    kept = np.concatenate(([True], (cell[1:] != cell[:-1]).any(axis=1)))
    kept[-1] = True
    return ring[kept]
