"""Calendars in the room: imports with a diff, which one counts where, and when one runs out."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.areas import actions, queries
from commonward.areas.checks import check_calendars
from commonward.areas.models import CalendarYear, WorkCalendar
from commonward.core.refusals import Invalid, Missing

pytestmark = pytest.mark.django_db

AT = datetime(2025, 3, 1, tzinfo=UTC)


def table(year: int, *days: tuple[str, bool], papers: Any = ("notice",)) -> tuple[str, bytes]:
    content = {
        "year": year,
        "papers": list(papers),
        "days": [{"name": "国庆节", "date": day, "isOffDay": off} for day, off in days],
    }
    return f"{year}.json", json.dumps(content).encode()


Y2025 = table(2025, ("2025-10-01", True), ("2025-09-28", False))
Y2026 = table(2026, ("2026-10-01", True))


def test_an_import_covers_its_years_with_days_off_and_make_up_days() -> None:
    plan = actions.import_calendar([Y2025], at=AT)
    (change,) = plan.changes
    assert (change.year, change.new, change.off, change.work) == (2025, True, 1, 1)
    calendar = queries.calendar("site")
    assert not calendar.is_work_day(date(2025, 10, 1))
    assert calendar.is_work_day(date(2025, 9, 28))
    assert calendar.days.years == {2025}
    assert CalendarYear.objects.get().source == "notice"


def test_a_dry_run_shows_the_difference_and_writes_nothing() -> None:
    actions.import_calendar([Y2025], at=AT)
    before = queries.revisions()
    moved = table(2025, ("2025-10-02", True), ("2025-09-28", False))
    plan = actions.import_calendar([moved], at=AT, dry_run=True)
    (change,) = plan.changes
    assert (change.days_in, change.days_out) == (("2025-10-02",), ("2025-10-01",))
    assert queries.revisions() == before
    assert not queries.calendar().is_work_day(date(2025, 10, 1))
    actions.import_calendar([moved], at=AT)
    assert queries.calendar().is_work_day(date(2025, 10, 1))


def test_a_second_import_changes_nothing_and_keeps_the_revision() -> None:
    actions.import_calendar([Y2025, Y2026], at=AT)
    before = queries.revisions()
    plan = actions.import_calendar([Y2025, Y2026], at=AT)
    assert (plan.changes, plan.unchanged) == ((), (2025, 2026))
    assert queries.revisions() == before


def test_a_year_between_covered_ones_is_reported_as_a_hole() -> None:
    plan = actions.import_calendar([Y2025, table(2027, ("2027-10-01", True))], at=AT)
    assert plan.holes == (2026,)
    assert queries.calendar().days.years == {2025, 2027}
    assert actions.import_calendar([Y2026], at=AT).holes == ()


def test_an_empty_notice_covers_nothing_and_erases_nothing() -> None:
    actions.import_calendar([Y2025], at=AT)
    plan = actions.import_calendar([table(2025, papers=()), table(2027, papers=())], at=AT)
    assert plan.awaited == (2025, 2027)
    assert queries.calendar().days.years == {2025}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("a.json", b"{"), "a.json is not JSON"),
        (("a.json", b"\xff"), "a.json is not JSON"),
        (("a.json", b"[]"), "a.json: .*none"),
        (("a.json", b'{"year": 2026, "days": [{"date": "2026-13-01", "isOffDay": true}]}'), "date"),
        (table(1700, ("1700-01-01", True)), "1700.json: 1700 is not a year"),
        (table(2026, ("2026-10-01", True), ("2026-10-01", False)), "given twice"),
        (table(2026, ("2024-10-01", True)), "2026.json: 2024-10-01"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_nothing_is_written(
    file: tuple[str, bytes], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        actions.import_calendar([Y2025, file], at=AT)
    assert not CalendarYear.objects.exists()


def test_a_table_that_contradicts_one_already_stored_is_refused() -> None:
    actions.import_calendar([table(2025, ("2026-01-01", True))], at=AT)
    with pytest.raises(Invalid, match="2026-01-01 is given twice"):
        actions.import_calendar([table(2026, ("2026-01-01", False))], at=AT)
    assert queries.calendar().days.years == {2025}


def test_the_nearest_area_upwards_with_a_calendar_decides() -> None:
    actions.add_area("430211", "天元区", at=AT, top=True)
    actions.add_area("430211001", "街道", at=AT)
    actions.set_office_hours(calendar="district", weekend=[4, 5])
    path = "/430211/430211001/"
    assert queries.calendar_name_for(path) == "site"
    actions.use_calendar("430211", "district")
    assert queries.calendar_name_for(path) == "district"
    actions.set_office_hours(calendar="street", zone="Asia/Urumqi")
    actions.use_calendar("430211001", "street")
    assert queries.calendar_name_for(path) == "street"
    assert queries.calendar_name_for("/430211/430211002/") == "district"
    actions.use_calendar("430211001", "")
    assert queries.calendar_name_for(path) == "district"
    assert queries.calendar("street").zone == "Asia/Urumqi"
    with pytest.raises(Missing, match="no calendar nowhere"):
        actions.use_calendar("430211", "nowhere")


def test_office_hours_change_what_counts_and_impossible_ones_are_refused() -> None:
    actions.import_calendar([Y2025], at=AT)
    mornings = {"week": [[[480, 720]]] * 5 + [[], []]}
    actions.set_office_hours(hours=mornings, seasons={"planting": [[3, 1], [4, 30]]})
    calendar = queries.calendar()
    assert calendar.hours.week[0] == ((480, 720),)
    assert "planting" in calendar.seasons
    with pytest.raises(Invalid, match="never be open"):
        actions.set_office_hours(hours={"week": [[]] * 7})
    with pytest.raises(Invalid):
        actions.set_office_hours(hours={"week": [[[720, 480]]] * 7})
    with pytest.raises(Invalid):
        actions.set_office_hours(zone="Mars/Olympus")
    assert queries.calendar().hours.week[0] == ((480, 720),)
    assert queries.office_rules("site")["hours"] == mornings


def test_without_any_import_the_site_has_a_calendar_that_covers_no_year() -> None:
    calendar = queries.calendar()
    assert calendar.days.years == frozenset()
    assert calendar is queries.calendar()
    assert not WorkCalendar.objects.exists()
    with pytest.raises(Missing, match="no calendar other"):
        queries.calendar("other")


def test_calendars_are_kept_in_memory_until_their_revision_changes() -> None:
    actions.import_calendar([Y2025], at=AT)
    revisions = queries.revisions()
    first = queries.calendar("site", revisions)
    with CaptureQueriesContext(connection) as asked:
        assert queries.calendar("site", revisions) is first
        assert queries.calendar_name_for("/430211/", revisions) == "site"
        queries.calendar_name_for("/430211/", revisions)
    assert len(asked) <= 1
    actions.import_calendar([Y2026], at=AT)
    assert queries.calendar("site").days.years == {2025, 2026}


@pytest.mark.parametrize(
    ("at", "alarm"),
    [
        (datetime(2026, 6, 1, tzinfo=UTC), None),
        (datetime(2026, 11, 1, tzinfo=UTC), None),
        (datetime(2026, 12, 1, tzinfo=UTC), (date(2027, 1, 1), True, (2027,))),
        (datetime(2026, 12, 31, 17, tzinfo=UTC), (date(2027, 1, 1), False, (2027,))),
        (datetime(2028, 1, 2, tzinfo=UTC), (date(2028, 1, 1), False, (2027, 2028))),
        (datetime(2024, 6, 1, tzinfo=UTC), (date(2024, 1, 1), False, (2024,))),
    ],
)
def test_an_alarm_is_raised_when_a_calendar_runs_out(
    at: datetime, alarm: tuple[date, bool, tuple[int, ...]] | None
) -> None:
    actions.import_calendar([Y2025, Y2026], at=AT)
    found = [(row.ends, row.covered_now, row.missing) for row in queries.coverage(at)]
    assert found == ([] if alarm is None else [alarm])


def test_the_system_check_warns_of_a_year_without_a_table() -> None:
    (message,) = check_calendars(databases=["default"])
    assert message.id == "areas.W001"
    assert message.level == checks.WARNING
    assert "“site”" in str(message.msg)
    this_year = datetime.now(UTC).year
    years = [table(y, (f"{y}-10-01", True)) for y in range(this_year - 1, this_year + 3)]
    actions.import_calendar(years, at=AT)
    assert check_calendars(databases=["default"]) == []


def test_the_system_check_is_silent_on_a_database_that_is_not_set_up(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default", "--fail-level", "INFO"],
        cwd=root,
        env={"COMMONWARD_VAR": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "areas." not in done.stderr


def test_the_real_notices_are_imported_whole(shared: Path) -> None:
    folder = shared / "data" / "holidays"
    files = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    plan = actions.import_calendar(files, at=AT)
    assert [change.year for change in plan.changes] == list(range(2007, 2027))
    assert plan.awaited == (2027,)
    assert plan.holes == ()
    calendar = queries.calendar()
    assert not calendar.is_work_day(date(2025, 10, 8))
    assert calendar.is_work_day(date(2025, 10, 11))
    assert actions.import_calendar(files, at=AT).changes == ()
