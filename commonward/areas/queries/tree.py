"""The tree: an area by its code, those below it, the chain above it, its outline at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db.models import Count, Q, QuerySet

from commonward.areas.models import Area, Shape
from commonward.core.codes import LENGTHS
from commonward.core.refusals import N_, Missing


@dataclass(frozen=True, slots=True)
class Place:
    """An area as others see it (区域): its row, code, names, level and path of codes."""

    id: int
    code: str
    name: str
    name_en: str
    level: str
    path: str
    synthetic: bool


def valid(at: datetime) -> Q:
    """Rows in force at a moment: from `valid_from` on, until before `valid_until`."""
    return Q(valid_from__lte=at) & (Q(valid_until=None) | Q(valid_until__gt=at))


def area_by_code(code: str, at: datetime) -> Place:
    """The area with this code in force at that moment. Raises Missing."""
    found = _places(Area.objects.filter(valid(at), code=code))
    if not found:
        raise Missing(N_("There is no area with the code {given}."), given=code, field="code")
    return found[0]


def children(code: str, at: datetime) -> list[Place]:
    """The areas directly below a code, by code; below "" the tops of the tree."""
    if code:
        below = Area.objects.filter(valid(at), parent__code=code)
    else:
        below = Area.objects.filter(valid(at), parent=None)
    return _places(below.order_by("code"))


def chain(path: str, at: datetime) -> list[Place]:
    """The areas of a path such as "/43/4302/430211/", from the top down."""
    codes = path.strip("/").split("/")
    found = {p.code: p for p in _places(Area.objects.filter(valid(at), code__in=codes))}
    return [found[code] for code in codes if code in found]


def outline(code: str, at: datetime) -> Any:
    """The area's polygon at that moment (WGS-84, shapely), or None when it has none."""
    row = Shape.objects.filter(valid(at), area__code=code).filter(_area_valid(at)).first()
    return None if row is None else shapely.from_wkb(bytes(row.wkb))


def counts(at: datetime, below: str = "") -> list[tuple[str, int, int, int]]:
    """(level, areas, of them with an outline, of them synthetic) in force, biggest level first."""
    areas = Area.objects.filter(valid(at), path__contains=f"/{below}/" if below else "/")
    drawn = Shape.objects.filter(valid(at)).values("area_id")
    rows = areas.values("level").annotate(
        all=Count("id"),
        drawn=Count("id", filter=Q(id__in=drawn)),
        synthetic=Count("id", filter=Q(synthetic=True)),
    )
    order = [*LENGTHS]
    return sorted(
        ((row["level"], row["all"], row["drawn"], row["synthetic"]) for row in rows),
        key=lambda row: order.index(row[0]) if row[0] in order else len(order),
    )


def _area_valid(at: datetime) -> Q:
    return Q(area__valid_from__lte=at) & (Q(area__valid_until=None) | Q(area__valid_until__gt=at))


def _places(rows: QuerySet[Area]) -> list[Place]:
    return [
        Place(*row)
        for row in rows.values_list("id", "code", "name", "name_en", "level", "path", "synthetic")
    ]
