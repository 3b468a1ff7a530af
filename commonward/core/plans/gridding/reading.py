"""Files for the grid planner: blocks with what lives in them, and lines that no grid may cross."""

import json
import math
from dataclasses import dataclass, field
from typing import Any

import shapely

from commonward.core import geo
from commonward.core.refusals import N_, Invalid

MOST_BYTES = 24 * 1024 * 1024
MOST_BLOCKS = 20_000
MOST_VERTICES = 400_000
MOST_NAMED = 8
"""Bad rows named in a refusal; the others are counted."""
_OVERLAP = 0.1
"""Share of the smaller block: two that overlap by more are a fault, by less a bad drawing."""
_HOUSEHOLDS = ("households", "hh", "户数", "住户数")
_NAMES = ("id", "code", "name", "编号", "名称")

Faults = list[tuple[str, Invalid]]


@dataclass(slots=True)
class Blocks:
    """Blocks of a file (区块): outlines (WGS-84, shapely, valid), what they are called, households
    (0 where none are told), and in words how many had to be mended."""

    outlines: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    households: list[float] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Barriers:
    """Lines that a grid may not cross (河流、铁路), and points where it may (桥梁), WGS-84."""

    lines: list[Any] = field(default_factory=list)
    bridges: list[Any] = field(default_factory=list)


def read_blocks(raw: bytes, *, gcj02: bool = False) -> Blocks:
    """Polygons with the property “households”, and an “id”, “code” or “name” each.

    Rings that cross themselves are mended and named. Raises Invalid for a file that is no
    GeoJSON, and for blocks that are no polygon, enclose nothing, have a wrong number of households,
    share a name or overlap: the first few are named.
    """
    blocks, faults = Blocks(), _faults()
    for number, feature in enumerate(_features(raw), 1):
        name = f"{number}"
        try:
            properties = feature.get("properties") or {}
            name = _first(properties, _NAMES) or name
            outline = _outline(feature.get("geometry"), gcj02)
            households = _count(_first(properties, _HOUSEHOLDS))
            if len(name) > 40:
                raise Invalid(N_("its name has more than {most} characters"), most=40)
        except Invalid as fault:
            faults.append((name[:40], fault))
            continue
        mended = geo.mend(outline)
        if mended.geometry.is_empty:
            faults.append((name, Invalid(N_("its outline encloses nothing"))))
            continue
        if mended.fault:
            blocks.mended.append(name)
        blocks.outlines.append(mended.geometry)
        blocks.names.append(name)
        blocks.households.append(households)
    seen: set[str] = set()
    for name in blocks.names:
        if name in seen:
            faults.append((name, Invalid(N_("its name is used twice"))))
        seen.add(name)
    _refuse(faults)
    if not 2 <= len(blocks.outlines) <= MOST_BLOCKS:
        raise Invalid(
            N_("A file of blocks has 2 to {most} of them."), field="blocks", most=MOST_BLOCKS
        )
    _refuse(_overlapping(blocks))
    return blocks


def read_barriers(raw: bytes, *, gcj02: bool = False) -> Barriers:
    """Lines (rivers, railways) and points (bridges, crossings) of a GeoJSON. Raises Invalid."""
    found, faults = Barriers(), _faults()
    for number, feature in enumerate(_features(raw), 1):
        try:
            shape = _shape(feature.get("geometry"), gcj02)
        except Invalid as fault:
            faults.append((f"{number}", fault))
            continue
        if shape.geom_type in ("LineString", "MultiLineString"):
            found.lines.append(shape)
        elif shape.geom_type in ("Point", "MultiPoint"):
            found.bridges.append(shape)
        else:
            other = Invalid(
                N_("it is a {kind}; give lines, and points for bridges"), kind=shape.geom_type
            )
            faults.append((f"{number}", other))
    _refuse(faults, name="barriers")
    if not found.lines:
        raise Invalid(N_("The file of barriers has no line."), field="barriers")
    return found


def _faults() -> Faults:
    return []


def _features(raw: bytes) -> list[dict[str, Any]]:
    if len(raw) > MOST_BYTES:
        raise Invalid(N_("A file has at most {most} MB."), field="blocks", most=MOST_BYTES // 2**20)
    try:
        given = json.loads(raw.decode("utf-8-sig"))
        found = given["features"]
        if given.get("type") != "FeatureCollection" or not isinstance(found, list):
            raise KeyError
        if not all(isinstance(one, dict) for one in found):
            raise TypeError
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            N_("The file is no GeoJSON: it should be a FeatureCollection in UTF-8."),
            field="blocks",
        ) from None
    return found


def _shape(geometry: Any, gcj02: bool) -> Any:
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
        count, bounds = int(shapely.get_num_coordinates(shape)), shape.bounds
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        shapely.errors.ShapelyError,
    ):
        raise Invalid(N_("it has no geometry that can be read")) from None
    if not 0 < count <= MOST_VERTICES or not all(map(math.isfinite, bounds)):
        raise Invalid(N_("it has no geometry that can be read"))
    west, south, east, north = bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise Invalid(N_("it leaves longitude ±180 and latitude ±90: use degrees, longitude first"))
    return geo.geometry_to_wgs84(shape) if gcj02 else shape


def _outline(geometry: Any, gcj02: bool) -> Any:
    shape = _shape(geometry, gcj02)
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise Invalid(N_("it is a {kind}; a block is a polygon"), kind=shape.geom_type)
    return shape


def _first(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        if properties.get(name) is not None:
            return str(properties[name]).strip()
    return ""


def _count(text: str) -> float:
    try:
        found = float(text or 0)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1e6:
        raise Invalid(N_("its households are a number from 0 to 1,000,000"))
    return found


def _overlapping(blocks: Blocks) -> Faults:
    tree = shapely.STRtree(blocks.outlines)
    left, right = tree.query(blocks.outlines, predicate="overlaps")
    inner, outer = tree.query(blocks.outlines, predicate="within")
    pairs = {(min(a, b), max(a, b)) for a, b in zip(left.tolist(), right.tolist(), strict=True)}
    pairs |= {
        (min(a, b), max(a, b))
        for a, b in zip(inner.tolist(), outer.tolist(), strict=True) if a != b
    }  # fmt: skip
    found: Faults = []
    for one, other in sorted(pairs):
        mine, theirs = blocks.outlines[one], blocks.outlines[other]
        shared = shapely.intersection(mine, theirs).area
        if shared > _OVERLAP * min(mine.area, theirs.area):
            fault = Invalid(N_("it overlaps {other}"), other=blocks.names[other])
            found.append((blocks.names[one], fault))
    return found


def _refuse(faults: Faults, name: str = "blocks") -> None:
    """One refusal that names the first faults; `faults` has them apart, to be translated."""
    if not faults:
        return
    told = "; ".join(f"{where}: {fault}" for where, fault in faults[:MOST_NAMED])
    raise Invalid(
        N_("{count} rows of the file cannot be used. {told}"),
        field=name, count=len(faults), told=told,
        faults=tuple(faults[:MOST_NAMED]),
    )  # fmt: skip
