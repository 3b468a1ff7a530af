"""Villages and their grids as they were last recorded, for whoever redraws all grids at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from commonward.areas.models import Area, Shape
from commonward.areas.queries.drafting import open_area
from commonward.areas.queries.tree import Place
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True, slots=True)
class Outlined:
    """An area without an end on record, and its last outline (WGS-84, shapely)."""

    place: Place
    parent: str
    outline: Any


@dataclass(frozen=True, slots=True)
class Gridded:
    """The communities and villages (社区、村) at or below an area with their general grids, by
    code; `mark` is another one as soon as any of their codes or outlines is."""

    area: Place
    villages: tuple[Outlined, ...]
    grids: tuple[Outlined, ...]
    mark: str


def gridded(code: str, *, within: Sequence[str] = ()) -> Gridded:
    """All villages of an area, or only those of the codes `within` (2 queries).

    Raises Missing, and Invalid where no village has an outline.
    """
    top = open_area(code)
    rows = (
        Shape.objects.select_related("area", "area__parent")
        .filter(
            area__path__startswith=top.path, area__valid_until=None, valid_until=None,
            area__level__in=("community", "grid"), area__kind="general",
        )
        .order_by("area__code")
    )  # fmt: skip
    digest = hashlib.sha256()
    villages: list[Outlined] = []
    grids: list[Outlined] = []
    for row in rows:
        area = row.area
        parent = area.parent.code if area.parent else ""
        if within and (area.code if area.level == "community" else parent) not in within:
            continue
        found = Outlined(_place(area), parent, shapely.from_wkb(bytes(row.wkb)))
        (villages if area.level == "community" else grids).append(found)
        digest.update(f"{area.code} {area.valid_from.isoformat()} ".encode())
        digest.update(bytes(row.wkb))
    if not villages:
        raise Invalid(
            N_("No community or village of {given} has an outline: import or draw them first."),
            field="area", given=code,
        )  # fmt: skip
    known = {one.place.code for one in villages}
    return Gridded(
        _place(top), tuple(villages), tuple(g for g in grids if g.parent in known),
        digest.hexdigest()[:20],
    )  # fmt: skip


def _place(area: Area) -> Place:
    return Place(area.pk, area.code, area.name, area.name_en, area.level, area.path, area.synthetic)
