"""Accounts: who may make them, what an actor is made of, and how an account ends."""

from datetime import datetime
from typing import Any

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM, Actor, Right, reporter
from commonward.people import actions, queries
from commonward.people.models import Account, ApiKey, Grant, Membership

from .conftest import STREET, House


def test_a_new_account_may_do_nothing_and_cannot_log_in(house: House) -> None:
    dora = actions.add_account(house.alice, "dora", " Dora ", at=house.at(0))
    assert dora.name == "Dora"
    assert dora.made_at == house.at(0)
    assert not Account.objects.get(pk=dora.pk).has_usable_password()
    assert queries.actor_for(dora.pk, house.at(0)) == Actor(account=dora.pk, name="Dora")


def test_a_password_given_is_the_one_that_opens(house: House) -> None:
    dora = actions.add_account(SYSTEM, "dora", "Dora", password="correct horse", at=house.at(0))
    kept = Account.objects.get(pk=dora.pk)
    assert kept.check_password("correct horse")
    assert "correct" not in kept.password


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"login": "two words"}, "no spaces"),
        ({"login": ""}, "1 to 80"),
        ({"login": "BOB"}, "“BOB” is taken"),
        ({"name": "  "}, "1 to 120"),
        ({"name": "x" * 121}, "1 to 120"),
        ({"language": "tlh"}, "no language “tlh” here, but zh-hans, en"),
        ({"at": datetime(2026, 3, 2, 9)}, "has no zone"),  # noqa: DTZ001 (the fault itself)
    ],
)
def test_an_account_that_is_not_right_is_refused_in_words(
    house: House, given: dict[str, Any], words: str
) -> None:
    asked: dict[str, Any] = {"login": "dora", "name": "Dora", "at": house.at(0)}
    with pytest.raises(Invalid, match=words):
        actions.add_account(house.alice, **(asked | given))
    assert Account.objects.count() == 3


def test_only_an_administrator_changes_accounts_teams_and_keys(house: House) -> None:
    at = house.at(1)
    team = actions.add_team(SYSTEM, "lamps", "Lamps", at=at)
    key, _ = actions.issue_key(SYSTEM, "app", ["open311.report"], at=at)
    street = house.made("sue", {"role": "administrator", "area_path": STREET})
    roads = house.made("rod", {"role": "administrator", "categories": ["02"]})
    chief = house.made("chris", {"role": "duty_chief"}, {"role": "leader"})
    narrow = house.made("nora", {"role": "administrator", "verbs": ["grant"]})
    for who in (street, roads, chief, narrow, reporter(1), Actor()):
        for act in (
            lambda who: actions.rename(who, house.bob.pk, "X", at=at),
            lambda who: actions.deactivate_account(who, house.bob.pk, at=at),
            lambda who: actions.add_team(who, "x", "X", at=at),
            lambda who: actions.close_team(who, team.pk, at=at),
            lambda who: actions.join_team(who, house.bob.pk, team.pk, at=at),
            lambda who: actions.leave_team(who, house.bob.pk, team.pk, at=at),
            lambda who: actions.issue_key(who, "x", ["open311.report"], at=at),
            lambda who: actions.revoke_key(who, key.pk, at=at),
        ):
            with pytest.raises(Forbidden, match="whole site"):
                act(who)
    for who in (chief, narrow, reporter(1), Actor()):
        with pytest.raises(Forbidden):
            actions.add_account(who, "x", "X", at=at)
    assert actions.add_account(street, "eve", "Eve", at=at).pk


def test_an_actor_holds_what_stands_at_the_moment_in_two_queries(
    house: House, django_assert_num_queries: Any
) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))
    roads = actions.add_team(house.alice, "roads", "Roads", at=house.at(0))
    actions.join_team(house.alice, house.bob.pk, lamps.pk, at=house.at(1))
    actions.leave_team(house.alice, house.bob.pk, lamps.pk, at=house.at(3))
    actions.join_team(house.alice, house.bob.pk, roads.pk, at=house.at(2))
    given = actions.grant(
        house.alice,
        house.bob.pk,
        "handler",
        area_path=STREET,
        categories=["0103"],
        verbs=["accept", "finish"],
        at=house.at(1),
        until=house.at(4),
    )
    assert given.given_by_id == house.alice.account

    def bob(hours: float) -> Actor:
        with django_assert_num_queries(2):
            return queries.actor_for(house.bob.pk, house.at(hours))

    right = Right("handler", "430211001", ("0103",), ("accept", "finish"))
    assert bob(0) == Actor(house.bob.pk, "Bob")
    assert bob(1) == Actor(house.bob.pk, "Bob", (right,), frozenset({lamps.pk}))
    assert bob(2).teams == {lamps.pk, roads.pk}
    assert bob(3).teams == {roads.pk}
    assert bob(3.99).rights == (right,)
    assert bob(4).rights == ()


def test_a_deactivated_account_is_nobody_and_all_it_held_has_ended(house: House) -> None:
    team = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))
    actions.join_team(house.alice, house.bob.pk, team.pk, at=house.at(0))
    actions.grant(house.alice, house.bob.pk, "handler", at=house.at(0))
    later = actions.grant(house.alice, house.bob.pk, "leader", at=house.at(9))
    ended = actions.grant(
        house.alice, house.bob.pk, "dispatcher", at=house.at(0), until=house.at(1)
    )
    key, secret = actions.issue_key(
        house.alice, "Bob's script", ["api"], account=house.bob.pk, at=house.at(0)
    )
    actions.deactivate_account(house.alice, house.bob.pk, at=house.at(2))

    with pytest.raises(Missing):
        queries.actor_for(house.bob.pk, house.at(1))
    assert Membership.objects.get(account=house.bob).until == house.at(2)
    assert {g.role: g.until for g in Grant.objects.filter(account=house.bob)} == {
        "handler": house.at(2),
        "leader": later.since,
        "dispatcher": ended.until,
    }
    assert queries.members([team.pk], house.at(2)) == {team.pk: 0}
    assert queries.members([team.pk], house.at(1)) == {team.pk: 1}
    assert not ApiKey.objects.get(pk=key.pk).active
    assert queries.key_for(secret, house.at(1)) is None
    with pytest.raises(Invalid, match="was deactivated"):
        actions.deactivate_account(house.alice, house.bob.pk, at=house.at(3))
    with pytest.raises(Invalid, match="was deactivated"):
        actions.grant(house.alice, house.bob.pk, "handler", at=house.at(3))
    assert queries.actor_for(house.carol.pk, house.at(3)).name == "Carol"


def test_an_unknown_account_is_missing(house: House) -> None:
    with pytest.raises(Missing):
        queries.actor_for(0, house.at(0))
    with pytest.raises(Missing, match="no account 0"):
        actions.rename(house.alice, 0, "X", at=house.at(0))


def test_another_name_is_shown_from_then_on(house: House) -> None:
    actions.rename(house.alice, house.bob.pk, "Robert", at=house.at(1))
    assert queries.actor_for(house.bob.pk, house.at(1)).name == "Robert"
