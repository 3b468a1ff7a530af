"""Mediators: what no rule outweighs, and an assignment no better than which exists."""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching import town
from commonward.core import matching
from commonward.core.matching import RULES, Match, Neutral, Wanted, Weights, match
from commonward.core.refusals import Invalid

TODAY = date(2026, 3, 2)
TRAINED = date(2026, 12, 31)
LANGUAGES = ("zh-Hans", "yue", "ug")


def suits(wish: Wanted, who: Neutral) -> bool:
    """The rules again, one pair at a time."""
    return (
        who.active
        and who.trained_until is not None
        and who.trained_until >= TODAY
        and who.mediator not in wish.conflicts | wish.vetoed
        and wish.languages <= who.languages
        and (not who.subjects or wish.subject in who.subjects)
        and (not wish.hours or not who.hours or bool(wish.hours & who.hours))
        and wish.gender in ("", who.gender)
    )


def worth(wanted: list[Wanted], known: list[Neutral], chosen: tuple[int | None, ...]) -> float:
    """What an assignment costs, or infinity where a rule or a mediator's places forbid it."""
    costs = 0.0
    for number, who in enumerate(known):
        of = [wish for wish, one in zip(wanted, chosen, strict=True) if one == number]
        if len(of) > who.most - who.load and of:
            return float("inf")
        if not all(suits(wish, who) for wish in of):
            return float("inf")
        costs += sum(10.0 * (who.load + k) / who.most for k in range(len(of)))
        costs += sum(km(wish, who) for wish in of)
    return costs


def km(wish: Wanted, who: Neutral) -> float:
    """On the equator a degree is 111.195 km."""
    assert wish.lon is not None and who.lon is not None
    return abs(wish.lon - who.lon) * 6371.0088 * 3.141592653589793 / 180


sets = st.sets(st.sampled_from(LANGUAGES), max_size=2).map(frozenset)
lon = st.integers(0, 20).map(lambda n: n / 100)
neutrals = st.builds(
    Neutral,
    mediator=st.just(0),
    languages=st.sets(st.sampled_from(LANGUAGES), min_size=1).map(frozenset),
    subjects=st.sets(st.sampled_from(("wall", "wages")), max_size=1).map(frozenset),
    hours=st.sets(st.sampled_from(("mon", "tue")), max_size=1).map(frozenset),
    gender=st.sampled_from(("f", "m")),
    trained_until=st.sampled_from((None, date(2026, 3, 1), TODAY, TRAINED, TRAINED, TRAINED)),
    load=st.integers(0, 2),
    most=st.integers(1, 3),
    lon=lon,
    lat=st.just(0.0),
    active=st.sampled_from((True, True, True, False)),
)
wishes = st.builds(
    Wanted,
    dispute=st.just(0),
    languages=sets,
    subject=st.sampled_from(("wall", "wages")),
    hours=st.sets(st.sampled_from(("mon", "tue")), max_size=1).map(frozenset),
    gender=st.sampled_from(("", "", "f", "m")),
    vetoed=st.sets(st.integers(0, 2), max_size=1).map(frozenset),
    conflicts=st.sets(st.integers(0, 2), max_size=1).map(frozenset),
    lon=lon,
    lat=st.just(0.0),
    urgency=st.integers(0, 2),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(wishes, min_size=1, max_size=4), st.lists(neutrals, min_size=1, max_size=3))
def test_no_other_assignment_serves_more_urgent_ones_or_more_or_costs_less(
    drawn: list[Wanted], there: list[Neutral]
) -> None:
    wanted = [replace(wish, dispute=n) for n, wish in enumerate(drawn)]
    known = [replace(who, mediator=n) for n, who in enumerate(there)]
    found = match(wanted, known, TODAY)
    ours = tuple(one.assigned for one in found)

    def rank(chosen: tuple[int | None, ...]) -> tuple[int, ...]:
        """Served per urgency, the highest first."""
        pairs = list(zip(wanted, chosen, strict=True))
        return tuple(sum(w.urgency == u and c is not None for w, c in pairs) for u in (2, 1, 0))

    options: list[int | None] = [None, *range(len(known))]
    possible = [
        (rank(chosen), -cost)
        for chosen in product(options, repeat=len(wanted))
        if (cost := worth(wanted, known, chosen)) < float("inf")
    ]
    cost = worth(wanted, known, ours)
    best_rank, best_cost = max(possible)
    assert rank(ours) == best_rank
    assert cost == pytest.approx(-best_cost, abs=1e-3)


@settings(max_examples=150, deadline=None)
@given(st.lists(wishes, min_size=1, max_size=6), st.lists(neutrals, max_size=6))
def test_nobody_is_proposed_against_a_rule_and_nobody_is_left_without_a_reason(
    drawn: list[Wanted], there: list[Neutral]
) -> None:
    wanted = [replace(wish, dispute=n) for n, wish in enumerate(drawn)]
    known = [replace(who, mediator=n) for n, who in enumerate(there)]
    for wish, one in zip(wanted, match(wanted, known, TODAY), strict=True):
        able = {who.mediator for who in known if suits(wish, who) and who.load < who.most}
        named = [proposal.mediator for proposal in one.proposed]
        assert set(named) <= able and len(named) == len(set(named)) == min(3, len(able))
        assert sum(one.filtered.values()) == len(known) - len(able)
        assert set(one.filtered) <= set(RULES)
        assert (one.assigned is None) == bool(one.reason)
        if one.assigned is None:
            assert one.reason in {*RULES, "nobody", "together", "taken"}
            assert (one.reason == "taken") == bool(able)
        else:
            assert named[0] == one.assigned


def test_without_recorded_training_or_after_its_last_day_nobody_mediates() -> None:
    never, ended = Neutral(1), Neutral(2, trained_until=date(2026, 3, 1))
    (one,) = match([Wanted(5)], [never, ended], TODAY)
    assert (one.assigned, one.reason, one.filtered) == (None, "training", {"training": 2})
    assert one.would_open == {"training": 2}
    assert match([Wanted(5)], [ended], date(2026, 3, 1))[0].assigned == 2


def test_a_mediator_is_counted_at_the_first_rule_and_the_lone_obstacles_are_told() -> None:
    known = [
        Neutral(1, trained_until=TRAINED, languages=frozenset({"yue"}), gender="f"),
        Neutral(2, trained_until=TRAINED, languages=frozenset({"zh-Hans"}), gender="f"),
        Neutral(3, languages=frozenset({"zh-Hans"}), gender="m"),
    ]
    wish = Wanted(5, languages=frozenset({"yue"}), gender="m")
    (one,) = match([wish], known, TODAY)
    assert one.filtered == {"training": 1, "language": 1, "gender": 1}
    assert one.would_open == {"gender": 1}
    assert one.reason == "gender"
    (alone,) = match([wish], known[1:2], TODAY)
    assert (alone.reason, dict(alone.would_open)) == ("language", {})


def test_nothing_asked_and_nobody_known_are_answered() -> None:
    assert match([], [Neutral(1)], TODAY) == []
    assert match([Wanted(5)], [], TODAY) == [Match(5, None, (), {}, "nobody")]


def test_load_is_shared_before_a_short_way_is_saved() -> None:
    near = Neutral(1, trained_until=TRAINED, lon=0.0, lat=0.0, most=5)
    far = Neutral(2, trained_until=TRAINED, lon=0.01, lat=0.0, most=5)
    wanted = [Wanted(n, lon=0.0, lat=0.0) for n in range(4)]
    of = [one.assigned for one in match(wanted, [near, far], TODAY)]
    assert sorted(of, key=str) == [1, 1, 2, 2]
    alike = match(wanted, [near, far], TODAY, Weights(load_km=0.0))
    assert [one.assigned for one in alike] == [1, 1, 1, 1]


def test_when_places_are_few_the_urgent_are_served_first() -> None:
    one_place = [Neutral(1, trained_until=TRAINED, most=1, lon=0.0, lat=0.0)]
    blue = Wanted(1, lon=0.0, lat=0.0)
    red = Wanted(2, lon=0.5, lat=0.0, urgency=2)
    served = match([blue, red], one_place, TODAY)
    assert [(m.assigned, m.reason) for m in served] == [(None, "taken"), (1, "")]


def test_who_is_left_out_among_the_nearest_is_still_served_by_one_far_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "LOOKED_AT", 1)
    known = [Neutral(n, trained_until=TRAINED, most=1, lon=n / 10, lat=0.0) for n in range(3)]
    found = match([Wanted(n, lon=0.0, lat=0.0) for n in range(3)], known, TODAY)
    assert {one.assigned for one in found} == {0, 1, 2}


def test_the_same_town_in_another_order_gets_the_same_mediators() -> None:
    wanted, known = town(120, 30)

    def as_told(found: list[Match]) -> dict[int, Match]:
        return {one.dispute: one for one in found}

    first = as_told(match(wanted, known, TODAY))
    chance = random.Random(3)
    for _ in range(3):
        chance.shuffle(wanted)
        chance.shuffle(known)
        assert as_told(match(wanted, known, TODAY)) == first


@pytest.mark.parametrize(
    ("wanted", "known"),
    [
        ([Wanted(1), Wanted(1)], [Neutral(1)]),
        ([Wanted(1)], [Neutral(1), Neutral(1)]),
        ([Wanted(1)], [Neutral(1, load=-1)]),
    ],
)
def test_what_stands_twice_or_is_negative_is_refused(
    wanted: list[Wanted], known: list[Neutral]
) -> None:
    with pytest.raises(Invalid):
        match(wanted, known, TODAY)
