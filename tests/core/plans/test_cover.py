"""Each model of cover against every plan there is, on small grounds; and what it refuses."""

from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.plans.cover import (
    Choice,
    Ground,
    Merger,
    Plan,
    Reach,
    backup_cover,
    expected_cover,
    maximal_cover,
    next_units,
    p_centre,
    p_median,
    set_cover,
)
from commonward.core.plans.cover.arrays import Floats
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid
from tests.core.plans.pmed import median_of_file

INF = float("inf")


@st.composite
def towns(draw: st.DrawFn, roads: bool = True) -> tuple[Floats, Floats, Choice]:
    """A small table of seconds (some roads absent), demand, and a choice that can be made."""
    places, sites = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    second = st.sampled_from([0, 1, 2, 3, 5, 8, *([INF] if roads else [])])
    if draw(st.booleans()):
        second = st.one_of(second, st.floats(0, 9, allow_subnormal=False))
    table = np.array([[draw(second) for _ in range(sites)] for _ in range(places)], float)
    demand = np.array([draw(st.integers(0, 4)) for _ in range(places)], float)
    demand[draw(st.integers(0, places - 1))] += 1
    if draw(st.booleans()):
        demand *= 0.7
    marks = [draw(st.sampled_from("ffffeox")) for _ in range(sites)]
    if all(mark == "x" for mark in marks):
        marks[0] = "f"
    least = max(1, sum(mark in "eo" for mark in marks))
    most = sum(mark != "x" for mark in marks)
    return (
        table,
        demand,
        Choice(
            draw(st.integers(least, most)),
            existing=[j for j in range(sites) if marks[j] == "e"],
            fixed=[j for j in range(sites) if marks[j] == "o"],
            forbidden=[j for j in range(sites) if marks[j] == "x"],
        ),
    )


def ground_of(table: Floats, demand: Floats) -> Ground:
    return Ground.of(Reach.of_table(table), demand)


def allowed(table: Floats, choice: Choice, count: int) -> list[tuple[int, ...]]:
    """Every set of so many sites that keeps what must stay and leaves what is forbidden."""
    held = {*choice.existing, *choice.fixed}
    sites = set(range(table.shape[1])) - {*choice.forbidden}
    return [one for one in combinations(sorted(sites), count) if held <= {*one}]


def stood(table: Floats, choice: Choice, units: int, most: int) -> list[tuple[int, ...]]:
    """Every way to post so many units: how many at each site."""
    held = {*choice.existing, *choice.fixed}
    ranges = [
        range(1) if j in choice.forbidden else range(int(j in held), most + 1)
        for j in range(table.shape[1])
    ]
    return [one for one in product(*ranges) if sum(one) == units]


def sound(plan: Plan, table: Floats, choice: Choice) -> None:
    """What every plan owes: it keeps to the choice, proves its value, and names the servers."""
    assert {*choice.existing, *choice.fixed} <= {*plan.sites}
    assert not {*choice.forbidden} & {*plan.sites}
    assert plan.proven
    assert plan.bound == pytest.approx(plan.value)
    assert {*plan.new} == {*plan.sites} - {*choice.existing}
    for i, server in enumerate(plan.server):
        seconds = table[i, list(plan.sites)].min()
        assert plan.seconds[i] == seconds
        assert (server == -1) == (seconds == INF)
        if server >= 0:
            assert server in plan.sites
            assert table[i, server] == seconds


@given(towns(), st.integers(0, 3))
def test_no_plan_has_a_lower_sum_of_ways_than_the_p_median(
    town: tuple[Floats, Floats, Choice], seed: int
) -> None:
    table, demand, choice = town
    assert choice.count
    asked = demand > 0
    costs = [
        float((demand[asked] * table[asked][:, list(one)].min(axis=1)).sum())
        for one in allowed(table, choice, choice.count)
    ]
    if min(costs) == INF:
        with pytest.raises(Invalid) as refused:
            p_median(ground_of(table, demand), choice, seed=seed)
        assert refused.value.code in {"unreachable", "too_few"}
        return
    plan = p_median(ground_of(table, demand), choice, seed=seed)
    sound(plan, table, choice)
    assert len(plan.sites) == choice.count
    assert plan.value == pytest.approx(min(costs))
    assert plan.service.mean * plan.service.demand == pytest.approx(plan.value)


@given(towns(), st.sampled_from([0.0, 2.0, 3.0, 8.0]), st.integers(0, 3))
def test_no_plan_covers_more_than_the_maximal_cover(
    town: tuple[Floats, Floats, Choice], limit: float, seed: int
) -> None:
    table, demand, choice = town
    assert choice.count
    best = max(
        float(demand[(table[:, list(one)] <= limit).any(axis=1)].sum())
        for one in allowed(table, choice, choice.count)
    )
    plan = maximal_cover(ground_of(table, demand), limit, choice, seed=seed)
    sound(plan, table, choice)
    assert len(plan.sites) == choice.count
    assert plan.value == pytest.approx(best)
    assert plan.service.covered == pytest.approx(best / demand.sum())


@given(towns(), st.sampled_from([0.0, 2.0, 3.0, 8.0]))
def test_no_fewer_sites_reach_everybody_than_the_set_cover(
    town: tuple[Floats, Floats, Choice], limit: float
) -> None:
    table, demand, choice = town
    choice = Choice(None, choice.existing, choice.fixed, choice.forbidden)
    asked = table[demand > 0] <= limit
    counts = [
        count
        for count in range(table.shape[1] + 1)
        for one in allowed(table, choice, count)
        if asked[:, list(one)].any(axis=1).all()
    ]
    if not counts:
        with pytest.raises(Invalid) as refused:
            set_cover(ground_of(table, demand), limit, choice)
        assert refused.value.code == "unreachable"
        return
    plan = set_cover(ground_of(table, demand), limit, choice)
    sound(plan, table, choice)
    assert plan.service.covered == 1.0
    assert plan.value == len(plan.sites) == min(counts)


@given(towns())
def test_no_plan_has_a_shorter_longest_way_than_the_p_centre(
    town: tuple[Floats, Floats, Choice],
) -> None:
    table, demand, choice = town
    assert choice.count
    asked = table[demand > 0]
    best = min(
        float(asked[:, list(one)].min(axis=1).max()) for one in allowed(table, choice, choice.count)
    )
    if best == INF:
        with pytest.raises(Invalid) as refused:
            p_centre(ground_of(table, demand), choice)
        assert refused.value.code in {"unreachable", "too_few"}
        return
    plan = p_centre(ground_of(table, demand), choice)
    sound(plan, table, choice)
    assert len(plan.sites) == choice.count
    assert plan.value == plan.service.longest == best


@given(
    towns(),
    st.sampled_from([2.0, 3.0, 8.0]),
    st.sampled_from([None, 0.0, 0.25, 0.5]),
    st.integers(1, 2),
)
def test_no_plan_backs_up_more_than_the_backup_cover(
    town: tuple[Floats, Floats, Choice], limit: float, second: float | None, most: int
) -> None:
    table, demand, choice = town
    assert choice.count

    def value(units: tuple[int, ...]) -> float:
        reaching = (table <= limit) @ np.array(units)
        once, twice = demand[reaching >= 1].sum(), demand[reaching >= 2].sum()
        if second is None:
            return float(twice) if (reaching[demand > 0] >= 1).all() else -1.0
        return float((1 - second) * once + second * twice)

    best = max(value(one) for one in stood(table, choice, choice.count, most))
    ground = ground_of(table, demand)
    if best < 0:
        with pytest.raises(Invalid) as refused:
            backup_cover(ground, limit, choice, second=second, most=most)
        assert refused.value.code in {"unreachable", "too_few"}
        return
    plan = backup_cover(ground, limit, choice, second=second, most=most)
    sound(plan, table, choice)
    assert sum(plan.units) == choice.count
    assert max(plan.units) <= most
    assert plan.value == pytest.approx(best)


@given(
    towns(),
    st.sampled_from([2.0, 3.0, 8.0]),
    st.sampled_from([0.0, 0.3, 0.9]),
    st.integers(1, 3),
)
def test_no_plan_is_expected_to_cover_more_than_mexclp(
    town: tuple[Floats, Floats, Choice], limit: float, busy: float, most: int
) -> None:
    table, demand, choice = town
    assert choice.count

    def value(units: tuple[int, ...]) -> float:
        reaching = (table <= limit) @ np.array(units)
        return float((demand * (1 - busy**reaching)).sum())

    best = max(value(one) for one in stood(table, choice, choice.count, most))
    plan = expected_cover(ground_of(table, demand), limit, choice, busy=busy, most=most)
    sound(plan, table, choice)
    assert sum(plan.units) == choice.count
    assert max(plan.units) <= most
    assert plan.value == pytest.approx(best)


@given(
    st.lists(st.lists(st.integers(0, 70), unique=True).map(sorted), min_size=1), st.integers(1, 4)
)
def test_demand_with_the_same_sites_is_one_row_and_none_is_lost(
    rows: list[list[int]], pieces: int
) -> None:
    merger = Merger(71)
    groups: list[int] = []
    for piece in np.array_split(np.arange(len(rows)), pieces):
        some = [rows[i] for i in piece]
        ptr = np.concatenate(([0], np.cumsum([len(one) for one in some]))).astype(np.int64)
        groups += list(merger.add(ptr, np.array(sum(some, [])), np.array([1.0 + i for i in piece])))
    ptr, site, weight = merger.rows
    found = [tuple(site[ptr[g] : ptr[g + 1]]) for g in range(len(weight))]
    assert len({*found}) == len(found) == len({tuple(one) for one in rows if one})
    for i, one in enumerate(rows):
        assert (groups[i] == -1) == (not one)
        if one:
            assert found[groups[i]] == tuple(one)
    assert weight.sum() == sum(1 + i for i, one in enumerate(rows) if one)


def test_many_kinds_of_demand_are_merged_exactly() -> None:
    chance = np.random.default_rng(3)
    table = chance.integers(0, 100, (30_000, 40)).astype(np.float32)
    table = table[chance.integers(0, 30_000, 60_000)]
    merger = Merger(40)
    for piece in np.array_split(np.arange(60_000), 7):
        merger.add_table(table[piece], 10, np.ones(len(piece)))
    ptr, _, weight = merger.rows
    kinds = np.unique(table <= 10, axis=0)
    assert len(weight) == kinds.any(axis=1).sum()
    assert weight.sum() == (table <= 10).any(axis=1).sum()
    assert ptr[-1] == kinds.sum()


@pytest.mark.parametrize("number", [1, 6, 8, 20])
def test_the_instances_of_the_or_library_are_proven(shared: Path, number: int) -> None:
    table, count, optimum = median_of_file(shared, number)
    plan = p_median(Ground.of(Reach.of_table(table)), Choice(count))
    assert plan.value == plan.bound == optimum
    assert plan.gap == 0


def test_the_same_seed_gives_the_same_plan() -> None:
    table = np.random.default_rng(5).integers(1, 60, (60, 40)).astype(float)
    ground = Ground.of(Reach.of_table(table))
    first, again = (maximal_cover(ground, 4, Choice(6), seed=3) for _ in range(2))
    assert first.sites == again.sites
    assert first.nodes == again.nodes


def test_day_and_night_are_planned_for_one_set_of_sites_and_told_apart() -> None:
    seconds = np.array([[10.0, 400.0, 90.0], [400.0, 10.0, 90.0]])
    day = Ground.of(Reach.of_table(seconds), [9, 1])
    night = Ground.of(Reach.of_table(seconds / 2), [0, 8])
    both = Ground.together({"day": day, "night": night})
    assert p_median(day, Choice(1)).sites == (0,)
    assert p_median(night, Choice(1)).sites == (1,)
    plan = p_median(both, Choice(1), limit=60)
    assert plan.sites == (2,)
    assert plan.periods["day"].mean == 90
    assert plan.periods["night"].mean == 45
    assert plan.periods["day"].covered == 0.0
    assert plan.periods["night"].covered == 1.0
    assert plan.service.covered == pytest.approx(8 / 18)


def test_the_figures_are_weighted_by_demand() -> None:
    ground = Ground.of(Reach.of_table([[1.0], [2.0], [30.0], [np.nan], [99.0]]), [5, 4, 1, 2, 0])
    service = maximal_cover(ground, 2, Choice(1)).service
    assert service.demand == 12
    assert service.reached == 10
    assert service.covered == pytest.approx(9 / 12)
    assert service.mean == pytest.approx((5 + 8 + 30) / 10)
    assert service.ninth == 2
    assert service.longest == 30


def test_each_further_unit_is_shown_with_what_it_buys() -> None:
    chance = np.random.default_rng(8)
    ground = Ground.of(Reach.of_table(chance.integers(1, 100, (50, 12))), chance.integers(1, 9, 50))
    steps = next_units(
        lambda choice, watch: maximal_cover(ground, 10, choice, watch=watch),
        Choice(existing=[3]),
        range(1, 7),
    )
    assert [step.count for step in steps] == [1, 2, 3, 4, 5, 6]
    assert steps[0].gain is None
    for before, after in zip(steps, steps[1:], strict=False):
        assert after.gain == after.plan.value - before.plan.value >= 0
        assert 3 in after.plan.sites
    assert (
        next_units(lambda choice, watch: p_median(ground, choice), Choice(), [2], Watch(seconds=0))
        == []
    )


def test_a_run_that_is_stopped_keeps_its_best_and_an_honest_bound(shared: Path) -> None:
    table, count, optimum = median_of_file(shared, 36)
    told: list[Progress] = []
    watch = Watch(tell=told.append, stop=lambda: True)
    plan = p_median(Ground.of(Reach.of_table(table)), Choice(count), watch=watch)
    assert len(plan.sites) == count
    assert plan.bound <= optimum <= plan.value
    assert told
    assert not plan.proven
