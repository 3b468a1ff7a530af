"""The scan: what it finds, how often it cries for nothing, and its own arithmetic."""

import h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commonward.core.hotspots.ground import Floats, Ground, Ints
from commonward.core.hotspots.scan import Model, Scan, ratio_of, scan, windows_of

LAND = Ground.of(h3.grid_disk(h3.latlng_to_cell(27.8, 113.1, 9), 5))
CELLS = len(LAND.cells)
NEAR = LAND.nearest(19, 10_000.0)
DAYS = 28
MODELS: tuple[Model, ...] = ("poisson", "permutation")


def quiet_world(chance: np.random.Generator, cases: int, shares: Floats) -> tuple[Ints, Ints]:
    """Cases where and when chance put them: busy cells and busy days, and nothing else."""
    days = chance.gamma(3.0, size=DAYS)
    return (
        chance.choice(CELLS, cases, p=shares).astype(np.int64),
        chance.choice(DAYS, cases, p=days / days.sum()).astype(np.int64),
    )


def some_shares(chance: np.random.Generator) -> Floats:
    shares = chance.gamma(1.5, size=CELLS)
    return np.asarray(shares / shares.sum(), np.float64)


def asked(model: Model, **more: int | bool | float) -> Scan:
    return Scan(model=model, **{"longest": 14, "replicates": 99, "seed": 1, **more})  # type: ignore[arg-type]


def best_by_hand(places: Ints, steps: Ints, shares: Floats, what: Scan) -> float:
    """Every cylinder, one after the other, from its definition."""
    total, best = len(places), 0.0
    own = np.bincount(places, minlength=CELLS) / total
    held = own if what.model == "permutation" else shares
    for centre in range(CELLS):
        for size in range(1, NEAR.shape[1] + 1):
            cells = NEAR[centre, :size]
            if size > 1 and held[cells].sum() > what.share + 1e-12:
                break
            inside = np.isin(places, cells)
            for start, end in windows_of(DAYS, what):
                then = (steps >= start) & (steps < end)
                count = int((inside & then).sum())
                expected = float(held[cells].sum()) * int(then.sum())
                if count >= what.least and count > expected:
                    one = count * np.log(count / expected)
                    if count < total:
                        one += (total - count) * np.log((total - count) / (total - expected))
                    best = max(best, float(one))
    return best


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("alive", [True, False])
def test_the_first_cluster_is_the_best_of_all_cylinders(model: Model, alive: bool) -> None:
    chance = np.random.default_rng(1)
    shares = some_shares(chance)
    places, steps = quiet_world(chance, 150, shares)
    places = np.concatenate((places, np.repeat(NEAR[30, :4], 5)))
    steps = np.concatenate((steps, chance.integers(DAYS - 5, DAYS, 20)))
    what = asked(model, alive=alive, longest=6, share=0.3)
    found = scan(places, steps, NEAR, DAYS, shares, what)
    assert found[0].ratio == pytest.approx(best_by_hand(places, steps, shares, what))


@pytest.mark.parametrize("model", MODELS)
def test_a_cluster_is_found_where_and_when_it_is(model: Model) -> None:
    chance = np.random.default_rng(2)
    shares = some_shares(chance)
    hits, overlap = 0, []
    runs = 20
    for _ in range(runs):
        places, steps = quiet_world(chance, 600, shares)
        true = NEAR[int(chance.integers(CELLS)), :7]
        places = np.concatenate((places, chance.choice(true, 30)))
        steps = np.concatenate((steps, chance.integers(DAYS - 7, DAYS, 30)))
        found = scan(places, steps, NEAR, DAYS, shares, asked(model))
        if found:
            hits += 1
            same = len(set(found[0].cells) & set(true.tolist()))
            overlap.append(same / len(set(found[0].cells) | set(true.tolist())))
            assert found[0].start >= DAYS - 14
    assert hits >= 0.9 * runs
    assert np.median(overlap) >= 0.5


@pytest.mark.parametrize("model", MODELS)
def test_where_there_is_nothing_it_cries_as_seldom_as_it_says(model: Model) -> None:
    chance = np.random.default_rng(3)
    shares = some_shares(chance)
    runs = 120
    cries = sum(
        bool(scan(*quiet_world(chance, 400, shares), NEAR, DAYS, shares, asked(model, seed=n)))
        for n in range(runs)
    )
    assert cries <= stats.binom.ppf(0.999, runs, 0.05)


def test_busy_days_and_busy_cells_alone_are_no_cluster() -> None:
    """A storm that fills one day everywhere, and a cell that always has most of the cases."""
    chance = np.random.default_rng(4)
    shares = some_shares(chance)
    shares[10] = shares.sum()
    shares /= shares.sum()
    places = chance.choice(CELLS, 1200, p=shares)
    steps = np.concatenate((chance.integers(0, DAYS, 600), np.full(600, DAYS - 1)))
    for model in MODELS:
        assert scan(places, steps, NEAR, DAYS, shares, asked(model)) == []


def test_two_clusters_are_told_apart_and_share_no_cell() -> None:
    chance = np.random.default_rng(5)
    shares = some_shares(chance)
    places, steps = quiet_world(chance, 600, shares)
    first, second = NEAR[0, :4], NEAR[CELLS - 1, :4]
    places = np.concatenate((places, chance.choice(first, 50), chance.choice(second, 40)))
    steps = np.concatenate((steps, chance.integers(DAYS - 6, DAYS, 90)))
    found = scan(places, steps, NEAR, DAYS, shares, asked("poisson"))
    assert len(found) >= 2
    cells = [cell for one in found for cell in one.cells]
    assert len(cells) == len(set(cells))
    assert [one.ratio for one in found] == sorted((one.ratio for one in found), reverse=True)


def test_the_same_seed_gives_the_same_answer() -> None:
    chance = np.random.default_rng(6)
    shares = some_shares(chance)
    places, steps = quiet_world(chance, 300, shares)
    places = np.concatenate((places, np.repeat(NEAR[8, :3], 8)))
    steps = np.concatenate((steps, np.full(24, DAYS - 1)))
    what = asked("permutation", seed=9)
    assert scan(places, steps, NEAR, DAYS, shares, what) == scan(
        places, steps, NEAR, DAYS, shares, what
    )


def test_a_few_cases_are_never_a_cluster() -> None:
    shares = np.full(CELLS, 1 / CELLS)
    four = np.zeros(4, np.int64)
    assert scan(four, four, NEAR, DAYS, shares, asked("poisson")) == []
    assert scan(four[:0], four[:0], NEAR, DAYS, shares, asked("poisson")) == []


def test_a_cell_that_nothing_was_expected_of_is_not_infinitely_hot() -> None:
    chance = np.random.default_rng(8)
    shares = some_shares(chance)
    shares[3] = 0.0
    shares /= shares.sum()
    places, steps = quiet_world(chance, 300, shares)
    places, steps = np.append(places, [3] * 6), np.append(steps, [1, 5, 9, 13, 17, 21])
    found = scan(places, steps, NEAR, DAYS, shares, asked("poisson", level=1.0))
    assert not any(one.cells == (3,) for one in found)


@settings(max_examples=60)
@given(st.integers(1, 400), st.floats(0.01, 399.0))
def test_the_ratio_rises_with_the_count_and_is_nothing_below_the_expectation(
    count: int, expected: float
) -> None:
    less, more = ratio_of(np.array([count - 1.0, count]), np.full(2, expected), 400)
    assert more >= less >= 0
    assert (more == 0) == (count <= expected)


def test_windows_that_are_alive_end_with_the_last_day() -> None:
    assert windows_of(5, Scan(longest=3)) == [(4, 5), (3, 5), (2, 5)]
    assert (0, 3) in windows_of(5, Scan(longest=3, alive=False))
    assert len(windows_of(5, Scan(longest=3, alive=False))) == 12
