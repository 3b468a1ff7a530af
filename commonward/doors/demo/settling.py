"""The district of the demonstration, set up from nothing: land, calendar, work, teams, people."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.db import transaction

from commonward.areas import actions as areas
from commonward.areas.actions.gazetteer import take_gazetteer
from commonward.areas.actions.roads import import_roads
from commonward.areas.queries import SITE
from commonward.cases import actions as cases
from commonward.cases.actions.word_settings import set_reading
from commonward.core.calendars import Limit
from commonward.core.rights import SYSTEM
from commonward.core.triage.places.boundaries import Kind
from commonward.core.triage.places.extract import Entry, together
from commonward.doors.demo import helping, land, matters, mediation, names
from commonward.doors.demo.roles import PASSWORD, POSTS
from commonward.people import actions as people
from commonward.people.actions import Newcomer
from commonward.people.queries import teams_on
from commonward.response.actions.roads import adopt_road_graph

SEED = 3
ROADS = "roads.geojson"
GAZETTEER = "demonstration"
"""The source of its names of places: all are invented."""
Grid = tuple[str, str, str, str]
"""A grid's code, name, English name and path."""
UNSORTED = "D999"
"""The category under which a report waits that came without one."""
DUTIES = ("intake", "dispatch", "grid", "handle")
_DAYS_OFF = (
    ("01-01", "元旦"), ("05-01", "劳动节"), ("05-02", "劳动节"), ("10-01", "国庆节"),
    ("10-02", "国庆节"), ("10-03", "国庆节"),
)  # fmt: skip
_YEARS_AHEAD = 20
"""The clock can run fast: its years have tables, so that no deadline is provisional by accident."""


def settle(since: datetime) -> land.Land:
    """Everything that must stand before the first report, in force from `since`. All or nothing.

    Returns the land; its roads are written into the folder of this installation as GeoJSON.
    """
    drawn = land.draw(names.SHARES, SEED, south=names.SOUTH)
    (settings.VAR / ROADS).write_text(json.dumps(roads_of(drawn)), encoding="utf-8")
    with transaction.atomic():
        cases.adopt_shipped(since)
        grids = _places(drawn, since)
        _calendar(since)
        _categories()
        set_reading(SYSTEM, since, on=True, unsorted=UNSORTED)
        _teams(grids, since)
        mediation.teams(since)
        helping.teams(since)
        _staff(grids, _nearest(drawn), since)
        _rules(grids, since)
        mediation.rules(since)
        helping.rules(since, land.CENTRE)
        import_roads(settings.VAR / ROADS)
        take_gazetteer([*_streets(drawn), *_estates(drawn)], source=GAZETTEER, licence="CC0 1.0")
    # By the streets of the invented land, with their hours: nothing of a real map is in it.
    adopt_road_graph(settings.VAR / ROADS)
    return drawn


def roads_of(drawn: land.Land) -> dict[str, Any]:
    """The roads as GeoJSON lines with their names and class, the widest first."""
    given = names.roads()
    kinds = ("residential", "secondary", "primary")
    features = []
    for road in drawn.roads:
        name, english = names.RIVERSIDE if road.riverside else next(given)
        features.append(
            {
                "type": "Feature",
                "properties": {"name": name, "name_en": english, "highway": kinds[road.rank]},
                "geometry": json.loads(shapely.to_geojson(road.line)),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _streets(drawn: land.Land) -> list[Entry]:
    """The roads by their names, each at its middle."""
    found = []
    for road, told in zip(drawn.roads, roads_of(drawn)["features"], strict=True):
        point = shapely.line_interpolate_point(road.line, 0.5, normalized=True)
        name, english = told["properties"]["name"], told["properties"]["name_en"]
        found.append(Entry(name, (english,), Kind.ROAD, round(point.y, 6), round(point.x, 6)))
    return together(found)


def _estates(drawn: land.Land) -> list[Entry]:
    """Estates and a school in every community, one to a grid."""
    found = []
    number = 0
    for i, rank in enumerate(_ranks(drawn)):
        for j in range(len(names.SHARES[i])):
            cells = [cell for leaf, cell in drawn.grids.items() if leaf[:2] == (i, j)]
            for at, (name, english) in enumerate(names.estates(number, rank)):
                point = cells[at % len(cells)].representative_point()
                kind = Kind.LANDMARK if name.endswith("小学") else Kind.ESTATE
                found.append(Entry(name, (english,), kind, round(point.y, 6), round(point.x, 6)))
            number += 1
    return found


def _places(drawn: land.Land, since: datetime) -> list[Grid]:
    """The tree of areas; returns code, name, English name and path of each grid."""
    code = names.CODE
    for text, (name, english) in ((code[:2], names.PROVINCE), (code[:4], names.CITY)):
        areas.add_area(text, name, name_en=english, at=since, synthetic=True, top=len(text) == 2)
    name, english = names.DISTRICT
    areas.add_area(code, name, name_en=english, at=since, polygon=drawn.outline, synthetic=True)
    path = _path(code)
    found = []
    number = 0
    for i, rank in enumerate(_ranks(drawn)):
        name, english = names.street(rank)
        street = f"{code}{i + 1:03}"
        mine = {leaf: cell for leaf, cell in drawn.grids.items() if leaf[0] == i}
        areas.add_area(
            street, name, name_en=english, at=since, polygon=_joined(mine.values()), synthetic=True
        )
        for j in range(len(names.SHARES[i])):
            name, english = names.community(number, rank)
            number += 1
            community = f"{street}{j + 1:03}"
            cells = {leaf: cell for leaf, cell in mine.items() if leaf[1] == j}
            areas.add_area(
                community, name, name_en=english, at=since, polygon=_joined(cells.values()),
                synthetic=True,
            )  # fmt: skip
            for k, cell in enumerate(cells.values(), 1):
                grid = f"{community}{k:03}"
                own, own_en = f"{name}第{k}网格", f"{english} Grid {k}"
                areas.add_area(grid, own, name_en=own_en, at=since, polygon=cell, synthetic=True)
                found.append((grid, own, own_en, f"{path}{street}/{community}/{grid}/"))
    return found


def _path(code: str) -> str:
    return f"/{code[:2]}/{code[:4]}/{code}/"


def _ranks(drawn: land.Land) -> list[int]:
    """Each street's place in the order of density: 0 has the smallest grids."""
    size = [
        float(np.mean([cell.area for leaf, cell in drawn.grids.items() if leaf[0] == i]))
        for i in range(len(names.SHARES))
    ]
    order = sorted(range(len(size)), key=lambda i: size[i])
    return [order.index(i) for i in range(len(size))]


def _joined(cells: Any) -> Any:
    return shapely.coverage_union_all(list(cells))


def _calendar(since: datetime) -> None:
    tables = []
    for year in range(since.year - 1, since.year + _YEARS_AHEAD):
        days = [
            {"name": name, "date": f"{year}-{day}", "isOffDay": True} for day, name in _DAYS_OFF
        ]
        table = {"year": year, "papers": [], "days": days}
        tables.append((f"{year}.json", json.dumps(table).encode()))
    areas.import_calendar(tables, at=since, calendar=SITE)


def _categories() -> None:
    groups = {}
    for code, name, english, kind in matters.CLASSES:
        cases.set_category(code, name, name_en=english, kind=kind, reportable=False)
        groups[code] = name
    for one in matters.KINDS:
        above = one.code[:2]
        cases.set_category(
            one.code, one.name, name_en=one.name_en, kind=one.kind, procedure=one.procedure,
            parent=above if above in groups else "", group=groups.get(above, ""),
            keywords=one.keywords, questions=one.questions,
        )  # fmt: skip
        if one.procedure == "service_matter":
            cases.set_standard(
                one.code, 1, one.name, closing="现场恢复正常", limit=Limit.parse(one.limit),
                limit_text=one.limit, handler=matters.DEPARTMENTS.get(one.team, ("",))[0],
                source="demo",
            )  # fmt: skip
    # Whoever does not know the kind may say so: somebody at the centre sorts it.
    cases.set_category(
        UNSORTED,
        "其他问题",
        name_en="Something else",
        group="其他",
        about="不清楚属于哪一类时选这里。",
    )


def _teams(grids: Sequence[Grid], since: datetime) -> None:
    for code, name, english, _ in matters.CENTRE.values():
        people.add_team(SYSTEM, code, name, at=since, kind="centre", name_en=english)
    for code, (name, english, contact) in matters.DEPARTMENTS.items():
        people.add_team(
            SYSTEM, code, name, at=since, kind="department", name_en=english, contact=contact
        )
    for number, (code, name, english, _) in enumerate(grids, 1):
        people.add_team(
            SYSTEM, f"grid-{code}", f"{name}工作组", at=since, kind="grid",
            name_en=f"{english} team", contact=f"12345转{1000 + number}",
        )  # fmt: skip


def _nearest(drawn: land.Land) -> int:
    """Which grid of the list lies in the middle of the town."""
    lat, lon = land.CENTRE
    far = shapely.distance(shapely.Point(lon, lat), list(drawn.grids.values()))
    return int(np.argmin(far))


def _staff(grids: Sequence[Grid], middle: int, since: datetime) -> None:
    """The centre, the departments, 6,415 grid workers, and the log-ins for visitors."""
    crew = [
        Newcomer(f"{team}{n}", "", team, role)
        for role, (team, _, _, count) in matters.CENTRE.items()
        for n in range(1, count + 1)
    ]
    crew += [
        Newcomer(f"{team}{n}", "", team, "handler")
        for team in matters.DEPARTMENTS
        for n in range(1, matters.HANDLERS + 1)
    ]
    crew += [
        Newcomer(f"mediator{n}", "", "committee", "mediator")
        for n in range(1, mediation.MEDIATORS + 1)
    ]
    crew += [
        Newcomer(f"crew-{force}2", "", helping.unit_team(f"{force}-2"), "unit")
        for force in helping.SECOND
    ]
    crew.append(Newcomer("talks1", "", "talks", "coordinator"))
    crew.append(Newcomer("response1", "", helping.DESK, "response_coordinator"))
    # One of the workers is a log-in for visitors.
    each, rest = divmod(matters.WORKERS - 1, len(grids))
    place = [grid for i, grid in enumerate(grids) for _ in range(each + (i < rest))]
    crew += [
        # Whoever checks may be of another grid, but of the same community.
        Newcomer(f"w{number:04}", "", f"grid-{code}", "grid_worker", path.removesuffix(f"{code}/"))
        for number, (code, _, _, path) in enumerate(place, 1)
    ]
    town, district = f"grid-{grids[middle][0]}", _path(names.CODE)
    # Whatever a visitor reports, wherever: the visitor's grid worker may check it.
    everywhere = tuple(f"grid-{code}" for code, *_ in grids)
    # The chief files and closes what stands at the intake desk.
    also = {"duty_chief": ("intake",), "grid_worker": everywhere}
    crew += [
        Newcomer(post.login, "", post.team or town, post.role, "" if post.team else district,
                 PASSWORD, also=also.get(post.role, ()))
        for post in POSTS
        if post.role != "administrator"
    ]  # fmt: skip
    named = [replace(one, name=names.person(number)) for number, one in enumerate(crew)]
    people.enrol(SYSTEM, named, at=since)
    for post in POSTS:
        if post.role == "administrator":
            account = people.add_account(
                SYSTEM, post.login, names.person(len(crew)), at=since, password=PASSWORD
            )
            people.grant(SYSTEM, account.pk, post.role, at=since)


def _rules(grids: Sequence[Grid], since: datetime) -> None:
    codes = [kind.code for kind in matters.KINDS]
    rules = [
        ("受理 intake", "intake", "", "", "intake"),
        ("派遣 dispatch", "dispatch", "", "", "dispatch"),
        *((f"网格 {code}", "grid", "", code, f"grid-{code}") for code, *_ in grids),
        *((f"处置 {kind.code}", "handle", kind.code, "", kind.team)
          for kind in matters.KINDS if kind.team),
    ]  # fmt: skip
    ids = {team.code: team.id for team in teams_on(since)}
    for name, duty, category, area, team in rules:
        areas.set_rule(
            SYSTEM, name, duty=duty, team=ids[team], at=since, duties=DUTIES, categories=codes,
            category=category, area_code=area,
        )  # fmt: skip


def seeded(*what: object) -> random.Random:
    """Chance that is the same for the same words."""
    return random.Random(":".join(map(str, (SEED, *what))))  # noqa: S311 (it hides nothing)
