"""The hypercube model: closed forms, the textbook's example, and dense linear algebra by force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.queueing import (
    Town,
    approximate,
    from_patrol,
    nearest_first,
    solve,
    town,
)
from commonward.core.plans.queueing.approximation import correction
from commonward.core.plans.running import Watch
from commonward.core.refusals import Invalid

# Larson & Odoni, Urban Operations Research (1981), 5.4.3: three units, ten atoms; atoms with the
# same list are one here. Their rates add up to the section's figures.
TEXTBOOK = town(
    [0.5, 0.25, 0.35, 0.4], [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1)], [1.0] * 3, "infinite"
)


@st.composite
def towns(draw: st.DrawFn, whole: bool = False) -> Town:
    """Small towns with unequal rates; lists full (with a line, perhaps) or partial."""
    units = draw(st.integers(1, 5))
    atoms = draw(st.integers(1, 7))
    line = draw(st.sampled_from(["zero", "infinite"])) if whole else "zero"
    rates = draw(st.lists(st.floats(0.3, 3.0), min_size=units, max_size=units))
    calls = draw(st.lists(st.floats(0.01, 1.0), min_size=atoms, max_size=atoms))
    if line == "infinite":
        calls = [each * 0.9 * sum(rates) / max(sum(calls), sum(rates)) for each in calls]
    lists = [
        draw(st.permutations(range(units)))[: units if whole else draw(st.integers(0, units))]
        for _ in range(atoms)
    ]
    return town(calls, lists, rates, "infinite" if line == "infinite" else "zero")


def by_force(asked: Town, room: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Workloads, sent (N, A) and lost or waiting (A) by a dense matrix; `room` places in line."""
    units, full = asked.units, (1 << asked.units) - 1
    states = full + 1 + room
    moves = np.zeros((states, states))
    found = np.full((states, asked.atoms), -1)
    for state in range(states):
        busy = min(state, full)
        for unit in range(units):
            if busy >> unit & 1:
                moves[state, state - 1 if state > full else state ^ 1 << unit] += asked.rates[unit]
        for atom in range(asked.atoms):
            free = [unit for unit in asked.lists[atom] if unit >= 0 and not busy >> unit & 1]
            if free:
                found[state, atom] = free[0]
                moves[state, state | 1 << free[0]] += asked.calls[atom]
            elif room and state + 1 < states:
                moves[state, state + 1] += asked.calls[atom]
    balance = (moves - np.diag(moves.sum(axis=1))).T
    balance[-1] = 1.0
    right = np.zeros(states)
    right[-1] = 1.0
    chance = np.linalg.solve(balance, right)
    total = asked.calls.sum()
    sent = np.zeros((units, asked.atoms))
    none = np.zeros(asked.atoms)
    for atom in range(asked.atoms):
        for state in range(states):
            if found[state, atom] >= 0:
                sent[found[state, atom], atom] += chance[state] * asked.calls[atom] / total
            else:
                none[atom] += chance[state]
    loads = np.array(
        [sum(chance[s] for s in range(states) if min(s, full) >> unit & 1) for unit in range(units)]
    )
    return loads, sent, none


@settings(max_examples=60, deadline=None)
@given(towns())
def test_a_town_without_a_line_is_solved_as_by_dense_algebra(asked: Town) -> None:
    found = solve(asked)
    loads, sent, lost = by_force(asked)
    assert found.done
    np.testing.assert_allclose(found.measures.workloads, loads, atol=1e-9)
    np.testing.assert_allclose(found.measures.sent, sent, atol=1e-9)
    np.testing.assert_allclose(found.measures.lost, lost, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(towns(whole=True))
def test_a_town_with_a_line_is_solved_as_by_dense_algebra(asked: Town) -> None:
    found = solve(asked).measures
    infinite = asked.line == "infinite"
    loads, sent, none = by_force(asked, room=300 if infinite else 0)
    np.testing.assert_allclose(found.workloads, loads, atol=1e-8)
    np.testing.assert_allclose(found.sent, sent, atol=1e-8)
    np.testing.assert_allclose(found.waits if infinite else found.lost, none, atol=1e-8)
    # Whatever is answered keeps somebody busy: flow in is flow out, unit by unit.
    taken = (found.sent + found.queued).sum(axis=1) * asked.calls.sum()
    np.testing.assert_allclose(taken, found.workloads * asked.rates, atol=1e-8)


def test_the_textbooks_three_servers_have_the_textbooks_workloads() -> None:
    assert np.round(solve(TEXTBOOK).measures.workloads, 4).tolist() == [0.5574, 0.4734, 0.4693]
    np.testing.assert_allclose(correction(1.5, 3, "infinite"), [1, 0.73684, 0.63158], atol=5e-6)
    # The book stops after the third round; it calculated with four digits.
    third = approximate(TEXTBOOK, steps=3, neighbours=False).workloads
    np.testing.assert_allclose(third, [0.5627, 0.4716, 0.4657], atol=1e-4)
    settled = approximate(TEXTBOOK, neighbours=False).workloads
    np.testing.assert_allclose(settled, [0.5627, 0.4716, 0.4657], atol=1.5e-4)


@pytest.mark.parametrize("units", [1, 4, 9, 12])
@pytest.mark.parametrize("line", ["zero", "infinite"])
def test_the_number_of_busy_units_is_erlangs(units: int, line: str) -> None:
    chance = np.random.default_rng(units)
    load = 0.7 * units
    calls = chance.dirichlet(np.ones(15)) * load
    lists = np.array([chance.permutation(units) for _ in calls])
    found = solve(town(calls, lists, np.ones(units), "zero" if line == "zero" else "infinite"))
    erlang = 1.0
    for one in range(1, units + 1):
        erlang = load * erlang / (one + load * erlang)
    if line == "zero":
        assert found.measures.loss == pytest.approx(erlang, abs=1e-10)
        assert found.measures.workloads.mean() * units == pytest.approx(load * (1 - erlang))
    else:
        waiting = erlang / (1 - load / units * (1 - erlang))
        assert found.measures.wait == pytest.approx(waiting, abs=1e-10)
        assert found.measures.mean_wait == pytest.approx(waiting / (units - load))
        assert found.measures.workloads.mean() == pytest.approx(load / units)


def test_kinds_of_units_that_never_help_each_other_are_solved_apart() -> None:
    both = town([0.6, 0.5, 0.9], [(0, 1), (1, 0), (2,)], [1.0, 1.0, 2.0], "infinite")
    pair = solve(town([0.6, 0.5], [(0, 1), (1, 0)], [1.0, 1.0], "infinite")).measures
    found = solve(both).measures
    np.testing.assert_allclose(found.workloads, [*pair.workloads, 0.45], atol=1e-9)
    assert found.waits[2] == pytest.approx(0.45)
    assert found.waits[0] == pytest.approx(pair.waits[0])


def test_times_weigh_who_goes_where_and_the_wait_in_line() -> None:
    lone = solve(town([0.5], [(0,)], [1.0], "infinite")).measures
    times = lone.times(np.array([[0.2]]))
    assert times.mean == pytest.approx(0.2)
    # M/M/1: half do not wait; the others wait exponentially with rate 1 - 0.5.
    assert times.share_within(0.2) == pytest.approx(0.5)
    assert times.share_within(1.2) == pytest.approx(1 - 0.5 * np.exp(-0.5))
    assert times.share_within(0.1) == 0.0
    lossy = solve(town([1.0, 1.0], [(0, 1), (1, 0)], [1.0, 1.0])).measures
    far = lossy.times(np.array([[1.0, 5.0], [5.0, 1.0]]))
    # Erlang B of load 2 and two units is 2/5; half of those served at once … by symmetry.
    assert far.share_within(5.0) == pytest.approx(3 / 5)
    own = lossy.sent[0, 0] + lossy.sent[1, 1]
    assert far.mean == pytest.approx((own + 5 * (0.6 - own)) / 0.6)
    np.testing.assert_allclose(far.by_atom, far.mean)
    np.testing.assert_allclose(far.by_unit, far.mean)
    assert lossy.dispatched.sum() == pytest.approx(1.0)


def test_a_line_is_answered_from_where_the_last_call_was() -> None:
    found = solve(TEXTBOOK).measures
    near, between = np.zeros((3, 4)), np.full((4, 4), 2.0)
    assert found.times(near, between).mean == pytest.approx(2.0 * found.wait)


@settings(max_examples=30, deadline=None)
@given(towns(whole=True), st.booleans())
def test_the_approximation_keeps_every_call(asked: Town, neighbours: bool) -> None:
    found = approximate(asked, neighbours=neighbours)
    if asked.line == "infinite":
        assert found.sent.sum() + found.queued.sum() == pytest.approx(1.0)
    else:
        assert found.sent.sum() + found.loss == pytest.approx(1.0)
    assert (found.workloads >= 0).all() and (found.workloads <= 1).all()


@settings(max_examples=30, deadline=None)
@given(towns(whole=True))
def test_small_towns_without_a_line_are_all_neighbours_and_exact(asked: Town) -> None:
    asked = town(asked.calls, asked.lists, asked.rates, "zero")
    loads, _, lost = by_force(asked)
    found = approximate(asked)
    np.testing.assert_allclose(found.workloads, loads, atol=1e-3)
    np.testing.assert_allclose(found.lost, lost, atol=1e-3)


@pytest.mark.parametrize(("neighbours", "load", "way"), [(False, 0.02, 0.04), (True, 0.005, 0.012)])
def test_the_approximation_is_near_the_exact_model_in_a_plane(
    neighbours: bool, load: float, way: float
) -> None:
    chance = np.random.default_rng(5)
    posts, atoms = chance.random((12, 2)), chance.random((90, 2))
    minutes = np.hypot(*(posts[:, None] - atoms[None]).transpose(2, 0, 1))
    calls = np.full(90, 12 * 0.4 / 90)
    asked = town(calls, nearest_first(minutes), chance.uniform(0.8, 1.2, 12))
    exact, near = solve(asked).measures, approximate(asked, neighbours=neighbours)
    assert np.abs(near.workloads - exact.workloads).mean() < load
    assert near.times(minutes).mean == pytest.approx(exact.times(minutes).mean, rel=way)
    assert near.loss == pytest.approx(exact.loss, abs=0.002)


def test_lists_follow_travel_times_and_leave_out_who_cannot() -> None:
    minutes = np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 5.0]])
    assert nearest_first(minutes).tolist() == [[2, 1, 0], [0, 1, 2]]
    able = np.array([[True, True], [False, True], [True, False]])
    assert nearest_first(minutes, able).tolist() == [[2, 0, -1], [0, 1, -1]]
    patrol = from_patrol(np.array([[0.5, 0.5]]), np.array([[0.0, 4.0], [4.0, 2.0]]))
    assert patrol.tolist() == [[2.0, 3.0]]


@pytest.mark.parametrize(
    ("calls", "lists", "rates", "line", "words"),
    [
        ([1.0], [(0,), (0,)], [1.0], "zero", "each atom needs one"),
        ([-1.0], [(0,)], [1.0], "zero", "at least 0"),
        ([1.0], [(0,)], [0.0], "zero", "above 0"),
        ([1.0], [(0, 0)], [1.0], "zero", "twice"),
        ([1.0], [(3,)], [1.0], "zero", "does not exist"),
        ([1.0], [(-1, 0)], [1.0], "zero", "gap"),
        ([0.5, 0.1], [(0, 1), (1,)], [1.0, 1.0], "infinite", "Atom 1 names 1 of the 2 units"),
        ([2.5], [(0, 1)], [1.0, 1.0], "infinite", "without end"),
    ],
)
def test_what_no_model_fits_is_refused_with_the_reason(
    calls: list[float], lists: list[tuple[int, ...]], rates: list[float], line: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        town(calls, lists, rates, "zero" if line == "zero" else "infinite")


def test_too_many_units_for_the_exact_model_are_refused_and_approximated() -> None:
    asked = town([1.0, 1.0], [range(26), range(25, -1, -1)], np.ones(26))
    with pytest.raises(Invalid, match="26 units"):
        solve(asked)
    assert approximate(asked).workloads.sum() == pytest.approx(2.0)


def test_a_run_that_is_stopped_says_so() -> None:
    asked = town(
        np.full(30, 0.2), nearest_first(np.random.default_rng(1).random((9, 30))), np.ones(9)
    )
    cut = solve(asked, watch=Watch(stop=lambda: True))
    assert not cut.done and cut.passes == 1 and cut.residual > 1e-10
    assert np.abs(cut.measures.workloads - solve(asked).measures.workloads).max() < 0.1
