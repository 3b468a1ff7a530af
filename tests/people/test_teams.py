"""Teams and membership over time, and the mark that tells every process of a change."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commonward.core.refusals import Invalid, Missing
from commonward.core.rights import SYSTEM
from commonward.people import actions, queries
from commonward.people.models import Membership, Team

from .conftest import NINE, House


def test_members_are_counted_as_they_were_at_the_moment(
    house: House, django_assert_num_queries: Any
) -> None:
    lamps = actions.add_team(house.alice, "lamps", "路灯所", name_en="Lamps", at=house.at(0))
    empty = actions.add_team(house.alice, "empty", "Empty", kind="grid", at=house.at(0))
    actions.join_team(house.alice, house.bob.pk, lamps.pk, at=house.at(1))
    actions.join_team(house.alice, house.carol.pk, lamps.pk, at=house.at(2))
    actions.leave_team(house.alice, house.bob.pk, lamps.pk, at=house.at(3))
    actions.join_team(house.alice, house.bob.pk, lamps.pk, at=house.at(4))
    seen = {}
    for hours in (0, 1, 2, 3, 4):
        with django_assert_num_queries(1):
            seen[hours] = queries.members([lamps.pk, empty.pk], house.at(hours))
    assert seen == {
        hours: {lamps.pk: count, empty.pk: 0} for hours, count in enumerate([0, 1, 2, 1, 2])
    }
    with django_assert_num_queries(2):
        lines = queries.teams_on(house.at(2))
    assert {(line.code, line.name_en, line.members) for line in lines} == {
        ("lamps", "Lamps", 2),
        ("empty", "", 0),
    }
    assert [line.code for line in queries.teams_on(house.at(2), "grid")] == ["empty"]


def test_the_states_in_memory_follow_every_change(house: House) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))

    def state() -> tuple[bool, int]:
        found = queries.team_states(house.at(5), queries.revisions())[lamps.pk]
        return (found.active, found.members)

    assert state() == (True, 0)
    actions.join_team(house.alice, house.bob.pk, lamps.pk, at=house.at(1))
    actions.join_team(house.alice, house.carol.pk, lamps.pk, at=house.at(1))
    assert state() == (True, 2)
    actions.leave_team(house.alice, house.bob.pk, lamps.pk, at=house.at(2))
    assert state() == (True, 1)
    actions.deactivate_account(house.alice, house.carol.pk, at=house.at(3))
    assert state() == (True, 0)
    actions.close_team(house.alice, lamps.pk, at=house.at(4))
    assert state() == (False, 0)


def test_the_states_are_read_once_for_each_mark(
    house: House, django_assert_num_queries: Any
) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))
    marks = queries.revisions()
    queries.team_states(house.at(0), marks)
    with django_assert_num_queries(0):
        assert queries.team_states(house.at(1), marks)[lamps.pk].active
        assert len(queries.team_states(house.at(1), marks)) == len(
            list(queries.team_states(house.at(1), marks))
        )


def test_what_was_read_and_then_rolled_back_is_not_met_again(house: House) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))
    before = queries.revisions()["people"]
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.join_team(house.alice, house.bob.pk, lamps.pk, at=house.at(1))
        assert queries.team_states(house.at(1), queries.revisions())[lamps.pk].members == 1
        raise RuntimeError
    assert queries.revisions()["people"] == before
    actions.rename(house.alice, house.bob.pk, "Robert", at=house.at(1))
    other = actions.add_team(house.alice, "other", "Other", at=house.at(1))
    states = queries.team_states(house.at(1), queries.revisions())
    assert (states[lamps.pk].members, states[other.pk].members) == (0, 0)


def test_a_kind_that_was_never_marked_is_not_kept_in_memory() -> None:
    loads = count(1)
    kept = queries.InMemory("never", lambda: next(loads))
    assert [kept.at({}), kept.at({}), kept.at({"never": 5}), kept.at({"never": 5})] == [1, 2, 3, 3]
    assert kept.at({"never": 6}) == 4


class TestMembersInMemory(TestCase):
    """The counts in memory and the counts of the database are two ways to the same truth."""

    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 8), st.none() | st.integers(0, 8)),
            max_size=12,
        ),
        st.integers(-1, 10),
    )
    def test_members_in_memory_are_as_many_as_in_the_database(
        self, spans: list[tuple[int, int, int | None]], hour: int
    ) -> None:
        team = Team.objects.create(code="t", name="T")
        for n, (_, since, lasting) in enumerate(spans):
            Membership.objects.create(
                account=actions.add_account(SYSTEM, f"a{n}", "A", at=NINE),
                team=team,
                since=NINE + timedelta(hours=since),
                until=None if lasting is None else NINE + timedelta(hours=since + lasting),
            )
        at = NINE + timedelta(hours=hour)
        assert (
            queries.team_states(at, {})[team.pk].members == queries.members([team.pk], at)[team.pk]
        )


def test_a_team_that_is_not_right_is_refused_in_words(house: House) -> None:
    at = house.at(0)
    actions.add_team(house.alice, "lamps", "Lamps", at=at)
    right: dict[str, Any] = {"code": "new", "name": "New", "at": at}
    for asked, words in (
        ({"code": "lamps"}, "“lamps” is taken"),
        ({"code": "a b"}, "no spaces"),
        ({"name": " "}, "needs a name"),
        ({"contact": "x" * 201}, "at most 200"),
        ({"kind": "army"}, "no kind of team “army”, but department, grid"),
    ):
        with pytest.raises(Invalid, match=words):
            actions.add_team(house.alice, **(right | asked))
    with pytest.raises(Missing, match="no team 0"):
        actions.add_team(house.alice, "new", "New", line=0, at=at)
    assert Team.objects.count() == 1


def test_joining_twice_leaving_twice_and_time_running_backwards_are_refused(house: House) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0)).pk
    bob = house.bob.pk
    with pytest.raises(Invalid, match="is not in this team"):
        actions.leave_team(house.alice, bob, lamps, at=house.at(1))
    actions.join_team(house.alice, bob, lamps, at=house.at(1))
    with pytest.raises(Invalid, match="Bob is in the team “Lamps” already"):
        actions.join_team(house.alice, bob, lamps, at=house.at(2))
    with pytest.raises(Invalid, match="cannot end before"):
        actions.leave_team(house.alice, bob, lamps, at=house.at(0))
    actions.leave_team(house.alice, bob, lamps, at=house.at(3))
    with pytest.raises(Invalid, match="joining again cannot be earlier"):
        actions.join_team(house.alice, bob, lamps, at=house.at(2))
    with pytest.raises(Invalid, match="joined after that moment"):
        actions.close_team(house.alice, lamps, at=house.at(0))
    actions.close_team(house.alice, lamps, at=house.at(4))
    with pytest.raises(Invalid, match="was closed"):
        actions.join_team(house.alice, bob, lamps, at=house.at(5))


def test_a_team_can_take_work_while_it_works_and_has_members(house: House) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0)).pk
    assert queries.answerable(lamps, house.at(1)) == "it has no members"
    actions.join_team(house.alice, house.bob.pk, lamps, at=house.at(2))
    assert queries.answerable(lamps, house.at(1)) == "it has no members"
    assert queries.answerable(lamps, house.at(2)) == ""
    actions.close_team(house.alice, lamps, at=house.at(3))
    assert queries.answerable(lamps, house.at(3)) == "it was closed"
    assert queries.answerable(0, house.at(3)) == "there is no such team"


def test_a_team_is_found_by_its_code_even_when_closed(house: House) -> None:
    lamps = actions.add_team(house.alice, "lamps", "Lamps", at=house.at(0))
    actions.close_team(house.alice, lamps.pk, at=house.at(0))
    assert queries.team_by_code("lamps").pk == lamps.pk
    assert queries.teams_on(house.at(1)) == ()
    with pytest.raises(Missing, match="“nobody”"):
        queries.team_by_code("nobody")
