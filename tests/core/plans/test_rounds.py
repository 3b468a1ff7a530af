"""Rounds of a few streets and points against every round there is; fairness, steps, files."""

import itertools
import math
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.rounds.fairness import drawn, rates, turned, worth
from commonward.core.plans.rounds.gpx import NAMESPACE, gpx
from commonward.core.plans.rounds.points import Break, Point, Shift, plan_points
from commonward.core.plans.rounds.steps import Leg, steps
from commonward.core.plans.rounds.streets import Network, Street, network, plan_streets
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import Invalid


def least_round(area: Network, order: tuple[int, ...]) -> float:
    """The least cost of serving these streets in this order, over all directions."""
    least = math.inf
    for turns in itertools.product((True, False), repeat=len(order)):
        at, cost = area.depot, 0.0
        for index, forwards in zip(order, turns, strict=True):
            street = area.streets[index]
            if street.one_way and not forwards:
                cost = math.inf
            start, end = (street.start, street.end) if forwards else (street.end, street.start)
            cost += float(area.ways[at, start]) + street.serve
            at = end
        least = min(least, cost + float(area.ways[at, area.depot]))
    return least


def least_plan(area: Network, room: float, longest: float, opening: float) -> float:
    """The least cost of all plans: the best round of each set, then the best split into sets."""
    wanted = [index for index, one in enumerate(area.streets) if one.demand > 0]
    best = {}
    for size in range(1, len(wanted) + 1):
        for chosen in itertools.combinations(wanted, size):
            cost = min(least_round(area, order) for order in itertools.permutations(chosen))
            if sum(area.streets[one].demand for one in chosen) <= room and cost <= longest:
                best[frozenset(chosen)] = cost + opening
    whole = {frozenset[int](): 0.0}
    for size in range(1, len(wanted) + 1):
        for chosen in itertools.combinations(wanted, size):
            rest = frozenset(chosen)
            costs = [
                cost + whole[rest - part]
                for part, cost in best.items()
                if part <= rest and min(rest) in part
            ]
            whole[rest] = min(costs, default=math.inf)
    return whole[frozenset(wanted)]


STREETS = st.lists(
    st.builds(
        Street,
        start=st.integers(0, 3),
        end=st.integers(0, 3),
        way=st.integers(1, 9).map(float),
        serve=st.integers(0, 9).map(float),
        demand=st.integers(1, 4).map(float),
        one_way=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
RING = [Street(a, (a + 1) % 4, 7.0) for a in range(4)]


@given(STREETS, st.integers(4, 8), st.sampled_from([math.inf, 60.0]), st.sampled_from([0.0, 25.0]))
@settings(max_examples=50, deadline=None)
def test_rounds_on_a_few_streets_cost_as_little_as_any(
    streets: list[Street], room: int, longest: float, opening: float
) -> None:
    area = network([*RING, *streets], 0)
    least = least_plan(area, room, longest, opening)
    found = plan_streets(area, room, longest=longest, opening=opening, effort=2_000)
    assert found.cost + opening * len(found.rounds) == pytest.approx(least)
    served = sorted(street for one in found.rounds for street, _ in one.streets)
    assert served == list(range(4, 4 + len(streets)))
    for one in found.rounds:
        assert one.load == sum(area.streets[street].demand for street, _ in one.streets) <= room
        assert one.cost <= longest
        # The cost told is that of the way told.
        at, cost = 0, 0.0
        for street, forwards in one.streets:
            way = area.streets[street]
            assert forwards or not way.one_way
            start, end = (way.start, way.end) if forwards else (way.end, way.start)
            cost += area.ways[at, start] + way.serve
            at = end
        assert one.cost == pytest.approx(cost + area.ways[at, 0])
        nodes = area.nodes_of(one)
        assert nodes[0] == nodes[-1] == 0
        steps_ = {(s.start, s.end) for s in area.streets}
        steps_ |= {(s.end, s.start) for s in area.streets if not s.one_way}
        assert set(itertools.pairwise(nodes)) <= steps_


def egl(shared: Path, name: str) -> tuple[Network, float, int, int]:
    """(streets, room, proven lower bound, best known) of a file of the CARP library."""
    lines = (shared / "data" / "plans" / "carp" / f"{name}.dat").read_text().split("\n")
    count = int(lines[1])
    rows = [tuple(map(int, line.split())) for line in lines[2 : 2 + count]]
    rest = [int(line) for line in lines[2 + count :] if line.strip()]
    streets = [Street(a, b, c, float(c if d else 0), d) for a, b, c, d in rows]
    return network(streets, 0), float(rest[1]), rest[2], rest[3]


def test_rounds_of_a_county_come_near_the_best_known_and_never_below_its_bound(
    shared: Path,
) -> None:
    area, room, bound, best = egl(shared, "egl-e4-C")
    found = plan_streets(area, room, effort=100_000, seed=2)
    assert bound <= found.cost <= best * 1.02
    wanted = [index for index, one in enumerate(area.streets) if one.demand > 0]
    assert sorted(street for one in found.rounds for street, _ in one.streets) == wanted
    assert max(one.load for one in found.rounds) <= room
    assert plan_streets(area, room, effort=100_000, seed=2) == found


def test_a_run_on_streets_that_is_stopped_keeps_the_best_so_far(shared: Path) -> None:
    area, room, bound, _ = egl(shared, "egl-e4-C")
    told: list[Progress] = []
    watch = Watch(tell=told.append, stop=lambda: len(told) >= 2)
    found = plan_streets(area, room, effort=20_000, watch=watch)
    assert found.stopped and len(told) == 2 and found.cost >= bound
    assert told[1].best == pytest.approx(found.cost)


@pytest.mark.parametrize(
    ("streets", "room", "longest", "words"),
    [
        ([Street(0, 1, 5, 5, 9)], 8, math.inf, "alone has a demand of 9"),
        ([Street(0, 1, 5, 5, 1)], 8, 9, "alone takes 10"),
        ([Street(0, 1, 5, 5, 1), Street(2, 3, 5, 5, 1)], 8, math.inf, "no way from the depot"),
        ([Street(0, 1, 5, 5, 1, one_way=True)], 8, math.inf, "no way from the depot"),
        ([Street(0, 1, -5, 5, 1)], 8, math.inf, "0 or more"),
    ],
)
def test_streets_that_no_round_can_serve_are_refused_in_words(
    streets: list[Street], room: float, longest: float, words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        plan_streets(network(streets, 0), room, longest=longest)


LINE = np.abs(np.arange(6)[:, None] - np.arange(6)[None, :]).astype(np.int64) * 100


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5), st.integers(0, 400), st.integers(0, 1500), st.integers(0, 500)
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=25, deadline=None)
def test_points_are_visited_as_well_as_by_any_order_of_any_of_them(
    wishes: list[tuple[int, int, int, int]],
) -> None:
    points = [
        Point(place, 60, ((opens, opens + 500),), worth_) for place, worth_, opens, _ in wishes
    ]
    found = plan_points(points, [Shift(0, 0, 2000)], LINE, steps=300)
    best = 0
    for size in range(1, len(points) + 1):
        for order in itertools.permutations(range(len(points)), size):
            at, now, drive, gain = 0, 0, 0, 0
            for index in order:
                way = int(LINE[at, points[index].place])
                (opens, closes), at = points[index].windows[0], points[index].place
                now = max(now + way, opens)
                # After its window no visit begins.
                gain += points[index].worth or 0
                drive += way
                now = now + 60 if now <= closes else 10**9
            if now + LINE[at, 0] <= 2000:
                best = max(best, gain - drive - int(LINE[at, 0]))
    visited = [stop.point for one in found.rounds for stop in one.stops]
    gained = sum(points[one].worth or 0 for one in visited if one is not None)
    assert gained - found.driving == best
    assert sorted([*visited, *found.left_out], key=str) == list(range(len(points)))


def test_shifts_of_two_agencies_rest_keep_windows_and_visit_only_what_is_theirs() -> None:
    points = [
        Point(1, 100, agencies=frozenset({"fire"})),
        Point(2, 100, ((1000, 1200), (5000, 5200))),
        Point(4, 100, agencies=frozenset({"police"})),
        Point(5, 100, worth=5),
        Point(5, 100, worth=90_000),
    ]
    shifts = [
        Shift(0, 0, 4000, "fire", rest=Break(0, 900, 1500, 2500)),
        Shift(3, 0, 4000, "police", longest=2500),
    ]
    found = plan_points(points, shifts, LINE, steps=500)
    assert found.left_out in ((3,), ())
    by_shift = {one.shift: one for one in found.rounds}
    fire = {stop.point for stop in by_shift[0].stops}
    police = {stop.point for stop in by_shift[1].stops}
    assert 0 in fire and None in fire and 2 in police and None not in police
    rest = next(stop for stop in by_shift[0].stops if stop.point is None)
    assert 1500 <= rest.begins <= 2500 and rest.ends - rest.begins == 900
    begun = next(s.begins for one in found.rounds for s in one.stops if s.point == 1)
    assert 1000 <= begun <= 1200
    for one in found.rounds:
        at, now = shifts[one.shift].depot, one.leaves
        for stop in one.stops:
            assert stop.begins >= now + LINE[at, stop.place]
            at, now = stop.place, stop.ends
        assert one.returns == now + LINE[at, shifts[one.shift].depot]
    assert by_shift[1].returns - by_shift[1].leaves <= 2500


def test_a_visit_that_no_shift_can_make_is_the_reason() -> None:
    with pytest.raises(Invalid, match="No shift can visit point 1"):
        plan_points([Point(1), Point(5, 60, ((0, 100),))], [Shift(0, 0, 4000)], LINE)
    # Each alone fits, both do not.
    both = [Point(5, 60, ((500, 510),)), Point(1, 60, ((500, 510),))]
    with pytest.raises(Invalid, match="No plan was found"):
        plan_points(both, [Shift(0, 0, 4000)], LINE, steps=200)


@given(
    st.lists(
        st.tuples(st.floats(0.1, 9), st.floats(0, 0.4), st.floats(0.45, 1)), min_size=2, max_size=12
    ),
    st.floats(0, 1),
    st.integers(0, 10**6),
)
@settings(max_examples=30, deadline=None)
def test_each_place_is_visited_at_its_rate_within_its_bounds_whatever_the_seed(
    places: list[tuple[float, float, float]], share: float, seed: int
) -> None:
    wishes, low, high = map(list, zip(*places, strict=True))
    a_day = sum(low) + share * (sum(high) - sum(low))
    rate = rates(wishes, low, high, a_day)
    assert sum(rate) == pytest.approx(a_day, abs=1e-6)
    assert all(a - 1e-9 <= r <= b + 1e-9 for a, r, b in zip(low, rate, high, strict=True))
    days = 1_500
    counts: Counter[int] = Counter()
    for day in range(days):
        today = drawn(rate, seed, day)
        assert len(set(today)) == len(today)
        assert math.floor(sum(rate) - 1e-6) <= len(today) <= math.ceil(sum(rate) + 1e-6)
        counts.update(today)
    for place, wanted in enumerate(rate):
        # Five standard errors: one in two million honest draws.
        assert abs(counts[place] / days - wanted) <= 5 * math.sqrt(wanted / days + 1e-9) + 1e-9


def test_the_order_of_a_day_tells_nothing_of_the_next_and_comes_again_with_its_seed() -> None:
    rate = [0.5] * 10
    assert drawn(rate, 7, 3) == drawn(rate, 7, 3)
    first = Counter(drawn(rate, 7, day)[0] for day in range(2_000))
    assert all(150 <= first[place] <= 250 for place in range(10))
    # Knowing that 0 is visited today does not help to know tomorrow.
    visited = [0 in drawn(rate, 7, day) for day in range(4_000)]
    again = sum(a and b for a, b in itertools.pairwise(visited))
    assert again / sum(visited) == pytest.approx(0.5, abs=0.06)


def test_a_turned_round_is_the_same_closed_way() -> None:
    way = [4, 7, 1, 9, 3]
    closed = {frozenset(pair) for pair in itertools.pairwise([*way, way[0]])}
    seen = set()
    for day in range(200):
        other = turned(way, 5, day)
        assert {frozenset(pair) for pair in itertools.pairwise([*other, other[0]])} == closed
        seen.add(tuple(other))
    assert len(seen) == 10


def test_an_overdue_important_place_is_worth_more() -> None:
    assert worth(1, 0, 7) == 0
    assert worth(1, 7, 7) == 600
    assert worth(2, 14, 7) == 4800
    assert worth(1, 700, 7) == worth(1, 21, 7)
    with pytest.raises(Invalid, match="above 0"):
        worth(1, 1, 0)
    with pytest.raises(Invalid, match="need 1.0 to 2.0 visits"):
        rates([1, 1], [0.5, 0.5], [1, 1], 3)


def test_steps_say_left_and_right_where_the_way_turns_and_the_street_changes() -> None:
    # North along A, right (east) into B, left (north) into C, a visit, back.
    legs = [
        Leg(((115.0, 33.0), (115.0, 33.001), (115.0, 33.002)), "A"),
        Leg(((115.0, 33.002), (115.002, 33.002)), "B"),
        Leg(((115.002, 33.002), (115.002, 33.003)), "C", visit="Well"),
        Leg(((115.002, 33.003), (115.002, 33.002)), "C"),
        Leg(((115.002, 33.002), (115.002, 33.001)), ""),
    ]
    found = steps(legs)
    assert [step.turn for step in found] == [
        "set off", "right", "left", "visit", "back", "on", "arrive",
    ]  # fmt: skip
    assert found[1].text.format(**dict(found[1].values)) == "Turn right into B."
    assert found[3].text.format(**dict(found[3].values)) == "Visit Well."
    assert found[5].text == "Go straight on."
    # A thousandth of a degree of latitude is 111.2 m.
    assert found[0].metres == pytest.approx(222.39, abs=0.05)
    assert found[-1].at == (115.002, 33.001)
    assert steps([]) == []


def test_a_gpx_file_holds_the_way_and_the_stops() -> None:
    data = gpx("早班 <1>", [(115.0, 33.0), (115.001, 33.0)], [("Well & tower", (115.001, 33.0))])
    root = ElementTree.fromstring(data)  # noqa: S314 — written by the lines above
    name = {"g": NAMESPACE}
    track = root.findall("g:trk/g:trkseg/g:trkpt", name)
    assert [(p.get("lon"), p.get("lat")) for p in track] == [
        ("115.0000000", "33.0000000"), ("115.0010000", "33.0000000"),
    ]  # fmt: skip
    assert root.findtext("g:wpt/g:name", namespaces=name) == "Well & tower"
    assert root.findtext("g:trk/g:name", namespaces=name) == "早班 <1>"
    assert root.get("version") == "1.1"
