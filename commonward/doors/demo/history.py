"""The month before: cases taken over from an earlier system, then days that were lived through."""

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.importing import import_cases
from commonward.core.incoming import Layout
from commonward.core.sheets import Sheet
from commonward.doors.demo.arrivals import Arrival, Places, Residents
from commonward.doors.demo.robots import Robots
from commonward.doors.demo.settling import seeded
from commonward.doors.demo.staff import Staff

MONTH, LIVED = timedelta(days=31), timedelta(days=8)
"""How far back the cases go, and since when this system has had them itself."""
_COLUMNS = ("ref", "category", "opened_at", "lat", "lon", "address", "words", "closed_at",
            "outcome", "team", "channel")  # fmt: skip


def morning(real: datetime) -> datetime:
    """Ten o'clock of the last working day before a moment: when the demonstration begins."""
    day = real.astimezone(ZoneInfo(settings.SITE_ZONE)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    if day > real:
        day -= timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day.astimezone(UTC)


def take_over(places: Places, begins: datetime) -> int:
    """Cases of the weeks before `begins`, nearly all closed, as a file from another system."""
    residents = Residents(places, mark="before")
    rows = [
        _row(one)
        for one in residents.between(begins - (MONTH - LIVED), begins)
        if one.kind.team and one.kind.procedure == "service_matter" and not one.again
    ]
    path = settings.VAR / "before.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        table.writerows(rows)
    columns = {name: name for name in _COLUMNS}
    layout = Layout(source="earlier-system", columns=columns, public=True)
    rejects = settings.VAR / "before-rejected.csv"
    return import_cases(Sheet.at(path), layout, at=begins, rejects=rejects).taken


def _row(one: Arrival) -> Sequence[object]:
    chance = seeded(one.ref, "closed")
    closed = one.at + timedelta(hours=min(150, one.kind.hours * chance.lognormvariate(0.5, 0.7)))
    return (
        one.ref, one.kind.code, one.at.isoformat(), one.lat if one.lat is not None else "",
        one.lon if one.lon is not None else "", one.address, one.words, closed.isoformat(),
        "solved", one.kind.team, one.channel,
    )  # fmt: skip


def live_through(
    places: Places,
    staff: Staff,
    begins: datetime,
    ends: datetime,
    progress: Callable[[datetime], None] | None = None,
) -> Robots:
    """Everything that residents and staff do from `begins` to `ends`; they stand ready after."""
    robots = Robots(staff, begins)
    storm = begins + timedelta(days=6, hours=6)
    robots.expect(Residents(places, mark="lived", storm=storm).between(begins, ends))
    moment = begins
    while moment < ends:
        moment = min(moment + timedelta(hours=12), ends)
        with transaction.atomic():
            robots.until(moment)
        if progress is not None:
            progress(moment)
    return robots
