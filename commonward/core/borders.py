"""Changing borders: an outline cut in two, several joined, neighbours that give way (区划调整).

Outlines are valid shapely (multi)polygons in degrees, longitude first. New parts share the
vertices of their common border exactly, so that every point still lies in one of them.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import shapely

from commonward.core import geo
from commonward.core.refusals import N_, Invalid

CRUMB = 1e-12
"""Square degrees (about 0.01 m²): less than that is rounding, not land."""
MOST_POINTS = 20_000


def read_outline(text: str) -> Any:
    """An outline from GeoJSON, or from lines “latitude, longitude” around it; raises Invalid."""
    found = _geojson(text) if text.lstrip().startswith("{") else None
    if found is None:
        points = read_points(text)
        if len(set(points)) < 3:
            raise Invalid(N_("An outline has three points at least."), field="outline")
        found = shapely.Polygon(points)
    if found.geom_type not in {"Polygon", "MultiPolygon"} or found.is_empty:
        raise Invalid(
            N_("An outline is a polygon or multipolygon that encloses something."), field="outline"
        )
    if not found.is_valid:
        raise Invalid(
            N_("The outline crosses or touches itself ({fault})."),
            field="outline",
            fault=str(shapely.is_valid_reason(found)),
        )
    return found


def read_line(text: str) -> Any:
    """A line from GeoJSON, or from lines “latitude, longitude”; raises Invalid."""
    found = _geojson(text) if text.lstrip().startswith("{") else None
    if found is None:
        points = read_points(text)
        if len(set(points)) < 2:
            raise Invalid(N_("A line has two points at least."), field="line")
        found = shapely.LineString(points)
    if found.geom_type != "LineString" or not found.is_simple or found.length == 0:
        raise Invalid(N_("The line is in one piece and does not cross itself."), field="line")
    return found


def read_points(text: str) -> list[tuple[float, float]]:
    """The points of lines “latitude, longitude”, as (longitude, latitude). Raises Invalid."""
    points: list[tuple[float, float]] = []
    rows = [row.strip() for row in text.replace("，", ",").replace(";", "\n").splitlines()]
    for place, row in enumerate(rows, 1):
        if not row:
            continue
        try:
            lat, lon = (float(part) for part in row.replace(",", " ").split())
        except ValueError:
            lat = lon = math.nan
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise Invalid(
                N_("Line {place} “{line}”: write “latitude, longitude”, like “27.8012, 113.1034”."),
                field="outline",
                place=place,
                line=row[:60],
            )
        points.append((lon, lat))
    if len(points) > MOST_POINTS:
        raise Invalid(
            N_("At most {most} points are taken; import larger ones."),
            field="outline",
            most=MOST_POINTS,
        )
    return points


def write(geometry: Any) -> str:
    """The text that `read_outline` and `read_line` read back exactly: lines of points, or GeoJSON
    for an outline of several parts or with holes."""
    if geometry.geom_type == "LineString":
        points = list(geometry.coords)
    elif geometry.geom_type == "Polygon" and not geometry.interiors:
        points = list(geometry.exterior.coords)[:-1]
    else:
        return json.dumps(shapely.geometry.mapping(geometry))
    return "\n".join(f"{lat!r}, {lon!r}" for lon, lat, *_height in points)


def _geojson(text: str) -> Any:
    try:
        given = json.loads(text)
        if given.get("type") == "FeatureCollection" and len(given["features"]) == 1:
            given = given["features"][0]
        if given.get("type") == "Feature":
            given = given["geometry"]
        found = shapely.force_2d(shapely.geometry.shape(given))
        count = int(shapely.get_num_coordinates(found))
        finite = all(map(math.isfinite, found.bounds)) if count else False
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        finite, count, found = False, 0, None
    if not finite or count > MOST_POINTS:
        raise Invalid(
            N_("This is no GeoJSON of one shape with at most {most} points."),
            field="outline",
            most=MOST_POINTS,
        )
    return found


def split(outline: Any, line: Any) -> tuple[Any, Any]:
    """What of the outline lies to the left and to the right of a line that cuts through it.

    A line may cross several times; parts that it does not touch go with the nearer side. Raises
    Invalid when it does not cut through, or its sides cannot be told apart.
    """
    noded = shapely.union_all([outline.boundary, line])
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        if outline.contains(face.point_on_surface())
    ]
    around = [_directed(face) for face in faces]
    # Inside the outline only the line has a face on either side.
    shared = set().union(*around) & {(b, a) for edges in around for a, b in edges}
    along = {
        (a, b) for a, b in shared if line.project(shapely.Point(a)) < line.project(shapely.Point(b))
    }
    against = {(b, a) for a, b in along}
    left: list[Any] = []
    right: list[Any] = []
    loose: list[Any] = []
    for face, edges in zip(faces, around, strict=True):
        on_left, on_right = not edges.isdisjoint(along), not edges.isdisjoint(against)
        if on_left and on_right:
            raise Invalid(
                N_("The line winds so that its sides cannot be told apart: cut once, then again."),
                field="line",
            )
        (left if on_left else right if on_right else loose).append(face)
    if not left or not right:
        raise Invalid(
            N_("The line does not cut through: begin and end it outside the area."), field="line"
        )
    sides = (shapely.union_all(left), shapely.union_all(right))
    for face in loose:
        nearer = left if sides[0].distance(face) <= sides[1].distance(face) else right
        nearer.append(face)
    return _joined(left), _joined(right)


def _directed(face: Any) -> set[tuple[Any, Any]]:
    """The edges of a face in the direction in which its inside lies to their left."""
    turned = shapely.orient_polygons(face)
    return {
        edge
        for ring in (turned.exterior, *turned.interiors)
        for edge in zip(list(ring.coords), list(ring.coords)[1:], strict=False)
    }


def _joined(faces: Sequence[Any]) -> Any:
    return geo.polygonal(shapely.coverage_union_all(list(faces)))


def merge(outlines: Mapping[str, Any]) -> Any:
    """One outline around several that hang together by common borders; raises Invalid, naming
    the one that does not."""
    codes = list(outlines)
    reached, waiting = [codes[0]], codes[1:]
    while waiting:
        near = next(
            (
                code
                for code in waiting
                if any(_common(outlines[code], outlines[one]) > 0 for one in reached)
            ),
            None,
        )
        if near is None:
            raise Invalid(
                N_(
                    "{given} has no border in common with the others: only neighbours can be merged."
                ),
                field="others",
                given=waiting[0],
            )
        waiting.remove(near)
        reached.append(near)
    return geo.polygonal(shapely.union_all([outlines[code] for code in codes]))


def _common(one: Any, other: Any) -> float:
    """How long their common border is, in degrees; overlapping counts."""
    return float(one.boundary.intersection(other.boundary).length) + float(
        one.intersection(other).area
    )


def fitted(old: Any, new: Any, others: Mapping[str, Any]) -> dict[str, Any]:
    """The outlines of the neighbours that give way when one of them changes from `old` to `new`.

    What it takes goes out of theirs; what it gives up goes to the neighbour with the longest
    common border, or to nobody where none touches it. `old` is None for a new outline. Raises
    Invalid when nothing would be left of a neighbour.
    """
    found: dict[str, Any] = {}
    for code, outline in others.items():
        if float(outline.intersection(new).area) > CRUMB:
            left = _land(outline.difference(new))
            if left.is_empty:
                raise Invalid(
                    N_("Nothing would be left of {given}: merge it instead."),
                    field="outline",
                    given=code,
                )
            found[code] = left
    if old is None:
        return found
    for part in shapely.get_parts(_land(old.difference(new))):
        lengths = {
            code: _common(part, found.get(code, outline)) for code, outline in others.items()
        }
        taker = max(lengths, key=lambda code: lengths[code], default=None)
        if taker is not None and lengths[taker] > 0:
            found[taker] = geo.polygonal(found.get(taker, others[taker]).union(part))
    return found


def _land(geometry: Any) -> Any:
    """The geometry without crumbs that only rounding left over."""
    areas = [part for part in shapely.get_parts(geo.polygonal(geometry)) if part.area > CRUMB]
    if not areas:
        return shapely.Polygon()
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)


def overlaps(outline: Any, others: Mapping[str, Any]) -> dict[str, float]:
    """Which others it overlaps, by how many square metres; less than 1 m² is left out."""
    sizes = {
        code: geo.square_metres(geo.polygonal(outline.intersection(other)))
        for code, other in others.items()
        if outline.intersects(other)
    }
    return {code: size for code, size in sizes.items() if size >= 1.0}


def gaps(whole: Any, parts: Sequence[Any]) -> float:
    """How many square metres of the whole none of its parts covers; 0 below 1 m²."""
    size = geo.square_metres(geo.polygonal(whole.difference(shapely.union_all(list(parts)))))
    return size if size >= 1.0 else 0.0
