"""Posts by expected cover, before and after, what the next unit buys, and the tuned rule."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.running import Watch
from commonward.core.plans.simulating import (
    CLOSEST,
    Calls,
    Plan,
    Policy,
    Roads,
    compare,
    compliance_table,
    each_unit_buys,
    exchanged,
    expected_cover,
    fleet,
    invented,
    posts_for,
    roads,
    simulate,
    tune,
    units_for,
)
from commonward.core.refusals import Invalid

PLACES = 30


def district() -> tuple[np.ndarray, np.ndarray]:
    """Travel times and shares of calls of thirty places."""
    chance = np.random.default_rng(4)
    spots = chance.random((PLACES, 2)) * 900
    table = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 30
    return np.asarray(table), chance.dirichlet(np.ones(PLACES))


TABLE, DEMAND = district()
ROADS: Roads = roads(TABLE)
NEAR = TABLE <= 300


def drawn(seed: int) -> Calls:
    """Three weeks of calls of a seed."""
    return invented(6.0, DEMAND, 1500.0, urgency=np.array([0.3, 0.7])).draw(3, seed)


def plan(units: int) -> Plan:
    """So many units at the posts of greatest expected cover."""
    return Plan(fleet(posts_for(units, NEAR, DEMAND, 0.4), turnout=30.0), CLOSEST, str(units))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 3), st.floats(0.0, 0.9))
def test_posts_are_within_the_proven_distance_of_the_best(
    seed: int, units: int, busy: float
) -> None:
    chance = np.random.default_rng(seed)
    reach = (chance.random((6, 6)) < 0.4) | np.eye(6, dtype=bool)
    demand = chance.random(6)
    best = max(
        expected_cover(choice, reach, demand, busy)
        for choice in itertools.combinations_with_replacement(range(6), units)
    )
    greedy = posts_for(units, reach, demand, busy)
    better = exchanged(greedy, reach, demand, busy)
    assert expected_cover(greedy, reach, demand, busy) >= (1 - 1 / np.e) * best - 1e-12
    assert expected_cover(better, reach, demand, busy) >= (
        expected_cover(greedy, reach, demand, busy) - 1e-12
    )


def test_a_compliance_table_has_a_row_for_each_number_of_idle_units() -> None:
    nested = compliance_table(5, NEAR, DEMAND, 0.4)
    for idle in range(6):
        assert (nested[idle, :idle] >= 0).all() and (nested[idle, idle:] == -1).all()
        assert (
            nested[idle, : max(idle - 1, 0)].tolist()
            == nested[idle - 1, : max(idle - 1, 0)].tolist()
            or idle == 0
        )
    free = compliance_table(5, NEAR, DEMAND, 0.4, nested=False)
    for idle in range(1, 6):
        assert expected_cover(free[idle, :idle], NEAR, DEMAND, 0.4) >= (
            expected_cover(nested[idle, :idle], NEAR, DEMAND, 0.4) - 1e-12
        )


def test_idle_units_take_the_posts_of_the_table() -> None:
    table = compliance_table(4, NEAR, DEMAND, 0.3)
    crew = fleet(posts_for(4, NEAR, DEMAND, 0.3), turnout=30.0)
    policy = Policy("table", table=table)
    calls = drawn(1)
    found = simulate(calls, ROADS, Plan(crew, policy))
    assert np.isfinite(found.done).all()
    assert (np.bincount(found.call) == 1).all()
    order = np.lexsort((found.sent, found.unit))
    same = found.unit[order][1:] == found.unit[order][:-1]
    assert (found.sent[order][1:][same] >= found.done[order][:-1][same]).all()
    assert found.moves.sum() > simulate(calls, ROADS, Plan(crew)).moves.sum()


def test_a_plan_compared_with_itself_differs_in_nothing() -> None:
    found = compare(plan(4), plan(4), drawn, range(3), ROADS)
    assert all(line.low == line.high == 0.0 and not line.certain for line in found.lines)


def test_two_more_units_are_seen_for_certain_and_by_priority_and_hour() -> None:
    found = compare(plan(4), plan(6), drawn, range(6), ROADS, target=300.0)
    mean, late = found.line("mean"), found.line("late")
    assert mean.high < 0 and mean.certain and late.high < 0
    assert mean.low < mean.difference < mean.high
    by_hand = [
        [simulate(drawn(seed), ROADS, plan(units)).response.mean() for seed in range(6)]
        for units in (4, 6)
    ]
    assert mean.before == pytest.approx(np.mean(by_hand[0]))
    assert mean.after == pytest.approx(np.mean(by_hand[1]))
    assert found.line("within 300").after == pytest.approx(1 - late.after)
    assert {line.group for line in found.lines} >= {
        "",
        "priority 0",
        "priority 1",
        "hour 0",
        "hour 23",
    }
    assert found.line("workload").difference < 0
    with pytest.raises(KeyError):
        found.line("luck")


def test_a_comparison_that_is_stopped_says_so_and_one_seed_is_refused() -> None:
    cut = compare(plan(3), plan(4), drawn, range(9), ROADS, watch=Watch(stop=lambda: True))
    assert cut.seeds == 2 and not cut.done
    with pytest.raises(Invalid, match="two seeds"):
        compare(plan(3), plan(4), drawn, [1], ROADS)


def test_each_unit_buys_something_and_the_fewest_for_a_goal_are_found() -> None:
    steps = each_unit_buys(plan, range(3, 9), drawn, range(3), ROADS, 300.0)
    means = [step.mean for step in steps]
    for before, after in itertools.pairwise(steps):
        assert after.gained == pytest.approx(before.mean - after.mean)
        assert after.gained_low <= after.gained <= after.gained_high
        assert after.workload < before.workload
    goal = (means[3] + means[4]) / 2
    found = units_for(goal, plan, drawn, range(3), ROADS, 2, 20, 300.0)
    fewest = next(units for units, mean in zip(range(3, 9), means, strict=True) if mean <= goal)
    assert found[-1].units == fewest
    assert found[-1].mean <= goal
    with pytest.raises(Invalid, match="was asked for"):
        units_for(1.0, plan, drawn, range(2), ROADS, 2, 5)


def test_the_tuned_rule_is_late_less_often_and_not_slower_on_calls_it_never_saw() -> None:
    crew = plan(6).fleet
    found = tune(crew, ROADS, drawn, range(100, 103), 330.0, posts=list(range(PLACES)))
    assert found.late < found.late_before and found.mean <= found.mean_before
    again = tune(crew, ROADS, drawn, range(100, 103), 330.0, posts=list(range(PLACES)))
    assert again.policy.weight == found.policy.weight and again.late == found.late
    judged = compare(Plan(crew), Plan(crew, found.policy), drawn, range(6), ROADS, 330.0)
    assert judged.line("late").high < 0
    assert judged.line("mean").low <= 0
