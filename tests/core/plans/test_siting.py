"""Posts from past calls, judged: against brute force, Erlang, and what must always hold."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from commonward.core.plans.roads import generated
from commonward.core.plans.running import Watch
from commonward.core.plans.siting import Period, Question, answered, by_road, straight
from commonward.core.plans.siting.playing import Stage
from commonward.core.refusals import Invalid

SPEED, SIDE = 10.0, 500.0
DAY = Period("whole", 0, 0)


def question(**more: Any) -> Question:
    """Two weeks of calls over twelve cells, six sites, two units at the first today."""
    chance = np.random.default_rng(4)
    cells = np.stack([27.8 + 0.03 * chance.random(12), 113.1 + 0.03 * chance.random(12)], axis=1)
    sites = np.stack([27.8 + 0.03 * chance.random(6), 113.1 + 0.03 * chance.random(6)], axis=1)
    asked = Question(
        at=np.sort(np.floor(chance.random(200) * 14 * 86_400 / 60) * 60),
        cell=chance.integers(0, 12, 200),
        cells=cells,
        sites=sites,
        today=(0, 0),
        model="p_median",
        limit=240.0,
        goal=300.0,
        count=2,
        keep=False,
        must=(),
        forbidden=(),
        most=1,
        stay=1_200.0,
        turnout=30.0,
        periods=(DAY,),
        weeks=2,
    )
    return replace(asked, **more)


def table(asked: Question) -> np.ndarray:
    return straight(asked.cells, asked.sites, SPEED, SIDE)


def answer(asked: Question, seed: int = 1, **watched: Any) -> dict[str, Any]:
    found = answered(asked, lambda _: table(asked), seed, Watch(**watched), lambda _: None)
    one: dict[str, Any] = found["periods"][0]
    return one


def test_the_posts_are_those_that_trying_all_pairs_finds() -> None:
    asked = question()
    seconds = table(asked)[12:, :12].T + asked.turnout
    demand = asked.demand(DAY)
    best = min(
        itertools.combinations(range(6), 2),
        key=lambda pair: float(seconds[:, list(pair)].min(axis=1) @ demand),
    )
    assert tuple(answer(asked)["homes"]) == best


def test_before_is_today_and_after_is_never_worse_where_units_are_always_free() -> None:
    one = answer(question(stay=60.0))
    assert one["after"]["mean"] <= one["before"]["mean"]
    rows = {row["figure"]: row for row in one["table"]}
    # With hardly any work at the scene, playing and reckoning are the same to a second.
    assert rows["mean"]["after"][0] == pytest.approx(one["after"]["mean"], abs=3)
    low, high = rows["mean"]["after"][1:]
    assert low <= rows["mean"]["after"][0] <= high


def test_the_hypercube_and_the_calls_played_through_agree() -> None:
    one = answer(question())
    rows = {row["figure"]: row for row in one["table"]}
    assert one["queue"]["exact"]
    assert one["queue"]["mean"] == pytest.approx(rows["mean"]["after"][0], rel=0.1)
    work = [unit["workload"] for unit in one["queue"]["units"]]
    assert np.mean(work) == pytest.approx(rows["workload"]["after"][0], rel=0.15)
    assert sum(unit["share"] for unit in one["queue"]["units"]) == pytest.approx(1.0)


def test_more_calls_than_units_can_serve_are_told_and_not_reckoned() -> None:
    one = answer(question(stay=3 * 86_400.0))
    load, most = one["queue"]["overloaded"]
    assert load > most


def test_each_row_of_the_posts_for_free_units_adds_to_those_above() -> None:
    one = answer(question(count=4))
    within = [row["within"] for row in one["stand"]]
    assert within == sorted(within) and [row["free"] for row in one["stand"]] == [1, 2, 3, 4]
    assert {row["site"] for row in one["stand"]} <= set(one["homes"])
    # The first is the one post that has most calls within the target.
    asked = question(count=4)
    seconds = table(asked)[12:, :12].T + asked.turnout
    alone = [(seconds[:, site] <= asked.limit) @ asked.demand(DAY) for site in one["homes"]]
    assert within[0] == pytest.approx(max(alone) / asked.demand(DAY).sum())


def test_todays_units_move_with_the_least_way_in_all() -> None:
    asked = question(today=(0, 1, 2), count=3)
    one = answer(asked)
    between = table(asked)[12:, 12:]
    told = sum(between[asked.today[unit], post] for unit, post in one["moves"])
    least = min(
        sum(between[asked.today[n], post] for n, post in enumerate(order))
        for order in itertools.permutations(one["homes"])
    )
    assert told == pytest.approx(least)
    assert sorted(post for _, post in one["moves"]) == sorted(one["homes"])


def test_kept_and_named_posts_are_open_and_forbidden_ones_closed() -> None:
    one = answer(question(keep=True, must=(3,), count=3))
    assert {0, 3} <= set(one["homes"])
    assert not {1, 2} & set(answer(question(forbidden=(1, 2), count=4))["homes"])
    with pytest.raises(Invalid):
        answer(question(keep=True, must=(3,), count=1))


def test_day_and_night_hours_are_told_apart_over_midnight() -> None:
    night, day = Period("night", 22, 6), Period("day", 6, 22)
    assert night.hours == (22, 23, 0, 1, 2, 3, 4, 5) and night.middle == 2
    asked = question()
    assert asked.of_period(night).sum() + asked.of_period(day).sum() == 200
    assert (asked.of_period(night) ^ asked.of_period(day)).all()
    assert asked.demand(night) + asked.demand(day) == pytest.approx(asked.demand(DAY))


def test_work_at_night_is_told_as_a_share_of_the_night() -> None:
    asked = question()
    night = Period("night", 20, 8)
    whole = Stage(asked, DAY, table(asked), 1)
    half = Stage(asked, night, table(asked), 1)
    homes = [0, 1]
    # Half of the calls in half of the time are the same work.
    assert half.played(homes, half.came())["workload"] == pytest.approx(
        whole.played(homes, whole.came())["workload"], rel=0.3
    )


def test_a_way_by_road_is_never_shorter_than_the_straight_line_at_the_fastest() -> None:
    graph = generated(3, rows=24, columns=24)
    asked = question()
    lat, lon = float(np.median(graph.lat)), float(np.median(graph.lon))
    cells = asked.cells - np.array([27.815, 113.115]) + np.array([lat, lon])
    sites = asked.sites - np.array([27.815, 113.115]) + np.array([lat, lon])
    roads = by_road(graph, cells, sites, 12, SPEED, 0.0)
    air = straight(cells, sites, 120 / 3.6, 0.0)
    assert np.isfinite(roads).all() and (roads >= air - 1e-6).all()
    # A call comes from anywhere in its cell, a unit leaves from its post.
    wide = by_road(graph, cells, sites, 12, SPEED, SIDE)
    assert wide[:, :12] - roads[:, :12] == pytest.approx(0.3826 * SIDE / SPEED)
    assert (wide[:, 12:] == roads[:, 12:]).all()
