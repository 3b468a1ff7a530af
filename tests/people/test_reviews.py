"""Reviews of access: each grant is kept or ended by who leads, by a day; nothing else is shown."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions, queries
from commonward.people.actions.reviews import (
    again,
    begin_again,
    begin_review,
    decide_line,
    tick_reviews,
)
from commonward.people.models import Change, Grant, Membership, Review, ReviewLine
from commonward.people.queries.reviews import review, to_decide
from tests.people.conftest import NINE, House

DUE = NINE + timedelta(days=30)


@dataclass
class Under:
    """A team with its lead, a handler in it, another team's handler, and one administrator."""

    house: House
    lead: Actor
    handler: Actor
    other: Actor
    outsider: Actor

    def line(self, actor: Actor) -> ReviewLine:
        return ReviewLine.objects.get(grant__account_id=actor.account or 0)


@pytest.fixture
def under(house: House) -> Under:
    above = actions.add_team(SYSTEM, "bureau", "Bureau", at=NINE)
    water = actions.add_team(SYSTEM, "water", "Water", at=NINE, line=above.pk)
    roads = actions.add_team(SYSTEM, "roads", "Roads", at=NINE)
    people = {}
    for login, role, team in (
        ("lead", "leader", above), ("handler", "handler", water),
        ("other", "handler", roads), ("outsider", "leader", roads),
    ):  # fmt: skip
        account = actions.add_account(SYSTEM, login, login.title(), at=NINE)
        actions.grant(SYSTEM, account.pk, role, at=NINE)
        actions.join_team(SYSTEM, account.pk, team.pk, at=NINE)
        people[login] = queries.actor_for(account.pk, NINE)
    return Under(house, **people)


def begun(under: Under, **more: object) -> Review:
    used = {(under.handler.account or 0, "handler"): "2026-01"}
    return begin_review(
        under.house.alice, DUE, at=under.house.at(1), used=used, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_each_grant_is_kept_or_ended_by_who_leads_and_never_by_its_holder(under: Under) -> None:
    begun(under)
    at = under.house.at(2)
    shown = to_decide(under.lead, at)
    assert [one.grant.account_id for one in shown] == [under.handler.account]
    assert shown[0].used == "2026-01"
    assert to_decide(under.handler, at) == [], "a handler decides about nobody"
    line = under.line(under.handler)
    for actor in (under.handler, under.outsider, under.other):
        with pytest.raises(Missing):
            decide_line(actor, line.pk, reason="needed", at=at)
    with pytest.raises(Missing):
        decide_line(under.lead, under.line(under.lead).pk, reason="needed", at=at)
    with pytest.raises(Invalid):
        decide_line(under.lead, line.pk, reason="because I say so", at=at)
    assert decide_line(under.lead, line.pk, reason="not_needed", at=at).kept is False
    assert queries.actor_for(under.handler.account or 0, at).rights == ()
    with pytest.raises(Invalid):
        decide_line(under.house.alice, line.pk, reason="needed", at=at)
    kept = under.line(under.other)
    assert decide_line(under.house.alice, kept.pk, reason="needed", at=at).kept is True
    assert queries.actor_for(under.other.account or 0, at).rights != ()
    verbs = list(Change.objects.order_by("-id").values_list("verb", flat=True)[:2])
    assert verbs == ["confirm_grant", "revoke"]


def test_what_nobody_confirmed_ends_on_the_day_but_the_last_administrator_does_not(
    under: Under,
) -> None:
    made = begun(under, ends=True)
    decide_line(under.lead, under.line(under.handler).pk, reason="at_times", at=under.house.at(2))
    assert tick_reviews(DUE - timedelta(days=8)) == (0, 0)
    assert tick_reviews(DUE - timedelta(days=6)) == (1, 0)
    assert tick_reviews(DUE - timedelta(days=5)) == (0, 0), "warned of once"
    assert Grant.objects.filter(until=None).count() == 5
    assert tick_reviews(DUE) == (0, 1)
    assert tick_reviews(DUE + timedelta(days=1)) == (0, 0)
    standing = set(Grant.objects.filter(until=None).values_list("account__login", flat=True))
    assert standing == {"alice", "handler"}, "who was confirmed, and the last administrator"
    shown = review(made.pk)
    assert (shown.lines, shown.kept, shown.ended, shown.open) == (5, 1, 3, 1)
    assert set(ReviewLine.objects.values_list("used", flat=True)) == {""}, "the months are gone"
    with pytest.raises(Invalid):
        decide_line(under.lead, under.line(under.handler).pk, reason="moved", at=DUE)


def test_a_site_that_does_not_say_so_ends_nothing_by_itself(under: Under) -> None:
    begun(under)
    assert tick_reviews(DUE) == (1, 1)
    assert Grant.objects.filter(until=None).count() == 5


def test_it_is_begun_by_administrators_for_a_team_or_a_post(under: Under) -> None:
    team = Membership.objects.get(account_id=under.handler.account or 0).team_id
    made = begun(under, team=team, role="handler")
    assert ReviewLine.objects.get(review=made).grant.account_id == under.handler.account
    with pytest.raises(Invalid):
        begun(under, team=team, role="mediator")
    for due in (NINE, NINE + timedelta(days=400)):
        with pytest.raises(Invalid):
            begin_review(under.house.alice, due, at=NINE, used={})
    for actor in (under.lead, under.handler):
        with pytest.raises(Forbidden):
            begin_review(actor, DUE, at=NINE, used={})


def test_a_yearly_review_begins_anew_once_and_with_the_same_span(under: Under) -> None:
    made = begun(under, months=12, role="handler", ends=True)
    year = made.begun_at + timedelta(days=365)
    assert again(year - timedelta(days=1)) == []
    assert again(year) == [made.pk]
    following = begin_again(made.pk, at=year, used={})
    assert following is not None
    assert (following.role, following.ends, following.months) == ("handler", True, 12)
    assert following.due - year == made.due - made.begun_at
    assert begin_again(made.pk, at=year, used={}) is None
    assert again(year) == []
