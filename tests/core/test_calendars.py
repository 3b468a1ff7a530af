"""Which seconds count: units, limits, tables of days, office hours, zones and seasons."""

import doctest
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core import calendars
from commonward.core.calendars import Calendar, DayTable, Limit, OfficeHours, Unit
from commonward.core.calendars import hours as hours_module
from commonward.core.calendars import instants as instants_module
from commonward.core.calendars import limits as limits_module
from commonward.core.refusals import Invalid, Refusal
from tests.core import holiday_files
from tests.core.notices import OFF, TABLE, WORK

ZONE = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
PLANTING = {"planting": ((3, 1), (4, 30)), "winter": ((11, 15), (2, 29))}
CALENDAR = Calendar("Asia/Shanghai", TABLE, seasons=PLANTING)
ALL_NIGHT = OfficeHours(week=(((0, 180),),) * 7)
BOSTON = Calendar("America/New_York", DayTable(years=frozenset({2025})), ALL_NIGHT, weekend=())


def at(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


any_moment = st.datetimes(
    datetime(1900, 1, 1),  # noqa: DTZ001 (hypothesis adds the zone itself)
    datetime(2200, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, ZONE, NEW_YORK]),
)


@given(
    st.sampled_from(Unit), st.sampled_from(["", *PLANTING]), any_moment, st.integers(1, 10_000_000)
)
def test_after_is_the_earliest_moment_by_which_the_seconds_are_counted(
    unit: Unit, season: str, start: datetime, seconds: int
) -> None:
    try:
        end = CALENDAR.after(unit, start, seconds, season)
    except Invalid:  # only where the years that are tabulated end
        assert start.year >= 2190
        return
    assert CALENDAR.measure(unit, start, end, season) == seconds
    assert CALENDAR.measure(unit, start, end - timedelta(seconds=1), season) == seconds - 1


@given(st.sampled_from(Unit), st.lists(any_moment, min_size=3, max_size=3))
def test_counted_time_adds_up(unit: Unit, moments: list[datetime]) -> None:
    a, b, c = sorted(moments)
    whole = CALENDAR.measure(unit, a, c)
    assert CALENDAR.measure(unit, a, b) + CALENDAR.measure(unit, b, c) == whole
    assert CALENDAR.measure(unit, c, a) == 0


def test_office_hours_of_national_day_2025_count_the_make_up_days() -> None:
    day = 8 * 3_600
    for text, counted in [
        ("2025-09-27", 0),  # a Saturday
        ("2025-09-28", day),  # a Sunday that is worked
        ("2025-09-30", day),
        ("2025-10-01", 0),
        ("2025-10-08", 0),  # a Wednesday off
        ("2025-10-09", day),
        ("2025-10-11", day),  # a Saturday that is worked
        ("2025-10-12", 0),
    ]:
        start = at(text)
        assert CALENDAR.measure(Unit.WORK_HOUR, start, start + timedelta(days=1)) == counted
        assert CALENDAR.is_work_day(date.fromisoformat(text)) == bool(counted)


def test_the_spring_festival_2026_lies_between_two_make_up_days() -> None:
    start = at("2026-02-14T17:00")  # a Saturday that is worked; off from the 15th to the 23rd
    assert CALENDAR.after(Unit.WORK_HOUR, start, 2 * 3_600) == at("2026-02-24T09:00")
    assert CALENDAR.after(Unit.WORK_DAY, start, 86_400) == at("2026-02-24T17:00")
    saturday = at("2026-02-28T00:00")
    assert CALENDAR.after(Unit.WORK_DAY, saturday, 86_400) == at("2026-03-01T00:00")


def test_emergency_time_runs_through_holidays() -> None:
    assert CALENDAR.after(Unit.URGENT_HOUR, at("2025-10-01T23:00"), 7_200) == at("2025-10-02T01:00")


def test_a_make_up_day_has_the_hours_of_the_named_weekday() -> None:
    week = (*([((480, 1080),)] * 4), ((480, 720),), (), ())
    hours = OfficeHours(week=week, make_up_as=4)
    sunday = at("2025-09-28")
    calendar = Calendar("Asia/Shanghai", TABLE, hours)
    assert calendar.measure(Unit.WORK_HOUR, sunday, sunday + timedelta(days=1)) == 4 * 3_600


def test_summer_hours_hold_inside_their_period_only() -> None:
    summer = (*([((450, 720),)] * 5), (), ())
    calendar = Calendar("Asia/Shanghai", TABLE, OfficeHours(special=(((6, 3), (9, 1), summer),)))
    for text, hours in [("2025-05-30", 8), ("2025-06-03", 4.5), ("2025-09-01", 4.5)]:
        start = at(text)
        assert calendar.measure(Unit.WORK_HOUR, start, start + timedelta(days=1)) == hours * 3_600
    assert calendar.measure(Unit.WORK_HOUR, at("2025-09-02"), at("2025-09-03")) == 8 * 3_600


def test_a_season_over_new_year_keeps_both_its_ends() -> None:
    for day, inside in [("11-14", 0), ("11-15", 1), ("01-01", 1), ("02-28", 1), ("03-01", 0)]:
        start = at(f"2025-{day}")
        end = start + timedelta(days=1)
        assert CALENDAR.measure(Unit.DAY, start, end, "winter") == inside * 86_400


def test_a_limit_brings_its_own_season_to_a_measurement() -> None:
    limit = Limit(15, Unit.WORK_DAY, season="planting")
    assert CALENDAR.measure(limit, at("2025-02-20"), at("2025-03-05")) == 2 * 86_400


def test_office_hours_follow_the_wall_clock_through_summer_time() -> None:
    # 00:00 to 03:00 on the wall: two hours in spring, four in autumn.
    for text, hours in [("2025-03-08", 3), ("2025-03-09", 2), ("2025-11-02", 4), ("2025-11-03", 3)]:
        start = at(text, NEW_YORK)
        end = (start + timedelta(days=1)).astimezone(UTC)
        assert BOSTON.measure(Unit.WORK_HOUR, start, end) == hours * 3_600, text
    spring = at("2025-03-09T01:30", NEW_YORK)
    assert BOSTON.after(Unit.WORK_HOUR, spring, 3_600) == at("2025-03-10T00:30", NEW_YORK)


def test_shanghai_had_summer_time_in_1988() -> None:
    calendar = Calendar("Asia/Shanghai", DayTable())
    noon = datetime(1988, 7, 4, 3, tzinfo=UTC)  # 12:00 of a Monday, nine hours ahead
    assert calendar.after(Unit.WORK_HOUR, noon, 60) == noon + timedelta(hours=2, minutes=1)


def test_the_day_begins_when_the_clocks_leave_midnight_out() -> None:
    sao_paulo = Calendar("America/Sao_Paulo", DayTable())
    limit = Limit(1, Unit.DAY, whole_days=True)
    begun = sao_paulo.begins(limit, datetime(2018, 11, 3, 15, tzinfo=UTC))
    assert begun == datetime(2018, 11, 4, 3, tzinfo=UTC)
    apia = Calendar("Pacific/Apia", DayTable())  # 2011-12-30 never was
    start = datetime(2011, 12, 29, 12, tzinfo=apia.tz)
    assert apia.begins(limit, start) == datetime(2011, 12, 31, tzinfo=apia.tz)


def test_the_day_begins_at_the_second_midnight_when_the_hour_before_it_happens_twice() -> None:
    sao_paulo = Calendar("America/Sao_Paulo", DayTable())
    limit = Limit(1, Unit.DAY, whole_days=True)
    begun = sao_paulo.begins(limit, datetime(2018, 2, 17, 15, tzinfo=UTC))
    assert begun == datetime(2018, 2, 18, 3, tzinfo=UTC)
    # A start before the change of that very day.
    assert BOSTON.begins(limit, at("2025-11-02T00:30", NEW_YORK)) == at("2025-11-03", NEW_YORK)


def test_a_limit_that_ends_with_the_last_office_hour_of_a_year_ends_there() -> None:
    calendar = Calendar("UTC", TABLE)
    start = at("2025-12-31T17:00", ZoneInfo("UTC"))
    assert calendar.after(Unit.WORK_HOUR, start, 3_600) == start + timedelta(hours=1)


def test_coverage_is_asked_of_local_years() -> None:
    new_year = at("2027-01-01")
    assert CALENDAR.covered(at("2025-01-01"), new_year)
    assert not CALENDAR.covered(at("2025-01-01"), new_year + timedelta(seconds=1))
    assert not CALENDAR.covered(at("2024-12-31T23:59"), at("2025-06-01"))
    assert not CALENDAR.covered(new_year, new_year)
    hole = Calendar("Asia/Shanghai", DayTable(years=frozenset({2024, 2026})))
    assert not hole.covered(at("2024-12-01"), at("2026-02-01"))


@given(
    st.integers(1901, 2200),
    st.integers(-200_000, 200_000),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"]),
)
def test_the_year_that_counts_is_the_one_on_the_wall(year: int, seconds: int, zone: str) -> None:
    moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    local = moment.astimezone(ZoneInfo(zone)).year
    for covered in (year - 1, year):
        calendar = Calendar(zone, DayTable(years=frozenset({covered})))
        assert calendar.covered(moment, moment) == (local == covered)


def test_the_real_files_cover_2007_to_2026_and_hold_the_notices(shared: Path) -> None:
    table = holiday_files.read(shared)
    assert table.years == frozenset(range(2007, 2027))
    assert {day for day in table.off if day.year in (2025, 2026)} == OFF
    assert {day for day in table.work if day.year in (2025, 2026)} == WORK
    # The notice of 2019 made a Monday of 2018 a day off.
    assert date(2018, 12, 31) in table.off
    assert date(2018, 12, 29) in table.work


def test_calendars_tables_and_hours_come_back_from_their_data() -> None:
    summer = (*([((450, 720),)] * 5), (), ())
    hours = OfficeHours(special=(((6, 1), (9, 1), summer),), make_up_as=3)
    calendar = Calendar("America/New_York", TABLE, hours, PLANTING, {6})
    data = json.loads(json.dumps(calendar.to_data()))
    again = Calendar.from_data(data)
    assert again.to_data() == data
    assert again.hours == hours
    assert again.days == TABLE
    assert again.seasons == PLANTING
    assert again.weekend == {6}
    bare = Calendar.from_data({"zone": "UTC", "days": DayTable().to_data()})
    assert bare.hours == OfficeHours()
    assert bare.weekend == {5, 6}


@given(st.sampled_from(Unit), st.integers(1, 10_000), st.booleans(), st.sampled_from(["", "植树"]))
def test_a_limit_comes_back_from_its_data_and_its_text(
    unit: Unit, amount: int, whole: bool, season: str
) -> None:
    limit = Limit(amount, unit, whole and unit.of_days, season)
    assert Limit.from_data(json.loads(json.dumps(limit.to_data()))) == limit
    assert Limit.parse(str(limit)) == limit


def test_the_examples_in_the_text_are_true() -> None:
    for module in (calendars, instants_module, limits_module, hours_module):
        result = doctest.testmod(module)
        assert result.attempted, module
        assert not result.failed, module


def table_of(*days: dict[str, Any], year: Any = 2025, papers: Any = ()) -> list[dict[str, Any]]:
    return [{"year": year, "papers": list(papers), "days": list(days)}]


DAY_OFF = {"name": "元旦", "date": "2025-01-01", "isOffDay": True}
CLOSED = OfficeHours(week=((),) * 7)
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a moment without a zone": (
        lambda: CALENDAR.after(Unit.DAY, datetime(2025, 1, 1), 1),  # noqa: DTZ001
        "A date without a zone",
    ),
    "a moment before 1900": (
        lambda: CALENDAR.measure(Unit.DAY, at("1899-12-30"), at("2025-01-01")),
        "outside the years 1900 to 2200",
    ),
    "a moment after 2200": (
        lambda: CALENDAR.measure(Unit.DAY, at("2025-01-01"), at("2201-01-03")),
        "outside the years 1900 to 2200",
    ),
    "an end after 2200": (
        lambda: CALENDAR.after(Unit.DAY, at("2200-12-30"), 9 * 86_400),
        "never reached",
    ),
    "no office hours": (
        lambda: Calendar("UTC", TABLE, CLOSED).after(Unit.WORK_HOUR, at("2025-01-01"), 1),
        "office hours of this calendar are empty",
    ),
    "a season without office hours": (
        lambda: Calendar(
            "UTC", TABLE, OfficeHours(special=(((2, 1), (5, 1), ((),) * 7),)), PLANTING
        ).after(Unit.WORK_HOUR, at("2025-01-01"), 1, "planting"),
        "never reached",
    ),
    "an unknown season": (
        lambda: CALENDAR.after(Unit.DAY, at("2025-01-01"), 1, "harvest"),
        "no season harvest. It has: planting, winter",
    ),
    "an impossible season": (
        lambda: Calendar("UTC", TABLE, seasons={"x": ((2, 30), (3, 1))}),
        "is not a period",
    ),
    "a season of two words": (
        lambda: Calendar("UTC", TABLE, seasons={"two words": ((2, 1), (3, 1))}),
        "one word",
    ),
    "an unknown zone": (lambda: Calendar("Mars/Olympus", TABLE), "is not a time zone"),
    "a zone that is a folder": (lambda: Calendar("Asia", TABLE), "is not a time zone"),
    "a zone outside": (lambda: Calendar("../etc/passwd", TABLE), "is not a time zone"),
    "a week of weekends": (lambda: Calendar("UTC", TABLE, weekend=range(7)), "but not all"),
    "an eighth weekday": (lambda: Calendar("UTC", TABLE, weekend={7}), "A weekend is"),
    "a calendar without days": (lambda: Calendar.from_data({"zone": "UTC"}), "A calendar has"),
    "hours of six days": (lambda: OfficeHours(week=((),) * 6), "name seven days"),
    "hours backwards": (lambda: OfficeHours(week=(((720, 480),),) * 7), "are none"),
    "hours past midnight": (lambda: OfficeHours(week=(((720, 1441),),) * 7), "are none"),
    "hours that overlap": (
        lambda: OfficeHours(week=(((480, 720), (719, 800)),) * 7),
        "in order and apart",
    ),
    "two special hours": (
        lambda: OfficeHours(special=(((6, 1), (9, 1), CLOSED.week), ((9, 1), (2, 1), CLOSED.week))),
        "hold on 9-1",
    ),
    "an eighth make-up weekday": (lambda: OfficeHours(make_up_as=7), "make_up_as"),
    "hours of words": (lambda: OfficeHours.from_data({"week": "9 to 5"}), "Office hours have"),
    "no limit": (lambda: Limit(0, Unit.DAY), "give 1 to 10000"),
    "a negative limit": (lambda: Limit.parse("-3 day"), "give 1 to 10000"),
    "a limit of ages": (lambda: Limit(10_001, Unit.DAY), "give 1 to 10000"),
    "half a limit": (lambda: Limit.from_data({"amount": 1.5, "unit": "day"}), "whole number"),
    "a limit of true": (lambda: Limit.from_data({"amount": True, "unit": "day"}), "whole number"),
    "an unknown unit": (lambda: Limit.parse("4 fortnight"), "The units are: urgent_second"),
    "a limit in words": (lambda: Limit.parse("four work_hour"), "such as: 4 work_hour"),
    "an unknown word in a limit": (lambda: Limit.parse("4 day soon"), "such as: 4 work_hour"),
    "an unknown key in a limit": (
        lambda: Limit.from_data({"amount": 1, "unit": "day", "colour": "red"}),
        "perhaps whole_days and season",
    ),
    "whole days of hours": (
        lambda: Limit(4, Unit.WORK_HOUR, whole_days=True),
        "Only a limit in days",
    ),
    "a day both off and worked": (
        lambda: DayTable(frozenset({date(2025, 1, 1)}), frozenset({date(2025, 1, 1)})),
        "2025-01-01 is both",
    ),
    "a date given twice": (
        lambda: DayTable.from_holiday_cn(table_of(DAY_OFF, {**DAY_OFF, "isOffDay": False})),
        "2025-01-01 is given twice",
    ),
    "a year given twice": (
        lambda: DayTable.from_holiday_cn(table_of(DAY_OFF) * 2),
        "2025 is given twice",
    ),
    "a date far from its year": (
        lambda: DayTable.from_holiday_cn(table_of({**DAY_OFF, "date": "2025-02-01"}, year=2024)),
        "stands in the table of 2024",
    ),
    "an impossible date": (
        lambda: DayTable.from_holiday_cn(table_of({**DAY_OFF, "date": "2025-02-30"})),
        "is not a date",
    ),
    "a day of unknown kind": (
        lambda: DayTable.from_holiday_cn(table_of({**DAY_OFF, "isOffDay": "no"})),
        "isOffDay",
    ),
    "a notice without days": (
        lambda: DayTable.from_holiday_cn(table_of(papers=["notice"])),
        "names a notice but no days",
    ),
    "a year 25": (lambda: DayTable.from_holiday_cn(table_of(DAY_OFF, year=25)), "is not a year"),
    "a table that is a list": (
        lambda: DayTable.from_holiday_cn([[]]),  # type: ignore[list-item]
        "A table of holidays has",
    ),
    "days that are a text": (
        lambda: DayTable.from_holiday_cn([{"year": 2025, "days": "none"}]),
        "days is a list",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_words(what: str) -> None:
    make, words = REFUSED[what]
    with pytest.raises(Refusal, match=words):
        make()


def test_a_year_whose_notice_is_still_to_come_is_not_covered() -> None:
    assert DayTable.from_holiday_cn(table_of()).years == frozenset()
    assert DayTable.from_holiday_cn(table_of(DAY_OFF)).years == {2025}
