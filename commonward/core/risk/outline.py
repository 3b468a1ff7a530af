"""The outline of a project as a map file gives it (GeoJSON, RFC 7946): taken, or refused in words."""

import json
import math
from collections.abc import Mapping
from typing import Any

import shapely

from commonward.core import geo
from commonward.core.refusals import N_, Invalid

MOST_BYTES = 512 * 1024
MOST_CORNERS = 2_000
MOST_SQUARE_METRES = 500e6
"""500 km²: a project is not a whole district."""
_DIGITS = 6
"""About 0.1 m."""
_KINDS = ("Point", "Polygon", "MultiPolygon")
Outline = Mapping[str, Any]
"""A GeoJSON geometry: a point or closed rings, longitude first, WGS-84."""


def read_outline(text: str) -> Outline:
    """A geometry, a feature or a collection of features; several polygons become one outline.

    Raises Invalid, saying what is wrong and what would be right.
    """
    if len(text.encode()) > MOST_BYTES:
        raise Invalid(
            N_("The outline is larger than {most} KB; thin it out: a metre is fine enough."),
            most=MOST_BYTES // 1024, field="outline",
        )  # fmt: skip
    try:
        # As a float a number of any length is one that can be refused.
        given = json.loads(text, parse_int=float)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Invalid(
            N_("This is no GeoJSON: it begins with a brace and names type and coordinates."),
            field="outline",
        ) from error
    found = _geometries(given)
    if not found:
        raise Invalid(
            N_("There is no point and no polygon in this GeoJSON; a line has no inside."),
            field="outline",
        )
    kinds = {one["type"] for one in found}
    if "Point" in kinds and len(found) > 1:
        raise Invalid(
            N_("Give one point, or polygons; not both and not several points."), field="outline"
        )
    shapes = [_shape(one) for one in found]
    return outline_of(shapes[0] if len(shapes) == 1 else shapely.union_all(shapes))


def point(lat: float, lon: float) -> Outline:
    """One place, in degrees. Raises Invalid."""
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise Invalid(
            N_("Give the place in degrees, such as 30.02 and 112.01, or tap it on the map."),
            field="lat",
        )
    return outline_of(shapely.Point(lon, lat))


def outline_of(shape: Any) -> Outline:
    """The geometry that is kept of a shape (shapely): bounded in corners and size. Raises Invalid."""
    if shape.geom_type != "Point":
        metres = geo.square_metres(shape)
        if metres > MOST_SQUARE_METRES:
            raise Invalid(
                N_("The outline is larger than {most} km²: a project is not a whole district."),
                most=round(MOST_SQUARE_METRES / 1e6), field="outline",
            )  # fmt: skip
        shape = _thinned(shape)
    kept: Outline = json.loads(shapely.to_geojson(shapely.set_precision(shape, 10**-_DIGITS)))
    if not kept["coordinates"]:
        raise Invalid(N_("The outline encloses nothing."), field="outline")
    return {"type": kept["type"], "coordinates": _rounded(kept["coordinates"])}


def shape_of(outline: Outline) -> Any:
    """The same as a shape (shapely)."""
    return shapely.from_geojson(json.dumps(outline))


def _geometries(given: Any) -> list[Mapping[str, Any]]:
    if not isinstance(given, dict):
        return []
    kind = given.get("type")
    if kind == "FeatureCollection":
        features = given.get("features")
        return [g for f in features for g in _geometries(f)] if isinstance(features, list) else []
    if kind == "Feature":
        return _geometries(given.get("geometry"))
    return [given] if kind in _KINDS else []


def _shape(one: Mapping[str, Any]) -> Any:
    """Raises Invalid where positions are no numbers, out of range, or cross themselves."""
    coordinates = one.get("coordinates")
    positions = list(_positions(coordinates, one["type"]))
    if len(positions) > 50 * MOST_CORNERS:
        raise Invalid(
            N_("The outline has more than {most} corners; thin it out: a metre is fine enough."),
            most=50 * MOST_CORNERS, field="outline",
        )  # fmt: skip
    _check_range(positions)
    try:
        shape = shapely.from_geojson(json.dumps({"type": one["type"], "coordinates": coordinates}))
    except shapely.errors.GEOSException as error:
        raise Invalid(
            N_("A ring needs at least three corners, and ends where it begins."), field="outline"
        ) from error
    if shape.is_empty:
        raise Invalid(N_("The outline encloses nothing."), field="outline")
    if not shape.is_valid:
        raise Invalid(
            N_("The outline crosses or touches itself ({where}); draw it without crossings."),
            where=str(shapely.is_valid_reason(shape)), field="outline",
        )  # fmt: skip
    return shapely.force_2d(shape)


def _positions(coordinates: Any, kind: str) -> Any:
    depth = {"Point": 0, "Polygon": 2, "MultiPolygon": 3}[kind]

    def walk(part: Any, left: int) -> Any:
        if not isinstance(part, list):
            raise _no_position()
        if left:
            for one in part:
                yield from walk(one, left - 1)
        else:
            numbers = part[:2]
            if len(numbers) < 2 or not all(
                isinstance(n, int | float) and not isinstance(n, bool) and math.isfinite(n)
                for n in part
            ):
                raise _no_position()
            yield (float(numbers[0]), float(numbers[1]))

    return walk(coordinates, depth)


def _no_position() -> Invalid:
    return Invalid(
        N_("A position is not [longitude, latitude] in numbers, such as [112.01, 30.02]."),
        field="outline",
    )


def _check_range(positions: list[tuple[float, float]]) -> None:
    if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in positions):
        raise Invalid(
            N_("A position lies outside longitude ±180 and latitude ±90: GeoJSON writes longitude "
               "first, in degrees of WGS-84."),
            field="outline",
        )  # fmt: skip


def _thinned(shape: Any) -> Any:
    side = 10**-_DIGITS
    thin = shape
    while shapely.get_num_coordinates(thin) > MOST_CORNERS:
        side *= 2
        thin = shapely.simplify(shape, side, preserve_topology=True)
        if side > 1:
            raise Invalid(
                N_("The outline has more than {most} parts; give the ones that matter."),
                most=MOST_CORNERS // 4, field="outline",
            )  # fmt: skip
    return thin


def _rounded(part: Any) -> Any:
    return round(part, _DIGITS) if isinstance(part, float | int) else [_rounded(p) for p in part]
