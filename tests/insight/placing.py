"""Problems at points of the small district, as rows: a quiet year, and one corner that heats up."""

from datetime import UTC, datetime, timedelta

import numpy as np

from commonward.areas.queries.places import locate
from commonward.areas.queries.tree import area_by_code
from commonward.cases.models import Case, Category, ProcedureVersion, Report
from tests.district import CELL, LAMP, RUBBISH, SOUTH, WEST, District

CORNER = (SOUTH + 0.5 * CELL, WEST + 0.5 * CELL)
"""The middle of the first grid."""


def placed(
    here: District,
    rows: list[tuple[float, float, datetime]],
    category: str = RUBBISH,
    *,
    prefix: str = "H",
    public: bool = True,
    outcome: str = "solved",
) -> list[Case]:
    """A closed case with a report for each (latitude, longitude, moment), filed where it lies."""
    procedure = ProcedureVersion.objects.filter(name="service_matter").latest("id")
    kind = Category.objects.get(code=category)
    made = []
    for number, (lat, lon, at) in enumerate(rows):
        place = locate(lat, lon, at=here.at, border_metres=0)
        area = area_by_code(place.code, here.at) if place.code else None
        made.append(
            Case(
                number=f"{prefix}{number}", procedure=procedure, stage="closed", is_open=False,
                category=kind, area_id=area.id if area else None, area_path=place.path,
                lat=lat, lon=lon, opened_at=at, stage_since=at, changed_at=at, closed_at=at,
                outcome=outcome, public=public,
            )
        )  # fmt: skip
    Case.objects.bulk_create(made)
    Report.objects.bulk_create(
        Report(number=one.number, case=one, channel="web", received_at=one.opened_at, public=public)
        for one in made
    )
    return made


def quiet_year(here: District, count: int = 900, seed: int = 1) -> None:
    """A year of rubbish and lamps, by chance everywhere in the district and at any hour."""
    chance = np.random.default_rng(seed)
    for category, share in ((RUBBISH, 0.6), (LAMP, 0.4)):
        rows = [
            (
                SOUTH + float(chance.uniform(0, 3)) * CELL,
                WEST + float(chance.uniform(0, 3)) * CELL,
                here.at - timedelta(days=float(chance.uniform(1, 364))),
            )
            for _ in range(int(count * share))
        ]
        placed(here, rows, category, prefix=f"Q{category}-")


def heated(here: District, count: int = 25, days: int = 14, seed: int = 2) -> list[Case]:
    """Rubbish round the middle of the first grid in the last days."""
    chance = np.random.default_rng(seed)
    rows = [
        (
            CORNER[0] + float(chance.normal(0, 0.0008)),
            CORNER[1] + float(chance.normal(0, 0.0008)),
            (here.at - timedelta(days=float(chance.uniform(1, days)))).astimezone(UTC),
        )
        for _ in range(count)
    ]
    return placed(here, rows, prefix="N")
