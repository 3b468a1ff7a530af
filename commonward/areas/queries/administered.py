"""Areas as those who administer them read them: with what is planned for the days to come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db.models import Q

from commonward.areas.models import Area, Shape
from commonward.areas.queries.drafting import next_code
from commonward.areas.queries.tree import Place, chain
from commonward.core import geo
from commonward.core.refusals import N_, Missing

MOST = 1_000


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area of a list; `since` is set when it is still to come, `until` when its end is known;
    `square_metres` is 0 for one without an outline."""

    code: str
    name: str
    name_en: str
    level: str
    since: datetime | None
    until: datetime | None
    square_metres: float


@dataclass(frozen=True, slots=True)
class AreaCard:
    """One area that has not ended, what lies above and directly below it, and its outlines'
    times. `outline` is the last one on record, `beside` the codes of neighbours that touch it,
    `next_code` a free code below it or beside it, "" where there is none."""

    line: AreaLine
    path: str
    above: tuple[Place, ...]
    below: tuple[AreaLine, ...]
    outlines: tuple[tuple[datetime, datetime | None], ...]
    outline: Any
    beside: tuple[AreaLine, ...]
    next_below: str
    next_beside: str


def lines(parent: str, at: datetime) -> tuple[AreaLine, ...]:
    """The areas directly below a code that have not ended, planned ones too, at most MOST;
    below "" the tops (2 queries)."""
    rows = Area.objects.filter(parent__code=parent) if parent else Area.objects.filter(parent=None)
    return _lines(list(rows.filter(_alive(at)).order_by("code")[:MOST]), at)


def area_card(code: str, at: datetime) -> AreaCard:
    """One area with all that its page shows (10 queries). Raises Missing for one that ended."""
    rows = Area.objects.select_related("parent").filter(_alive(at), code=code)
    area = rows.order_by("-valid_from").first()
    if area is None:
        raise Missing(N_("There is no area with the code {given}."), given=code, field="code")
    shapes = list(Shape.objects.filter(area=area).order_by("-valid_from"))
    outline = shapely.from_wkb(bytes(shapes[0].wkb)) if shapes else None
    parent = "" if area.parent is None else area.parent.code
    return AreaCard(
        line=_lines([area], at)[0],
        path=area.path,
        above=tuple(chain(area.path, at)[:-1] if area.parent else ()),
        below=lines(code, at),
        outlines=tuple((shape.valid_from, shape.valid_until) for shape in shapes),
        outline=outline,
        beside=_beside(area, outline, at),
        next_below=next_code(code),
        next_beside=next_code(parent) if parent else "",
    )


def _alive(at: datetime) -> Q:
    return Q(valid_until=None) | Q(valid_until__gt=at)


def _lines(areas: list[Area], at: datetime) -> tuple[AreaLine, ...]:
    shapes = Shape.objects.filter(area__in=[area.pk for area in areas]).order_by("valid_from")
    drawn = {area: bytes(wkb) for area, wkb in shapes.values_list("area_id", "wkb")}
    return tuple(
        AreaLine(
            area.code, area.name, area.name_en, area.level,
            area.valid_from if area.valid_from > at else None, area.valid_until,
            geo.square_metres(shapely.from_wkb(drawn[area.pk])) if area.pk in drawn else 0.0,
        )
        for area in areas
    )  # fmt: skip


def _beside(area: Area, outline: Any, at: datetime) -> tuple[AreaLine, ...]:
    """The areas of the same parent without an end whose outline meets this one in a line."""
    if outline is None:
        return ()
    others = Area.objects.filter(parent_id=area.parent_id, valid_until=None, kind=area.kind)
    rows = Shape.objects.filter(area__in=others.exclude(pk=area.pk), valid_until=None)
    met = [
        one
        for one, wkb in rows.values_list("area_id", "wkb")
        if shapely.from_wkb(bytes(wkb)).boundary.intersection(outline).length > 0
    ]
    return _lines(list(Area.objects.filter(pk__in=met).order_by("code")), at)
