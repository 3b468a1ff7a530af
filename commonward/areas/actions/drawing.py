"""One area at a time: add, rename, redraw, end. What was in force stays on record."""

from datetime import datetime
from typing import Any

import shapely
from django.db import transaction

from commonward.areas.actions.revisions import bump
from commonward.areas.models import Area, Shape, WorkCalendar
from commonward.core import codes, geo
from commonward.core.refusals import N_, Invalid, Missing
from commonward.people import access


@transaction.atomic
def add_area(
    code: str,
    name: str,
    *,
    at: datetime,
    polygon: Any = None,
    name_en: str = "",
    kind: str = "general",
    synthetic: bool = False,
    top: bool = False,
) -> int:
    """Add an area (增设区域) in force from `at` below the parent that its code names; returns its id.

    `polygon` is a shapely polygon or multipolygon in WGS-84. Raises Invalid when the code is
    taken or its parent is missing (a `top` needs none).
    """
    checked = codes.parse(code)
    access.moment(at)
    if Area.objects.filter(code=checked.text, valid_until=None).exists():
        raise Invalid(
            N_("The code {given} is in use; end that area first, or redraw it."),
            field="code",
            given=checked.text,
        )
    parent = Area.objects.filter(code=checked.parent, valid_until=None).first()
    if parent is None and checked.parent and not top:
        raise Invalid(
            N_("{given} lies in {parent}, which is not known: add that first."),
            field="code",
            given=checked.text,
            parent=checked.parent,
        )
    area = Area.objects.create(
        code=checked.text,
        name=name,
        name_en=name_en,
        level=checked.level,
        kind=kind,
        parent=parent,
        path=f"{parent.path if parent else '/'}{checked.text}/",
        synthetic=synthetic,
        valid_from=at,
    )
    if polygon is not None:
        Shape.objects.create(area=area, wkb=_checked(polygon), valid_from=at)
    bump("areas")
    return area.pk


@transaction.atomic
def redraw(code: str, polygon: Any, *, at: datetime) -> None:
    """From `at` on, which may lie ahead, the area has this outline; until then the present one.

    Raises Missing for an unknown code, Invalid for a bad outline or when a later change is
    already on record.
    """
    access.moment(at)
    area = _open_area(code)
    put_shape(area, _checked(polygon), at)
    bump("areas")


def put_shape(area: Area, wkb: bytes, at: datetime) -> None:
    """Replace the outline in force by a checked one from `at` on, keeping the old one on record.

    For the actions of this room; the caller holds a transaction and marks the change.
    """
    present = Shape.objects.filter(area=area, valid_until=None).first()
    if present is not None and present.valid_from == at:
        Shape.objects.filter(pk=present.pk).update(wkb=wkb)
        return
    begun = area.valid_from if present is None else present.valid_from
    if at < begun:
        raise Invalid(
            N_("{given} is as it is since {since}: a new outline must begin after that."),
            field="at",
            given=area.code,
            since=begun.isoformat(),
        )
    Shape.objects.filter(area=area, valid_until=None).update(valid_until=at)
    Shape.objects.create(area=area, wkb=wkb, valid_from=at)


@transaction.atomic
def end_area(code: str, *, at: datetime, with_children: bool = False) -> int:
    """End an area at `at`, and with `with_children` all below it; returns how many ended.

    Raises Missing for an unknown code, Invalid when areas below it would be left hanging.
    """
    access.moment(at)
    area = _open_area(code)
    below = Area.objects.filter(path__startswith=area.path, valid_until=None)
    if not with_children and below.count() > 1:
        raise Invalid(
            N_("{given} has {number} areas below it: end them first, or all together."),
            given=area.code,
            number=below.count() - 1,
        )
    late = below.filter(valid_from__gte=at).first()
    if late is not None:
        raise Invalid(
            N_("{given} is in force only since {since}: it can end after that."),
            field="at",
            given=late.code,
            since=late.valid_from.isoformat(),
        )
    Shape.objects.filter(area__in=below, valid_until=None, valid_from__lt=at).update(valid_until=at)
    Shape.objects.filter(area__in=below, valid_from__gte=at).delete()
    ended = below.update(valid_until=at)
    bump("areas")
    return ended


@transaction.atomic
def use_calendar(code: str, calendar: str) -> None:
    """The area and all below it that have none of their own follow this calendar; "" for none."""
    area = _open_area(code)
    chosen = WorkCalendar.objects.filter(name=calendar).first()
    if calendar and chosen is None:
        raise Missing(N_("There is no calendar {name}."), field="calendar", name=calendar)
    Area.objects.filter(pk=area.pk).update(calendar=chosen)
    bump("calendars")


def _open_area(code: str) -> Area:
    area = Area.objects.select_for_update().filter(code=code, valid_until=None).first()
    if area is None:
        raise Missing(N_("There is no area with the code {given}."), field="code", given=code)
    return area


def _checked(polygon: Any) -> bytes:
    if polygon.geom_type not in {"Polygon", "MultiPolygon"} or polygon.is_empty:
        raise Invalid(N_("An outline is a polygon or multipolygon that encloses something."))
    west, south, east, north = polygon.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise Invalid(
            N_("The outline leaves longitude ±180 and latitude ±90: use degrees of WGS-84.")
        )
    mended = geo.mend(polygon)
    if mended.fault:
        raise Invalid(
            N_("The outline is not valid ({fault}): mend it, or import it, which mends."),
            fault=mended.fault,
        )
    found: bytes = shapely.to_wkb(polygon)
    return found
