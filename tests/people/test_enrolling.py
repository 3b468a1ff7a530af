"""Thousands of grid workers at once: all or none, and each may then do exactly their work."""

import pytest
from django.contrib.auth import authenticate

from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM, Right
from commonward.people import actions
from commonward.people.actions import Newcomer
from commonward.people.models import Account, Grant, Membership
from commonward.people.queries import actor_for
from tests.district import SINCE, STREETS, District, small_district


@pytest.fixture
def here(db: None) -> District:
    return small_district()


def workers(count: int) -> list[Newcomer]:
    path = f"/430298/{STREETS[0]}/"
    return [
        Newcomer(f"w{n}", f"Worker {n}", "grids-south", "grid_worker", path) for n in range(count)
    ]


def test_each_newcomer_has_team_role_and_place_and_only_those_with_a_password_get_in(
    here: District,
) -> None:
    crew = [*workers(3), Newcomer("chief", "Chief", "chiefs", "duty_chief", "", "under the tree")]
    ids = actions.enrol(SYSTEM, crew, at=SINCE)
    worker, chief = actor_for(ids[0], here.at), actor_for(ids[3], here.at)
    assert worker.rights == (Right("grid_worker", STREETS[0]),)
    assert worker.teams == {here.teams["grids-south"]}
    assert chief.rights == (Right("duty_chief"),)
    assert Account.objects.get(login="chief").check_password("under the tree")
    assert not Account.objects.get(login="w1").has_usable_password()
    assert authenticate(username="w1", password="") is None


@pytest.mark.parametrize(
    "wrong",
    [
        Newcomer("w1", "Twice", "grids-south", "grid_worker"),
        Newcomer("Leader", "Taken", "grids-south", "grid_worker"),
        Newcomer("with space", "X", "grids-south", "grid_worker"),
        Newcomer("x", " ", "grids-south", "grid_worker"),
        Newcomer("x", "X", "nowhere", "grid_worker"),
        Newcomer("x", "X", "grids-south", "king"),
        Newcomer("x", "X", "grids-south", "system"),
    ],
)
def test_one_who_cannot_be_taken_stops_all(here: District, wrong: Newcomer) -> None:
    before = (Account.objects.count(), Membership.objects.count(), Grant.objects.count())
    with pytest.raises(Invalid):
        actions.enrol(SYSTEM, [*workers(3), wrong], at=SINCE)
    assert (Account.objects.count(), Membership.objects.count(), Grant.objects.count()) == before


def test_one_may_belong_to_several_teams(here: District) -> None:
    both = Newcomer("x", "X", "roads", "handler", also=("lamps", "roads"))
    (made,) = actions.enrol(SYSTEM, [both], at=SINCE)
    assert actor_for(made, here.at).teams == {here.teams["roads"], here.teams["lamps"]}
    with pytest.raises(Invalid):
        actions.enrol(SYSTEM, [Newcomer("y", "Y", "roads", "handler", also=("no",))], at=SINCE)


def test_only_an_administrator_enrols(here: District) -> None:
    with pytest.raises(Forbidden):
        actions.enrol(here.leader, workers(1), at=SINCE)
