"""Rounds of a day: never against a window, a break or a shift; meetings at one moment; fair, and
hard to foresee."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.roads import RoadGraph, generated
from commonward.core.plans.roads.graph import metres_between
from commonward.core.plans.rounds.along import plan_along, wanted_streets
from commonward.core.plans.rounds.day import plan_day
from commonward.core.plans.rounds.fairness import drawn, rates, today
from commonward.core.plans.rounds.gpx import gpx
from commonward.core.plans.rounds.places import read_places
from commonward.core.plans.rounds.ways import DETOUR, SPEEDS, ByRoad, Names, Straight, graph_for
from commonward.core.plans.running import Watch
from commonward.core.refusals import Invalid
from tests.core.plans.gpx_schema import faults_of

TOWN = "POLYGON((114.886 33.726,114.896 33.726,114.896 33.736,114.886 33.736,114.886 33.726))"


@pytest.fixture(scope="module")
def town() -> RoadGraph:
    return generated(1, rows=16, columns=16)


def place(name: str, lat: float, lon: float, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "name": name, "lat": lat, "lon": lon, "importance": 1.0, "every": 7.0, "minutes": 5.0,
        "from": None, "to": None, "kinds": [], "together": False, "must": False, "age": None,
    }  # fmt: skip
    return usual | more


def team(name: str, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "team": name, "kind": "", "speed": "foot", "lat": 33.73, "lon": 114.89,
        "begins": 8 * 3600, "ends": 12 * 3600, "rest": None,
    }  # fmt: skip
    return usual | more


def day_of(
    places: list[dict[str, Any]], teams: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    return {"steps": 200, "day": "2026-11-23", "ordinal": 739_943, "unforeseen": True, "visits": 0,
            "places": places, "teams": teams} | more  # fmt: skip


def planned(asked: Mapping[str, Any], seed: int = 1, graph: RoadGraph | None = None) -> Any:
    return plan_day(asked, seed, Watch(), lambda answer: None, graph, Names({}))


def seconds_between(one: Mapping[str, Any], two: Mapping[str, Any], speed: str) -> float:
    """Straight-line seconds, worked out here anew: the haversine formula."""
    north, south = math.radians(one["lat"]), math.radians(two["lat"])
    across = math.radians(two["lon"] - one["lon"])
    half = (
        math.sin((south - north) / 2) ** 2
        + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    )
    metres = 2 * 6_371_008.8 * math.asin(math.sqrt(half))
    return metres * DETOUR / (SPEEDS[speed] / 3.6)


def assert_feasible(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """Every rule, recomputed from the places and the teams alone."""
    teams = {one["team"]: one for one in asked["teams"]}
    visits: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for one in answer["rounds"]:
        who = teams[one["team"]]
        here: Mapping[str, Any] = who
        clock, rests = one["leaves"], 0
        assert who["begins"] <= one["leaves"] <= one["returns"] <= who["ends"]
        for stop in one["stops"]:
            way = seconds_between(here, stop, who["speed"])
            assert stop["at"] >= clock + way - 1e-6, "nobody is faster than the way"
            if stop["rest"]:
                rests += 1
                assert who["rest"]["earliest"] <= stop["at"] <= who["rest"]["latest"]
                assert stop["until"] - stop["at"] == who["rest"]["lasts"]
            else:
                at = asked["places"][stop["place"]]
                assert stop["at"] >= (at["from"] or 0) * 60
                assert stop["at"] <= (at["to"] or 1440) * 60
                assert stop["until"] - stop["at"] == at["minutes"] * 60
                assert not at["kinds"] or who["kind"] in at["kinds"]
                visits[stop["place"]].append((who["kind"], stop["at"]))
            here, clock = stop, stop["until"]
        assert one["returns"] >= clock + seconds_between(here, who, who["speed"]) - 1e-6
        assert rests == (1 if who["rest"] else 0)
    for number, at in enumerate(asked["places"]):
        if at["together"] and visits[number]:
            assert sorted(kind for kind, _ in visits[number]) == sorted(at["kinds"])
            assert len({moment for _, moment in visits[number]}) == 1
        elif not at["together"]:
            assert len(visits[number]) <= 1
        assert not at["must"] or visits[number]
    told = {one["name"] for one in answer["unserved"]}
    assert told == {at["name"] for n, at in enumerate(asked["places"]) if not visits[n]}
    assert all(one["why"]["text"] for one in answer["unserved"])


@st.composite
def days(draw: st.DrawFn) -> dict[str, Any]:
    spot = st.floats(-0.015, 0.015).map(lambda v: round(v, 5))
    places = []
    for number in range(draw(st.integers(1, 9))):
        early = draw(st.sampled_from([None, 480, 540, 600]))
        late = draw(st.sampled_from([None, 630, 700]))
        together = draw(st.booleans()) and number < 3
        kinds = ["A", "B"] if together else draw(st.sampled_from([[], ["A"], ["B"], ["A", "B"]]))
        places.append(
            place(f"P{number}", 33.73 + draw(spot), 114.89 + draw(spot),
                  minutes=draw(st.sampled_from([2.0, 10.0, 30.0])), kinds=kinds,
                  together=together, age=draw(st.sampled_from([None, 1, 9, 40])),
                  importance=draw(st.sampled_from([1.0, 3.0])), **{"from": early, "to": late})
        )  # fmt: skip
    rest = {"lasts": 1200, "earliest": 9 * 3600, "latest": 10 * 3600}
    teams = [
        team(f"t{n}", kind=kind, speed=draw(st.sampled_from(["foot", "bike", "car"])),
             rest=rest if draw(st.booleans()) else None,
             begins=draw(st.sampled_from([8, 9])) * 3600, ends=draw(st.sampled_from([11, 13])) * 3600)
        for n, kind in enumerate(draw(st.sampled_from([["A", "B"], ["A", "B", "B"], ["A"]])))
    ]  # fmt: skip
    return day_of(places, teams, unforeseen=draw(st.booleans()))


@given(days(), st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_no_round_breaks_a_window_a_break_a_shift_or_a_meeting(asked: Any, seed: int) -> None:
    answer = planned(asked, seed)
    assert_feasible(asked, answer)
    assert answer == planned(asked, seed), "the same seed gives the same rounds"


def test_a_must_that_nobody_can_reach_is_named() -> None:
    far = place("Far hut", 35.0, 114.89, must=True)
    with pytest.raises(Invalid) as refused:
        planned(day_of([far, place("Gate", 33.731, 114.89)], [team("a")]))
    assert refused.value.values["place"] == "Far hut"


def test_a_joint_visit_without_one_of_its_kinds_says_which_is_missing() -> None:
    joint = place("Kiln", 33.732, 114.89, kinds=["A", "B"], together=True)
    answer = planned(day_of([joint], [team("a", kind="A")]))
    assert answer["rounds"] == []
    assert answer["unserved"][0]["why"]["values"] == {"kind": "B"}


def test_by_road_no_round_is_faster_than_the_roads_and_the_line_follows_them(
    town: RoadGraph,
) -> None:
    chance = np.random.default_rng(4)
    places = [
        place(f"P{n}", 33.73 + chance.uniform(-0.008, 0.008), 114.89 + chance.uniform(-0.01, 0.01))
        for n in range(12)
    ]
    answer = planned(day_of(places, [team("a"), team("b", speed="car")]), graph=town)
    assert answer["by_road"]
    for one in answer["rounds"]:
        where = [(p["lat"], p["lon"]) for p in places] + [(33.73, 114.89)]
        ways = ByRoad(graph_for(town, one["speed"], 8), where, one["speed"], 8)
        here, clock = len(places), one["leaves"]
        for stop in one["stops"]:
            assert stop["at"] >= clock + ways.seconds[here, stop["place"]]
            assert stop["steps"], "somebody who does not know the town is told the way"
            here, clock = stop["place"], stop["until"]
        nodes = set(zip(np.round(town.lon, 6), np.round(town.lat, 6), strict=True))
        on_road = sum((lon, lat) in nodes for lon, lat in one["line"])
        assert on_road > len(one["stops"])


def test_on_foot_one_way_streets_are_open_both_ways_and_trunk_roads_are_not(
    town: RoadGraph,
) -> None:
    walked = graph_for(town, "foot")
    pairs = set(zip(walked.tails.tolist(), walked.heads.tolist(), strict=True))
    assert all((b, a) in pairs for a, b in pairs)
    assert 1 not in walked.kinds and 1 in graph_for(town, "car").kinds
    there = ByRoad(walked, [(33.73, 114.89), (33.735, 114.895)], "foot").seconds[0, 1]
    metres = metres_between(*(np.array([v]) for v in (33.73, 114.89, 33.735, 114.895)))[0]
    assert there >= metres / (SPEEDS["foot"] / 3.6)


def test_rounds_along_streets_end_in_time_with_their_break_and_every_street_has_its_day(
    town: RoadGraph,
) -> None:
    streets = wanted_streets(town, TOWN, ["street", "tertiary"])
    rest = {"lasts": 1200, "earliest": 9 * 3600, "latest": 10 * 3600}
    teams = [
        team("a", rest=rest, ends=int(10.5 * 3600)),
        team("b", rest=rest, ends=int(10.5 * 3600)),
    ]
    ages: dict[int, int | None] = dict.fromkeys(range(len(streets)))
    seen: Counter[int] = Counter()
    by_middle = {(s[2], s[3]): n for n, s in enumerate(streets)}
    for number in range(8):
        asked = {"day": "2026-11-23", "ordinal": 739_943 + number, "unforeseen": True,
                 "teams": teams, "visits": 0,
                 "streets": [[*s, ages[n]] for n, s in enumerate(streets)]}  # fmt: skip
        answer = plan_along(asked, 1, Watch(), lambda answer: None, town, Names({}))
        gone = set()
        for one in answer["rounds"]:
            clock = one["leaves"]
            assert one["returns"] <= 10.5 * 3600
            assert sum(stop["rest"] for stop in one["stops"]) == 1
            for stop in one["stops"]:
                assert stop["at"] >= clock - 1 and stop["until"] >= stop["at"]
                clock = stop["until"]
                if stop["rest"]:
                    assert rest["earliest"] <= stop["at"] <= rest["latest"]
                else:
                    gone.add(by_middle[stop["lat"], stop["lon"]])
        assert answer["left_out"] == len(streets) - len(gone)
        seen.update(gone)
        ages = {n: 1 if n in gone else None if (age := ages[n]) is None else age + 1 for n in ages}
    assert set(seen) == set(range(len(streets))), "no street is left out for ever"


def test_over_weeks_visits_follow_priorities_and_nobody_can_guess_the_next_day() -> None:
    """Forty places, two teams, ninety days, each day's visits making the next day's ages."""
    chance = np.random.default_rng(7)
    weights = [1.0, 2.0, 4.0]
    places = [
        place(f"P{n}", 33.73 + chance.uniform(-0.012, 0.012), 114.89 + chance.uniform(-0.014, 0.014),
              importance=weights[n % 3], minutes=8.0)
        for n in range(40)
    ]  # fmt: skip
    visited: dict[int, list[int]] = defaultdict(list)
    first: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    guessed = right = 0
    total = 90
    for number in range(total):
        for n, one in enumerate(places):
            one["age"] = number - visited[n][-1] if visited[n] else None
        asked = day_of(places, [team("a", ends=10 * 3600), team("b", ends=10 * 3600)],
                       ordinal=739_000 + number, steps=100)  # fmt: skip
        answer = planned(asked)
        came = {s["place"] for one in answer["rounds"] for s in one["stops"]}
        # Whoever watches guesses that tomorrow's places are those visited most so far.
        if number > 30:
            most = sorted(range(40), key=lambda n: -len(visited[n]))[: len(came)]
            guessed, right = guessed + len(came), right + len(came & set(most))
        for one in answer["rounds"]:
            first[one["stops"][0]["place"]] += 1
            hours.update(int((s["at"] - 8 * 3600) // 1200) for s in one["stops"])
        for n in came:
            visited[n].append(number)
    groups = [np.mean([len(visited[n]) for n in range(40) if n % 3 == k]) for k in range(3)]
    assert groups[1] / groups[0] == pytest.approx(2.0, rel=0.25)
    assert groups[2] / groups[0] == pytest.approx(4.0, rel=0.3)
    for k in range(3):
        counts = [len(visited[n]) for n in range(40) if n % 3 == k]
        assert min(counts) > 0.6 * np.mean(counts), "nobody's place is forgotten"
        assert max(counts) < 1.5 * np.mean(counts), "nobody's place is haunted"
    assert right / guessed < 0.75, "the most visited are not a timetable"
    assert entropy(first) > 0.75 * math.log2(40), "the first stop of a day is anybody's guess"
    assert entropy(hours) > 0.9 * math.log2(6), "visits come at any time of the shift"


def test_a_place_may_be_visited_again_tomorrow_and_the_long_unvisited_surely_soon() -> None:
    share = rates([1.0] * 20, [0.0] * 20, [1.0] * 20, 5.0)
    rate = today(share, [0.0, 80.0, *[4.0] * 18], 5.0)
    assert 0 < rate[0] < rate[2] < rate[1]
    assert sum(rate) == pytest.approx(5.0)
    assert rate[1] / rate[0] == pytest.approx(16.0, rel=0.01)
    count = sum(0 in drawn(rate, 3, day) for day in range(2_000)) / 2_000
    assert count == pytest.approx(rate[0], abs=0.02)


def entropy(counts: Counter[int]) -> float:
    shares = np.array(list(counts.values())) / sum(counts.values())
    return float(-(shares * np.log2(shares)).sum())


def test_straight_ways_hold_the_triangle_and_turn_into_a_direction() -> None:
    chance = np.random.default_rng(2)
    where = [(33.7 + a, 114.8 + b) for a, b in chance.uniform(0, 0.05, (12, 2))]
    seconds = Straight(where, "foot").seconds
    assert (seconds[:, None, :] <= seconds[:, :, None] + seconds[None, :, :]).all()
    north = Straight([(33.7, 114.8), (33.71, 114.8)], "foot").way(0, 1)
    assert north.steps[0].text.startswith("Go north;")


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("place,lat,lon,phone\nGate,1,2,139", "phone"),
        ("姓名,lat,lon\n王,1,2", "姓名"),
        ("name,lat,lon\nGate,1,2", "name"),
        ("place,lat,lon,id_card\nGate,1,2,4", "id_card"),
        ("place,lat,lon,户主\n门,1,2,王", "户主"),
        ("place,lat,lon,resident\nGate,1,2,x", "resident"),
    ],
)
def test_a_table_about_persons_is_refused_and_told_why(table: str, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_places(table)
    assert refused.value.values["column"] == word
    assert "persons" in refused.value.text


@pytest.mark.parametrize("words", ["王先生家", "3号楼2单元501室", "Flat 12", "Ring 139 1234 5678"])
def test_a_row_that_is_somebodys_home_or_number_is_refused(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_places(f"place,lat,lon\nGate,27.8,113.1\n{words},27.8,113.1")
    assert refused.value.values["rows"] == "3"


def test_every_bad_row_of_a_table_is_named_and_a_good_table_is_read_whole() -> None:
    with pytest.raises(Invalid) as refused:
        read_places("place,lat,lon,from,to\nA,1,2,,\nB,x,2,,\nC,1,2,09:00,08:00\nD,99,2,,")
    assert refused.value.values["rows"] == "3, 4, 5"
    found = read_places(
        "\ufeff地点,纬度,经度,重要性,间隔天数,最早,最晚,部门,联合\n东门,27.8,113.1,3,14,08:30,10:00,公安；城管,是\n"
    )
    assert (found[0]["name"], found[0]["from"], found[0]["to"]) == ("东门", 510, 600)
    assert found[0]["kinds"] == ["公安", "城管"] and found[0]["together"]


def test_a_gpx_file_is_built_as_its_schema_says(town: RoadGraph) -> None:
    answer = planned(day_of([place("A & <B>", 33.731, 114.89)], [team("a")]), graph=town)
    one = answer["rounds"][0]
    made = gpx("Round", one["line"], [("A & <B>", (114.89, 33.731))])
    assert faults_of(made) == []
    assert faults_of(made.replace(b'lat="33', b'lat="133')) != []
