"""The days of a duty: in order, never past the end, on the first day's date or the month's last."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.pledging import MOST_DAYS, REPEATS, due_days, refuse_personal
from commonward.core.refusals import Invalid

FIRST = st.dates(date(2020, 1, 1), date(2035, 12, 31))
REACH = st.integers(0, 1100)


@given(FIRST, st.sampled_from(sorted(REPEATS)), REACH)
def test_days_begin_with_the_first_rise_and_end_before_the_last(
    first: date, repeats: str, reach: int
) -> None:
    last = first + timedelta(days=reach)
    days = due_days(first, repeats, last)
    assert days[0] == first
    assert days[-1] <= last
    assert list(days) == sorted(set(days))
    if repeats == "once":
        assert len(days) == 1


@given(FIRST, st.sampled_from(["month", "quarter", "half_year", "year"]), REACH)
def test_a_monthly_duty_keeps_its_date_or_takes_the_months_last_day(
    first: date, repeats: str, reach: int
) -> None:
    step = REPEATS[repeats][0]
    for turn, day in enumerate(due_days(first, repeats, first + timedelta(days=reach))):
        months = day.year * 12 + day.month - first.year * 12 - first.month
        assert months == turn * step
        assert day.day == min(first.day, calendar.monthrange(day.year, day.month)[1])


@given(FIRST, REACH)
def test_nothing_between_two_weeks_days_is_left_out(first: date, reach: int) -> None:
    last = first + timedelta(days=reach)
    days = due_days(first, "week", last)
    assert {b - a for a, b in zip(days, days[1:], strict=False)} <= {timedelta(7)}
    assert (last - days[-1]).days < 7


def test_what_makes_no_sense_is_refused() -> None:
    day = date(2026, 3, 2)
    for first, repeats, last in (
        (day, "daily", day),
        (day, "once", day - timedelta(1)),
        (day, "week", day + timedelta(weeks=MOST_DAYS + 1)),
    ):
        with pytest.raises(Invalid):
            due_days(first, repeats, last)


@pytest.mark.parametrize("words", ["登记重点人员", "Keep a list of residents", "抓获逃犯人数"])
def test_a_pledge_is_never_about_persons(words: str) -> None:
    with pytest.raises(Invalid):
        refuse_personal(words, field="what")
