"""Intervals against scipy and printed tables, an order only where it is sure, and what is usual."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from commonward.core.indicators.uncertainty import (
    FEWEST,
    clopper_pearson,
    former,
    incomplete_beta,
    incomplete_gamma,
    league,
    poisson,
    usual,
    wilson,
)
from commonward.core.indicators.windows import run_up, window

ZONE = "Asia/Shanghai"
rates = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(rates, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_both_intervals_of_a_rate_are_those_of_scipy(rate: tuple[int, int], level: float) -> None:
    over, under = rate
    measured = stats.binomtest(over, under)
    for ours, method in ((wilson, "wilson"), (clopper_pearson, "exact")):
        theirs = measured.proportion_ci(level, method=method)
        assert ours(over, under, level) == pytest.approx((theirs.low, theirs.high), abs=1e-7)


@given(st.integers(0, 20_000), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_of_a_count_is_that_of_the_chi_square(count: int, level: float) -> None:
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    assert poisson(count, level) == pytest.approx(
        (low, stats.chi2.ppf(1 - tail, 2 * count + 2) / 2), rel=1e-7, abs=1e-9
    )


@pytest.mark.parametrize(
    ("over", "under", "low", "high"),
    # Newcombe 1998, table I, method 3 (Wilson's without continuity correction).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_gives_the_printed_intervals(over: int, under: int, low: float, high: float) -> None:
    found = wilson(over, under)
    assert found is not None
    assert [round(one, 4) for one in found] == [low, high]


def test_nothing_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None and clopper_pearson(0, 0) is None
    assert wilson(3, 2) is None  # more than all is no rate
    with pytest.raises(ValueError, match="nought"):
        poisson(-1)


@given(st.floats(0.5, 300), st.floats(0.5, 300), st.floats(0.001, 0.999))
def test_the_special_functions_are_those_of_scipy(a: float, b: float, x: float) -> None:
    assert incomplete_beta(a, b, x) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)
    assert incomplete_gamma(a, x * b) == pytest.approx(stats.gamma.cdf(x * b, a), abs=1e-9)


def test_noise_is_never_ranked() -> None:
    found = league({"a": (90, 100), "b": (88, 100), "c": (85, 100)}, 30)
    assert [(one.first, one.last, one.apart) for one in found] == [(1, 3, False)] * 3


def test_an_order_is_told_as_far_as_the_intervals_separate() -> None:
    found = {
        one.name: one
        for one in league({"a": (990, 1000), "b": (700, 1000), "c": (720, 1000), "d": (1, 1)}, 30)
    }
    assert (found["a"].first, found["a"].last) == (1, 1)
    assert (found["b"].first, found["b"].last) == (found["c"].first, found["c"].last) == (2, 3)
    assert found["d"].small and (found["d"].first, found["d"].last) == (0, 0)
    turned = {one.name: one for one in league({"a": (990, 1000), "b": (700, 1000)}, 30, better="less")}  # fmt: skip
    assert (turned["b"].first, turned["a"].last) == (1, 2)


@given(st.dictionaries(st.sampled_from("abcdefgh"), rates, min_size=1))
def test_places_never_contradict_the_rates(
    given_rates: dict[str, tuple[int, int]],
) -> None:
    ranked = [one for one in league(dict(given_rates), 30) if not one.small]
    for one, following in pairwise(ranked):
        assert 1 <= one.first <= one.last <= len(ranked)
        assert one.first <= following.last


def test_small_ones_stand_after_all_others_and_nothing_depends_on_them() -> None:
    with_small = league({"a": (50, 100), "b": (5, 5)}, 30)
    assert [one.name for one in with_small] == ["a", "b"]
    assert (with_small[0].first, with_small[0].last) == (1, 1)


def test_a_month_is_compared_with_the_same_months_of_three_years_and_their_neighbours() -> None:
    found = former(window("month", date(2026, 1, 15), ZONE))
    assert [str(one.first) for one in found] == [
        "2024-12-01", "2025-01-01", "2025-02-01", "2023-12-01", "2024-01-01", "2024-02-01",
        "2022-12-01", "2023-01-01", "2023-02-01",
    ]  # fmt: skip
    assert {one.first.weekday() for one in former(window("day", date(2026, 3, 4), ZONE))} == {2}
    assert not former(window("year", date(2026, 3, 4), ZONE))


def test_what_is_usual_needs_enough_of_the_past() -> None:
    months = run_up(window("month", date(2026, 6, 1), ZONE), 3)
    past = {one: float(place) for place, one in enumerate(former(months[-1])[:FEWEST])}
    low, middle, high = usual(months[-1:], past)
    assert (low, middle, high) == ([0.5], [2.5], [4.5])
    past.popitem()
    assert usual(months[-1:], past) == ([None], [None], [None])
