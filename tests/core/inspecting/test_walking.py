"""The order of a team's day goes along the roads of the site, where it has them."""

from datetime import date, timedelta
from itertools import pairwise, permutations

import numpy as np
import pytest

from commonward.core.inspecting.spreading import Crew, Floats, Spot, Stop, Walk, spread
from commonward.core.inspecting.walking import on_foot
from commonward.core.plans.roads import generated

DAYS = [date(2026, 3, 2) + timedelta(days=n) for n in range(5)]
LAT, LON = 27.80, 113.10


@pytest.fixture(scope="module")
def walk() -> Walk:
    """On foot in an invented town."""
    return on_foot(generated(3, rows=40, columns=40, lat=LAT, lon=LON))


def spots(count: int, seed: int = 5) -> list[Spot]:
    """Places of the town."""
    chance = np.random.default_rng(seed)
    drawn = chance.uniform(-0.015, 0.015, (count, 2))
    return [Spot(n, LAT + float(a), LON + float(b)) for n, (a, b) in enumerate(drawn)]


def walked(stops: list[Stop], known: list[Spot], walk: Walk) -> float:
    """Seconds from visit to visit, all teams and days together."""
    total = 0.0
    for team, on in {(one.team, one.on) for one in stops}:
        mine = sorted(
            (one for one in stops if (one.team, one.on) == (team, on)), key=lambda one: one.turn
        )
        far = walk([known[one.place] for one in mine])
        total += sum(float(far[n, m]) for n, m in pairwise(range(len(mine))))
    return total


def test_a_day_is_walked_in_less_time_than_in_the_order_of_straight_lines(walk: Walk) -> None:
    known = spots(240)
    crews = [Crew(team, 8) for team in range(6)]
    straight, by_road = spread(known, crews, DAYS), spread(known, crews, DAYS, walk=walk)
    assert {(s.place, s.team, s.on) for s in straight} == {(s.place, s.team, s.on) for s in by_road}
    assert walked(by_road, known, walk) < walked(straight, known, walk)
    assert spread(known, crews, DAYS, walk=walk) == by_road, "the same each time"


def test_a_wall_between_two_rows_is_walked_round_once() -> None:
    known = [Spot(n, LAT + (n % 2) * 0.0005, LON + n * 0.0004) for n in range(8)]

    def far(some: list[Spot]) -> Floats:
        row = np.array([one.id % 2 for one in some])
        at = np.array([one.id for one in some], np.float64)
        # From row to row only past the eastern end.
        round_it = (8 - at[:, None]) + (8 - at[None])
        return np.where(row[:, None] == row[None], np.abs(at[:, None] - at[None]), round_it + 5)

    stops = spread(known, [Crew(1, 8)], DAYS[:1], walk=far)  # type: ignore[arg-type]
    order = [one.place for one in sorted(stops, key=lambda one: one.turn)]
    table = far(known)
    best = min(
        sum(table[a, b] for a, b in pairwise((order[0], *rest)))
        for rest in permutations(set(range(8)) - {order[0]})
    )
    assert sum(table[a, b] for a, b in pairwise(order)) == best
    assert [n % 2 for n in order] in ([0] * 4 + [1] * 4, [1] * 4 + [0] * 4)


def test_there_and_back_are_alike_and_no_way_is_shorter_than_the_straight_one(walk: Walk) -> None:
    some = spots(12, seed=9)
    far = walk(some)
    assert np.array_equal(far, far.T)
    assert not far.diagonal().any()
    assert np.isfinite(far).all()
    assert walk(some[:1]).shape == (1, 1)


def test_places_that_no_road_reaches_are_ordered_all_the_same(walk: Walk) -> None:
    known = [*spots(4), *(Spot(4 + n, LAT + 2 + n * 0.001, LON) for n in range(4))]
    stops = spread(known, [Crew(1, 8)], DAYS[:1], walk=walk)
    assert sorted(one.place for one in stops) == list(range(8))
