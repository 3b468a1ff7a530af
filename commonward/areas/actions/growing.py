"""Synthetic cells: grids where nobody has drawn any, and a whole district that is invented."""

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import transaction

from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import Area, Shape
from commonward.areas.queries.tree import valid
from commonward.core import cells, codes, geo
from commonward.core.refusals import N_, Invalid, Missing
from commonward.people import access

_PER_COMMUNITY = 8
_COMMUNITIES_PER_STREET = 12
_SQUARE_KM_PER_GRID = 0.4
_STREETS = (
    ("和平", "Heping"),
    ("长乐", "Changle"),
    ("清泉", "Qingquan"),
    ("南山", "Nanshan"),
    ("新桥", "Xinqiao"),
    ("文化路", "Wenhua Road"),
    ("东湖", "Donghu"),
    ("青石", "Qingshi"),
)


@dataclass(frozen=True, slots=True)
class Growth:
    """How many areas below the district carry grown outlines now, by level."""

    streets: int
    communities: int
    grids: int


@dataclass(slots=True)
class _Branch:
    """A street or community to be drawn, and what hangs below it."""

    area: Area
    below: list["_Branch"]


@transaction.atomic
def grow_grids(district: str, *, at: datetime, count: int = 800, seed: int = 1) -> Growth:
    """Fill the district's outline with `count` synthetic grids that tile it exactly.

    Streets and communities known without outlines get the cells of their grids; where there are
    none they are invented. Everything that gets an outline here is marked synthetic. The same
    seed gives the same cells. Raises Missing without the district or its outline, Invalid when
    outlines exist below it or `count` is less than its communities.
    """
    access.moment(at)
    hold("areas")
    top = Area.objects.filter(code=district, valid_until=None).first()
    shape = Shape.objects.filter(valid(at), area=top).first() if top else None
    if top is None or shape is None:
        raise Missing(
            N_("There is no area {given} with an outline at that time: import its GeoJSON first."),
            field="code",
            given=district,
        )
    below = Area.objects.filter(path__startswith=top.path, valid_until=None).exclude(pk=top.pk)
    if Shape.objects.filter(area__in=below, valid_until=None).exists():
        raise Invalid(
            N_("Areas below {given} have outlines already; cells are grown where none are drawn."),
            field="code",
            given=district,
        )
    streets = _branches(top, count, at)
    communities = [community for street in streets for community in street.below]
    if not len(communities) <= count <= 999 * len(communities):
        raise Invalid(
            N_("{communities} communities need {communities} to {most} grids, not {count}."),
            field="count",
            communities=len(communities),
            most=999 * len(communities),
            count=count,
        )
    share, rest = divmod(count, len(communities))
    grids = [share + (i < rest) for i in range(len(communities))]
    leaves: list[cells.Leaf] = []
    counts = iter(grids)
    for i, street in enumerate(streets):
        for j in range(len(street.below)):
            leaves.extend((i, j, k) for k in range(next(counts)))
    drawn = dict(
        zip(leaves, cells.tile(shapely.from_wkb(bytes(shape.wkb)), leaves, seed), strict=True)
    )
    _write(streets, drawn, at)
    bump("areas")
    return Growth(len(streets), len(communities), count)


@transaction.atomic
def grow_district(
    *,
    at: datetime,
    seed: int = 1,
    grids: int = 60,
    code: str = "990101",
    centre: tuple[float, float] = (30.0, 112.0),
) -> Growth:
    """An invented district with a seeded outline around `centre` (lat, lon), filled with grids.

    Its codes begin with 99, which GB/T 2260 gives to nobody. Raises Invalid when one is in use.
    """
    access.moment(at)
    parsed = codes.parse(code)
    if parsed.level != "district" or parsed.text[:2] != codes.SYNTHETIC_PROVINCE:
        raise Invalid(
            N_("An invented district has a six-digit code that begins with 99, not {given}."),
            field="code",
            given=code,
        )
    names = {2: ("示范省", "Sample Province"), 4: ("示范市", "Sample City")}
    parent: Area | None = None
    for text in parsed.ancestors:
        name, name_en = names[len(text)]
        parent = Area.objects.filter(code=text, valid_until=None).first() or _area(
            text, name, name_en, parent, at, save=True
        )
    if Area.objects.filter(code=code, valid_until=None).exists():
        raise Invalid(N_("The code {given} is in use."), field="code", given=code)
    top = _area(code, "示范区", "Sample District", parent, at, save=True)
    outline = _invented(seed, grids, centre)
    Shape.objects.create(area=top, wkb=shapely.to_wkb(outline), valid_from=at)
    return grow_grids(code, at=at, count=grids, seed=seed)


def _branches(top: Area, count: int, at: datetime) -> list[_Branch]:
    """Streets and communities, known or invented; invented ones are not saved yet."""
    known = list(Area.objects.filter(parent=top, valid_until=None).order_by("code"))
    wanted = max(1, round(count / _PER_COMMUNITY))
    if not known:
        known = [
            _street(top, number, at)
            for number in range(1, max(1, round(wanted / _COMMUNITIES_PER_STREET)) + 1)
        ]
    each = max(1, wanted // len(known))
    branches = []
    for street in known:
        communities = (
            list(Area.objects.filter(parent=street, valid_until=None).order_by("code"))
            if street.pk
            else []
        )
        if not communities:
            communities = [
                _area(
                    codes.child(street.code, number),
                    f"{street.name}第{number}社区",
                    f"{street.name_en or street.code} Community {number}",
                    street,
                    at,
                )
                for number in range(1, each + 1)
            ]
        branches.append(_Branch(street, [_Branch(community, []) for community in communities]))
    return branches


def _street(top: Area, number: int, at: datetime) -> Area:
    name, name_en = _STREETS[(number - 1) % len(_STREETS)]
    turn = (number - 1) // len(_STREETS)
    suffix = str(turn + 1) if turn else ""
    return _area(
        codes.child(top.code, number),
        f"{name}{suffix}街道",
        f"{name_en} {suffix}".strip() + " Street",
        top,
        at,
    )


def _area(
    code: str, name: str, name_en: str, parent: Area | None, at: datetime, *, save: bool = False
) -> Area:
    area = Area(
        code=code,
        name=name,
        name_en=name_en,
        level=codes.parse(code).level,
        parent=parent,
        path=f"{parent.path if parent else '/'}{code}/",
        synthetic=True,
        valid_from=at,
    )
    if save:
        area.save()
    return area


def _write(streets: list[_Branch], drawn: dict[cells.Leaf, Any], at: datetime) -> None:
    """Parents before children, and every outline as the union of the cells below it."""
    communities = [community for street in streets for community in street.below]
    for level in ([s.area for s in streets], [c.area for c in communities]):
        new = [area for area in level if area.pk is None]
        for area in new:
            area.parent = area.parent  # takes over the key that the parent has got by now
        Area.objects.bulk_create(new, batch_size=1000)
        old = [area.pk for area in level if not area.synthetic]
        Area.objects.filter(pk__in=old).update(synthetic=True)
    of_community: dict[cells.Leaf, list[Any]] = defaultdict(list)
    for leaf, cell in drawn.items():
        of_community[leaf[:2]].append(cell)
    shapes: list[Shape] = []
    grids: list[Area] = []
    outlines: list[Any] = []
    for i, street in enumerate(streets):
        around: list[Any] = []
        for j, community in enumerate(street.below):
            mine = of_community[i, j]
            outlines.extend(mine)
            grids.extend(_grid(community.area, k + 1, at) for k in range(len(mine)))
            around.extend(mine)
            shapes.append(_shape(community.area, cells.joined(mine), at))
        shapes.append(_shape(street.area, cells.joined(around), at))
    made = Area.objects.bulk_create(grids, batch_size=1000)
    shapes.extend(_shape(area, cell, at) for area, cell in zip(made, outlines, strict=True))
    Shape.objects.bulk_create(shapes, batch_size=500)


def _grid(community: Area, number: int, at: datetime) -> Area:
    return _area(
        codes.child(community.code, number),
        f"{community.name}第{number}网格",
        f"{community.name_en or community.code} Grid {number}",
        community,
        at,
    )


def _shape(area: Area, outline: Any, at: datetime) -> Shape:
    return Shape(area=area, wkb=shapely.to_wkb(outline), valid_from=at)


def _invented(seed: int, grids: int, centre: tuple[float, float]) -> Any:
    """A wavy closed line around the centre, with the area that so many grids usually have."""
    chance = random.Random(seed)  # noqa: S311 (an outline hides nothing)
    waves = [(n, chance.uniform(0.0, 0.22 / n), chance.uniform(0, math.tau)) for n in range(2, 9)]
    lat, lon = centre
    per_lon, per_lat = geo.metres_per_degree(lat)
    radius = math.sqrt(grids * _SQUARE_KM_PER_GRID * 1e6 / math.pi)
    points = []
    for step in range(180):
        angle = math.tau * step / 180
        reach = radius * (1 + sum(size * math.sin(n * angle + turn) for n, size, turn in waves))
        points.append(
            (
                round(lon + reach * math.cos(angle) / per_lon, 6),
                round(lat + reach * math.sin(angle) / per_lat, 6),
            )
        )
    return shapely.Polygon(points)
