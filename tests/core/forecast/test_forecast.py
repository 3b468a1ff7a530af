"""Forecasts of volumes: sums agree, intervals hold what they promise, calendars are obeyed."""

from datetime import date, timedelta
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commonward.core.calendars import Calendar, DayTable
from commonward.core.forecast.arrivals import (
    AHEAD,
    HOLIDAY,
    MADE_UP,
    ORDINARY,
    Arrivals,
    days_of,
)
from commonward.core.forecast.checking import Report, check, origins_of
from commonward.core.forecast.choosing import Chooser
from commonward.core.forecast.making import made
from commonward.core.forecast.outlook import Outlook
from commonward.core.forecast.rates import candidates, places
from commonward.core.forecast.spread import of_areas, of_days, quantiles
from commonward.core.refusals import Invalid
from tests.core.forecast.simulated import MONDAY, SHANGHAI, arrivals


def _is(wanted: str, code: str, _part: str) -> bool:
    return code == wanted


def looked(counts: Arrivals, calendar: Calendar = SHANGHAI) -> Outlook:
    return made(counts, calendar, seed=3, tests=0)


def checked(counts: Arrivals, most: int = 12) -> Report:
    days = days_of(SHANGHAI, counts.first, counts.days + AHEAD)
    return check(Chooser(counts, days, 3), origins_of(counts, most))


@settings(max_examples=15, deadline=None)
@given(st.integers(14, 80), st.integers(0, 10_000), st.sampled_from([0.0, 0.05, 0.5]))
def test_sums_of_parts_are_the_forecast_of_the_whole(days: int, seed: int, shock: float) -> None:
    found = looked(arrivals(days, seed, (30.0, 9.0, 4.0), shock=shock))
    whole = found.chosen()
    of_areas = [found.chosen(code.__eq__) for code in found.areas]
    of_categories = [found.chosen(None, partial(_is, code)) for code in found.categories]
    for parts in (of_areas, of_categories):
        assert np.allclose(sum(part.expected for part in parts), whole.expected)
    by_day = [line.expected for line in whole.days()]
    by_hour = [sum(line.expected for line in whole.hours(day)) for day in range(AHEAD)]
    assert by_day == pytest.approx(by_hour)
    assert whole.whole().expected == pytest.approx(sum(by_day))
    for line in (*whole.days(), *whole.hours(0), whole.whole()):
        assert list(line.bounds) == sorted(line.bounds)
    assert np.allclose(found.shares.sum(axis=0), 1)


def test_the_variances_of_all_areas_at_once_are_those_of_each() -> None:
    found = looked(arrivals(100, 4, (30.0, 9.0, 4.0), shock=0.1))
    rows = [of_days(found.means, row[None], found.shocks) for row in found.shares]
    assert np.allclose(of_areas(found.means, found.shares, found.shocks), rows)


def test_an_interval_of_a_sum_is_wider_than_chance_alone_and_narrower_than_all_at_its_edge() -> (
    None
):
    found = looked(arrivals(126, 4, shock=0.1)).chosen()
    low, high = found.whole().band(80)
    edges = [line.band(80) for line in found.days()]
    assert sum(one for one, _ in edges) < low
    assert high < sum(one for _, one in edges)
    assert high - low > 2.56 * found.whole().expected ** 0.5


@pytest.mark.parametrize("shock", [0.0, 0.05, 0.3])
def test_intervals_hold_as_often_as_they_say(shock: float) -> None:
    """Twenty-five fortnights of a law that stays: binomial bounds, days counted as what they are –
    each is in two fortnights, and hours of a day share its shock."""
    report = checked(arrivals(420, 11, shock=shock), most=25)
    for level in report.levels:
        if level.level not in ("total_day", "category_day"):
            continue
        days = 25 * AHEAD / 2
        for band, inside in zip((0.5, 0.8, 0.95), level.fair, strict=True):
            # 4 standard errors of the binomial, and 3 points for what has to be estimated.
            allowed = 4 * (band * (1 - band) / days) ** 0.5 + 0.03
            assert abs(inside - band) <= allowed, (level.level, band, inside)


def test_the_model_beats_the_same_hour_last_week_where_weeks_are_alike() -> None:
    report = checked(arrivals(200, 5))
    assert {one.level for one in report.levels} >= {"total_hour", "category_day", "cell_hour"}
    assert all(one.better for one in report.levels)
    assert all(one.mase is not None and one.mase < 0.85 for one in report.levels)


def test_where_the_same_hour_last_week_is_nearer_it_is_taken_and_named() -> None:
    """Every week a quarter more: a level that is a mean of weeks comes too late."""
    counts = [
        (day, hour, 0, 0, round(2 * 1.25 ** (day // 7))) for day in range(140) for hour in range(24)
    ]
    found = looked(Arrivals(MONDAY, 140, ("/1/",), ("01",), ("",), np.array(counts)))
    assert found.by == ("last_week",)
    assert found.means[0, 3, 5] == counts[-1][4]


def test_the_same_counts_calendar_and_seed_give_the_same_forecast_to_the_byte() -> None:
    counts = arrivals(100, 7)
    first = made(counts, SHANGHAI, 3, 3).packed()
    assert made(counts, SHANGHAI, 3, 3).packed() == first
    assert Outlook.unpacked(first).packed() == first


def test_an_origin_knows_nothing_of_the_days_after_it() -> None:
    counts = arrivals(120, 8)
    later = counts.rows.copy()
    later[later[:, 0] >= 90, 4] += 1000
    other = Arrivals(counts.first, 120, counts.areas, counts.categories, counts.parts, later)
    days = days_of(SHANGHAI, counts.first, 120 + AHEAD)
    one, two = (Chooser(x, days, 1).forecast(90) for x in (counts, other))
    assert np.array_equal(one.means, two.means)
    assert np.array_equal(one.shares, two.shares)
    assert one.shocks.one == two.shocks.one


def test_a_holiday_is_learnt_and_a_make_up_day_is_a_working_day() -> None:
    counts = arrivals(140, 9, (100.0,), shock=0.0)
    ahead = counts.first + timedelta(days=140)
    off = {counts.first + timedelta(days=n) for n in (30, 59, 88, 117)}
    calendar = Calendar(
        "Asia/Shanghai",
        DayTable(
            off=frozenset(off | {ahead + timedelta(days=2)}),
            work=frozenset({ahead + timedelta(days=5)}),
            years=frozenset({2025}),
        ),
    )
    assert ahead.weekday() == 0
    quiet = counts.rows.copy()
    for day in off:
        there = quiet[:, 0] == (day - counts.first).days
        quiet = quiet[~there | (np.cumsum(there) % 5 == 0)]
    less = Arrivals(counts.first, 140, counts.areas, counts.categories, counts.parts, quiet)
    expected = looked(less, calendar).chosen().expected.sum(axis=1)
    assert expected[2] < 0.45 * expected[1]
    assert expected[5] > 1.1 * expected[12]
    usual = looked(less).chosen().expected.sum(axis=1)
    assert usual[2] > 0.8 * usual[1]


def test_days_carry_the_calendars_marks() -> None:
    calendar = Calendar(
        "Asia/Shanghai",
        DayTable(
            off=frozenset({date(2025, 10, 1)}), work=frozenset({date(2025, 9, 28)}),
            years=frozenset({2025}),
        ),
    )  # fmt: skip
    days = days_of(calendar, date(2025, 9, 27), 100)
    assert days.mark[:5].tolist() == [ORDINARY, MADE_UP, ORDINARY, ORDINARY, HOLIDAY]
    assert days.weekday[:5].tolist() == [5, calendar.hours.make_up_as, 0, 1, 6]
    assert days.known[0] and not days.known[-1]


def test_summer_time_has_a_day_without_an_hour_and_a_day_with_one_twice() -> None:
    zurich = Calendar("Europe/Zurich", DayTable())
    days = days_of(zurich, date(2025, 3, 30), 1)
    assert days.hours[0].tolist() == [1, 1, 0, *[1] * 21]
    days = days_of(zurich, date(2025, 10, 26), 1)
    assert days.hours[0].tolist() == [1, 1, 2, *[1] * 21]
    counts = arrivals(56, 3, (200.0,), first=date(2025, 9, 1))
    found = looked(counts, zurich).chosen().expected
    assert found[-1].sum() > 0
    over = days_of(zurich, date(2025, 10, 27) - timedelta(days=1), 1).hours[0, 2]
    assert over == 2
    spring = looked(arrivals(56, 3, (200.0,), first=date(2025, 2, 1)), zurich).chosen()
    skipped = (date(2025, 3, 30) - date(2025, 2, 1)).days - 56
    assert spring.expected[skipped, 2] == 0
    assert spring.hours(skipped)[2].bounds == (0,) * 7


def test_a_silent_installation_is_a_gap_and_not_a_quiet_week() -> None:
    counts = arrivals(120, 6, shock=0.0)
    kept = counts.rows[(counts.rows[:, 0] < 100) | (counts.rows[:, 0] >= 106)]
    broken = Arrivals(counts.first, 120, counts.areas, counts.categories, counts.parts, kept)
    assert np.flatnonzero(broken.gaps).tolist() == list(range(100, 106))
    found, whole = looked(broken), looked(counts)
    assert len(found.gaps) == 6
    assert found.chosen().expected.sum() == pytest.approx(whole.chosen().expected.sum(), rel=0.08)


def test_of_too_short_a_past_or_too_few_cases_nothing_is_told() -> None:
    with pytest.raises(Invalid, match="14 whole days"):
        looked(arrivals(13, 1))
    empty = Arrivals(MONDAY, 60, ("/1/",), ("01",), ("",), np.zeros((0, 5), dtype=np.int64))
    with pytest.raises(Invalid):
        looked(empty)
    few = looked(arrivals(60, 1, (50.0, 0.05)))
    with pytest.raises(Invalid, match="Fewer than 5"):
        few.chosen(None, lambda code, _part: code == "02")
    with pytest.raises(Invalid, match="Fewer than 5"):
        few.chosen(lambda area: area == "/9/")
    assert looked(arrivals(14, 1)).report is None


def test_a_small_cell_leans_on_its_parent() -> None:
    counts = arrivals(60, 2, (80.0, 0.4))
    shares = places(counts, 60)
    assert np.allclose(shares[:, 1], shares[:, 0], atol=0.12)
    assert (shares > 0).all()
    days = days_of(SHANGHAI, counts.first, 60 + AHEAD)
    small = candidates(counts, days, 60)["model_28"][1]
    big = candidates(counts, days, 60)["model_28"][0]
    assert (small > 0).all()
    by_hour = small.sum(axis=0) / small.sum(), big.sum(axis=0) / big.sum()
    assert np.abs(by_hour[0] - by_hour[1]).max() < 0.06


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.001, 300), min_size=1, max_size=5),
    st.floats(0, 3),
    st.sampled_from([0.025, 0.1, 0.5, 0.9, 0.975]),
)
def test_quantiles_are_those_of_the_negative_binomial(
    means: list[float], more: float, level: float
) -> None:
    mean = np.array(means)
    of = mean + more * mean**2
    found = quantiles(mean, of, [level])[0]
    if more < 1e-6:
        law = stats.poisson(mean)
    else:
        size = mean**2 / np.maximum(of - mean, 1e-9 * mean)
        law = stats.nbinom(size, size / (size + mean))
    assert (law.cdf(found) >= level - 1e-6).all()
    assert (law.cdf(found - 1) < level + 1e-6).all()
