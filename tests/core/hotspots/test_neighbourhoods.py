"""Gi* against the formula written out and against dealing; q-values; Mann-Kendall; exposure."""

import math

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from commonward.core.hotspots.course import course_of, mann_kendall, since
from commonward.core.hotspots.exposure import (
    by_history,
    by_mix,
    even,
    interval,
    prior_of,
    smoothed,
)
from commonward.core.hotspots.ground import Ground, cells_of
from commonward.core.hotspots.neighbourhoods import (
    beyond,
    discoveries,
    residuals,
    standing_out,
)

MIDDLE = h3.latlng_to_cell(27.8, 113.1, 9)


def ground(reach: int) -> Ground:
    return Ground.of(h3.grid_disk(MIDDLE, reach))


def by_hand(values: list[float], near: list[list[int]]) -> list[float]:
    """Ord & Getis (1995), equation for Gi* with weights of 0 and 1, summed over all pairs."""
    n = len(values)
    mean = sum(values) / n
    s = math.sqrt(sum(x * x for x in values) / n - mean**2)
    found = []
    for i in range(n):
        weights = [1.0 if j in near[i] else 0.0 for j in range(n)]
        whole, squared = sum(weights), sum(w * w for w in weights)
        over = sum(w * x for w, x in zip(weights, values, strict=True)) - mean * whole
        found.append(over / (s * math.sqrt((n * squared - whole**2) / (n - 1))))
    return found


@given(st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_gi_star_is_the_formula_of_the_paper_written_out(seed: int, reach: int) -> None:
    land = ground(4)
    rings = land.rings(reach)
    values = np.random.default_rng(seed).gamma(0.7, 3.0, len(land.cells))
    expected = by_hand(values.tolist(), [ring.tolist() for ring in rings])
    assert standing_out(values, rings).z == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_p_values_are_those_of_dealing_the_values_to_the_cells_at_random() -> None:
    land = ground(5)
    rings = land.rings(1)
    chance = np.random.default_rng(4)
    values = residuals(chance.poisson(0.8, len(land.cells)), np.full(len(land.cells), 0.8))
    found = standing_out(values, rings)
    dealt = np.array([chance.permutation(values) for _ in range(20_000)])
    for cell in (0, 17, 40, 60):
        sums = dealt[:, rings[cell]].sum(axis=1)
        rare = float((sums >= values[rings[cell]].sum() - 1e-9).mean())
        # Sums of few whole numbers come in steps: the curve goes through their middles.
        also = float((sums > values[rings[cell]].sum() + 1e-9).mean())
        assert also - 0.01 <= found.p[cell] <= rare + 0.01


def test_a_normal_table_would_call_too_many_sums_of_few_rare() -> None:
    """What the skew is reckoned with for: at p = 0.001, cells with a third of a case each."""
    land = ground(9)
    rings = land.rings(1)
    chance = np.random.default_rng(7)
    curved, straight = [], []
    for _ in range(200):
        counts = chance.poisson(0.3, len(land.cells))
        found = standing_out(residuals(counts, np.full(len(land.cells), 0.3)), rings)
        curved.append((found.p <= 0.001).mean())
        straight.append((stats.norm.sf(found.z) <= 0.001).mean())
    assert np.mean(curved) <= 0.0015
    assert np.mean(straight) > 2 * np.mean(curved)


@pytest.mark.parametrize("skew", [0.0, 0.3, 1.2, -0.8])
def test_the_curve_is_scipys_pearson_iii(skew: float) -> None:
    z = np.linspace(-1.0, 4.0, 21)
    assert beyond(z, np.full(21, skew)) == pytest.approx(stats.pearson3.sf(z, skew), abs=1e-9)


@given(st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=60))
def test_q_values_are_scipys(p: list[float]) -> None:
    assert discoveries(np.array(p)) == pytest.approx(stats.false_discovery_control(p))


def test_where_nothing_is_hot_hardly_any_map_has_a_hot_cell() -> None:
    """With nothing true to find, false-discovery control is control of any finding at all."""
    land = ground(8)
    rings = land.rings(1)
    chance = np.random.default_rng(11)
    expected = chance.gamma(2.0, 1.0, len(land.cells))
    maps, any_hot = 300, 0
    for _ in range(maps):
        found = standing_out(residuals(chance.poisson(expected), expected), rings)
        any_hot += bool((found.q <= 0.05).any())
    assert any_hot <= stats.binom.ppf(0.999, maps, 0.05)


def test_a_true_hotspot_is_found_and_its_neighbours_not_far_beyond_it() -> None:
    land = ground(8)
    rings = land.rings(1)
    chance = np.random.default_rng(12)
    expected = np.full(len(land.cells), 2.0)
    middle = land.cells.index(MIDDLE)
    found_in, beside = 0, []
    for _ in range(100):
        counts = chance.poisson(expected)
        counts[rings[middle]] += chance.poisson(4.0, len(rings[middle]))
        hot = standing_out(residuals(counts, expected), rings).q <= 0.05
        found_in += bool(hot[middle])
        reach = {land.cells.index(c) for c in h3.grid_disk(MIDDLE, 2)}
        beside.append(sum(n not in reach for n in np.flatnonzero(hot)))
    assert found_in >= 95
    assert np.mean(beside) < 0.5


def test_values_that_are_all_the_same_stand_out_nowhere() -> None:
    land = ground(3)
    found = standing_out(np.full(len(land.cells), 2.0), land.rings(1))
    assert (found.p == 1).all()
    assert (found.z == 0).all()


def test_no_cell_at_all_is_an_answer_too() -> None:
    assert len(standing_out(np.zeros(0), ()).p) == 0
    assert cells_of(np.zeros(0), np.zeros(0), 9) == []
    assert Ground.of([]).nearest(5, 100.0).shape == (0, 0)


def test_the_nearest_of_a_cell_are_its_rings_in_order() -> None:
    land = ground(4)
    near = land.nearest(19, 10_000.0)
    middle = land.cells.index(MIDDLE)
    assert near[middle, 0] == middle
    assert {land.cells[n] for n in near[middle, :7]} == set(h3.grid_disk(MIDDLE, 1))
    assert {land.cells[n] for n in near[middle]} == set(h3.grid_disk(MIDDLE, 2))


def test_beyond_the_metres_there_is_no_neighbour() -> None:
    near = ground(2).nearest(19, 1.0)
    assert (near[:, 0] >= 0).all()
    assert (near[:, 1:] == -1).all()


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=20))
def test_mann_kendall_agrees_with_kendalls_tau(series: list[int]) -> None:
    """S is tau's numerator; the p-value agrees with scipy's but for the correction of the step."""
    trend = mann_kendall(series)
    pairs = [
        (series[b] > series[a]) - (series[b] < series[a])
        for a in range(len(series))
        for b in range(a + 1, len(series))
    ]
    assert trend.s == sum(pairs)
    if len(set(series)) == 1:
        assert trend.p == 1.0
        return
    count = len(series)
    ties = [series.count(x) for x in set(series)]
    variance = count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    step = 1 if trend.s > 0 else -1 if trend.s < 0 else 0
    assert trend.z == pytest.approx((trend.s - step) / math.sqrt(variance / 18))
    assert trend.p == pytest.approx(2 * stats.norm.sf(abs(trend.z)))


def test_mann_kendall_calls_a_trend_in_noise_as_seldom_as_it_says() -> None:
    chance = np.random.default_rng(3)
    found = sum(mann_kendall(chance.normal(size=13).tolist()).p <= 0.05 for _ in range(1000))
    assert stats.binom.ppf(0.001, 1000, 0.03) <= found <= stats.binom.ppf(0.999, 1000, 0.05)


WEEKS = 12
FLAT = [1.0, 2.0] * (WEEKS // 2)
USUAL = [3.0] * WEEKS


def test_what_rises_is_emerging_what_falls_is_ending_what_does_neither_is_steady() -> None:
    rising = [float(n) for n in range(WEEKS)]
    even = [5] * WEEKS
    assert course_of(rising, even, USUAL) == "emerging"
    assert course_of(rising[::-1], even, USUAL) == "ending"
    assert course_of(FLAT, even, USUAL) == "steady"
    assert course_of(FLAT, [0] * WEEKS, USUAL) == "steady"


def test_cases_that_came_all_late_or_all_early_say_the_same() -> None:
    assert course_of(FLAT, [0] * 9 + [8] * 3, USUAL) == "emerging"
    assert course_of(FLAT, [8] * 3 + [0] * 9, USUAL) == "ending"
    storm = [3.0] * 9 + [30.0] * 3
    assert course_of(FLAT, [1] * 9 + [10] * 3, storm) == "steady"  # so it was everywhere


def test_since_is_the_first_week_of_the_last_row_of_hot_ones() -> None:
    assert since([True, False, True, True, False]) == 2
    assert since([True, True]) == 0
    assert since([False, False]) is None


def test_rates_that_rest_on_few_are_drawn_to_the_mean() -> None:
    expected = np.array([100.0, 100.0, 100.0, 1.0])
    counts = np.array([50, 100, 150, 4])
    rates = smoothed(counts, expected)
    assert abs(rates[3] - 1.01) < 3.0  # from 4.0 far towards the mean
    assert rates[3] < 2.0
    assert rates[0] == pytest.approx(0.5, abs=0.1)
    assert rates[2] == pytest.approx(1.5, abs=0.1)


def test_rates_that_differ_by_chance_alone_become_one() -> None:
    chance = np.random.default_rng(2)
    expected = np.full(400, 3.0)
    counts = chance.poisson(expected)
    assert prior_of(counts, expected).strength > 5
    assert smoothed(counts, expected).std() < 0.5 * (counts / 3.0).std()


def test_a_prior_is_found_again_from_what_it_made() -> None:
    chance = np.random.default_rng(5)
    expected = chance.gamma(4.0, 5.0, 5000)
    counts = chance.poisson(expected * chance.gamma(2.0, 0.5, 5000))
    found = prior_of(counts, expected)
    assert found.mean == pytest.approx(1.0, abs=0.05)
    assert found.strength == pytest.approx(2.0, abs=0.3)


def test_shares_are_shares() -> None:
    mix, history = np.array([90, 9, 1, 0]), np.array([4, 6, 0, 0])
    assert by_mix(mix).shares == pytest.approx([0.9, 0.09, 0.01, 0.0])
    own = by_history(history, mix).shares
    assert own.sum() == pytest.approx(1.0)
    assert own[1] > 0.09  # its own past has more than the mix
    nothing = np.zeros(4, np.int64)
    assert by_history(nothing, mix).shares == pytest.approx(by_mix(mix).shares)
    assert even(4).shares == pytest.approx([0.25] * 4)


def test_an_expectation_that_rests_on_few_makes_no_count_rare() -> None:
    """12 where 3 were expected: rare if that is known, not so rare if it rests on two cases."""
    counts, expected = np.array([12, 12]), np.array([3.0, 3.0])
    sure = even(2).beyond(counts, expected)
    unsure = by_mix(np.array([2, 2])).beyond(counts, expected)
    assert sure == pytest.approx(stats.poisson.sf(11, 3.0), rel=1e-3)
    assert (unsure > 20 * sure).all()


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (10, 4.795, 18.390)])
def test_the_interval_is_garwoods_table(count: int, low: float, high: float) -> None:
    assert interval(count, 1.0) == pytest.approx((low, high), abs=0.001)
