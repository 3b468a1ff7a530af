"""What a site's rules do to a recommendation: minimums that yield, crews, agreements, moves."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.plans.dispatching import Agreement, Call, Fleet, Need, Rules, Scene, Unit
from commonward.core.plans.roads import RoadGraph
from commonward.core.refusals import Invalid
from tests.core.plans.dispatching_by_hand import PLAIN, TABLE, TOWN, car, nearest_first, units

PLACE = 40
NEAR = nearest_first(PLACE, 40)
POST = ("north", "police", "")
KEEPS = Rules(keeps={POST: 1}, yields={POST: 1})


@pytest.mark.parametrize("graph", [TOWN, PLAIN])
def test_a_station_gives_its_last_unit_only_to_a_call_as_pressing_as_its_rule_says(
    graph: RoadGraph,
) -> None:
    on_duty = [car(1, NEAR[1], station="north"), car(2, NEAR[30])]
    fleet = Fleet(graph, on_duty, KEEPS)
    need = [Need("police", "car")]
    routine, critical = (fleet.recommend(PLACE, need, priority=p) for p in (2, 1))
    assert [p.unit for p in routine.picks] == [2]
    assert "north must keep at least 1" in str(routine.passed_over[0].why[0])
    assert [p.unit for p in critical.picks] == [1]
    assert str(critical.picks[0].why[1]).startswith("north keeps 0 of this force, below its 1")


def test_a_rule_of_all_kinds_counts_them_together_and_one_of_a_kind_comes_before_it() -> None:
    on_duty = [
        car(1, NEAR[1], station="north"),
        car(2, NEAR[2], station="north", kind="van"),
        car(3, NEAR[30]),
    ]
    one = Fleet(TOWN, on_duty, Rules(keeps={POST: 1}))
    assert [p.unit for p in one.recommend(PLACE, [Need("police", "", 2)]).picks] == [1, 3]
    both = Fleet(TOWN, on_duty, Rules(keeps={POST: 1, ("north", "police", "van"): 1}))
    assert [p.unit for p in both.recommend(PLACE, [Need("police", "", 2)]).picks] == [3]


def test_what_the_most_pressing_take_is_counted_against_what_the_others_must_leave() -> None:
    on_duty = [car(k, NEAR[k], station="north") for k in (1, 2, 3)] + [car(4, NEAR[39])]
    need = (Need("police", "car"),)
    calls = [Call(PLACE, need, priority=3), Call(PLACE, need, priority=1, weight=5)]
    plan = Fleet(TOWN, on_duty, Rules(keeps={POST: 2}, yields={POST: 1})).choose_together(calls)
    assert plan.proven
    # Two of three must stay: the pressing call takes the one to spare, the other goes without.
    assert [(one.call, on_duty[one.unit].key) for one in plan.chosen] == [(0, 4), (1, 1)]


@settings(max_examples=40)
@given(units(7, ("free",)), st.integers(0, 2), st.integers(1, 3))
def test_a_single_need_with_posts_is_the_best_of_all_that_leave_enough(
    on_duty: list[Unit], least: int, number: int
) -> None:
    drawn = [replace(u, agency="police", rest_due=False) for u in on_duty]
    rules = Rules(keeps={(s, "police", ""): least for s in ("north", "south")})
    need = [Need("police", "", number)]
    found = [Fleet(graph, drawn, rules).recommend(PLACE, need) for graph in (TOWN, PLAIN)]
    assert found[0] == found[1]
    left: dict[str, int] = {}
    for unit in drawn:
        left[unit.station] = left.get(unit.station, 0) + 1
    expected: list[float] = []
    for unit in sorted(drawn, key=lambda u: (float(TABLE[u.node, PLACE]), u.key)):
        keeps = least if unit.station else 0
        if len(expected) < number and left[unit.station] > keeps:
            left[unit.station] -= 1
            expected.append(TABLE[unit.node, PLACE])
    assert [p.seconds for p in found[0].picks] == expected


def test_a_crew_below_the_rule_is_not_sent_and_the_reason_names_the_least() -> None:
    on_duty = [car(1, NEAR[1], crew=1), car(2, NEAR[9], crew=2)]
    fleet = Fleet(TOWN, on_duty, Rules(crews={("police", ""): 2}))
    found = fleet.recommend(PLACE, [Need("police", "car")])
    assert [p.unit for p in found.picks] == [2]
    assert str(found.passed_over[0].why[0]).endswith("a crew of 1; 2 are needed.")


def test_a_neighbour_comes_for_the_calls_of_its_agreement_and_for_no_others() -> None:
    there = car(1, NEAR[1], areas=frozenset({"4302"}))
    rules = Rules(agreements=(Agreement("police", "4302", "430102", "", frozenset({"fire"}), 2),))
    fleet = Fleet(TOWN, [there, car(2, NEAR[20])], rules)
    path, need = "/43/4301/430102/430102001/", [Need("police", "car")]

    def sent(kind: str, priority: int, area: str = path) -> int:
        picks = fleet.recommend(PLACE, need, area=area, kind=kind, priority=priority).picks
        return picks[0].unit

    assert sent("fire", 2) == sent("fire", 1) == 1
    assert sent("fire", 3) == sent("gas", 1) == sent("fire", 1, "/43/4301/430103/") == 2
    assert sent("gas", 3, "/43/4302/430201/") == 1
    told = fleet.recommend(PLACE, need, area=path, kind="gas").passed_over[0].why
    assert str(told[0]).endswith("no agreement lets it serve 430102001.")


def test_moves_are_proposed_where_the_cover_gains_by_them_and_not_for_who_is_gone() -> None:
    at, far = NEAR[0], nearest_first(len(TOWN) - 4, 1)[0]
    rules = Rules(stations={"far": far}, within=120)
    fleet = Fleet(TOWN, [car(k, at) for k in (1, 2, 3, 4)], rules)
    (move,) = fleet.move_ups()
    assert (move.unit, move.station, move.node) == (1, "far", far) and move.gained > 0.01
    assert [m.unit for m in fleet.move_ups([1])] == [2]
    fleet.set_status(2, "reserved")
    assert [m.unit for m in fleet.move_ups([1])] == [3]
    assert fleet.move_ups(least=1.0) == ()


def test_a_rule_that_yields_keeps_something_and_an_area_may_be_a_path() -> None:
    with pytest.raises(Invalid, match="that a station keeps"):
        Rules(yields={POST: 1})
    assert Scene("/43/4301/").codes == {"43", "4301"} and Scene("/43/4301/").name == "4301"
    assert Scene("a").codes == {"a"} and Scene().codes == frozenset()
