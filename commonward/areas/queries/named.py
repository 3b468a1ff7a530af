"""Areas whose name holds some words, each with a point inside it."""

from dataclasses import dataclass
from datetime import datetime

import shapely
from django.db.models import Q

from commonward.areas.models import Area, Shape
from commonward.areas.queries.tree import valid


@dataclass(frozen=True, slots=True)
class AreaNamed:
    """An area and a point that surely lies in it, in degrees."""

    code: str
    name: str
    name_en: str
    path: str
    lat: float
    lon: float


def areas_named(text: str, at: datetime, *, most: int = 8) -> tuple[AreaNamed, ...]:
    """The drawn areas in force whose name holds the text, or whose code it is, the largest first
    (2 queries)."""
    named = Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code=text)
    rows = list(
        Area.objects.filter(valid(at) & named)
        .order_by("path")
        .values_list("id", "code", "name", "name_en", "path")[: most * 4]
    )
    rows.sort(key=lambda row: (row[4].count("/"), row[4]))
    shapes = dict(
        Shape.objects.filter(valid(at), area_id__in=[row[0] for row in rows]).values_list(
            "area_id", "wkb"
        )
    )
    found: list[AreaNamed] = []
    for area, code, name, name_en, path in rows:
        if area not in shapes or len(found) == most:
            continue
        point = shapely.from_wkb(bytes(shapes[area])).representative_point()
        found.append(AreaNamed(code, name, name_en, path, round(point.y, 6), round(point.x, 6)))
    return tuple(found)
