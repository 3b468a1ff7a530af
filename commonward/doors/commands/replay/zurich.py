"""Zurich's reports 2016–2025 (Züri wie neu): real dates, places and kinds, the rest generated.

The data has no time of day and no closing; both are drawn, seeded by the row, so that the same
file gives the same district every time.
"""

import math
import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from commonward.core.calendars import Limit, Unit
from commonward.core.sheets import Sheet
from commonward.doors.commands.replay import days_off
from commonward.doors.commands.replay.matters import DataSet, Kind, Matter, seconds

ZONE = ZoneInfo("Europe/Zurich")
CASES = Path("data/cases/zueriwieneu_62245.csv.gz")
COLUMNS = ("date", "service_code", "lat", "lon")

# Service → Chinese, English, department, working days allowed, median and spread of the days it
# takes (log-normal). The figures are invented: the data states none.
SERVICES: Mapping[str, tuple[str, str, str, int, float, float]] = {
    "Abfall/Sammelstelle": ("垃圾", "Waste", "erz", 3, 1.2, 0.9),
    "Allgemein": ("综合", "General", "stadtkanzlei", 10, 4.0, 1.0),
    "Beleuchtung/Uhren": ("照明与时钟", "Lighting and clocks", "ewz", 7, 3.5, 0.9),
    "Brunnen/Hydranten": ("水景与消防栓", "Fountains and hydrants", "wvz", 7, 3.0, 0.9),
    "Graffiti": ("涂鸦", "Graffiti", "graffiti", 10, 5.0, 0.9),
    "Grünflächen/Spielplätze": ("绿地与游乐场", "Parks and playgrounds", "gsz", 7, 4.0, 0.9),
    "Schädlinge": ("有害生物", "Pests", "ugz", 5, 2.5, 0.8),
    "Signalisation/Lichtsignal": ("标志与信号灯", "Signs and signals", "dav", 10, 5.0, 0.9),
    "Strasse/Trottoir/Platz": ("道路与广场", "Streets and squares", "taz", 10, 6.0, 1.0),
    "VBZ/ÖV": ("公共交通", "Public transport", "vbz", 10, 4.5, 0.9),
}
DEPARTMENTS: Mapping[str, str] = {
    "erz": "Entsorgung und Recycling", "stadtkanzlei": "Stadtkanzlei", "ewz": "Elektrizitätswerk",
    "wvz": "Wasserversorgung", "graffiti": "Fachstelle Graffiti", "gsz": "Grün Stadt Zürich",
    "ugz": "Umwelt und Gesundheit", "dav": "Dienstabteilung Verkehr", "taz": "Tiefbauamt",
    "vbz": "Verkehrsbetriebe",
}  # fmt: skip


def read(shared: Path) -> DataSet:
    """The whole data set. Raises Invalid when the file is not there."""
    sheet = Sheet.at(shared / CASES)
    sheet.need(*COLUMNS)
    codes = {service: f"Z{n:02}" for n, service in enumerate(SERVICES, start=1)}
    matters = []
    for record in sheet.records():
        if record.fault is None:
            row = dict(zip(sheet.columns, record.values, strict=True))
            matters.append(_matter(row, record.line, codes))
    matters.sort(key=lambda m: (m.opened, m.ref))
    last = seconds(datetime(2026, 1, 10, tzinfo=ZONE))
    return DataSet(
        name="zurich",
        title="苏黎世2016–2025",
        title_en="Zurich 2016–2025",
        district="990301",
        zone=str(ZONE),
        kinds=[
            Kind(
                codes[service],
                chinese,
                f"{english} ({service})",
                service.split("/")[0],
                f"zurich-{team}",
                Limit(days, Unit.WORK_DAY),
            )
            for service, (chinese, english, team, days, _, _) in SERVICES.items()
        ],  # fmt: skip
        departments={f"zurich-{team}": name for team, name in DEPARTMENTS.items()},
        matters=matters,
        days_off=list(days_off.zurich(range(2015, 2029))),
        until=last,
        tick_minutes=240,
        seed=2016,
        asks_for_time=True,
        notes={"time of day, closing and total limit generated": len(matters)},
    )


def _matter(row: Mapping[str, str], line: int, codes: Mapping[str, str]) -> Matter:
    chance = random.Random(f"zurich:{line}")  # noqa: S311 (it hides nothing)
    chinese, english, team, days, middle, spread = SERVICES[row["service_code"]]
    opened = _time_of_day(date.fromisoformat(row["date"]), chance)
    lasts = middle * math.exp(chance.gauss(0, spread)) * 86_400
    return Matter(
        ref=str(line),
        category=codes[row["service_code"]],
        department=f"zurich-{team}",
        opened=opened,
        closed=opened + max(600, int(lasts)),
        # Calendar time in which so many working days and a little more have passed.
        limit=round((days * 7 / 5 + 2) * 86_400),
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        words=f"{english} / {chinese}",
        channel="app",
    )


def _time_of_day(day: date, chance: random.Random) -> int:
    """Mostly by day: around eleven and around five, in local time."""
    centre, spread = chance.choice(((11.0, 2.2), (16.8, 2.4)))
    hour = min(23.8, max(0.1, chance.gauss(centre, spread)))
    return seconds(datetime.combine(day, time(), ZONE) + timedelta(seconds=int(hour * 3600)))
