"""A right for an emergency: two persons, an end, marks and notices; and no way around the second."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.people import actions
from commonward.people.actions.breaking_glass import (
    ask_break_glass,
    decide_break_glass,
    end_break_glass,
    forget_break_glass,
)
from commonward.people.models import Account, BreakGlass, Change, Grant, Notice
from commonward.people.queries import actor_for, actors_for

from .conftest import STREET, House

WHY = "The only administrator is in hospital and the mailbox is full."
CASE = {"area_path": STREET, "category": "0102", "case_number": "2026-000001"}


@pytest.fixture
def two(house: House) -> House:
    """Besides Alice, who administers: a chief who asks, and a leader who may give."""
    house.made("chris", {"role": "duty_chief"})
    house.made("lena", {"role": "leader"})
    return house


def who(login: str, house: House, hours: float = 48) -> Actor:
    return actor_for(Account.objects.get(login=login).pk, house.at(hours))


def test_one_asks_another_gives_and_it_ends_by_itself(two: House) -> None:
    chris, at = who("chris", two), two.at(48)
    asked = ask_break_glass(chris, WHY, 2, at=at)
    assert who("chris", two).rights == chris.rights, "asking gives nothing"
    decide_break_glass(who("lena", two), asked.pk, give=True, at=at)
    holding = who("chris", two, 49)
    assert Right("administrator") in holding.rights and holding.under == asked.pk
    assert actors_for([holding.account or 0], two.at(49))[holding.account or 0].under == asked.pk
    over = who("chris", two, 50)
    assert over.rights == chris.rights and over.under is None


def test_everything_done_meanwhile_is_marked_and_administrators_have_notices(two: House) -> None:
    at = two.at(48)
    asked = ask_break_glass(who("chris", two), WHY, 2, at=at)
    decide_break_glass(who("lena", two), asked.pk, give=True, at=at)
    actions.rename(who("chris", two, 49), two.bob.pk, "Robert", at=two.at(49))
    assert Change.objects.latest("id").data == {"emergency": asked.pk}
    actions.rename(two.alice, two.bob.pk, "Bob", at=two.at(51))
    assert Change.objects.latest("id").data == {}
    acts = Change.objects.filter(verb__endswith="break_glass").order_by("id")
    assert list(acts.values_list("verb", "by__login")) == [
        ("ask_break_glass", "chris"),
        ("give_break_glass", "lena"),
    ]
    told = set(Notice.objects.values_list("account__login", "kind"))
    assert {("alice", "break_glass_asked"), ("alice", "break_glass_given")} <= told


def test_reading_a_case_gives_no_step_and_no_wider_place(two: House) -> None:
    at = two.at(48)
    asked = ask_break_glass(who("chris", two), WHY, 1, at=at, **CASE)
    decide_break_glass(who("lena", two), asked.pk, give=True, at=at, area_path=STREET)
    given = Grant.objects.get(emergency=asked)
    assert (given.role, given.verbs, given.categories) == ("duty_chief", ["see"], ["0102"])
    assert given.area_code == STREET.split("/")[-2]


@pytest.mark.parametrize("category", ["0102", "D-neighbours", "E-fire", "P-review"])
def test_what_is_given_is_never_a_post_that_hears_sides_or_counts_votes(
    two: House, category: str
) -> None:
    asked = ask_break_glass(
        who("chris", two), WHY, 1, at=two.at(48), **{**CASE, "category": category}
    )
    assert asked.role in (
        "duty_chief", "coordinator", "response_coordinator", "programme_officer",
    )  # fmt: skip


def test_nobody_is_the_second_person_who_is_the_first_or_was_made_by_them(two: House) -> None:
    at = two.at(48)
    asked = ask_break_glass(two.alice, WHY, 2, at=at)
    # Alice administers: she could make a second account, or give a post to a friend.
    for login in ("puppet", "friend"):
        made = actions.add_account(two.alice, login, login, at=two.at(1))
        by = two.alice if login == "friend" else SYSTEM
        actions.grant(by, made.pk, "leader", at=two.at(1) if login == "friend" else two.at(47))
    for login in ("alice", "puppet", "friend"):
        with pytest.raises(Forbidden):
            decide_break_glass(who(login, two), asked.pk, give=True, at=at)
    assert not Grant.objects.filter(emergency=asked).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.update(decided_by=asked.asked_by_id)
    decide_break_glass(who("lena", two), asked.pk, give=True, at=at)


def test_who_acts_under_one_gives_none(two: House) -> None:
    at = two.at(48)
    two.made("cora", {"role": "duty_chief"})
    first = ask_break_glass(who("chris", two), WHY, 8, at=at)
    decide_break_glass(who("lena", two), first.pk, give=True, at=at)
    second = ask_break_glass(who("cora", two, 49), WHY, 8, at=two.at(49))
    with pytest.raises(Forbidden):
        decide_break_glass(who("chris", two, 49), second.pk, give=True, at=two.at(49))


def test_leaders_read_no_dispute_and_do_not_open_one_for_others(two: House) -> None:
    dispute = {**CASE, "category": "D-neighbours"}
    with pytest.raises(Forbidden):
        ask_break_glass(who("lena", two), WHY, 1, at=two.at(48), **dispute)
    asked = ask_break_glass(who("chris", two), WHY, 1, at=two.at(48), **dispute)
    with pytest.raises(Forbidden):
        decide_break_glass(who("lena", two), asked.pk, give=True, at=two.at(48), area_path=STREET)
    decide_break_glass(two.alice, asked.pk, give=True, at=two.at(48), area_path=STREET)


def test_it_is_decided_once_within_a_day_for_a_reason_and_a_few_hours(two: House) -> None:
    chris, lena, at = who("chris", two), who("lena", two), two.at(48)
    for reason, hours in (("short", 1), (WHY, 0), (WHY, 9), ("x" * 1001, 1)):
        with pytest.raises(Invalid):
            ask_break_glass(chris, reason, hours, at=at)
    late = ask_break_glass(chris, WHY, 1, at=at)
    with pytest.raises(Invalid):
        decide_break_glass(lena, late.pk, give=True, at=at + timedelta(hours=25))
    asked = ask_break_glass(chris, WHY, 1, at=at)
    decide_break_glass(lena, asked.pk, give=False, at=at)
    with pytest.raises(Invalid):
        decide_break_glass(two.alice, asked.pk, give=True, at=at)
    assert not Grant.objects.exclude(emergency=None).exists()
    with pytest.raises(Forbidden):
        ask_break_glass(actor_for(two.bob.pk, at), WHY, 1, at=at)


def test_it_is_ended_early_by_either_of_them_or_an_administrator(two: House) -> None:
    for login in ("chris", "lena", "alice"):
        at = two.at(48)
        asked = ask_break_glass(who("chris", two), WHY, 8, at=at)
        decide_break_glass(who("lena", two), asked.pk, give=True, at=at)
        end_break_glass(who(login, two), asked.pk, at=two.at(49))
        assert who("chris", two, 49.5).under is None
        with pytest.raises(Invalid):
            end_break_glass(two.alice, asked.pk, at=two.at(49.5))
    forget_break_glass(two.at(48) + timedelta(days=731))
    assert set(BreakGlass.objects.values_list("reason", flat=True)) == {""}
