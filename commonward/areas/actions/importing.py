"""Importing areas from files: planned first, then carried out in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import shapely
from django.db import transaction

from commonward.areas.actions.drawing import put_shape
from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import Area, Shape
from commonward.core import areaplan, codes, outlines
from commonward.core.areaplan import TOLERANCE, Change, Known, Plan
from commonward.core.outlines import Given, Outline
from commonward.core.refusals import N_, Invalid
from commonward.people import access


def import_areas(
    files: Sequence[tuple[str, bytes]],
    *,
    at: datetime,
    gcj02: bool = False,
    level: str = "",
    within: str = "",
    tops: Iterable[str] = (),
    complete: bool = False,
    tolerance: float = TOLERANCE,
    dry_run: bool = False,
) -> Plan:
    """Bring the tree in line with files of outlines and codes, from `at` on; returns the plan.

    `files` are (name, content); see `core.outlines` for their forms and `core.areaplan.plan` for
    `tops`, `complete` and `tolerance` (m²). `within` keeps only one area with what is above and
    below it. Rows that cannot be used are left out and named in the plan; everything else is
    written in one transaction, or nothing with `dry_run`. A second run changes nothing. Raises
    Invalid when a file as a whole cannot be read.
    """
    access.moment(at)
    given = Given()
    for name, content in files:
        part = outlines.read(name, content, gcj02=gcj02, level=level)
        if within:
            part.keep_within(within)
        given.merge(part)
    top_codes = frozenset(codes.parse(top).text for top in tops)
    with transaction.atomic():
        hold("areas")
        known = _known(given)
        plan = areaplan.plan(known, given, tops=top_codes, complete=complete, tolerance=tolerance)
        if not (dry_run or plan.empty):
            _carry_out(plan, at)
    return plan


def _known(given: Given) -> dict[str, Known]:
    """All areas not ended, with the outlines that the plan compares."""
    rows = Area.objects.filter(valid_until=None).values_list(
        "code", "name", "name_en", "level", "parent__code", "synthetic"
    )
    known = {
        code: Known(code, name, name_en, level, parent or "", synthetic)
        for code, name, name_en, level, parent, synthetic in rows
    }
    needed = areaplan.shapes_needed(known, given)
    shapes = Shape.objects.filter(valid_until=None, area__valid_until=None)
    for code, wkb in shapes.values_list("area__code", "wkb").iterator():
        if code in needed:
            known[code] = replace(known[code], geometry=shapely.from_wkb(bytes(wkb)))
    return known


def _carry_out(plan: Plan, at: datetime) -> None:
    late = Area.objects.filter(code__in=plan.ended, valid_until=None, valid_from__gte=at).first()
    if late is not None:
        raise Invalid(
            N_("{given} is in force only since {since}: it can end after that."),
            field="at",
            given=late.code,
            since=late.valid_from.isoformat(),
        )
    ended = Area.objects.filter(code__in=plan.ended, valid_until=None)
    Shape.objects.filter(area__in=ended, valid_until=None).update(valid_until=at)
    ended.update(valid_until=at)
    _add(plan.added, at)
    _change(plan.changed, at)
    bump("areas")


def _add(added: Iterable[Outline], at: datetime) -> None:
    """Level by level, since each needs the rows of the one above."""
    for _, level in groupby(added, key=lambda row: len(row.code.text)):
        rows = list(level)
        above = {row.code.parent for row in rows}
        parents = {a.code: a for a in Area.objects.filter(code__in=above, valid_until=None)}
        made = Area.objects.bulk_create(
            [_area(row, parents.get(row.code.parent), at) for row in rows], batch_size=1000
        )
        Shape.objects.bulk_create(
            [
                Shape(area=area, wkb=shapely.to_wkb(row.geometry), valid_from=at)
                for area, row in zip(made, rows, strict=True)
                if row.geometry is not None
            ],
            batch_size=500,
        )


def _area(row: Outline, parent: Area | None, at: datetime) -> Area:
    return Area(
        code=row.code.text,
        name=row.name,
        name_en=row.name_en,
        level=row.code.level,
        parent=parent,
        path=f"{parent.path if parent else '/'}{row.code.text}/",
        valid_from=at,
    )


def _change(changed: Iterable[Change], at: datetime) -> None:
    for change in changed:
        row = change.row
        area = Area.objects.get(code=row.code.text, valid_until=None)
        area.name = row.name
        area.name_en = row.name_en or area.name_en
        area.synthetic = area.synthetic and "synthetic" not in change.what
        area.save(update_fields=["name", "name_en", "synthetic"])
        if "shape" in change.what:
            put_shape(area, shapely.to_wkb(row.geometry), at)
