"""Clocks and calendars agree with a slow minute-by-minute walk on 10,000 random cases."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from commonward.core.calendars import Calendar, DayTable, Limit, OfficeHours, Unit
from commonward.core.clocks import Clock
from tests.core import holiday_files
from tests.core.notices import OFF, WORK
from tests.core.oracle import SECONDS, Rules, walk

CASES, CHUNKS = 10_000, 20
SHARES = (0.8, Fraction(1), 1.5)

NORMAL = [(480, 720), (840, 1080)]
OFFICE = [*([NORMAL] * 5), [], []]
SUMMER = [*([[(450, 720), (900, 1110)]] * 4), [(450, 750)], [], []]
# Windows over the hours that summer time doubles and leaves out.
NIGHTS = [[(0, 75), (90, 150), (180, 181), (1380, 1440)]] * 7
# A shop floor: Saturday mornings, nothing on Wednesdays.
SHOP = [[(540, 1020)], [(540, 1020)], [], [(540, 1020)], [(540, 1200)], [(540, 720)], []]


@dataclass
class Place:
    """Rules, and the days (in UTC) among which its cases start."""

    rules: Rules
    stretches: list[tuple[date, date]]


SEASONS = {"planting": ((3, 1), (4, 30)), "dry": ((10, 6), (9, 20)), "winter": ((11, 15), (3, 15))}
PLACES = [
    # National Day 2025; Spring Festival 2026; the end of 2026, after which no notice is known.
    Place(
        Rules("Asia/Shanghai", OFF, WORK, OFFICE, seasons=SEASONS),
        [
            (date(2025, 9, 15), date(2025, 10, 14)),
            (date(2026, 2, 1), date(2026, 3, 10)),
            (date(2026, 12, 1), date(2027, 1, 10)),
        ],
    ),
    # Summer hours; make-up days with the hours of a Friday.
    Place(
        Rules(
            "Asia/Shanghai",
            OFF,
            WORK,
            OFFICE,
            make_up_as=4,
            summer=((5, 4), (9, 28), SUMMER),
            seasons=SEASONS,
        ),
        [(date(2025, 4, 20), date(2025, 6, 1)), (date(2025, 9, 15), date(2025, 10, 12))],
    ),
    # China's own summer time.
    Place(
        Rules("Asia/Shanghai", set(), set(), NIGHTS, seasons=SEASONS),
        [(date(1988, 4, 10), date(1988, 4, 18)), (date(1991, 9, 8), date(1991, 9, 16))],
    ),
    Place(
        Rules("America/New_York", {date(2025, 11, 27)}, {date(2025, 11, 2)}, NIGHTS, make_up_as=2),
        [(date(2025, 3, 1), date(2025, 3, 10)), (date(2025, 10, 25), date(2025, 11, 29))],
    ),
    # Half an hour of summer time.
    Place(
        Rules("Australia/Lord_Howe", set(), {date(2025, 10, 5)}, NIGHTS),
        [(date(2025, 4, 1), date(2025, 4, 7)), (date(2025, 9, 28), date(2025, 10, 6))],
    ),
    # Summer time begins and ends at midnight: a day without a first hour.
    Place(
        Rules("America/Sao_Paulo", {date(2018, 11, 2)}, set(), NIGHTS, weekend={6}),
        [(date(2018, 2, 12), date(2018, 2, 20)), (date(2018, 10, 28), date(2018, 11, 6))],
    ),
    # A date that never was: 2011-12-30.
    Place(
        Rules("Pacific/Apia", {date(2012, 1, 2)}, set(), SHOP, weekend={6}),
        [(date(2011, 12, 20), date(2012, 1, 3))],
    ),
    # Friday and Saturday off, and summer time at a midnight.
    Place(
        Rules("Africa/Cairo", set(), {date(2024, 4, 26)}, SHOP, weekend={4, 5}, make_up_as=1),
        [(date(2024, 4, 15), date(2024, 4, 28)), (date(2024, 10, 24), date(2024, 11, 2))],
    ),
]
MOST = {
    "urgent_second": 90_000,
    "urgent_minute": 3_000,
    "urgent_hour": 72,
    "urgent_day": 6,
    "work_minute": 1_500,
    "work_hour": 20,
    "work_day": 6,
    "day": 8,
}


def calendar_of(rules: Rules, years: Iterable[int]) -> Calendar:
    """The same rules as a calendar."""

    def week(days: list[list[tuple[int, int]]]) -> tuple[tuple[tuple[int, int], ...], ...]:
        return tuple(tuple(windows) for windows in days)

    summer = rules.summer
    hours = OfficeHours(
        week(rules.week),
        ((summer[0], summer[1], week(summer[2])),) if summer else (),
        rules.make_up_as,
    )
    table = DayTable(frozenset(rules.off), frozenset(rules.work), frozenset(years))
    return Calendar(rules.zone, table, hours, rules.seasons, rules.weekend)


def check_case(rng: random.Random, place: Place, calendar: Calendar) -> None:
    """Make one random clock, run it on both, and compare all that can be asked of it."""
    rules = place.rules
    unit = rng.choice(sorted(SECONDS))
    season = rng.choice([*rules.seasons]) if rules.seasons and rng.random() < 0.2 else ""
    whole_days = SECONDS[unit] == 86_400 and rng.random() < 0.4
    limit = Limit(rng.randint(1, MOST[unit]), Unit(unit), whole_days, season)
    first, last = rng.choice(place.stretches)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    minutes = (last - first).days * 1440
    now = start + timedelta(minutes=rng.randrange(minutes))
    if rng.random() < 0.1:  # at a local midnight
        now = now.astimezone(ZoneInfo(rules.zone)).replace(hour=0, minute=0).astimezone(UTC)

    clock = Clock(limit, now)
    pauses: list[tuple[datetime, datetime | None]] = []
    granted, watched = 0, [now]
    for _ in range(rng.choice([0, 0, 1, 2, 3])):
        now += timedelta(minutes=rng.choice([0, rng.randint(1, 600), rng.randint(600, 4_000)]))
        paused_at, clock = now, clock.pause(now)
        if rng.random() < 0.3:
            more = rng.choice([60, 3_600, 86_400, rng.randint(1, 100_000)])
            granted, clock = granted + more, clock.extend(now, more)
        if rng.random() < 0.15:
            pauses.append((paused_at, None))
            break
        now += timedelta(minutes=rng.choice([0, rng.randint(1, 600), rng.randint(600, 4_000)]))
        clock = clock.resume(now)
        pauses.append((paused_at, now))
        watched.append(now)
    watched.append(now + timedelta(minutes=rng.randint(0, 8_000)))

    allowed = limit.amount * SECONDS[unit] + granted
    amounts = {share: -(-allowed * Fraction(str(share)) // 1) for share in SHARES}
    seen = walk(
        rules, unit, season, clock.started, whole_days, pauses, [*amounts.values()], watched
    )
    context = f"{rules.zone} {clock}"

    assert clock.allowed == allowed, context
    for at in watched:
        assert clock.used(calendar, at) == seen.used[at], context
        assert clock.remaining(calendar, at) == allowed - seen.used[at], context
        warning, due_at = (seen.reached.get(amounts[share]) for share in SHARES[:2])
        late, warned = due_at and at > due_at, warning and at > warning
        assert clock.light(calendar, at) == ("red" if late else "yellow" if warned else "green")
    if clock.paused:
        assert clock.due(calendar) is None, context
    else:
        due = clock.due(calendar)
        assert due is not None
        assert due.at == seen.reached[allowed], context
        for share in SHARES:
            assert clock.moment(calendar, share) == seen.reached[amounts[share]], context

    ended, at = clock.stop(watched[-1]), watched[-1]
    assert ended.met(calendar) == (allowed not in seen.reached or at <= seen.reached[allowed])
    assert ended.used(calendar, at + timedelta(days=9)) == seen.used[at], context
    assert Clock.from_data(ended.to_data()) == ended


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_ten_thousand_random_clocks_agree_with_the_minute_walk(chunk: int) -> None:
    rng = random.Random(chunk)
    calendars = [calendar_of(place.rules, [2025, 2026]) for place in PLACES]
    for _ in range(CASES // CHUNKS):
        i = rng.randrange(len(PLACES))
        check_case(rng, PLACES[i], calendars[i])


def test_the_walk_agrees_on_every_new_year_of_the_real_notices(shared: Path) -> None:
    table = holiday_files.read(shared)
    rules = Rules("Asia/Shanghai", set(table.off), set(table.work), OFFICE)
    # The notices of 2007, 2008, 2012, 2019 and 2023 reach into the December before.
    place = Place(
        rules,
        [(date(year - 1, 12, 27), date(year, 1, 4)) for year in (2007, 2008, 2012, 2019, 2023)],
    )
    calendar, rng = calendar_of(rules, table.years), random.Random(5)
    for _ in range(400):
        check_case(rng, place, calendar)
