"""Figures for programs: how each is made, values where the key may look, and what is public."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.core.indicators.book import book, shipped
from commonward.core.rights import SYSTEM
from commonward.insight.models import Release
from commonward.people.actions import grant
from commonward.response.actions.setting_up import set_up
from tests.district import SINCE, STREETS
from tests.doors.api.conftest import Office

BOOK = book(shipped())


def test_every_indicator_is_told_with_its_formula_in_words_and_its_version(office: Office) -> None:
    told = office.call("handler", "GET", "/figures").data
    assert (told["version"], len(told["figures"])) == (0, len(BOOK.indicators))
    one = next(f for f in told["figures"] if f["name"] == "closed_in_time_rate")
    assert one["formula"] == "closed_in_time / due_to_be_closed"
    assert one["words"] == "of them, closed within the limit ÷ cases that were closed or fell due"
    assert one["title"] == {"en": "Closed in time", "zh": "按期结案率"}
    assert (one["unit"], one["better"], one["public"], one["cut"]) == ("share", "more", True, "calendar")  # fmt: skip


def test_one_indicator_is_told_with_its_counts_and_conditions(office: Office) -> None:
    told = office.call("handler", "GET", "/figures/checked_in_time_rate").data
    assert [count["name"] for count in told["counts"]] == ["checked_in_time", "checked_timed"]
    assert "“the stage it was done in” is “Being checked”" in told["counts"][0]["conditions"]
    assert told["counts"][0]["expression"] == BOOK.counts["checked_in_time"].text
    assert len(told["digest"]) == 8


@pytest.mark.parametrize("path", ["/figures/nothing", "/figures/cases_opened?edition=7"])
def test_what_there_is_not_is_404(office: Office, path: str) -> None:
    assert office.call("leader", "GET", path).code == "missing"


def test_values_by_month_and_area_are_those_of_the_cases(office: Office) -> None:
    for _ in range(3):
        office.opened()
    lat, lon = office.here.inside(2, 0)
    office.opened(lat=lat, lon=lon)
    told = office.call("leader", "GET", "/figures/cases_opened/values?windows=2&by=street").data
    assert (told["unit"], told["by"], told["grain"]) == ("count", "street", "month")
    now = {row["group"]: row["value"] for row in told["values"] if row["first"][:7] == f"{timezone.localtime():%Y-%m}"}  # fmt: skip
    assert {code: now[code] for code in STREETS[:2]} == {STREETS[0]: 3, STREETS[1]: 1}
    whole = office.call("leader", "GET", "/figures/cases_opened/values").data["values"]
    assert [row["value"] for row in whole] == [4]
    one = office.call("leader", "GET", f"/figures/cases_opened/values?area={STREETS[1]}").data
    assert ([row["value"] for row in one["values"]], one["area"]) == ([1], STREETS[1])


def test_days_may_be_cut_at_noon_where_rows_have_a_moment(office: Office) -> None:
    office.opened()
    path = "/figures/cases_opened/values?grain=day&windows=2"
    at_noon = office.call("leader", "GET", f"{path}&cut=noon").data
    plain = office.call("leader", "GET", path).data
    assert (at_noon["cut"], plain["cut"]) == ("noon", "calendar")
    # Opened just now: today at midnight's cut; at noon's only before noon.
    morning = timezone.localtime().hour < 12
    assert [row["value"] for row in plain["values"]] == [0, 1]
    assert [row["value"] for row in at_noon["values"]] == ([0, 1] if morning else [0, 0])
    stands = office.call("leader", "GET", "/figures/standing_open/values?cut=noon")
    assert (stands.status, stands.data["field"]) == (422, "cut")


def test_who_looks_at_no_figures_on_the_desk_gets_no_values_here(office: Office) -> None:
    for who in ("handler", "intake_officer", "grid_worker"):
        got = office.call(who, "GET", "/figures/cases_opened/values")
        assert (got.status, got.code) == (403, "forbidden"), who


def test_a_key_sees_no_further_than_its_account(office: Office) -> None:
    here = office.here
    grant(SYSTEM, here.accounts["handler"], "leader", at=SINCE, area_path=f"/430298/{STREETS[0]}/")
    office.opened()
    lat, lon = here.inside(2, 0)
    office.opened(lat=lat, lon=lon)
    own = office.call("handler", "GET", "/figures/cases_opened/values").data
    assert (own["area"], [row["value"] for row in own["values"]]) == (STREETS[0], [1])
    other = office.call("handler", "GET", f"/figures/cases_opened/values?area={STREETS[1]}")
    assert (other.status, other.code) == (403, "forbidden")


def test_disputes_and_urgent_help_are_not_told_here(office: Office) -> None:
    for name in ("disputes_settled_rate", "incidents_on_the_spot_rate"):
        assert office.call("leader", "GET", f"/figures/{name}/values").status == 403
    sealed = office.call("leader", "GET", "/figures/cases_opened/values?category=D-")
    assert (sealed.status, sealed.data["field"]) == (422, "category")


def test_the_figures_of_urgent_help_are_for_who_coordinates_it(office: Office) -> None:
    set_up(SINCE)
    account = office.here.accounts["handler"]
    grant(SYSTEM, account, "response_coordinator", at=SINCE)
    path = "/figures/incidents_on_the_spot_rate/values"
    told = office.call("handler", "GET", path)
    assert (told.status, [row["value"] for row in told.data["values"]]) == (200, [None])
    # Being allowed this opens no other figure, and other figures do not open this.
    assert office.call("handler", "GET", "/figures/cases_opened/values").status == 403
    assert office.call("leader", "GET", path).status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("windows=0", "windows"), ("windows=61", "windows"), ("by=account", "by"),
        ("grain=hour", "grain"), ("day=2019-13-01", "day"), ("day=2999-01-01", "day"),
        ("category=nothing", "category"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_with_its_place(
    office: Office, query: str, field: str
) -> None:
    got = office.call("leader", "GET", f"/figures/cases_opened/values?{query}")
    places = [got.data["field"], *(fault["field"] for fault in got.data["faults"])]
    assert (got.status, any(field in place for place in places)) == (422, True), got.data


def test_what_was_published_is_read_as_everybody_reads_it(office: Office) -> None:
    assert office.call("handler", "GET", "/figures/releases").data == []
    first = (timezone.localtime().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    Release.objects.create(
        first=first, until=timezone.localtime().date().replace(day=1), version=1,
        made_at=timezone.now(), book="b" * 64, digest="d" * 64,
        content={"cases": {"cells": [[["site"], {"opened": 40}], [["street", STREETS[0]], {"opened": 22}]],
                           "held_back": [[["street", STREETS[1]], ["opened"]]]}},
    )  # fmt: skip
    (listed,) = office.call("handler", "GET", "/figures/releases").data
    assert (listed["month"], listed["version"], listed["digest"]) == (str(first), 1, "d" * 64)
    path = f"/figures/releases/{first:%Y-%m}"
    told = office.call("handler", "GET", path).data
    opened = [row for row in told["values"] if row["figure"] == "cases_opened"]
    assert [(row["group"], row["value"], row["held_back"]) for row in opened] == [("", 40, False)]
    streets = office.call("handler", "GET", f"{path}?by=street").data["values"]
    assert {row["group"]: row["value"] for row in streets if row["figure"] == "cases_opened"} == {
        STREETS[0]: 22
    }
    assert office.call("handler", "GET", "/figures/releases/2001-01").code == "missing"
