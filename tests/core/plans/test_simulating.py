"""The simulation: every call is answered by who it should be, once, whatever the rule."""

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.queueing import nearest_first, solve, town
from commonward.core.plans.simulating import (
    CLOSEST,
    Calls,
    Fleet,
    Outcome,
    Plan,
    Policy,
    Roads,
    as_they_came,
    bootstrapped,
    fleet,
    invented,
    roads,
    simulate,
)
from commonward.core.refusals import Invalid

HOUR, WEEK = 3600.0, 604800.0


def plane(places: int, seed: int, wide: float = 900.0) -> np.ndarray:
    """Travel times between random places of a square."""
    spots = np.random.default_rng(seed).random((places, 2)) * wide
    return np.asarray(np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 20.0)


def fair(found: Outcome) -> None:
    """Nothing is lost, nothing double-sent: each job once, no unit in two places, no time backwards."""
    calls, many = found.calls, len(found.call)
    assert many == calls.needs.sum()
    np.testing.assert_array_equal(np.bincount(found.call, minlength=len(calls)), calls.needs.sum(1))
    assert (found.unit >= 0).all()
    assert np.isfinite(found.done).all()
    assert (calls.at[found.call] <= found.sent).all()
    assert (found.sent <= found.arrived).all()
    np.testing.assert_allclose(found.done - found.arrived, calls.service[found.call], atol=1e-4)
    order = np.lexsort((found.sent, found.unit))
    same = found.unit[order][1:] == found.unit[order][:-1]
    assert (found.sent[order][1:][same] >= found.done[order][:-1][same]).all()
    for kind in range(calls.needs.shape[1]):
        sent = np.bincount(found.call[found.fleet.kind[found.unit] == kind], minlength=len(calls))
        np.testing.assert_array_equal(sent, calls.needs[:, kind])
    np.testing.assert_allclose(
        found.work, np.bincount(found.unit, found.done - found.sent, len(found.fleet)), rtol=1e-9
    )


def two_kinds(
    seed: int, units: int = 14, places: int = 40
) -> tuple[Calls, Roads, Fleet, np.ndarray]:
    """A town with two kinds of units, shifts, hours, priorities and calls that need several."""
    chance = np.random.default_rng(seed)
    table = plane(places, seed)
    kind = np.arange(units) % 2
    shifts = np.tile([0.0, WEEK], (units, 1, 1))
    starts = np.array([0.0, 40.0, 80.0, 120.0]) * HOUR
    shifts[2:6, 0] = np.stack([starts, starts + 90 * HOUR], axis=1)
    hourly = 9.0 + 5.0 * np.sin(np.arange(168) / 24 * 2 * np.pi)
    drawn = invented(
        hourly,
        chance.dirichlet(np.ones(places)),
        1500.0,
        urgency=np.array([0.3, 0.5, 0.2]),
        needs=np.array([[1, 0], [0, 1], [2, 1]]),
        types=np.array([0.5, 0.3, 0.2]),
    )
    here = roads(np.stack([table * (1 + 0.4 * (7 <= hour % 24 <= 9)) for hour in range(24)]))
    posts = chance.integers(0, places, units)
    return drawn.draw(12, seed), here, fleet(posts, kind, shifts, 45.0), table


POLICIES = [
    CLOSEST,
    Policy("cover", busy=0.3, target=400.0),
    Policy("cover", weight=600.0, lateness=200.0, target=400.0, effort=1e-4, rise=0.02),
    Policy("home", weight=300.0, rings=((200.0, 0.5), (400.0, 1.0))),
]


@pytest.mark.parametrize("policy", POLICIES)
def test_of_many_thousand_calls_none_is_lost_and_none_double_sent(policy: Policy) -> None:
    calls, here, crew, _ = two_kinds(3)
    found = simulate(calls, here, Plan(crew, policy))
    assert len(calls) > 15_000
    assert found.waited.any() and not found.waited.all()
    fair(found)
    shift = crew.shifts[found.unit, 0]
    moment = found.sent % WEEK
    within = ((shift[:, 0] <= moment) & (moment <= shift[:, 1])) | (moment <= shift[:, 1] - WEEK)
    assert within.all()


def test_of_100_000_calls_none_is_lost_and_none_double_sent() -> None:
    chance = np.random.default_rng(8)
    table = plane(80, 8)
    drawn = invented(24.0, chance.dirichlet(np.ones(80)), 1500.0, urgency=np.array([0.2, 0.8]))
    calls = drawn.draw(100_000 / (24 * 168) + 0.2, 8)
    assert len(calls) >= 100_000
    crew = fleet(chance.integers(0, 80, 16), turnout=30.0)
    found = simulate(calls, roads(table), Plan(crew, Policy("cover", weight=200.0, target=400.0)))
    assert found.waited.any()
    fair(found)


def by_hand(calls: Calls, table: np.ndarray, crew: Fleet) -> list[tuple[int, float, float]]:
    """The nearest idle unit and all home again, written the slow way: unit, sent, arrived per call."""
    free_at, place = [0.0] * len(crew), [int(post) for post in crew.home]
    left: list[float] = [-1e9] * len(crew)
    events: list[tuple[float, int, int]] = []
    waiting: list[tuple[int, float, int]] = []
    found: dict[int, tuple[int, float, float]] = {}
    busy = [False] * len(crew)

    def seconds(unit: int, goal: int, now: float) -> float:
        home = int(crew.home[unit])
        way = float(np.float32(table[place[unit], home]))
        if now >= left[unit] + way:
            return float(np.float32(table[home, goal])) + float(crew.turnout[unit])
        part = (now - left[unit]) / way
        return (1 - part) * float(np.float32(table[place[unit], goal])) + part * float(
            np.float32(table[home, goal])
        )

    def send(unit: int, call: int, now: float, way: float) -> None:
        busy[unit] = True
        found[call] = (unit, now, now + way)
        free_at[unit] = now + way + calls.service[call]
        place[unit] = int(calls.place[call])
        heapq.heappush(events, (free_at[unit], 0, unit))

    for call in range(len(calls)):
        heapq.heappush(events, (float(calls.at[call]), 1, call))
    while events:
        now, what, number = heapq.heappop(events)
        if what == 1:
            ways = [
                (seconds(unit, int(calls.place[number]), now), unit)
                for unit in range(len(crew))
                if not busy[unit]
            ]
            if ways:
                way, unit = min(ways)
                send(unit, number, now, way)
            else:
                heapq.heappush(waiting, (int(calls.priority[number]), now, number))
            continue
        busy[number] = False
        if waiting:
            _, _, call = heapq.heappop(waiting)
            send(number, call, now, float(np.float32(table[place[number], calls.place[call]])))
        else:
            left[number] = now
    return [found[call] for call in range(len(calls))]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(2, 9), st.floats(50, 3000))
def test_the_nearest_idle_unit_is_sent_as_when_reckoned_by_hand(
    seed: int, units: int, places: int, gap: float
) -> None:
    chance = np.random.default_rng(seed)
    table = plane(places, seed)
    many = 60
    calls = as_they_came(
        np.cumsum(chance.exponential(gap, many)),
        chance.integers(0, places, many),
        chance.exponential(800.0, many),
        chance.integers(0, 3, many),
    )
    crew = fleet(chance.integers(0, places, units), turnout=30.0)
    found = simulate(calls, roads(table), Plan(crew))
    slow = by_hand(calls, table, crew)
    assert found.unit.tolist() == [row[0] for row in slow]
    np.testing.assert_allclose(found.sent, [row[1] for row in slow], atol=0.05)
    np.testing.assert_allclose(found.arrived, [row[2] for row in slow], atol=0.05)


def test_the_simulated_town_is_as_busy_as_the_exact_model_says() -> None:
    chance = np.random.default_rng(2)
    places, units, stay = 25, 6, 3600.0
    table = plane(places, 2) / 1000.0
    demand = chance.dirichlet(np.full(places, 3.0))
    posts = chance.choice(places, units, replace=False)
    exact = solve(
        town(demand * 3.6, nearest_first(table[posts]), np.ones(units), "infinite")
    ).measures
    loads, waits = [], []
    for seed in range(6):
        calls = invented(3.6, demand, stay).draw(100, seed)
        found = simulate(calls, roads(table), Plan(fleet(posts)))
        loads.append(found.workload)
        waits.append(found.waited.mean())
    np.testing.assert_allclose(np.mean(loads, axis=0), exact.workloads, rtol=0.02)
    assert np.mean(waits) == pytest.approx(exact.wait, rel=0.05)


def test_the_more_urgent_waits_less_and_who_came_first_goes_first() -> None:
    calls = as_they_came(
        np.array([0.0, 10.0, 20.0, 30.0]),
        np.zeros(4, int),
        np.full(4, 100.0),
        np.array([1, 1, 0, 1]),
    )
    found = simulate(calls, roads(np.full((1, 1), 5.0)), Plan(fleet([0])))
    assert np.argsort(found.sent).tolist() == [0, 2, 1, 3]
    assert found.waited.tolist() == [False, True, True, True]
    np.testing.assert_allclose(found.response, [5.0, 205.0, 90.0, 290.0])


def test_a_unit_on_its_way_home_starts_from_where_it_is() -> None:
    table = np.array([[0.0, 100.0, 100.0], [100.0, 0.0, 40.0], [100.0, 40.0, 0.0]])
    calls = as_they_came(np.array([0.0, 160.0]), np.array([1, 2]), np.array([50.0, 10.0]))
    found = simulate(calls, roads(table), Plan(fleet([0], turnout=7.0)))
    # Out 107, at work 50; at 160 three hundredths of the way home are gone.
    np.testing.assert_allclose(found.arrived, [107.0, 160.0 + 0.97 * 40.0 + 0.03 * 100.0])
    assert found.moved[0] == pytest.approx(3.0 + 100.0)
    assert found.moves[0] == 2


def test_slow_hours_have_their_own_travel_times() -> None:
    tables = np.stack([np.full((1, 1), 60.0), np.full((1, 1), 600.0)])
    slot = [1 if hour % 24 == 8 else 0 for hour in range(168)]
    calls = as_they_came(np.array([0.0, 8.5 * HOUR]), np.zeros(2, int), np.full(2, 10.0))
    found = simulate(calls, roads(tables, slot), Plan(fleet([0])))
    np.testing.assert_allclose(found.response, [60.0, 600.0])


def test_who_is_off_duty_is_not_sent_and_a_shift_over_sunday_night_counts() -> None:
    shifts = np.array([[[160 * HOUR, 172 * HOUR]], [[4 * HOUR, 12 * HOUR]]])
    crew = fleet([0, 0], shifts=shifts)
    at = np.array([1.0, 3.9, 5.0, 100.0, 161.0]) * HOUR
    calls = as_they_came(at, np.zeros(5, int), np.full(5, 60.0))
    found = simulate(calls, roads(np.full((1, 1), 5.0)), Plan(crew))
    assert found.unit.tolist() == [0, 0, 1, 0, 0]
    # The fourth comes when nobody is there, and waits for the Sunday shift.
    assert found.response[3] == pytest.approx(60 * HOUR + 5.0)


def test_dynamic_cover_goes_where_it_adds_most_and_weighs_cover_in_sending() -> None:
    # Two places that reach nobody else: whoever is left covers the one with more demand.
    table = np.array([[10.0, 500.0, 80.0], [500.0, 10.0, 90.0], [80.0, 90.0, 10.0]])
    demand = np.array([[0.3, 0.7, 0.0]])
    policy = Policy("cover", busy=0.2, target=50.0, demand=demand, rise=0.1)
    calls = as_they_came(np.array([0.0, 50.0]), np.array([1, 1]), np.array([5000.0, 10.0]))
    moved = simulate(calls, roads(table), Plan(fleet([0, 1]), policy))
    # Unit 1 leaves; unit 0 moves up to the greater place and is on its way when the second call comes.
    assert moved.unit.tolist() == [1, 0]
    assert moved.arrived[1] == pytest.approx(50.0 + 0.9 * 500.0 + 0.1 * 10.0)
    stays = simulate(calls, roads(table), Plan(fleet([0, 1]), policy.with_(rise=float("inf"))))
    assert stays.arrived[1] == pytest.approx(550.0)
    between = as_they_came(np.array([0.0]), np.array([2]), np.array([10.0]))
    assert simulate(between, roads(table), Plan(fleet([0, 1]), policy)).unit.tolist() == [0]
    dear = policy.with_(demand=np.array([[0.7, 0.3, 0.0]]))
    assert simulate(between, roads(table), Plan(fleet([0, 1]), dear)).unit.tolist() == [0]
    weighed = dear.with_(weight=60.0)
    assert simulate(between, roads(table), Plan(fleet([0, 1]), weighed)).unit.tolist() == [1]


def test_the_same_seed_gives_the_same_calls_and_the_same_outcome() -> None:
    calls, here, crew, _ = two_kinds(5)
    again, _, _, _ = two_kinds(5)
    one = simulate(calls, here, Plan(crew, POLICIES[2]))
    two = simulate(again, here, Plan(crew, POLICIES[2]))
    np.testing.assert_array_equal(one.arrived, two.arrived)
    np.testing.assert_array_equal(one.unit, two.unit)
    assert not np.array_equal(
        invented(5.0, np.ones(3), 9.0).draw(1, 1).at, invented(5.0, np.ones(3), 9.0).draw(1, 2).at
    )


def test_drawn_weeks_are_whole_days_of_the_past_on_their_weekday() -> None:
    past = two_kinds(6)[0]
    drawn = bootstrapped(past, 5, 1)
    day = 24 * HOUR
    for number in range(35):
        one = drawn.at[(drawn.at >= number * day) & (drawn.at < (number + 1) * day)] % day
        sources = [
            past.at[
                (past.at >= (w * 7 + number % 7) * day) & (past.at < (w * 7 + number % 7 + 1) * day)
            ]
            % day
            for w in range(12)
        ]
        assert any(len(one) == len(each) and np.allclose(one, each) for each in sources)
    assert (np.diff(drawn.at) >= 0).all()


def test_hours_with_more_calls_have_more() -> None:
    hourly = np.where(np.arange(168) % 24 < 12, 20.0, 5.0)
    drawn = invented(hourly, np.ones(4), 600.0).draw(10, 1)
    early = (drawn.hours < 12).sum()
    assert early / len(drawn) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"calls": as_they_came(np.zeros(1), np.array([9]), np.ones(1))}, "do not know"),
        ({"crew": fleet([0], kind=[1])}, "none is ever on duty"),
        ({"policy": Policy("table")}, "needs the table"),
        ({"policy": Policy("table", table=np.zeros((3, 1), int))}, "2 rows of 1"),
        ({"policy": Policy("table", table=np.array([[0], [1]]))}, "no post"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, object], words: str) -> None:
    calls = as_they_came(np.zeros(1), np.array([0]), np.ones(1))
    given_ = {"calls": calls, "crew": fleet([0]), "policy": CLOSEST, **change}
    with pytest.raises(Invalid, match=words):
        simulate(given_["calls"], roads(np.ones((2, 2))), Plan(given_["crew"], given_["policy"]))  # type: ignore[arg-type]


def test_shifts_calls_and_roads_that_cannot_be_are_refused() -> None:
    with pytest.raises(Invalid, match="overlap"):
        fleet([0], shifts=np.array([[[0.0, 10.0], [5.0, 20.0]]]))
    with pytest.raises(Invalid, match="does not end before"):
        fleet([0], shifts=np.array([[[10.0, 5.0]]]))
    with pytest.raises(Invalid, match="at least one unit"):
        as_they_came(np.zeros(1), np.zeros(1, int), np.ones(1), needs=np.zeros((1, 1), int))
    with pytest.raises(Invalid, match="must be reached"):
        roads(np.array([[0.0, np.inf], [1.0, 0.0]]))
