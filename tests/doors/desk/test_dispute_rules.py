"""At the desk: a dispute's grade, its clocks of law, the list to look at, figures, and the rules."""

import csv
import html
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from commonward.core.grading import shipped_text
from commonward.disputes.actions.grading import contest_grade
from commonward.disputes.actions.terms import tick_terms
from commonward.disputes.models import DisputeClock, GradeWord, RuleVersion
from commonward.people.models import Change
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do
from tests.talks import Talks, mediation


@pytest.fixture
def talks(office: Office) -> Talks:
    """Mediation in the district of the office."""
    return mediation(office.district)


def test_a_mediator_reads_why_states_a_fact_and_answers_an_objection(
    office: Office, talks: Talks
) -> None:
    number, first, _ = talks.talking("street", facts={"minors": True})
    contest_grade(number, "The children moved out.", first, talks.later(50))
    me = office.browser("mediator")
    page = me.open(f"/desk/disputes/{number}/grade/")
    assert "Minors are affected." in page.text
    assert "The children moved out." in page.text
    assert "waits for an answer" in page.text
    page = do(me, page, "state", **{"fact-threat": "yes", "fact-minors": ""})
    assert talks.dispute(number).case.grade == "red"
    assert "Force has been threatened." in page.text
    page = do(me, page, "regrade", grade="yellow", reason="It was said in anger, and taken back.")
    assert talks.dispute(number).case.grade == "yellow"
    assert "By the rules alone it would be red." in page.text
    assert not GradeWord.objects.filter(kind="objection", answered_at=None).exists()
    page = do(me, page, "regrade", grade="black", reason="Because.")
    assert page.status == 422


def test_a_clock_of_law_begins_on_a_day_and_ends_when_it_is_done(
    office: Office, talks: Talks
) -> None:
    number, *_ = talks.talking("street")
    me = office.browser("mediator")
    page = me.open(f"/desk/disputes/{number}/terms/")
    assert "Mediation of an ordinary dispute" in page.text
    assert "article 33" in page.text
    day = timezone.localtime().date() - timedelta(days=2)
    page = do(me, page, "start", rule="confirmation", day=day.isoformat(), hour="")
    clock = DisputeClock.objects.get(rule="confirmation")
    assert clock.last_day is not None
    assert (clock.last_day - day).days >= 30
    assert "People's Mediation Law, article 33" in html.unescape(page.text)
    future = (day + timedelta(days=30)).isoformat()
    page = do(me, page, "start", rule="review_request", day=future, hour="")
    assert page.status == 422 and "lies in the future" in page.text
    page = me.open(f"/desk/disputes/{number}/terms/")
    do(me, page, "meet", rule="confirmation")
    clock.refresh_from_db()
    assert clock.met_at is not None


def test_what_is_nearly_over_stands_on_the_list_to_look_at(office: Office, talks: Talks) -> None:
    number, *_ = talks.talking("street")
    tick_terms(talks.at + timedelta(days=200))
    page = office.browser("coordinator").open("/desk/disputes/owed/")
    assert number in page.text
    assert "Mediation of an ordinary dispute" in page.text
    assert number not in office.browser("second_mediator").open("/desk/disputes/owed/").text


def test_the_return_is_a_file_that_adds_up_and_a_leader_sees_no_small_number(
    office: Office, talks: Talks
) -> None:
    for i in range(3):
        talks.registered(at=talks.later(i))
    month = timezone.localtime(talks.at).strftime("%Y-%m")
    answer = office.browser("coordinator").client.get(
        "/desk/disputes/figures.csv", {"month": month}
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sum(int(row["number"]) for row in rows) == 3
    assert {row["纠纷类型"] for row in rows} == {"邻里"}
    page = office.browser("coordinator").open("/desk/disputes/figures/", month=month)
    assert "Neighbours" in page.text
    leaders = office.browser("leader").open("/desk/disputes/figures/", month=month)
    assert "Registered: 3" not in " ".join(leaders.text.split())
    assert "Numbers below five are not shown" in leaders.text
    assert office.browser("leader").client.get("/desk/disputes/figures.csv").status_code == 403
    wrong = office.browser("coordinator").open("/desk/disputes/figures/", month="1999-01")
    assert wrong.status == 422


def test_the_grading_is_tried_on_last_months_disputes_before_it_holds(
    office: Office, talks: Talks
) -> None:
    for i in range(6):
        talks.registered(at=talks.later(i), facts={"amount": 900_000})
    me = office.administrator
    page = me.open("/desk/admin/dispute-rules/grading/")
    wanted = shipped_text().replace('at_least = "site"', "at_least = 500000")
    page = do(me, page, "look", whole=wanted)
    assert '+when = [{ fact = "amount", at_least = 500000 }]' in html.unescape(page.text)
    assert not RuleVersion.objects.exists(), "only looked at"
    page = do(me, page, "adopt")
    assert "Version 1 is in force." in page.text
    assert Change.objects.get(verb="adopt_rules").by is not None
    wrong = wanted.replace('name = "minors"', 'name = "criminal_record"', 1)
    page = do(me, page, "look", whole=wrong)
    assert page.status == 422 and "asks about people" in page.text
    assert "criminal_record" in page.text, "the text is not lost"
    assert me.open("/desk/admin/dispute-rules/weather/").status == 404
    assert me.open("/desk/admin/dispute-rules/terms/").status == 200
    assert me.open("/desk/admin/dispute-rules/keeping/").status == 200
