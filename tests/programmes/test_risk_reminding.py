"""Whoever owes an answer in a review of risk is reminded once before and once after its day."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from commonward.cases.models import Event
from commonward.people.models import Account
from commonward.programmes.actions.risk.asking import answer
from commonward.programmes.actions.risk.reminding import tick_risk
from commonward.programmes.models import RiskQuestion
from commonward.programmes.queries.risk import answers_owed
from tests.district import District
from tests.doors.desk.conftest import BACKEND
from tests.programmes.risk_office import Reviews, reviews


@pytest.fixture
def office(district: District) -> Reviews:
    return reviews(district)


def told() -> list[str]:
    found = Event.objects.filter(verb__startswith="risk_answer_").order_by("id")
    return list(found.values_list("verb", flat=True))


def test_an_owed_answer_is_told_of_once_before_its_day_and_once_after(office: Reviews) -> None:
    asked = office.asked(office.announced())
    early = asked.due_at - timedelta(days=settings.REMIND_DAYS, hours=1)
    assert tick_risk(early) == (0, 0)
    near = asked.due_at - timedelta(days=1)
    assert [tick_risk(near), tick_risk(near)] == [(1, 0), (0, 0)]
    after = asked.due_at + timedelta(hours=1)
    assert [tick_risk(after), tick_risk(after)] == [(0, 1), (0, 0)]
    assert told() == ["risk_answer_soon", "risk_answer_late"]


def test_an_answered_question_and_an_ended_review_remind_nobody(office: Reviews) -> None:
    made = office.announced()
    asked = office.asked(made)
    answer(made.case.number, asked.pk, "每天九点前开放。", office.officer, office.later(3))
    assert tick_risk(asked.due_at + timedelta(days=30)) == (0, 0)
    other = office.asked(made, "Where do buses stop?")
    made.case.is_open = False
    type(made.case).objects.filter(pk=made.case.pk).update(is_open=False)
    assert tick_risk(other.due_at + timedelta(days=30)) == (0, 0)
    assert told() == []


def test_the_team_that_owes_it_finds_it_on_top_and_no_other_team_does(
    office: Reviews, settings: object
) -> None:
    settings.SECOND_FACTOR = False  # type: ignore[attr-defined] # pytest-django's own
    made = office.announced()
    asked = office.asked(made)
    assert [one.pk for one in answers_owed(office.roads)] == [asked.pk]
    assert list(answers_owed(office.here.second_handler)) == []
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login="handler"), BACKEND)
    page = client.get("/desk/programmes/risk/").content.decode()
    assert "Answers that your team owes" in page and "When is the road closed?" not in page
    assert RiskQuestion.objects.get().soon_at is None
