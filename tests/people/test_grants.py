"""Grants: never wider than the giver's own, whole in words, ended and kept."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.people import actions, queries
from commonward.people.access import may_administer
from commonward.people.models import Grant

from .conftest import OTHER_STREET, STREET, House


def test_an_administrator_of_a_street_grants_there_and_nowhere_else(house: House) -> None:
    at = house.at(1)
    sue = house.made("sue", {"role": "administrator", "area_path": STREET})
    for path in (STREET, STREET + "430211001002/"):
        actions.grant(sue, house.bob.pk, "grid_worker", area_path=path, at=at)
    for path in (OTHER_STREET, "/43/4302/430211/", ""):
        with pytest.raises(Forbidden, match="administrator of this area"):
            actions.grant(sue, house.bob.pk, "grid_worker", area_path=path, at=at)
    assert [g.area_code for g in Grant.objects.filter(account=house.bob).order_by("id")] == [
        "430211001",
        "430211001002",
    ]


def test_an_administrator_of_a_street_ends_only_grants_of_that_street(house: House) -> None:
    sue = house.made("sue", {"role": "administrator", "area_path": STREET})
    here = actions.grant(SYSTEM, house.bob.pk, "handler", area_path=STREET, at=house.at(0))
    there = actions.grant(SYSTEM, house.bob.pk, "handler", area_path=OTHER_STREET, at=house.at(0))
    with pytest.raises(Forbidden):
        actions.revoke(sue, there.pk, area_path=OTHER_STREET, at=house.at(1))
    # A path of one's own that is not the grant's must not open the other one.
    with pytest.raises(Invalid, match="is for the area “430211002”"):
        actions.revoke(sue, there.pk, area_path=STREET, at=house.at(1))
    assert actions.revoke(sue, here.pk, area_path=STREET, at=house.at(1)).until == house.at(1)
    assert [r.area for r in queries.actor_for(house.bob.pk, house.at(1)).rights] == ["430211002"]
    assert len(queries.actor_for(house.bob.pk, house.at(0.5)).rights) == 2


def test_categories_and_verbs_are_handed_on_no_wider_than_held(house: House) -> None:
    at = house.at(1)
    roads = house.made("rod", {"role": "administrator", "categories": ["02"]})
    for wider in ([], ["0"], ["0201", "01"]):
        with pytest.raises(Forbidden):
            actions.grant(roads, house.bob.pk, "handler", categories=wider, at=at)
    actions.grant(roads, house.bob.pk, "handler", categories=["0201", "02"], at=at)

    giver = house.made("gus", {"role": "administrator", "verbs": ["grant"]})
    for more in ([], ["grant", "revoke"]):
        with pytest.raises(Forbidden):
            actions.grant(giver, house.bob.pk, "administrator", verbs=more, at=at)
    actions.grant(giver, house.bob.pk, "administrator", verbs=["grant"], at=at)
    actions.grant(giver, house.bob.pk, "leader", at=at)
    with pytest.raises(Forbidden):
        actions.revoke(giver, Grant.objects.latest("id").pk, at=at)


paths = st.sampled_from(["", "/a/", "/a/b/", "/a/c/", "/a/b/d/"])
rights = st.builds(
    lambda path, categories, verbs: (
        Right("administrator", path.split("/")[-2] if path else "", categories, verbs),
        path,
    ),
    paths,
    st.lists(st.sampled_from(["0", "01", "02"]), max_size=2).map(tuple),
    st.lists(st.sampled_from(["grant", "revoke"]), max_size=2).map(tuple),
)


@given(rights, rights)
def test_whoever_gets_a_grant_can_then_do_nothing_that_its_giver_could_not(
    own: tuple[Right, str], wanted: tuple[Right, str]
) -> None:
    giver, taker = Actor(rights=(own[0],)), Actor(rights=(wanted[0],))
    if not may_administer(giver, "grant", wanted[0], wanted[1]):
        return
    for path in ("", "/a/", "/a/b/", "/a/c/", "/a/b/d/", "/e/"):
        for category in ("", "0", "01", "0103", "02", "9"):
            for verb in ("grant", "revoke"):
                if taker.roles_for(["administrator"], verb, path, category):
                    assert giver.roles_for(["administrator"], verb, path, category)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"role": "king"}, "No role “king” can be given, but grid_worker"),
        ({"role": "system"}, "No role “system”"),
        ({"role": "reporter"}, "No role “reporter”"),
        ({"area_path": "430211"}, "is no path of areas"),
        ({"area_path": "/43//"}, "is no path of areas"),
        ({"area_path": "/43/4302"}, "is no path of areas"),
        ({"categories": [""]}, "Each of “categories”"),
        ({"verbs": [" accept"]}, "Each of “verbs”"),
        ({"until": timedelta(0)}, "ends after it begins"),
    ],
)
def test_a_grant_that_is_not_right_is_refused_in_words(
    house: House, asked: dict[str, Any], words: str
) -> None:
    if "until" in asked:
        asked = {"until": house.at(1) + asked["until"]}
    right: dict[str, Any] = {"role": "handler", "at": house.at(1)}
    with pytest.raises(Invalid, match=words):
        actions.grant(house.alice, house.bob.pk, **(right | asked))
    assert not Grant.objects.filter(account=house.bob).exists()


def test_the_same_grant_is_given_once_and_again_after_it_ended(house: House) -> None:
    first = actions.grant(house.alice, house.bob.pk, "handler", categories=["01"], at=house.at(0))
    with pytest.raises(Invalid, match="Bob has exactly this grant already"):
        actions.grant(house.alice, house.bob.pk, "handler", categories=["01"], at=house.at(1))
    actions.grant(house.alice, house.bob.pk, "handler", categories=["02"], at=house.at(1))
    actions.revoke(house.alice, first.pk, at=house.at(2))
    with pytest.raises(Invalid, match="does not stand"):
        actions.revoke(house.alice, first.pk, at=house.at(2))
    actions.grant(house.alice, house.bob.pk, "handler", categories=["01"], at=house.at(2))
    assert len(queries.actor_for(house.bob.pk, house.at(2)).rights) == 2


def test_a_grant_is_not_ended_before_it_begins_and_an_unknown_one_is_missing(house: House) -> None:
    given = actions.grant(house.alice, house.bob.pk, "handler", at=house.at(2))
    with pytest.raises(Invalid, match="does not stand"):
        actions.revoke(house.alice, given.pk, at=house.at(1))
    with pytest.raises(Missing, match="no grant 0"):
        actions.revoke(house.alice, 0, at=house.at(1))
