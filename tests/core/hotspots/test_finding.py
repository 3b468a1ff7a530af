"""All of it together, from points: what is found, and how seldom where there is nothing."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from commonward.core.hotspots.finding import Found, Points, Question, find
from commonward.core.hotspots.ground import Ints
from commonward.core.hotspots.scan import Model

SOUTH, WEST, SIZE = 27.78, 113.08, 0.04
QUESTION = Question(first=364, weeks=12, replicates=99, cells=19)


def by_chance(chance: np.random.Generator, count: int, days: int = 364 + 84) -> Points:
    """Points of a town with a busy middle and a quiet rim; four in ten are of the wanted kind."""
    return Points(
        SOUTH + SIZE / 2 + chance.normal(0, SIZE / 6, count),
        WEST + SIZE / 2 + chance.normal(0, SIZE / 6, count),
        chance.integers(0, days, count),
        chance.random(count) < 0.4,
    )


def more(points: Points, lat: float, lon: float, days: Ints) -> Points:
    """The same with wanted ones at one place on these days."""
    count = len(days)
    return Points(
        np.append(points.lats, np.full(count, lat)),
        np.append(points.lons, np.full(count, lon)),
        np.append(points.days, days),
        np.append(points.wanted, np.ones(count, np.bool_)),
    )


def kinds(found: Found) -> list[str]:
    return [one.kind for one in found.places]


def test_where_nothing_happened_hardly_any_map_says_so() -> None:
    chance = np.random.default_rng(1)
    maps, with_cells, with_clusters = 60, 0, 0
    for seed in range(maps):
        found = find(by_chance(chance, 4000), replace(QUESTION, seed=seed))
        with_cells += "cells" in kinds(found)
        with_clusters += "cluster" in kinds(found)
    bound = stats.binom.ppf(0.999, maps, 0.05)
    assert with_cells <= bound
    assert with_clusters <= bound


@pytest.mark.parametrize("model", ["poisson", "permutation"])
def test_a_place_that_heats_up_is_found_by_both_and_emerging(model: Model) -> None:
    chance = np.random.default_rng(2)
    days = chance.integers(364 + 63, 364 + 84, 30)
    lat, lon = SOUTH + 0.6 * SIZE, WEST + 0.6 * SIZE
    points = more(by_chance(chance, 4000), lat, lon, days)
    found = find(points, replace(QUESTION, model=model))
    assert set(kinds(found)) == {"cells", "cluster"}
    assert all(one.course == "emerging" for one in found.places)
    assert all(one.observed >= 25 for one in found.places)
    assert all(one.low > 1 for one in found.places)


def test_a_place_that_was_hot_and_is_no_more_is_ending() -> None:
    chance = np.random.default_rng(3)
    days = chance.integers(364, 364 + 40, 40)
    points = more(by_chance(chance, 4000), SOUTH + 0.6 * SIZE, WEST + 0.6 * SIZE, days)
    hot = [one for one in find(points, QUESTION).places if one.kind == "cells"]
    assert [one.course for one in hot] == ["ending"]


def test_a_place_that_always_was_busy_is_no_hotspot_by_its_own_history() -> None:
    """Whoever lives at a busy corner is used to it: hot is what is more than usual there."""
    chance = np.random.default_rng(4)
    days = chance.integers(0, 364 + 84, 300)
    points = more(by_chance(chance, 4000), SOUTH + 0.6 * SIZE, WEST + 0.6 * SIZE, days)
    usual = find(points, QUESTION)
    against_all = find(points, replace(QUESTION, exposure="mix"))
    assert "cells" not in kinds(usual)
    assert "cells" in kinds(against_all)
    assert all(one.course == "steady" for one in against_all.places if one.kind == "cells")


def test_without_a_past_all_problems_together_are_held_against_an_even_ground() -> None:
    chance = np.random.default_rng(5)
    points = by_chance(chance, 800)
    now = Points(points.lats, points.lons, points.days % 84 + 364, np.ones(800, np.bool_))
    assert find(now, QUESTION).exposure == "even"


def test_a_window_without_a_case_has_no_hotspot() -> None:
    chance = np.random.default_rng(6)
    points = by_chance(chance, 500, days=300)
    found = find(points, QUESTION)
    assert (found.cases, found.places, found.cells) == (0, (), ())


def test_the_same_points_give_the_same_answer() -> None:
    points = by_chance(np.random.default_rng(7), 1500)
    assert find(points, QUESTION) == find(points, QUESTION)
