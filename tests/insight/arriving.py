"""Many cases in the small district, as rows: only when, where and of what kind matters here."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from commonward.areas.models import Area
from commonward.cases.models import Case, Category, ProcedureVersion
from tests.core.forecast.simulated import arrivals
from tests.district import COMMUNITIES, LAMP, RUBBISH, District

SHANGHAI = ZoneInfo("Asia/Shanghai")


def arrived(here: District, days: int = 70, seed: int = 4) -> int:
    """Cases of `days` whole days before the district's own, forty a day; how many there are."""
    first = here.at.astimezone(SHANGHAI).date() - timedelta(days=days)
    paths = [Area.objects.get(code=code).path for code in COMMUNITIES]
    kinds = [Category.objects.get(code=code) for code in (RUBBISH, LAMP)]
    counts = arrivals(days, seed, (30.0, 10.0), tuple(paths), first=first)
    rows = [
        (counts.first + timedelta(days=int(day)), int(hour), paths[area], kinds[kind])
        for day, hour, area, kind, count in counts.rows
        for _ in range(count)
    ]
    chance = np.random.default_rng(seed)
    return added([(_at(day, hour, chance), path, kind) for day, hour, path, kind in rows])


def added(rows: list[tuple[datetime, str, Category]], prefix: str = "F") -> int:
    """A case for each (moment, path, category)."""
    procedure = ProcedureVersion.objects.filter(name="service_matter").latest("id")
    Case.objects.bulk_create(
        Case(
            number=f"{prefix}{number}", procedure=procedure, stage="closed", is_open=False,
            category=kind, area_path=path, opened_at=at, stage_since=at, changed_at=at,
            closed_at=at,
        )
        for number, (at, path, kind) in enumerate(rows)
    )  # fmt: skip
    return len(rows)


def _at(day: date, hour: int, chance: np.random.Generator) -> datetime:
    local = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
    return local.astimezone(UTC) + timedelta(seconds=int(chance.integers(0, 3600)))
