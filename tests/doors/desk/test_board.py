"""The dispatch board: each part shows what is owed and what to do, narrowed by its address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.cases import actions as cases
from commonward.cases.models import Case, Clock
from tests.district import LAMP, RUBBISH
from tests.doors.desk.conftest import Office

PARTS = (
    "stages", "whistles", "assists", "orders", "returned", "suspended", "provisional",
    "unrouted", "stuck",
)  # fmt: skip


def test_the_stages_lead_to_their_cases_and_to_the_list(office: Office) -> None:
    report = office.district.report()
    page = office.dispatcher.open("/desk/board/")
    assert f"/desk/cases/{report.case.number}/" in page.links
    assert "/desk/queue/?stage=collect" in page.links
    assert page.text.index("Received") < page.text.index("Being handled")
    narrowed = office.dispatcher.open("/desk/board/", category=LAMP)
    assert f"/desk/cases/{report.case.number}/" not in narrowed.links


def test_a_whistle_shows_the_department_and_its_own_clock(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    when, who = office.district.at + timedelta(minutes=20), office.district.dispatcher
    roads = office.district.teams["roads"]
    cases.ask_tasks(report.case.number, "whistle", [roads], "Come.", who, when)
    page = office.leader.open("/desk/board/", tab="whistles")
    assert "Roads" in page.text
    assert "Called" in page.text
    assert "late" in page.text
    assert "Roads" in office.leader.open("/desk/board/", tab="whistles", team="roads").text
    assert "Nothing." in office.leader.open("/desk/board/", tab="whistles", team="lamps").text
    assert "Nothing." in office.leader.open("/desk/board/", tab="orders").text


def test_a_hand_back_says_why_and_what_it_waits_for(office: Office) -> None:
    district = office.district
    report = district.report(LAMP)
    district.handled(report)
    district.act(report, "hand_back", district.second_handler, 20, reason="The mast is private.")
    page = office.dispatcher.open("/desk/board/", tab="returned")
    assert "The mast is private." in page.text
    assert "Waits to be sent to another team." in page.text
    district.act(report, "dispatch", district.dispatcher, 25, team=district.teams["lamps"])
    district.act(report, "mis_dispatched", district.second_handler, 30, reason="Not ours.")
    again = office.dispatcher.open("/desk/board/", tab="returned")
    assert "Not a third time: the duty chief or a leader decides finally." in again.text


def test_what_nobody_has_can_be_given_to_a_team(office: Office) -> None:
    report = office.district.report(RUBBISH)
    Case.objects.filter(pk=report.case_id).update(unrouted=True, team=None, routing={})
    page = office.dispatcher.open("/desk/board/", tab="unrouted")
    assert "No rule was asked." in page.text
    assign = f"/desk/cases/{report.case.number}/steps/assign/"
    assert assign in page.links
    form = office.dispatcher.open(assign)
    office.dispatcher.send(form, assign, team=str(office.district.teams["intake"]))
    assert "Nothing." in office.dispatcher.open("/desk/board/", tab="unrouted").text


def test_a_stuck_clock_says_what_is_wrong(office: Office) -> None:
    report = office.district.report()
    Clock.objects.filter(case=report.case_id).update(attempts=9, fault="No calendar of that name.")
    page = office.dispatcher.open("/desk/board/", tab="stuck")
    assert report.case.number in page.text
    assert "No calendar of that name." in page.text


def test_a_team_that_there_is_not_is_told_at_once(office: Office) -> None:
    page = office.dispatcher.open("/desk/board/", team="nobody")
    assert "There is no team “nobody”." in page.text


@pytest.mark.parametrize("tab", PARTS)
def test_each_part_asks_a_bounded_number_of_times(office: Office, tab: str) -> None:
    district = office.district

    def one_more(minute: int) -> None:
        report = district.report(LAMP)
        district.handled(report)
        when = district.at + timedelta(minutes=20 + minute)
        roads = [district.teams["roads"]]
        for kind in ("whistle", "supervision"):
            who = district.duty_chief
            cases.ask_tasks(report.case.number, kind, roads, "Come.", who, when)
        district.act(report, "hand_back", district.second_handler, 90, reason="Not ours.")
        Case.objects.filter(pk=report.case_id).update(
            unrouted=True, paused=True, provisional=True, routing={}
        )

    one_more(0)
    office.duty_chief.open("/desk/board/", tab=tab)
    with CaptureQueriesContext(connection) as few:
        office.duty_chief.open("/desk/board/", tab=tab)
    for minute in range(1, 4):
        one_more(minute)
    with CaptureQueriesContext(connection) as many:
        page = office.duty_chief.open("/desk/board/", tab=tab)
    assert page.status == 200
    assert len(many) <= len(few) + 1, [q["sql"][:90] for q in many.captured_queries]
    assert len(many) <= 40
