"""All open needs together and moves to other stations: seen, proven, ordered with one press."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from commonward.core.plans.roads import RoadGraph, generated
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.response.actions.moving_up import (
    answer_move_up,
    order_move_up,
    stop_move_up,
)
from commonward.response.actions.ordering import give_order, set_free
from commonward.response.actions.reporting import report_position
from commonward.response.actions.ruling import adopt_rules
from commonward.response.actions.together import all_together, order_together
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Assignment, Duty, MoveUp, Order, Suggestion, Unit
from commonward.response.queries.fleet import on_duty
from commonward.response.queries.move_ups import move_up_of, move_ups, proposed
from tests.help import Help
from tests.response.test_sending_rules import unit


@pytest.fixture
def roads(aid: Help, settings: Any, tmp_path: Path) -> RoadGraph:
    """A town of roads over the district."""
    lat, lon = aid.here.inside(1, 1)
    graph = generated(3, rows=30, columns=30, lat=lat, lon=lon)
    graph.save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    return graph


def crossed(aid: Help, graph: RoadGraph) -> tuple[str, str, Unit, Unit]:
    """Two fires of one priority and two engines, such that serving the older one first takes the
    engine that the other needs: the numbers of both, and the engines."""
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    times = graph.times(aid.at.astimezone().hour)
    lat, lon = aid.here.inside()
    first = graph.nearest(lat, lon)
    near = times.to_place(range(len(graph)), first)
    by_time = near.argsort()
    middle, far = int(by_time[len(by_time) // 12]), int(by_time[len(by_time) // 9])
    engines = []
    for code, node in (("fire-8", middle), ("fire-9", far)):
        engines.append(unit(aid, code, "fire", (float(graph.lat[node]), float(graph.lon[node]))))
    other = times.table([middle, far], range(len(graph)))
    # Where the nearer engine gains most over the farther one, the second fire burns.
    gain = (other[1] - other[0]) - (near[far] - near[middle])
    place = int(gain.argmax())
    assert gain[place] > 0
    one = aid.call("fire").case.number
    two = aid.call(
        "fire", lat=float(graph.lat[place]), lon=float(graph.lon[place]), at=aid.later(2)
    ).case.number
    return one, two, engines[0], engines[1]


def test_together_differs_from_one_by_one_where_that_is_better_and_is_proven(
    aid: Help, roads: RoadGraph
) -> None:
    one, two, nearer, farther = crossed(aid, roads)
    plan = all_together(aid.coordinator, aid.later(5))
    assert plan is not None and plan.proven and not plan.missing
    given = {share.incident.case.number: share for share in plan.shares}
    assert given[one].units == (farther.pk,) and given[one].alone == (nearer.pk,)
    assert given[two].units == (nearer.pk,) and given[one].differs
    assert plan.waiting < plan.waiting_alone
    why = [w["text"] for p in given[one].data["picks"] for w in p["why"]]
    assert any(text.startswith("Not the nearest that suits") for text in why)
    assert given[one].data["passed"][0]["unit"] == nearer.pk
    assert not Suggestion.objects.exists() and not Order.objects.exists()


def test_each_is_ordered_with_one_press_and_only_as_it_was_seen(
    aid: Help, roads: RoadGraph
) -> None:
    one, two, nearer, farther = crossed(aid, roads)
    with pytest.raises(Stale):
        order_together(one, [nearer.pk], aid.coordinator, aid.later(6), key="a" * 16)
    made = order_together(one, [farther.pk], aid.coordinator, aid.later(7), key="a" * 16)
    again = order_together(one, [farther.pk], aid.coordinator, aid.later(8), key="a" * 16)
    assert made.pk == again.pk and made.upon is not None and not made.changed
    assert (made.upon.method, made.upon.data["proven"], made.upon.data["of"]) == (
        "together", True, 2,
    )  # fmt: skip
    left = all_together(aid.coordinator, aid.later(9))
    assert left is not None and [s.incident.case.number for s in left.shares] == [two]
    # The other engine went elsewhere meanwhile: what was seen is not ordered.
    stranger = aid.call("other", at=aid.later(9)).case.number
    give_order(stranger, [nearer.pk], aid.coordinator, aid.later(10), key="b" * 16)
    with pytest.raises(Stale):
        order_together(two, [nearer.pk], aid.coordinator, aid.later(11), key="c" * 16)
    assert Assignment.objects.filter(unit=nearer).count() == 1


def test_what_cannot_be_met_is_told_for_each_and_drills_and_planned_calls_take_nobody(
    aid: Help, roads: RoadGraph
) -> None:
    one, two, _nearer, farther = crossed(aid, roads)
    aid.call("fire", drill=True)
    later = aid.call("fire", planned_for=aid.later(7200)).case.number
    go_off_duty("fire-8", SYSTEM, aid.at)
    plan = all_together(aid.coordinator, aid.later(5))
    assert plan is not None and plan.missing == plan.missing_alone == 1
    assert {share.incident.case.number for share in plan.shares} == {one, two}
    lacking = [share for share in plan.shares if share.data["short"]]
    assert (
        len(lacking) == 1 and "go to other needs" in lacking[0].data["short"][0]["why"][0]["text"]
    )
    soon = all_together(aid.coordinator, aid.later(7200 - 1800))
    assert soon is not None and later in {s.incident.case.number for s in soon.shares}
    # Reserved for the planned call, the engine is nobody else's any more.
    give_order(later, [farther.pk], aid.coordinator, aid.later(5500), key="r" * 16, reserve=True)
    busy = all_together(aid.coordinator, aid.later(5501))
    assert busy is not None and all(farther.pk not in share.units for share in busy.shares)
    assert all(not share.units for share in busy.shares)


def test_without_roads_nothing_is_planned_together(aid: Help) -> None:
    number = aid.call("fire").case.number
    assert all_together(aid.coordinator, aid.later(5)) is None
    assert list(proposed(aid.later(5))) == []
    with pytest.raises(Refusal, match="no road graph"):
        order_together(number, [1], aid.coordinator, aid.later(6), key="a" * 16)


@pytest.fixture
def posts(aid: Help, roads: RoadGraph) -> list[Unit]:
    """Three engines at one post, and a second post far away with none of them."""
    near, far = aid.here.inside(), (float(roads.lat[-1]), float(roads.lon[-1]))
    units = [unit(aid, f"fire-{n}", "fire", near, station="here") for n in (7, 8, 9)]
    Unit.objects.filter(code="police-1").update(station="there", base_lat=far[0], base_lon=far[1])
    adopt_rules({"rests": [{"due": 12, "ends": 16}], "within": 3}, at=aid.at)
    return units


def test_a_free_unit_is_proposed_where_it_reaches_more_and_is_told_to_go(
    aid: Help, posts: list[Unit]
) -> None:
    found = [row for row in proposed(aid.later(1)) if row["unit"] in {u.pk for u in posts}]
    assert [(row["unit"], row["station"]) for row in found] == [(posts[0].pk, "there")]
    assert found[0]["gained"] > 0.01
    made = order_move_up(posts[0].pk, "there", aid.coordinator, aid.later(2))
    assert order_move_up(posts[0].pk, "there", aid.coordinator, aid.later(3)).pk == made.pk
    assert posts[0].pk not in [row["unit"] for row in proposed(aid.later(4))]
    assert [one.pk for one in move_ups()] == [made.pk]
    status = {one.unit.pk: one for one in on_duty(aid.later(4))}
    assert status[posts[0].pk].status == "idle"


def test_it_is_acknowledged_ended_by_arrival_and_then_counted_there(
    aid: Help, posts: list[Unit]
) -> None:
    number = aid.call("fire").case.number
    made = order_move_up(
        aid.units["fire-1"].pk, "there", aid.coordinator, aid.later(2), number=number
    )
    crew, others = aid.crews["fire-1"], aid.crews["police-1"]
    with pytest.raises(Missing):
        answer_move_up(made.pk, "arrived", others, aid.later(3))
    assert answer_move_up(made.pk, "acknowledged", crew, aid.later(4)).acknowledged_at
    there = answer_move_up(made.pk, "arrived", crew, aid.later(60))
    assert there.arrived_at == aid.later(60) and there.over_at is None
    assert answer_move_up(made.pk, "arrived", crew, aid.later(90)).arrived_at == aid.later(60)
    place = {one.unit.code: (one.lat, one.lon) for one in on_duty(aid.later(61))}["fire-1"]
    assert place == (made.lat, made.lon)
    # A reported place is believed before a post.
    report_position("fire-1", *aid.here.inside(1), crew, aid.later(70))
    from_phone = {one.unit.code: one.lat for one in on_duty(aid.later(71))}["fire-1"]
    assert from_phone == aid.here.inside(1)[0]
    Unit.objects.filter(code="fire-1").update(station="home")
    home = order_move_up(aid.units["fire-1"].pk, "home", aid.coordinator, aid.later(99))
    answer_move_up(home.pk, "arrived", crew, aid.later(120))
    assert move_up_of(aid.units["fire-1"]) is None
    assert list(MoveUp.objects.order_by("pk").values_list("over_why", flat=True)) == [
        "moved", "home",
    ]  # fmt: skip


def test_an_order_to_a_call_ends_the_move_and_so_does_the_end_of_the_shift(
    aid: Help, posts: list[Unit]
) -> None:
    moves = [order_move_up(u.pk, "there", aid.coordinator, aid.later(2)) for u in posts[:2]]
    number = aid.call("fire").case.number
    order = give_order(number, [posts[0].pk], aid.coordinator, aid.later(5), key="a" * 16)
    go_off_duty(posts[1].code, SYSTEM, aid.later(6))
    for one in moves:
        one.refresh_from_db()
    assert [one.over_why for one in moves] == ["sent", "off_duty"]
    with pytest.raises(Refusal, match="held or reserved"):
        order_move_up(posts[0].pk, "there", aid.coordinator, aid.later(7))
    with pytest.raises(Refusal, match="Not on duty"):
        order_move_up(posts[1].pk, "there", aid.coordinator, aid.later(7))
    with pytest.raises(Refusal, match="move is over"):
        answer_move_up(moves[0].pk, "arrived", SYSTEM, aid.later(8))
    set_free(Assignment.objects.get(order=order).pk, "done", aid.coordinator, aid.later(9))
    with pytest.raises(Invalid, match="no station"):
        order_move_up(posts[0].pk, "nowhere", aid.coordinator, aid.later(9))
    made = order_move_up(posts[0].pk, "there", aid.coordinator, aid.later(9))
    with pytest.raises(Forbidden):
        order_move_up(posts[2].pk, "there", aid.crews["fire-1"], aid.later(10))
    assert stop_move_up(made.pk, aid.coordinator, aid.later(11)).over_why == "stopped"
    assert Duty.objects.filter(unit=posts[0], off_at=None).exists()


def test_a_unit_reserved_soon_is_not_moved_and_not_proposed(aid: Help, posts: list[Unit]) -> None:
    number = aid.call("fire", planned_for=aid.at + timedelta(minutes=30)).case.number
    give_order(number, [posts[0].pk], aid.coordinator, aid.later(5), key="a" * 16, reserve=True)
    assert posts[0].pk not in [row["unit"] for row in proposed(aid.later(6))]
    with pytest.raises(Refusal, match="held or reserved"):
        order_move_up(posts[0].pk, "there", aid.coordinator, aid.later(7))
