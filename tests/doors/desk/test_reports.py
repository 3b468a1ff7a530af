"""The monthly report: made by the schedule once the month is complete, in both languages, read by its posts."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone, translation
from pypdf import PdfReader

from commonward.core.papers.report import report_pictures
from commonward.core.refusals import Invalid
from commonward.doors.look import monthly
from commonward.insight.actions import reporting
from commonward.insight.queries.reports import all_made, last_over, made, month_of, over
from tests.doors.desk.conftest import Office


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own."""
    with override_settings(VAR=tmp_path):
        yield tmp_path


def soon(office: Office) -> tuple[date, datetime]:
    """The month of the district's cases, and a moment after it is complete."""
    office.district.closed(office.district.report())
    office.district.handled(office.district.report())
    month = timezone.localtime(office.district.at).date().replace(day=1)
    return month, office.district.at + timedelta(days=40)


def test_a_month_is_complete_on_the_second_day_after_it() -> None:
    month = date(2026, 12, 1)
    zone = timezone.get_default_timezone()
    assert not over(month, datetime(2027, 1, 1, 23, 59, tzinfo=zone))
    assert over(month, datetime(2027, 1, 2, 0, 0, tzinfo=zone))
    assert last_over(datetime(2027, 1, 1, 12, tzinfo=zone)) == date(2026, 11, 1)
    assert last_over(datetime(2027, 1, 2, 12, tzinfo=zone)) == month
    for wrong in ("2026-13", "26-1", "../etc", "2026-1"):
        with pytest.raises(Invalid):
            month_of(wrong)


def test_a_report_is_made_once_by_the_schedule_in_both_languages(
    office: Office, kept: Path
) -> None:
    month, at = soon(office)
    assert reporting.due(at) == last_over(at) == month
    monthly.make(month, at)
    assert reporting.due(at) is None
    found = made(month)
    assert found is not None and found.version and found.at == at
    for language in ("en", "zh-hans"):
        page = office.leader.client.get(f"/desk/reports/{found.name}/{language}.pdf")
        text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(page.content)).pages)
        assert found.name in text
    assert [one.month for one in all_made()] == [month]
    monthly.make(month, at + timedelta(hours=1))
    again = made(month)
    assert again is not None and again.at > found.at
    assert [p.name for p in (kept / "reports").iterdir()] == [found.name]


def test_every_page_of_the_report_can_be_drawn_and_tells_the_figures(
    office: Office, kept: Path
) -> None:
    month, at = soon(office)
    with translation.override("en"):
        report = monthly.report(month, at)
    assert len(report_pictures(report, 20)) >= 2
    told = str(report.blocks)
    assert "2 cases came in and 1 were closed" in told
    assert "<svg" in told and "How these figures are made" in told


def test_a_month_that_is_not_over_is_not_kept(office: Office, kept: Path) -> None:
    month, _at = soon(office)
    with pytest.raises(Invalid):
        monthly.make(month, datetime(month.year, month.month, 15, tzinfo=UTC))
    assert all_made() == []


def test_the_list_leads_to_both_files_and_a_leader_makes_one_anew(
    office: Office, kept: Path
) -> None:
    month, at = soon(office)
    monthly.make(month, at)
    page = office.dispatcher.open("/desk/reports/")
    assert f"/desk/reports/{month:%Y-%m}/en.pdf" in page.links
    assert f"/desk/reports/{month:%Y-%m}/zh-hans.pdf" in page.links
    assert "Make it" not in page.text
    assert office.dispatcher.open("/desk/reports/2020-01/en.pdf").status == 404
    assert office.dispatcher.open("/desk/reports/2020-99/en.pdf").status == 404
    mine = office.leader.open("/desk/reports/")
    told = office.leader.send(mine, "/desk/reports/make/", month="2099-01")
    assert "This month is not over yet." in told.text
    before = last_over(timezone.now())
    told = office.leader.send(mine, "/desk/reports/make/", month=f"{before:%Y-%m}")
    assert f"The report of {before:%Y-%m} was made" in told.text


def test_the_command_makes_the_newest_complete_month_or_the_one_named(
    office: Office, kept: Path
) -> None:
    soon(office)
    said = io.StringIO()
    call_command("figures", "report", stdout=said)
    assert f"{last_over(timezone.now()):%Y-%m}" in said.getvalue()
    with pytest.raises(CommandError):
        call_command("figures", "report", "2026-99")
    assert kept == settings.VAR
