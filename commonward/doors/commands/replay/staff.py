"""The generated district of a data set: outline, grids, calendar, categories, teams and people."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely
from django.db import transaction

from commonward.areas import actions as areas
from commonward.areas import queries as places
from commonward.cases import actions as cases
from commonward.core import geo
from commonward.core.rights import SYSTEM, Actor
from commonward.doors.commands.replay.matters import DataSet
from commonward.people import actions as people
from commonward.people.queries import actor_for

MARGIN_METRES = 400
CENTRE: Mapping[str, tuple[str, str, int]] = {
    "intake_officer": ("intake", "受理席", 4),
    "dispatcher": ("dispatch", "派遣席", 3),
    "duty_chief": ("chiefs", "值班长席", 2),
    "leader": ("leaders", "领导", 1),
}
"""Post → its team's code and name, and how many people it has."""
ENGLISH = {"intake": "Intake", "dispatch": "Dispatch", "chiefs": "Duty chiefs",
           "leaders": "Leaders"}  # fmt: skip
HANDLERS, WORKERS = 4, 2
DUTIES = ("intake", "dispatch", "grid", "handle")


@dataclass(frozen=True)
class Staff:
    """Who acts in a replay: posts of the centre, handlers by department, grid workers by team."""

    posts: Mapping[str, Sequence[Actor]]
    handlers: Mapping[str, Sequence[Actor]]
    workers: Mapping[int, Sequence[Actor]]
    teams: Mapping[str, int]
    standards: Mapping[str, int]
    usual: Mapping[str, str]
    """The department that the rules name, by category."""


def settle(data: DataSet) -> Staff:
    """Set everything up, in force since a day before the first matter. All or nothing."""
    at = datetime.fromtimestamp(data.since, UTC)
    with transaction.atomic():
        cases.adopt_shipped(at)
        _place(data, at)
        standards = _categories(data)
        return _people(data, at, standards)


def outline_around(lats: Sequence[float], lons: Sequence[float]) -> Any:
    """The hull of all points with a margin, as a polygon in WGS-84."""
    points = shapely.MultiPoint(np.column_stack([np.asarray(lons), np.asarray(lats)]))
    _, per_lat = geo.metres_per_degree(float(np.mean(np.asarray(lats))))
    hull = shapely.buffer(shapely.convex_hull(points), MARGIN_METRES / per_lat * 1.6)
    return shapely.set_precision(hull, 1e-6)


def _place(data: DataSet, at: datetime) -> None:
    outline = outline_around([m.lat for m in data.matters], [m.lon for m in data.matters])
    areas.add_area(
        data.district, data.title, name_en=data.title_en, at=at, polygon=outline,
        synthetic=True, top=True,
    )  # fmt: skip
    areas.grow_grids(data.district, at=at, count=data.grids, seed=data.seed)
    areas.set_office_hours(calendar=data.name, zone=data.zone)
    years: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for day, name in data.days_off:
        years[int(day[:4])].append({"name": name, "date": day, "isOffDay": True})
    areas.import_calendar(
        [
            (f"{year}.json", json.dumps({"year": year, "papers": [], "days": _once(days)}).encode())
            for year, days in sorted(years.items())
        ],
        at=at,
        calendar=data.name,
    )
    areas.use_calendar(data.district, data.name)


def _once(days: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each date once: two holidays may fall on one day."""
    return list({day["date"]: day for day in days}.values())


def _categories(data: DataSet) -> dict[str, int]:
    standards = {}
    for kind in data.kinds:
        cases.set_category(kind.code, kind.name, name_en=kind.name_en, group=kind.group[:120])
        if kind.limit is not None:
            standards[kind.code] = cases.set_standard(
                kind.code, 1, kind.name, limit=kind.limit, limit_text=str(kind.limit),
                source=data.name,
            ).pk  # fmt: skip
    return standards


def _people(data: DataSet, at: datetime, standards: Mapping[str, int]) -> Staff:
    path = places.area_by_code(data.district, at).path
    teams: dict[str, int] = {}
    posts = {
        post: _team(data.name, teams, code, name, ENGLISH[code], "centre", post, count, path, at)
        for post, (code, name, count) in CENTRE.items()
    }
    handlers = {
        code: _team("", teams, code, name, name, "department", "handler", HANDLERS, path, at)
        for code, name in data.departments.items()
    }
    workers: dict[int, Sequence[Actor]] = {}
    rules: list[tuple[str, str, str, str, str]] = [
        (f"{data.name} intake", "intake", "", data.district, f"{data.name}-intake"),
        (f"{data.name} dispatch", "dispatch", "", data.district, f"{data.name}-dispatch"),
    ]
    for street in places.children(data.district, at):
        for community in places.children(street.code, at):
            code = f"grid-{community.code}"
            found = _team("", teams, code, community.name, community.name_en, "grid",
                          "grid_worker", WORKERS, path, at)  # fmt: skip
            workers[teams[code]] = found
            rules.append((f"{data.name} {community.code}", "grid", "", community.code, code))
    for kind in data.kinds:
        rules.append((f"{data.name} {kind.code}", "handle", kind.code, data.district,
                      kind.department))  # fmt: skip
    codes = [kind.code for kind in data.kinds]
    for name, duty, category, area, team in rules:
        areas.set_rule(
            SYSTEM, name, duty=duty, team=teams[team], at=at, duties=DUTIES, categories=codes,
            category=category, area_code=area,
        )  # fmt: skip
    return Staff(
        posts=posts,
        handlers=handlers,
        workers=workers,
        teams=teams,
        standards=standards,
        usual={kind.code: kind.department for kind in data.kinds},
    )


def _team(
    prefix: str,
    teams: dict[str, int],
    code: str,
    name: str,
    name_en: str,
    kind: str,
    role: str,
    count: int,
    path: str,
    at: datetime,
) -> list[Actor]:
    """A team and its people, each with the role in the whole district."""
    code = f"{prefix}-{code}" if prefix else code
    teams[code] = people.add_team(SYSTEM, code, name, at=at, kind=kind, name_en=name_en).pk
    found = []
    for number in range(1, count + 1):
        account = people.add_account(SYSTEM, f"{code}-{number}", f"{name} {number}", at=at).pk
        people.grant(SYSTEM, account, role, at=at, area_path=path)
        people.join_team(SYSTEM, account, teams[code], at=at)
        found.append(actor_for(account, at))
    return found
