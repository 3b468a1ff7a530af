"""Two people on one case see each other; nobody else sees them, and it ends when they leave."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commonward.cases.actions.presence import LEASE, end_presence, look_at, look_away
from commonward.cases.models import Presence
from commonward.cases.queries.presence import present
from commonward.people.models import Account, Grant, SignedIn
from tests.district import LAMP, STREETS, District, small_district
from tests.doors.live.conftest import BACKEND, Ear, live_server, session_of, until

Opens = Callable[..., Ear]


def test_two_people_on_one_case_see_each_other_until_one_leaves(here: District, ear: Opens) -> None:
    case = here.report().case.number
    first = ear("dispatcher", case=case)
    until(lambda: first.present == [], "alone")
    second = ear("intake_officer", case=case)
    until(lambda: first.present == ["Intake Officer"], "the first sees the second")
    until(lambda: second.present == ["Dispatcher"], "the second sees the first")
    second.cut()
    until(lambda: first.present == [], "alone again")
    first.cut()
    until(lambda: not Presence.objects.exists(), "nothing is left of it")


def test_another_window_of_the_same_person_is_no_colleague(here: District, ear: Opens) -> None:
    case = here.report().case.number
    first, second = ear("dispatcher", case=case), ear("dispatcher", case=case)
    until(lambda: second.present == [], "alone")
    second.cut()
    third = ear("leader", case=case)
    until(lambda: third.present == ["Dispatcher"], "the first window still holds the case")
    assert first.present == ["Leader"] or until(lambda: first.present == ["Leader"], "the leader")


def test_people_on_other_cases_are_not_told(here: District, ear: Opens) -> None:
    one, other = here.report(), here.report(LAMP)
    first = ear("dispatcher", case=one.case.number)
    elsewhere = ear("intake_officer", case=other.case.number)
    nowhere = ear("leader")
    third = ear("duty_chief", case=one.case.number)
    until(lambda: first.present == ["Duty Chief"], "the duty chief")
    until(lambda: third.present == ["Dispatcher"], "the dispatcher")
    assert elsewhere.present == []
    assert nowhere.present is None


def test_people_at_two_processes_see_each_other(here: District, ear: Opens) -> None:
    case = here.report().case.number
    with live_server() as other:
        first, second = ear("dispatcher", case=case), ear("leader", at=other, case=case)
        until(lambda: first.present == ["Leader"], "across processes")
        until(lambda: second.present == ["Dispatcher"], "and back")


def test_signing_out_ends_a_presence(here: District, ear: Opens) -> None:
    case = here.report().case.number
    first = ear("dispatcher", case=case)
    session = session_of("leader")
    ear(session=session, case=case)
    until(lambda: first.present == ["Leader"], "the leader")
    SignedIn.objects.filter(session_key=session).delete()
    until(lambda: first.present == [], "the leader signed out")


def test_whoever_may_no_longer_see_the_case_is_taken_from_it(here: District, ear: Opens) -> None:
    case = here.report().case.number
    first, second = ear("dispatcher", case=case), ear("leader", case=case)
    until(lambda: second.present == ["Dispatcher"], "both")
    Grant.objects.filter(account_id=here.accounts["leader"]).update(area_code=STREETS[1])
    until(lambda: first.present == [], "the leader's right is gone")
    until(lambda: second.present == [], "and the leader sees nobody")
    assert not second.closed.is_set()


def test_whoever_asks_again_and_again_is_present_too(here: District, ear: Opens) -> None:
    case = here.report().case.number
    listening = ear("dispatcher", case=case)
    client = Client()
    client.force_login(Account.objects.get(login="leader"), BACKEND)
    told = client.get("/live/since", {"case": case}).json()
    assert [one["name"] for one in told["present"]] == ["Dispatcher"]
    until(lambda: listening.present == ["Leader"], "who asks is seen")


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_not_shown_and_is_deleted() -> None:
    here = small_district()
    case, account = here.report().case_id, here.accounts["leader"]
    at = timezone.now()
    look_at([(case, account)], at)
    assert [one.name for one in present([case], at)[case]] == ["Leader"]
    look_at([(case, account)], at + LEASE / 2)
    assert Presence.objects.get().since == at, "a renewal does not begin anew"
    late = at + LEASE * 2
    assert present([case], late) == {}
    assert Presence.objects.exists()
    assert end_presence(late) == 1
    look_at([(case, account)], late)
    look_away([(case, account)])
    assert not Presence.objects.exists()


@pytest.mark.django_db
def test_the_tick_deletes_what_was_left_behind() -> None:
    here = small_district()
    look_at([(here.report().case_id, here.accounts["leader"])], timezone.now() - timedelta(days=1))
    call_command("tick")
    assert not Presence.objects.exists()
