"""What is drawn, as layers of a vector tile; names in both languages, so that one tile serves all."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from commonward.areas.queries.drawn import Drawn
from commonward.cases.queries.on_map import InTile
from commonward.core import mvt
from commonward.core.roads import CLASSES, Roads
from commonward.core.tiles import EXTENT, Tile

RIM = 64
"""Steps beyond the tile that are drawn too, so that no border line is seen along its edge."""
_TOLERANCE = 4.0
"""Half a pixel of 512 across a tile: what is nearer than that is left out of an outline."""
FROM_ZOOM = {
    "nation": 0,
    "province": 3,
    "city": 6,
    "district": 0,
    "street": 10,
    "community": 12,
    "grid": 13,
    "micro": 15,
    "building": 16,
}
"""From which zoom on areas of a level are drawn; a site's own district is always there."""


ROADS_FROM = (5, 7, 8, 10, 12, 13, 14)
"""From which zoom on roads of each class are drawn, in the order of `CLASSES`."""
NAMES_FROM = 14


def levels_at(zoom: int) -> list[str]:
    """The levels of areas drawn at a zoom."""
    return [level for level, first in FROM_ZOOM.items() if first <= zoom]


def areas(found: Iterable[Drawn], tile: Tile) -> bytes:
    """Layer `areas` (polygons) and layer `names` (a point inside each): code, name, name_en, level."""
    shapes, names = mvt.Layer("areas"), mvt.Layer("names")
    for one in found:
        told: dict[str, mvt.Given] = {
            "code": one.code,
            "name": one.name,
            "name_en": one.name_en or one.name,
            "level": one.level,
        }
        outline = _clipped(one.outline, tile)
        shapes.polygon(_rings(outline), told)
        x, y = np.floor(tile.inside(*one.label)).astype(np.int64).tolist()
        if 0 <= x < EXTENT and 0 <= y < EXTENT:
            names.point(x, y, told)
    return mvt.tile([shapes, names])


def widest_at(zoom: int) -> int:
    """How many classes of roads are drawn at a zoom, from the widest on."""
    return sum(zoom >= first for first in ROADS_FROM)


def roads(found: Roads, tile: Tile) -> bytes:
    """Layer `roads` (lines: class, and name where it is drawn); one feature per class and name."""
    together: dict[tuple[int, int], list[Any]] = defaultdict(list)
    named = tile.z >= NAMES_FROM
    for road in found.reaching(tile.bounds(RIM / EXTENT), widest_at(tile.z)).tolist():
        key = (int(found.kinds[road]), int(found.names[road]) if named else 0)
        degrees = found.degrees(road)
        together[key].append(tile.inside(degrees[:, 0], degrees[:, 1]))
    layer = mvt.Layer("roads")
    for (kind, name), lines in sorted(together.items(), key=lambda one: -one[0][0]):
        shapes = shapely.linestrings(
            np.concatenate(lines), indices=np.repeat(np.arange(len(lines)), [*map(len, lines)])
        )
        clipped = shapely.clip_by_rect(shapes, -RIM, -RIM, EXTENT + RIM, EXTENT + RIM)
        parts = shapely.get_parts(shapely.simplify(clipped, _TOLERANCE))
        told: dict[str, mvt.Given] = {"class": CLASSES[kind]}
        if name:
            told["name"] = found.words[name]
        layer.lines([mvt.ring(_points(part)) for part in parts if not part.is_empty], told)
    return mvt.tile([layer])


def cases(found: InTile) -> bytes:
    """Layer `cases` (number, category, category_en, stage, stage_en, light) and layer `clusters`."""
    single, many = mvt.Layer("cases"), mvt.Layer("clusters")
    for one in found.points:
        single.point(
            one.x,
            one.y,
            {
                "number": one.number,
                "category": one.category_name,
                "category_en": one.category_name_en or one.category_name,
                "stage": one.stage.zh,
                "stage_en": one.stage.en,
                "light": one.light,
            },
        )
    for group in found.clusters:
        many.point(
            group.x, group.y, {"count": group.count, "yellow": group.yellow, "red": group.red}
        )
    return mvt.tile([many, single])


def _clipped(outline: Any, tile: Tile) -> Any:
    flat = shapely.transform(outline, lambda xy: tile.inside(xy[:, 0], xy[:, 1]))
    inside = shapely.clip_by_rect(flat, -RIM, -RIM, EXTENT + RIM, EXTENT + RIM)
    return shapely.simplify(inside, _TOLERANCE, preserve_topology=True)


def _rings(outline: Any) -> list[list[mvt.Ring]]:
    found: list[list[mvt.Ring]] = []
    for part in shapely.get_parts(outline):
        if part.geom_type == "Polygon" and not part.is_empty:
            rings = [part.exterior, *part.interiors]
            found.append([mvt.ring(_points(ring)) for ring in rings])
    return found


def _points(ring: Any) -> npt.NDArray[np.float64]:
    points: npt.NDArray[np.float64] = shapely.get_coordinates(ring)
    return points
