"""Dispatch: the nearest suitable units by road, why these, what lacks, and what cover remains."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.dispatching import (
    STATUSES,
    Call,
    Fleet,
    Need,
    Rules,
    Unit,
    recommend,
)
from commonward.core.plans.dispatching.assigning import UNSERVED
from commonward.core.plans.dispatching.run_cards import shipped
from commonward.core.plans.roads import RoadGraph
from commonward.core.refusals import Invalid, Missing
from tests.core.plans.dispatching_by_hand import (
    PLAIN,
    TABLE,
    TOWN,
    car,
    nearest_first,
    needs,
    nodes,
    said,
    skills,
    suits,
    units,
)


@settings(max_examples=200)
@given(units(70), needs, nodes, st.sampled_from(("", "a")))
def test_the_nearest_that_suit_are_those_of_a_search_by_hand(
    on_duty: list[Unit], need: Need, place: int, area: str
) -> None:
    order = sorted(
        (unit.rest_due, TABLE[unit.node, place], unit.key)
        for unit in on_duty
        if suits(unit, need, area)
    )
    expected = sorted(order[: need.number], key=lambda one: one[1:])
    for graph in (TOWN, PLAIN):
        found = recommend(graph, on_duty, place, [need], area=area)
        assert [(pick.seconds, pick.unit) for pick in found.picks] == [one[1:] for one in expected]
        assert sum(lack.missing for lack in found.shortfalls) == need.number - len(expected)


@settings(max_examples=60)
@given(st.data())
def test_a_fleet_that_moved_answers_as_a_new_one_would(data: st.DataObject) -> None:
    on_duty = data.draw(units(40))
    rules = Rules(stations={"north": 3, "south": len(TOWN) - 4})
    fleet = Fleet(TOWN, on_duty, rules)
    by_key = {unit.key: unit for unit in on_duty}
    need = Need("", "", 2)
    fleet.recommend(0, [need])
    for key in data.draw(st.lists(st.sampled_from(sorted(by_key)), max_size=60)) if by_key else ():
        node, status = data.draw(nodes), data.draw(st.sampled_from(STATUSES))
        fleet.move(key, node)
        fleet.set_status(key, status)
        by_key[key] = replace(by_key[key], node=node, status=status)
    place = data.draw(nodes)
    asked = [need, data.draw(needs)]
    assert fleet.recommend(place, asked) == Fleet(PLAIN, by_key.values(), rules).recommend(
        place, asked
    )


def best_by_hand(on_duty: list[Unit], calls: list[Call], keeps: dict[str, int]) -> int:
    """The least cost of all ways to give units to slots, one by one."""
    slots = [(call, need) for call in calls for need in call.needs for _ in range(need.number)]
    spare = {
        station: max(0, sum(u.station == station and u.status == "free" for u in on_duty) - least)
        for station, least in keeps.items()
    }
    best = sum(call.weight for call, _ in slots) * UNSERVED
    choices: list[Unit | None] = [*on_duty, *([None] * len(slots))]
    for chosen in set(permutations(range(len(choices)), len(slots))):
        cost, left = 0, dict(spare)
        for (call, need), number in zip(slots, chosen, strict=True):
            unit = choices[number]
            if unit is None:
                cost += UNSERVED * call.weight
                continue
            if not suits(unit, need, call.area):
                break
            if unit.station in left:
                left[unit.station] -= 1
            cost += round(TABLE[unit.node, call.place] * 1000) * call.weight
        else:
            if all(count >= 0 for count in left.values()):
                best = min(best, cost)
    return best


@settings(max_examples=60)
@given(st.data())
def test_all_calls_together_cost_what_the_best_of_all_plans_costs(data: st.DataObject) -> None:
    drawn = data.draw(units(4, ("free",)))
    on_duty = [replace(unit, agency="fire", kind="car", rest_due=False) for unit in drawn]
    one = st.builds(Need, agency=st.just("fire"), kind=st.just("car"), skills=skills)
    call = st.builds(
        Call,
        place=st.sampled_from((5, 6, 100)),
        needs=st.tuples(one),
        weight=st.sampled_from((1, 1, 2, 7)),
    )
    calls = data.draw(st.lists(call, min_size=1, max_size=3))
    keeps = data.draw(st.dictionaries(st.sampled_from(("north", "south")), st.integers(0, 2)))
    rules = Rules(keeps={(station, "fire", "car"): least for station, least in keeps.items()})
    for graph in (TOWN, PLAIN):
        plan = Fleet(graph, on_duty, rules).choose_together(calls)
        assert plan.cost == best_by_hand(on_duty, calls, keeps)
        assert plan.proven
        assert len({chosen.unit for chosen in plan.chosen}) == len(plan.chosen)


def test_many_calls_for_the_same_few_units_are_proven_on_lists_that_grow() -> None:
    chance = np.random.default_rng(2)
    on_duty = [car(k, int(node)) for k, node in enumerate(chance.integers(0, len(TOWN), 90))]
    calls = [Call(place, (Need("police", "car", 3),), weight=1 + place % 4) for place in range(28)]
    plans = [Fleet(graph, on_duty).choose_together(calls) for graph in (TOWN, PLAIN)]
    assert plans[0].chosen == plans[1].chosen
    assert plans[0].cost == plans[0].bound
    assert plans[0].rounds > 1
    assert len(plans[0].chosen) == 84
    # The peer on the whole table: the same cost.
    optimize = pytest.importorskip("scipy.optimize")
    slots = [call for call in calls for _ in range(3)]
    costs = np.array([[TABLE[u.node, c.place] * 1000 * c.weight for u in on_duty] for c in slots])
    rows, columns = optimize.linear_sum_assignment(costs)
    assert round(costs[rows, columns].sum()) == plans[0].cost


def test_a_weight_counts_a_wait_more_and_must_be_one_that_fits() -> None:
    places = nearest_first(40, 30)
    on_duty = [car(1, places[5]), car(2, places[29])]
    calls = [
        Call(40, (Need("police", "car"),)),
        Call(places[1], (Need("police", "car"),), weight=9),
    ]
    plan = Fleet(TOWN, on_duty).choose_together(calls)
    heavy = next(one for one in plan.chosen if one.call == 1)
    assert heavy.milliseconds == round(1000 * TABLE[[places[5], places[29]], places[1]].min())
    with pytest.raises(Invalid, match="1 to 100"):
        Fleet(TOWN, on_duty).choose_together([replace(calls[0], weight=101)])


def test_each_nearer_unit_that_stays_is_told_with_the_reason() -> None:
    place = 120
    near = nearest_first(place, 12)
    on_duty = [
        car(1, near[1], status="resting"),
        car(2, near[2], status="busy"),
        car(3, near[3], status="reserved"),
        car(4, near[4], status="out"),
        car(5, near[5], rest_due=True, skills=frozenset({"gas"}), crew=3),
        car(6, near[6], crew=3),
        car(7, near[7], skills=frozenset({"gas"}), crew=1),
        car(8, near[8], skills=frozenset({"gas"}), crew=3, areas=frozenset({"b"})),
        car(9, near[9], skills=frozenset({"gas"}), crew=3, areas=frozenset({"a"})),
    ]
    need = Need("police", "car", 1, frozenset({"gas"}), 2)
    found = recommend(TOWN, on_duty, place, [need], area="a", rules=Rules(tell=9))
    (pick,) = found.picks
    assert (pick.unit, str(pick.why[0])) == (9, "The nearest by road that suits.")
    assert [one.unit for one in found.passed_over] == [1, 2, 3, 4, 5, 6, 7, 8]
    reasons = {one.unit: str(one.why[0]).partition("s, ")[2] for one in found.passed_over}
    assert reasons == {
        1: "but resting.",
        2: "but at work on another call.",
        3: "but reserved for a planned call.",
        4: "but out of service.",
        5: "but its crew is due a rest.",
        6: "but without gas.",
        7: "but with a crew of 1; 2 are needed.",
        8: "but no agreement lets it serve a.",
    }
    assert all(one.seconds <= pick.seconds for one in found.passed_over)
    ahead = round(pick.seconds - found.passed_over[0].seconds)
    assert said(found)[0] == f"Nearer by {ahead} s, but resting."
    assert len(recommend(TOWN, on_duty, place, [need]).passed_over) == 3


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"status": "busy"}, "2 more would do, but are at work on other calls."),
        ({"status": "reserved"}, "2 more would do, but are reserved for planned calls."),
        ({"crew": 1}, "2 more would do with a crew below 2."),
        ({"areas": frozenset("b")}, "2 more would do if an agreement let them serve a."),
        ({"kind": "van"}, "3 are needed; there are 1 of this force on duty in all."),
    ],
)
def test_what_lacks_is_told_with_the_smallest_reason(told: dict[str, object], reason: str) -> None:
    on_duty = [car(1, 1), car(2, 2, **told), car(3, 3, **told)]
    need = Need("police", "car", 3, crew=2)
    (lack,) = recommend(TOWN, on_duty, 9, [need], area="a").shortfalls
    assert (lack.missing, [str(why) for why in lack.why]) == (2, [reason])


def test_where_no_single_requirement_brings_enough_the_fewest_together_are_told() -> None:
    on_duty = [
        car(1, 1, status="busy"),
        car(2, 2, crew=1),
        car(3, 3, crew=1, skills=frozenset({"gas"}), status="out"),
    ]
    (lack,) = recommend(TOWN, on_duty, 9, [Need("police", "car", 2, crew=2)]).shortfalls
    assert [str(why) for why in lack.why] == [
        "2 more would do only if all of the following were eased:",
        "1 more would do, but are at work on other calls.",
        "1 more would do with a crew below 2.",
    ] or str(lack.why[0]).startswith("2 more would do only")
    assert len(lack.why) == 3


def test_a_crew_that_is_due_a_rest_goes_only_when_no_other_is_left() -> None:
    near = nearest_first(50, 20)
    on_duty = [car(1, near[1], rest_due=True), car(2, near[15])]
    rested = recommend(TOWN, on_duty, 50, [Need("police", "car")])
    assert [pick.unit for pick in rested.picks] == [2]
    both = recommend(TOWN, on_duty, 50, [Need("police", "car", 2)])
    assert [pick.unit for pick in both.picks] == [1, 2]
    assert str(both.picks[0].why[0]) == "Its crew is due a rest, but no other that suits is left."
    assert not both.shortfalls


@pytest.mark.parametrize("graph", [TOWN, PLAIN])
def test_a_station_keeps_what_its_rule_says_and_the_reason_is_told(graph: RoadGraph) -> None:
    near = nearest_first(50, 30)
    on_duty = [car(k, near[k], station="north") for k in (1, 2)]
    on_duty.append(car(9, near[25], station="south"))
    rules = Rules(keeps={("north", "police", "car"): 1})
    found = recommend(graph, on_duty, 50, [Need("police", "car", 2)], rules=rules)
    assert [pick.unit for pick in found.picks] == [1, 9]
    assert "north keeps 1 of this force; it must keep 1." in map(str, found.picks[0].why)
    assert said(found)[0].endswith("but north must keep at least 1.")
    (lack,) = recommend(graph, on_duty, 50, [Need("police", "car", 3)], rules=rules).shortfalls
    assert str(lack.why[0]) == "1 more would do if their stations kept fewer."


def test_needs_that_want_the_same_units_are_met_together_soonest() -> None:
    near = nearest_first(50, 40)
    on_duty = [car(1, near[1], skills=frozenset({"gas"})), car(2, near[6]), car(3, near[39])]
    on_duty[2] = replace(on_duty[2], skills=frozenset({"gas"}))
    asked = [Need("police", "car"), Need("", "", 1, frozenset({"gas"}))]
    found = recommend(TOWN, on_duty, 50, asked)
    assert {(pick.need, pick.unit) for pick in found.picks} == {(0, 2), (1, 1)}
    assert str(found.picks[0].why[0]).startswith("Not the nearest that suits")
    assert said(found)[0].endswith("but it goes to another need.")


def test_seven_forces_are_each_sent_their_nearest() -> None:
    needs_of_all = shipped().card("assembly", 1).needs()
    assert len(needs_of_all) == 7
    chance = np.random.default_rng(4)
    on_duty = [
        Unit(k, int(chance.integers(len(TOWN))), need.agency, need.kind)
        for k, need in enumerate(needs_of_all * 4)
    ]
    found = recommend(TOWN, on_duty, 77, needs_of_all)
    assert found.complete
    for number in range(7):
        times = [TABLE[unit.node, 77] for unit in on_duty[number::7]]
        assert [pick.seconds for pick in found.picks if pick.need == number] == [min(times)]


@settings(max_examples=40)
@given(units(12), st.lists(st.sampled_from((1.0, 2.0, 5.0)), min_size=30, max_size=30), nodes)
def test_cover_before_and_after_is_that_of_a_count_by_hand(
    on_duty: list[Unit], weights: list[float], place: int
) -> None:
    places = np.arange(0, len(TOWN), len(TOWN) // 30)[:30]
    weight = np.array(weights)
    rules = Rules(places=places, weights=weight, within=120.0)
    for graph in (TOWN, PLAIN):
        found = recommend(graph, on_duty, place, [Need("police", "car", 2)], rules=rules)
        gone = {pick.unit for pick in found.picks}
        for cover in found.covers:
            free = [
                unit
                for unit in on_duty
                if (unit.agency, unit.kind) == ("police", "car")
                and unit.status == "free"
                and not unit.rest_due
            ]
            for share, left in (
                (cover.before, free),
                (cover.after, [unit for unit in free if unit.key not in gone]),
            ):
                reached = np.zeros(30, np.bool_)
                for unit in left:
                    reached |= TABLE[unit.node, places] <= 120.0
                assert share == pytest.approx((weight * reached).sum() / weight.sum())
        if found.covers:
            assert found.cover_after == pytest.approx(found.covers[0].after)


@settings(max_examples=30)
@given(units(10, ("free",)), nodes)
def test_the_move_proposed_restores_most_of_all_moves(on_duty: list[Unit], place: int) -> None:
    stations = {"north": 3, "middle": 100, "south": len(TOWN) - 4}
    places = np.arange(0, len(TOWN), 5)
    rules = Rules(places=places, within=150.0, stations=stations)
    on_duty = [replace(unit, agency="police", kind="car", rest_due=False) for unit in on_duty]
    found = recommend(TOWN, on_duty, place, [Need("police", "car", 2)], rules=rules)
    gone = {pick.unit for pick in found.picks}
    left = [unit for unit in on_duty if unit.key not in gone]

    def covered(at: list[int]) -> float:
        return float((TABLE[at][:, places] <= 150.0).any(axis=0).mean()) if at else 0.0

    now = covered([unit.node for unit in left])
    gains = [
        covered([node if other is unit else other.node for other in left]) - now
        for unit in left
        for node in stations.values()
    ]
    best = max(gains, default=0.0)
    if found.cover_after < found.cover_before and best > 1e-9:
        (move,) = found.move_ups
        assert move.gained == pytest.approx(best)
        assert move.unit not in gone
        assert (
            move.seconds
            == TABLE[next(unit.node for unit in on_duty if unit.key == move.unit), move.node]
        )
    else:
        assert not found.move_ups


def test_a_place_is_a_node_or_a_point_and_wrong_words_are_refused() -> None:
    point = (float(TOWN.lat[40]), float(TOWN.lon[40]))
    on_duty = [car(1, 3)]
    asked = [Need("police", "car")]
    assert recommend(TOWN, on_duty, point, asked) == recommend(TOWN, on_duty, 40, asked)
    fleet = Fleet(TOWN, on_duty)
    with pytest.raises(Invalid, match="no node"):
        fleet.recommend(len(TOWN), asked)
    with pytest.raises(Invalid, match="no node"):
        fleet.move(1, -1)
    with pytest.raises(Missing, match="key 7"):
        fleet.set_status(7, "busy")
    with pytest.raises(Invalid, match="no state of a unit"):
        fleet.set_status(1, "asleep")
    with pytest.raises(Invalid, match="same key"):
        Fleet(TOWN, [car(1, 1), car(1, 2)])
    with pytest.raises(Invalid, match="at least one"):
        Need("police", "car", 0)
    with pytest.raises(Invalid, match="weight"):
        Rules(places=np.array([1]), weights=np.array([0.0]))
    with pytest.raises(Invalid, match="node of the road graph"):
        recommend(TOWN, on_duty, 3, asked, rules=Rules(places=np.array([-1])))


def test_a_recommendation_changes_nothing() -> None:
    on_duty = [car(k, k * 3, station="north", rest_due=k % 2 == 0) for k in range(9)]
    fleet = Fleet(TOWN, on_duty, Rules(keeps={("north", "police", "car"): 2}))
    asked = [Need("police", "car", 4), Need("", "", 2)]
    before = fleet.recommend(30, asked)
    assert [fleet.unit(unit.key) for unit in on_duty] == on_duty
    assert fleet.recommend(30, asked) == before
