"""A case of another room is read on that room's page: no number leads to a closed door."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.procedures import shipped
from commonward.doors.desk.own_pages import _BY_NUMBER
from commonward.people.models import Account
from commonward.programmes.actions.ordering import order_to
from commonward.programmes.actions.reviewing import open_review
from tests.district import District, small_district
from tests.doors.desk.conftest import BACKEND, Colleague, key_of
from tests.programmes.learning_office import learning
from tests.programmes.plan_office import AFTER_FEBRUARY, plan_office
from tests.programmes.pledge_office import pledges
from tests.programmes.test_plan_sources import FEBRUARY
from tests.talks import mediation

OWN = ("alliance", "drill", "monthly_review")


@pytest.fixture
def here(db: None, settings: Any) -> District:
    settings.SECOND_FACTOR = False
    return small_district()


def follow(number: str) -> tuple[str, int]:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login="programme_officer"), BACKEND)
    told = client.get(f"/desk/cases/{number}/")
    assert told.status_code == 302
    return told["Location"], client.get(told["Location"]).status_code


def test_a_drill_is_read_on_its_own_page(here: District) -> None:
    office = learning(here)
    drill = office.drill()
    assert follow(drill.case.number) == (f"/desk/programmes/learning/drills/{drill.code}/", 200)


def test_a_month_of_a_plan_is_read_on_its_own_page(here: District) -> None:
    office = plan_office(here)
    case = open_review(office.plan, FEBRUARY, office.officer, AFTER_FEBRUARY).case
    assert follow(case.number) == ("/desk/programmes/plans/year-2026/2026-02/", 200)


def test_every_procedure_of_a_room_has_its_page() -> None:
    folder = Path(__file__).resolve().parents[3] / "commonward/core/procedures"
    rooms = {one.stem for one in folder.glob("*.toml") if shipped(one.stem).get("room")}
    assert rooms == {*_BY_NUMBER, *OWN}


def test_a_team_answers_on_the_file_what_an_alliance_ordered(here: District) -> None:
    office = pledges(here, timezone.now())
    case = office.alliance.case
    order = order_to(case, here.teams["roads"], "修补路面", office.at)
    team = Colleague("handler")
    ways = [link for link in team.open("/desk/").links if f"/desk/cases/{case.number}/" in link]
    assert ways, "an order waits among the work of the team"
    page = team.open(ways[0])
    assert page.status == 200
    assert "修补路面" in page.text
    assert "Its own page moves this matter" in page.text
    step = f"/desk/cases/{case.number}/tasks/{order.pk}/reply/"
    assert step in page.links
    page = team.send(team.open(step), step, words="Mended this morning.")
    assert page.status == 200
    order.refresh_from_db()
    assert order.stage == "replied"
    officer = Colleague("programme_officer")
    own = officer.open(f"/desk/cases/{case.number}/")
    assert own.path == f"/desk/programmes/pledges/{office.alliance.code}/"
    file = next(link for link in own.links if f"/desk/cases/{case.number}/" in link)
    assert officer.open(file).path == file, "tasks and history lead past the own page"


def test_what_is_sealed_is_read_on_its_own_page_alone(here: District) -> None:
    talks = mediation(here)
    made = talks.registered()
    client = Client(headers={"accept-language": "en"})
    client.force_login(*key_of("coordinator"))
    assert client.get(f"/desk/cases/{made.number}/?part=file").status_code == 302
