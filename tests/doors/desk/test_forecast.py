"""The forecast at the desk: who opens it, what it tells, its files, and the rosters that take it."""

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonward.core.forecast.outlook import BOUNDS
from commonward.core.forecast.staffing import Terms
from commonward.core.plans.rostering.sheets import read_minima
from commonward.core.rights import SYSTEM
from commonward.doors.desk.forecast_urls import forecast_patterns
from commonward.insight.actions.forecasting import make_forecast
from commonward.insight.queries.forecast import newest, terms
from commonward.people import actions as people
from tests.district import ACCOUNTS, DISTRICT, LAMP, SINCE, STREETS
from tests.doors.desk.conftest import Office
from tests.insight.arriving import arrived
from tests.planning import planners

SEES = ("leader", "duty_chief", "administrator", "planner", "street_planner")
PAGE = "/desk/forecast/"
ROWS = {"forecast": {}, "forecast_file": {"name": "days.csv"}}


@pytest.fixture
def told(office: Office) -> Office:
    """Ten weeks of cases, and today's forecast."""
    planners(office.district.at)
    arrived(office.district)
    make_forecast(office.district.at)
    return office


def table(told: Office, name: str, login: str = "leader", **query: str) -> list[dict[str, str]]:
    client = Client()
    client.force_login(*told.key_of(login))
    answer = client.get(reverse("desk:forecast_file", args=[name]), query)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_only_those_in_the_table_are_let_in(told: Office) -> None:
    assert sorted(ROWS) == sorted(str(entry.name) for entry in forecast_patterns)
    for name, given in ROWS.items():
        met = {}
        for login in (*ACCOUNTS, "planner", "street_planner", "nobody"):
            client = Client()
            if login != "nobody":
                client.force_login(*told.key_of(login))
            met[login] = client.get(reverse(f"desk:{name}", kwargs=given)).status_code
        assert met == {
            login: 302 if login == "nobody" else 200 if login in SEES else 403 for login in met
        }


def test_the_page_tells_days_hours_the_test_and_officers(told: Office) -> None:
    page = told.leader.open(PAGE)
    assert page.status == 200
    kept = newest()
    assert kept is not None and kept.outlook.report is not None
    assert f"Learnt from {kept.cases} cases" in page.text
    for words in (
        "In 14 days about", "Expected by day", "Expected by hour on", "Interval of 80 %", "Officers",
        "How well such forecasts did", "all together, by hour", "each category in each area",
    ):  # fmt: skip
        assert words in page.text, words
    today = timezone.localtime().date()
    assert ("not of today" in page.text) == (kept.outlook.first < today)


def test_before_any_forecast_the_page_says_what_it_needs(office: Office) -> None:
    assert "There is no forecast yet" in office.leader.open(PAGE).text


def test_days_and_hours_agree_in_the_files_and_areas_add_up(told: Office) -> None:
    days = table(told, "days.csv")
    hours = table(told, "hours.csv")
    assert len(days) == 14
    assert len(hours) == 14 * 24
    assert list(days[0]) == ["date", "kind", "expected", *(f"q{100 * x:g}" for x in BOUNDS)]
    for day in days:
        whole = sum(float(row["expected"]) for row in hours if row["date"] == day["date"])
        assert float(day["expected"]) == pytest.approx(whole, abs=0.13)
    streets = [table(told, "days.csv", area=code) for code in STREETS]
    for n, day in enumerate(days):
        parts = sum(float(rows[n]["expected"]) for rows in streets)
        assert parts == pytest.approx(float(day["expected"]), abs=0.03)


def test_a_street_s_planner_is_shown_the_street_and_refused_the_whole(told: Office) -> None:
    own = table(told, "days.csv", "street_planner")
    assert own == table(told, "days.csv", "leader", area=STREETS[0])
    planner = told.browser("street_planner")
    assert planner.open(PAGE).status == 200
    refused = planner.open(PAGE, area=DISTRICT)
    assert refused.status == 403
    assert "This forecast is for those who lead or plan there." in refused.text
    assert "In 14 days about" not in refused.text


def test_what_cannot_be_forecast_or_is_no_number_is_refused_in_words(told: Office) -> None:
    few = told.leader.open(PAGE, category="0101", area=STREETS[1], day="3")
    assert few.status in (200, 422)
    for query, words in (
        ({"handling": "0"}, "Give a whole number from 10 to 7200."),
        ({"calls": "many"}, "Give a whole number from 1 to 10000."),
        ({"day": "14"}, "Choose one of the list."),
        ({"category": "Dragons of the hill"}, "Nothing here is called"),
        ({"category": "99"}, "Fewer than 5 are expected here"),
        ({"handling": "7200", "calls": "10000", "staffed": "97"}, "officers would be needed"),
    ):
        page = told.leader.open(f"{PAGE}?{urlencode(query)}")
        assert page.status == 422, query
        assert words in page.text, query
        assert "How well such forecasts did" in page.text


def test_the_rosters_form_takes_the_cover_as_it_is(told: Office) -> None:
    page = told.browser("planner").open(PAGE, handling="600", calls="200")
    leads = next(one for one in page.links if one.startswith("/desk/plans/new/rosters/"))
    cover = parse_qs(urlsplit(leads).query)["cover"][0]
    minima = read_minima(cover)
    assert {day for one in minima for day in one.weekdays} == set(range(7))
    form = told.browser("planner").open(leads)
    kept = next(f.fields["cover"] for f in form.forms if "cover" in f.fields)
    assert kept[0].split() == cover.split()
    assert all("plans/new" not in one for one in told.leader.open(PAGE).links)
    busiest: dict[tuple[int, int], int] = {}
    for row in table(told, "hours.csv", handling="600", calls="200"):
        from_row = (_weekday(row["date"]), int(row["hour"]))
        busiest[from_row] = max(busiest.get(from_row, 0), int(row["officers"]))
    for (weekday, hour), officers in busiest.items():
        there = [
            one.least for one in minima
            if weekday in one.weekdays and one.begin <= hour * 60 < (one.end or 1440)
        ]  # fmt: skip
        assert there == [officers], (weekday, hour)


def test_a_leader_keeps_terms_for_the_site_and_a_planner_does_not(told: Office) -> None:
    page = told.leader.open(PAGE, handling="240", percent="90")
    fields = next(f.fields for f in page.forms if "back" in f.fields)
    given: dict[str, Any] = {name: values[0] for name, values in fields.items() if values}
    sent = told.leader.post(PAGE, given | {"do": "terms"})
    assert "from now on" in sent.text
    assert terms() == Terms(240, 15, 90, 100)
    planner = told.browser("planner")
    token = next(
        f.fields["csrfmiddlewaretoken"][0]
        for f in planner.open(PAGE).forms
        if "csrfmiddlewaretoken" in f.fields
    )
    refused = planner.post(PAGE, {"do": "terms", "handling": "100", "csrfmiddlewaretoken": token})
    assert refused.status == 422
    assert terms() == Terms(240, 15, 90, 100)


def test_who_plans_for_lamps_alone_sees_lamps_alone(told: Office) -> None:
    account = people.add_account(SYSTEM, "lamps", "Lamps", at=SINCE).pk
    people.grant(SYSTEM, account, "planner", at=SINCE, categories=(LAMP,))
    own = table(told, "days.csv", "lamps")
    assert own == table(told, "days.csv", "leader", category=LAMP)
    assert told.browser("lamps").open(PAGE, category="03").status == 403


def _weekday(day: str) -> int:

    return date.fromisoformat(day).weekday()
