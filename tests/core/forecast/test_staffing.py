"""Officers by the hour: against Erlang's own formula, a simulated queue, and the rosters' reader."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.forecast.staffing import Terms, answered, cover, officers, waits
from commonward.core.plans.queueing import nearest_first, solve, town
from commonward.core.plans.rostering.sheets import read_minima
from commonward.core.refusals import Invalid


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_chance_to_wait_is_erlangs(servers: int, busy: float) -> None:
    load = busy * servers
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    assert waits(servers, load) == pytest.approx(last / (sum(terms) + last))


def test_it_agrees_with_the_hypercube_model_with_a_line() -> None:
    asked = town([2.4], nearest_first(np.zeros((4, 1))), np.ones(4), "infinite")
    assert waits(4, 2.4) == pytest.approx(solve(asked).measures.wait, abs=1e-9)


def test_a_simulated_hotline_answers_in_time_as_often_as_said() -> None:
    """Kiefer–Wolfowitz: who is free first takes the next; a hundred thousand calls."""
    terms = Terms(handling=240, answer=15, percent=90)
    calls, chance = 100.0, np.random.default_rng(5)
    count = officers(calls, terms)
    free = np.zeros(count)
    now, soon = 0.0, 0
    gaps, works = chance.exponential(3600 / calls, 100_000), chance.exponential(240, 100_000)
    for gap, work in zip(gaps, works, strict=True):
        now += gap
        first = int(free.argmin())
        begin = max(now, free[first])
        soon += begin - now <= terms.answer
        free[first] = begin + work
    assert soon / 100_000 == pytest.approx(answered(count, calls, terms), abs=0.012)
    assert soon / 100_000 >= 0.89


@given(st.floats(0, 900), st.integers(30, 900), st.integers(0, 60), st.integers(50, 99))
def test_they_are_the_fewest_that_keep_the_target(
    calls: float, handling: int, answer: int, percent: int
) -> None:
    terms = Terms(handling, answer, percent)
    count = officers(calls, terms)
    assert answered(count, calls, terms) >= percent / 100
    assert count == 1 or answered(count - 1, calls, terms) < percent / 100


def test_terms_out_of_all_bounds_are_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        Terms(handling=0)
    assert refused.value.field == "handling"
    with pytest.raises(Invalid, match="2000 officers"):
        officers(2_000_000, Terms())


def test_the_rosters_read_the_cover_that_is_written() -> None:
    hours = [1] * 8 + [3] * 4 + [2] * 8 + [1] * 4
    weekend = [1] * 24
    text = cover([0, 1, 5, 0], [hours, hours, weekend, [0] * 24])
    assert text.splitlines()[0] == "* 00:00-08:00 1 mon tue"
    found = read_minima(text)
    assert sorted((one.begin // 60, one.least, one.weekdays) for one in found if one.begin) == [
        (8, 3, (0, 1)), (12, 2, (0, 1)), (20, 1, (0, 1)),
    ]  # fmt: skip
    whole = [one for one in found if one.weekdays == (5,)]
    assert len(whole) == 1
    assert (whole[0].begin, whole[0].least) == (0, 1)
