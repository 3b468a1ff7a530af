"""An invented data set for where no real one lies beside the code: seeded, in both languages."""

import math
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commonward.core.calendars import Limit, Unit
from commonward.doors.commands.replay.matters import DataSet, Kind, Matter, seconds

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2025, 3, 3, 0, 0, tzinfo=ZONE)
DAYS, AFTERWARDS = 90, 30
CENTRE = (30.0, 112.0)
SPREAD = 0.02
"""Degrees: two thirds of the places lie so near the centre."""

# Code, Chinese, English, department, working days allowed, median days, share of all reports.
KINDS = (
    ("S01", "暴露垃圾", "Exposed rubbish", "clean", 1, 0.5, 30),
    ("S02", "道路破损", "Damaged road", "roads", 5, 3.0, 18),
    ("S03", "路灯不亮", "Street lamp out", "lamps", 3, 1.8, 14),
    ("S04", "占道经营", "Trading on the pavement", "order", 1, 0.4, 16),
    ("S05", "井盖缺失", "Missing manhole cover", "roads", 1, 0.3, 4),
    ("S06", "绿化带损坏", "Damaged planting", "green", 5, 3.5, 10),
    ("S07", "噪声扰民", "Noise", "order", 2, 1.0, 8),
)
DEPARTMENTS = {
    "clean": "环卫中心 Cleaning", "roads": "市政公用 Roads", "lamps": "路灯所 Lamps",
    "order": "城管执法 Street order", "green": "园林绿化 Parks",
}  # fmt: skip
PLACES = ("南门", "学校旁", "菜市场", "公交站", "小区北门", "桥下", "公园")
PLACES_EN = ("south gate", "by the school", "market", "bus stop", "north gate", "under the bridge",
             "park")  # fmt: skip


def make(count: int = 2000, seed: int = 1, begins: datetime = BEGINS) -> DataSet:
    """So many matters over ninety days from `begins` on, the same ones for the same seed."""
    chance = random.Random(f"synthetic:{seed}")  # noqa: S311 (it hides nothing)
    matters = sorted(
        (_matter(number, begins, chance) for number in range(1, count + 1)),
        key=lambda m: (m.opened, m.ref),
    )
    return DataSet(
        name="synthetic",
        title="示范区",
        title_en="Sample District",
        district="990101",
        zone=str(ZONE),
        kinds=[
            Kind(code, name, english, "", f"synthetic-{team}", Limit(days, Unit.WORK_DAY))
            for code, name, english, team, days, _, _ in KINDS
        ],
        departments={f"synthetic-{code}": name for code, name in DEPARTMENTS.items()},
        matters=matters,
        days_off=[(f"{year}-01-01", "元旦") for year in range(2024, 2031)],
        until=seconds(begins + timedelta(days=DAYS + AFTERWARDS)),
        tick_minutes=60,
        seed=seed,
        asks_for_time=True,
        grids=60,
        notes={"everything is invented": count},
    )


def _matter(number: int, begins: datetime, chance: random.Random) -> Matter:
    code, name, english, team, days, middle, _ = chance.choices(
        KINDS, [kind[-1] for kind in KINDS]
    )[0]
    hour = min(23.5, max(0.1, chance.gauss(13, 4.5)))
    opened = begins + timedelta(days=chance.randrange(DAYS), seconds=int(hour * 3600))
    lasts = middle * math.exp(chance.gauss(0, 0.9)) * 86_400
    where = chance.randrange(len(PLACES))
    still_open = chance.random() < 0.03
    return Matter(
        ref=str(number),
        category=code,
        department=f"synthetic-{team}",
        opened=seconds(opened),
        closed=None if still_open else seconds(opened) + max(600, int(lasts)),
        limit=round((days * 7 / 5 + 1) * 86_400),
        lat=round(CENTRE[0] + max(-2.0, min(2.0, chance.gauss(0, 1))) * SPREAD, 6),
        lon=round(CENTRE[1] + max(-2.0, min(2.0, chance.gauss(0, 1))) * SPREAD, 6),
        words=f"{PLACES[where]}{name}。 {english}, {PLACES_EN[where]}.",
        channel=chance.choice(("phone", "app", "web", "counter")),
    )
