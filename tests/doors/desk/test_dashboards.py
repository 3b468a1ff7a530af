"""The dashboards: what stands where, narrowed to one's own, in few questions, and taken along as files."""

import io
import xml.etree.ElementTree as ET
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from commonward.core.rights import SYSTEM
from commonward.doors.desk.views.dashboards import reading
from commonward.insight.actions.books import adopt_figures
from commonward.insight.queries import measuring
from commonward.people import actions as people
from tests.district import COMMUNITIES, DISTRICT, LAMP, STREETS
from tests.doors.desk.conftest import Office

ALL = ("/desk/dashboard/", "/desk/dashboard/team/", "/desk/dashboard/grid/")


def test_the_leader_reads_where_cases_stand_and_goes_to_them(office: Office) -> None:
    office.district.handled(office.district.report())
    office.district.report(LAMP)
    page = office.leader.open("/desk/dashboard/")
    assert page.status == 200 and page.heading == "Dashboard"
    assert "Where cases stand, and where they get stuck" in page.text
    assert "Street 1" in page.text
    assert any(link.startswith("/desk/queue/?stage=") for link in page.links)
    assert any("table=stages" in link and "as=csv" in link for link in page.links)


@pytest.mark.parametrize("address", ALL)
def test_a_dashboard_asks_a_bounded_number_of_times(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counting(names: object, windows: list[object], **given: object) -> object:
        asked.append(len(windows))
        return measuring.figures_of(names, windows, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "figures_of", counting)
    office.district.report()
    office.leader.open(address)
    asked.clear()
    with CaptureQueriesContext(connection) as few:
        office.leader.open(address)
    questions = len(asked)
    assert questions <= 6
    for _ in range(5):
        office.district.report(LAMP)
    asked.clear()
    with CaptureQueriesContext(connection) as many:
        office.leader.open(address)
    assert len(asked) == questions and len(many) <= len(few) + 2


def test_a_leader_of_a_street_sees_the_street_and_no_other(office: Office) -> None:
    who = people.add_account(SYSTEM, "street_leader", "Lead", at=office.district.at).pk
    people.grant(
        SYSTEM, who, "leader", area_path=f"/{DISTRICT}/{STREETS[0]}/", at=office.district.at
    )
    for row in (0, 1, 2):
        lat, lon = office.district.inside(row)
        office.district.report(lat=lat, lon=lon)
    page = office.browser("street_leader").open("/desk/dashboard/")
    assert "Street 1" in page.text and "Community 1" in page.text
    assert "Community 3" not in page.text
    below = office.browser("street_leader").open("/desk/dashboard/", area=COMMUNITIES[0])
    assert below.status == 200
    other = office.browser("street_leader").open("/desk/dashboard/", area=STREETS[1])
    assert other.status == 403


def test_a_wrong_choice_is_told_and_loses_nothing(office: Office) -> None:
    for given in (
        {"day": "yesterday"},
        {"grain": "hour"},
        {"figure": "nothing"},
        {"area": "nowhere else"},
        {"category": "D-1"},
        {"day": "1200-01-01"},
    ):
        page = office.leader.client.get("/desk/dashboard/", given)
        assert page.status_code in (404, 422), given
    for given in ({"table": "none", "as": "csv"}, {"table": "stages", "as": "doc"}):
        assert office.leader.client.get("/desk/dashboard/", given).status_code == 422


def test_a_team_sees_its_own_cases_and_nobody_elses(office: Office) -> None:
    office.district.handled(office.district.report())
    page = office.street_handler.open("/desk/dashboard/team/")
    assert page.heading == "Street office" and "Lamps" not in page.text
    assert office.street_handler.open("/desk/dashboard/team/", team="lamps").status == 422
    assert office.leader.open("/desk/dashboard/team/", team="lamps").heading == "Lamps"


def test_a_grid_sees_what_is_open_and_that_nothing_is(office: Office) -> None:
    grid = office.district.grid(0, 0)
    office.district.report()
    assert office.grid_worker.open("/desk/dashboard/grid/", area=grid).status == 200
    empty = office.leader.open("/desk/dashboard/grid/", area=office.district.grid(2, 2))
    assert "Nothing stands open here." in empty.text


def test_each_table_is_taken_along_as_a_file_that_opens(office: Office) -> None:
    office.district.handled(office.district.report())
    client = office.leader.client
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        for name in ("stages", "where", "trend", "teams"):
            sheet = client.get("/desk/dashboard/", {"table": name, "as": "csv"})
            assert sheet["Content-Type"].startswith("text/csv"), sheet.content[:200]
            book = client.get("/desk/dashboard/", {"table": name, "as": "xlsx"})
            with zipfile.ZipFile(io.BytesIO(book.content)) as kept:
                assert kept.testzip() is None
                cells = ET.fromstring(kept.read("xl/worksheets/sheet1.xml"))  # noqa: S314 (ours)
            assert not list(cells.iter("{*}f")), "no formula"
            paper = client.get("/desk/dashboard/", {"table": name, "as": "pdf"})
            assert len(PdfReader(io.BytesIO(paper.content)).pages) >= 1


def test_disputes_are_in_none_of_the_figures(office: Office) -> None:
    page = office.leader.open("/desk/dashboard/", category="D-")
    assert page.status == 422


def test_a_window_can_be_any_grain_and_any_day(office: Office) -> None:
    office.district.report()
    for grain in ("day", "week", "month", "quarter", "year"):
        day = (office.district.at - timedelta(days=3)).date().isoformat()
        assert office.leader.open("/desk/dashboard/", grain=grain, day=day).status == 200


def test_a_figures_days_are_cut_at_midnight_or_at_noon(office: Office) -> None:
    office.district.report()
    page = office.leader.open("/desk/dashboard/?figure=cases_opened&cut=noon")
    assert "from noon to noon" in page.text
    assert any("cut=noon" in link for link in page.links if "/figures/cases_opened/" in link)
    plain = office.leader.open("/desk/dashboard/?figure=cases_opened")
    assert "from noon to noon" not in plain.text
    # What stands as of a moment has no hour to cut at: the choice of another figure is passed over.
    stands = office.leader.open("/desk/dashboard/?figure=standing_open&cut=noon")
    assert stands.status == 200 and "From noon to noon" not in stands.text
    assert office.leader.open("/desk/figures/cases_opened/?cut=noon").status == 200
    assert office.leader.open("/desk/figures/standing_open/?cut=noon").status == 422


def test_a_sites_target_stands_in_the_picture_in_its_table_and_beside_the_figure(
    office: Office,
) -> None:
    changes = {"indicators": {"handled_in_time_rate": {"targets": {"all": 95, "street": 90}}}}
    adopt_figures(changes, "the city's plan", office.district.administrator, office.district.at)
    office.district.handled(office.district.report())
    page = office.leader.open("/desk/dashboard/")
    assert "Target 95.0%" in page.text
    street = office.leader.open(f"/desk/dashboard/?area={STREETS[0]}")
    assert "Target 90.0%" in street.text and "95.0%" not in street.text
    file = office.leader.open("/desk/dashboard/?table=trend&as=csv")
    head, *rows = file.text.splitlines()
    assert "Target" in head and all("95" in row for row in rows)
