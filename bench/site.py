"""A big installation to be driven: 100,000 drawn grids, rules for them, teams with members."""

import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import shapely
from django.db import transaction

from bench.tiling import EAST, NORTH, SOUTH, WEST, tiling
from commonward.areas.actions import import_calendar
from commonward.areas.models import AnsweringRule, Area, Shape
from commonward.cases.actions import adopt_shipped, set_category, set_standard
from commonward.core.calendars import Limit
from commonward.core.rights import SYSTEM
from commonward.people.actions import (
    add_account,
    add_team,
    grant,
    issue_key,
    join_team,
    raise_revision,
)

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TOP = "430297"
DUTIES = ("intake", "dispatch", "grid", "handle")
TEAMS = 40
RULES = 2_000
CATEGORIES = 20


def grown(polygons: int) -> str:
    """Set it up in the present database; returns the secret of a key that may report."""
    adopt_shipped(SINCE)
    _calendar()
    teams = [_team(n) for n in range(TEAMS)]
    with transaction.atomic():
        codes = _areas(polygons)
        rules = [
            AnsweringRule(name=f"{duty} anywhere", duty=duty, team_id=team, valid_from=SINCE)
            for duty, team in zip(DUTIES, teams, strict=False)
        ]
        rules += [
            AnsweringRule(
                name=f"grid {code}",
                duty="intake",
                area_code=code,
                team_id=teams[n % TEAMS],
                valid_from=SINCE,
            )
            for n, code in enumerate(codes[:RULES])
        ]
        AnsweringRule.objects.bulk_create(rules, batch_size=5_000)
        raise_revision("answering")
        raise_revision("areas")
    for n in range(CATEGORIES):
        set_category(f"03{n:02}", f"类别{n}", name_en=f"Category {n}")
        set_standard(f"03{n:02}", 1, "any", limit=Limit.parse("4 work_hour"))
    return issue_key(SYSTEM, "load", ["open311.report"], at=SINCE, per_minute=1_000_000)[1]


def _calendar() -> None:
    """Tables that name the first of January only: no deadline is provisional."""
    tables = []
    for year in range(2020, 2040):
        day = {"name": "元旦", "date": f"{year}-01-01", "isOffDay": True}
        told = json.dumps({"year": year, "papers": [], "days": [day]})
        tables.append((f"{year}.json", told.encode()))
    import_calendar(tables, at=SINCE)


def _team(number: int) -> int:
    team = add_team(SYSTEM, f"T{number}", f"队{number}", at=SINCE, kind="grid").pk
    account = add_account(SYSTEM, f"worker{number}", f"Worker {number}", at=SINCE).pk
    for role in ("intake_officer", "duty_chief", "dispatcher", "handler", "grid_worker"):
        grant(SYSTEM, account, role, at=SINCE)
    join_team(SYSTEM, account, team, at=SINCE)
    return team


def _areas(count: int) -> list[str]:
    top = Area.objects.create(
        code=TOP, name="样区", level="district", path=f"/{TOP}/", synthetic=True, valid_from=SINCE
    )
    made = Area.objects.bulk_create(
        (
            Area(
                code=f"{TOP}{n:09}",
                name=f"网格{n}",
                level="grid",
                parent=top,
                path=f"/{TOP}/{TOP}{n:09}/",
                synthetic=True,
                valid_from=SINCE,
            )
            for n in range(count)
        ),
        batch_size=5_000,
    )
    outlines = shapely.to_wkb(tiling(count))
    Shape.objects.bulk_create(
        (
            Shape(area=area, wkb=wkb, valid_from=SINCE)
            for area, wkb in zip(made, outlines, strict=True)
        ),
        batch_size=5_000,
    )
    return [area.code for area in made]


def places(count: int, polygons: int, seed: int) -> list[tuple[float, float]]:
    """Seeded points (latitude, longitude) inside the drawn rectangle, away from its rim."""
    chance = np.random.default_rng(seed)
    # The tiling's last row is filled only in part.
    side = math.ceil(math.sqrt(polygons))
    north = SOUTH + (NORTH - SOUTH) * (polygons // side) / side
    rim = 0.05
    lats = chance.uniform(SOUTH + rim, north - rim, count)
    lons = chance.uniform(WEST + rim, EAST - rim, count)
    return list(zip(lats.round(6).tolist(), lons.round(6).tolist(), strict=True))


def moments(count: int, days: int) -> list[datetime]:
    """Moments of so many cases over so many days, in order."""
    step = timedelta(days=days) / count
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [first + n * step for n in range(count)]
