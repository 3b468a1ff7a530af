"""One order to all: what is recommended and why, who answers, who is silent; nobody twice."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonward.cases.models import Case, Event
from commonward.core.plans.roads import generated
from commonward.core.refusals import Invalid, Missing, Refusal
from commonward.response.actions.calling import Called
from commonward.response.actions.ending import (
    hand_to_centre,
    receive_hand_over,
    return_hand_over,
    take_from_centre,
)
from commonward.response.actions.ordering import (
    answer,
    give_order,
    send_reserved,
    set_free,
    tick_orders,
)
from commonward.response.actions.recommending import recommend
from commonward.response.actions.reporting import report_position
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Assignment, CentreHandOver, Incident, Order
from tests.help import FORCES, Help


def said(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The sentences of a recommendation's rows."""
    return [one["text"].format(**one["values"]) for row in rows for one in row["why"]]


def test_a_recommendation_names_each_unit_and_its_method(aid: Help) -> None:
    number = aid.call().case.number
    found = recommend(number, aid.coordinator, aid.later(5))
    assert {p["unit"] for p in found.data["picks"]} == {u.pk for u in aid.units.values()}
    assert (found.method, found.version, found.data["speed"]) == ("straight", "straight 2", 30.0)
    assert not found.data["short"]
    assert aid.incident(number).case.stage == "recommended"


def test_what_is_short_is_said_and_why(aid: Help) -> None:
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    number = aid.call("fire", answers={"inside": True}).case.number
    found = recommend(number, aid.coordinator, aid.later(5))
    assert [(s["need"], s["missing"]) for s in found.data["short"]] == [(0, 2)]
    assert said(found.data["short"]) == ["None of this force is on duty."]


def test_a_nearer_unit_that_is_held_is_named_with_the_reason(aid: Help) -> None:
    aid.ordered("other")
    number = aid.call("other", at=aid.later(60)).case.number
    found = recommend(number, aid.coordinator, aid.later(70))
    police = aid.units["police-1"].pk
    assert [p["unit"] for p in found.data["passed"]] == [police]
    assert said(found.data["passed"]) == ["Nearer, but at work on another call."]
    assert said(found.data["short"]) == [
        "All others of this force are held, or go to another need."
    ]


def test_one_order_sends_all_seven_and_keeps_who_decided_upon_what(aid: Help) -> None:
    order = aid.ordered()
    assert Assignment.objects.filter(order=order, step="sent").count() == 7
    assert order.by_id == aid.coordinator.account and order.upon is not None and not order.changed
    event = Event.objects.get(case=order.incident_id, verb="units_sent")
    assert event.data["suggestion"] == "straight 2" and len(event.data["units"]) == 7
    assert aid.incident(order.incident.case.number).case.stage == "ordered"


def test_an_order_sent_twice_is_given_once(aid: Help) -> None:
    first = aid.ordered()
    number = first.incident.case.number
    again = give_order(number, [aid.units["fire-1"].pk], aid.coordinator, aid.later(30), key=first.key)  # fmt: skip
    assert again.pk == first.pk
    assert Assignment.objects.count() == 7


def test_a_unit_that_is_held_cannot_be_sent_elsewhere_and_nobody_of_that_order_goes(
    aid: Help,
) -> None:
    aid.ordered("other")
    second = aid.call("fire", answers={"building": True}, at=aid.later(60)).case.number
    wanted = [aid.units["fire-1"].pk, aid.units["police-1"].pk]
    with pytest.raises(Refusal, match="police-1") as no:
        give_order(second, wanted, aid.coordinator, aid.later(80), key="another order of it")
    assert no.value.code == "held"
    assert Assignment.objects.filter(unit=aid.units["fire-1"]).count() == 0
    assert aid.incident(second).case.stage == "graded"


def test_a_unit_off_duty_is_not_sent(aid: Help) -> None:
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    number = aid.call("fire").case.number
    with pytest.raises(Refusal, match="Not on duty: fire-1"):
        give_order(number, [aid.units["fire-1"].pk], aid.coordinator, aid.later(9), key="k" * 16)


def test_only_who_coordinates_gives_orders(aid: Help) -> None:
    number = aid.call("fire").case.number
    for who in (aid.here.duty_chief, aid.crews["fire-1"]):
        with pytest.raises(Missing):
            give_order(number, [aid.units["fire-1"].pk], who, aid.later(9), key="k" * 16)


def test_all_seven_acknowledge_and_the_incident_follows_the_first(aid: Help) -> None:
    order = aid.ordered()
    number = order.incident.case.number
    for seconds, code in enumerate(FORCES):
        answer(aid.sent(order, code).pk, "acknowledged", aid.crews[code], aid.later(30 + seconds))
    assert aid.incident(number).case.stage == "acknowledged"
    answer(aid.sent(order, "fire-1").pk, "en_route", aid.crews["fire-1"], aid.later(60))
    answer(aid.sent(order, "fire-1").pk, "on_scene", aid.crews["fire-1"], aid.later(240))
    answer(aid.sent(order, "police-1").pk, "en_route", aid.crews["police-1"], aid.later(250))
    assert aid.incident(number).case.stage == "on_scene"
    stamps = aid.sent(order, "fire-1")
    assert (stamps.acknowledged_at, stamps.en_route_at, stamps.on_scene_at) == (
        aid.later(32), aid.later(60), aid.later(240),
    )  # fmt: skip


def test_what_a_phone_sends_again_or_too_late_changes_nothing(aid: Help) -> None:
    order = aid.ordered()
    mine, crew = aid.sent(order, "fire-1").pk, aid.crews["fire-1"]
    answer(mine, "en_route", crew, aid.later(40))
    answer(mine, "acknowledged", crew, aid.later(50))
    answer(mine, "en_route", crew, aid.later(60))
    found = aid.sent(order, "fire-1")
    assert (found.step, found.acknowledged_at, found.en_route_at) == ("en_route", aid.later(40), aid.later(40))  # fmt: skip
    told = Event.objects.filter(case=order.incident_id, verb__startswith="unit_")
    assert [e.verb for e in told] == ["unit_en_route"]


def test_a_unit_answers_its_own_order_only(aid: Help) -> None:
    order = aid.ordered()
    with pytest.raises(Missing):
        answer(aid.sent(order, "fire-1").pk, "acknowledged", aid.crews["police-1"], aid.later(30))
    answer(aid.sent(order, "fire-1").pk, "acknowledged", aid.coordinator, aid.later(31))
    assert aid.sent(order, "fire-1").step == "acknowledged"


def test_once_free_a_unit_can_be_sent_again_but_not_answer_the_old_order(aid: Help) -> None:
    order = aid.ordered("other")
    mine = aid.sent(order, "police-1").pk
    for _twice in range(2):
        set_free(mine, "done", aid.crews["police-1"], aid.later(60))
    with pytest.raises(Refusal, match="freed"):
        answer(mine, "on_scene", aid.crews["police-1"], aid.later(70))
    again = aid.ordered("other", after=100, at=aid.later(80))
    assert aid.sent(again, "police-1").step == "sent"


def test_the_silent_are_called_again_after_15_seconds_and_told_of_after_30(aid: Help) -> None:
    order = aid.ordered()
    answer(aid.sent(order, "fire-1").pk, "acknowledged", aid.crews["fire-1"], aid.later(25))
    assert tick_orders(aid.later(34)) == {"alarmed": 0, "escalated": 0}
    assert tick_orders(aid.later(35)) == {"alarmed": 6, "escalated": 0}
    answer(aid.sent(order, "police-1").pk, "acknowledged", aid.crews["police-1"], aid.later(40))
    assert tick_orders(aid.later(50)) == {"alarmed": 0, "escalated": 5}
    assert tick_orders(aid.later(90)) == {"alarmed": 0, "escalated": 0}
    events = Event.objects.filter(case=order.incident_id, verb="silence_escalated")
    assert "police-1" not in {e.data["unit"] for e in events} and events.count() == 5


def test_a_drill_is_marked_on_order_and_events(aid: Help) -> None:
    order = aid.ordered(drill=True)
    assert order.drill
    assert Event.objects.get(case=order.incident_id, verb="units_sent").data["drill"] is True


def test_units_reserved_for_a_planned_call_go_when_its_time_comes(aid: Help) -> None:
    when = aid.at + timedelta(minutes=50)
    number = aid.call("other", planned_for=when).case.number
    recommend(number, aid.coordinator, aid.later(5))
    order = give_order(
        number, [aid.units["police-1"].pk], aid.coordinator, aid.later(9), key="k" * 16, reserve=True
    )  # fmt: skip
    assert (aid.sent(order, "police-1").step, aid.incident(number).case.stage) == ("reserved", "planned")  # fmt: skip
    elsewhere = recommend(aid.call("other").case.number, aid.coordinator, aid.later(20))
    assert said(elsewhere.data["passed"]) == ["Nearer, but reserved for a planned call."]
    assert send_reserved(number, aid.coordinator, when) == 1
    assert send_reserved(number, aid.coordinator, when) == 0
    assert (aid.sent(order, "police-1").step, aid.incident(number).case.stage) == ("sent", "ordered")  # fmt: skip


def test_more_can_be_sent_and_only_what_is_missing_is_recommended(aid: Help) -> None:
    number = aid.call("assembly").case.number
    recommend(number, aid.coordinator, aid.later(5))
    give_order(number, [aid.units["fire-1"].pk], aid.coordinator, aid.later(9), key="k" * 16)
    found = recommend(number, aid.coordinator, aid.later(20))
    assert aid.units["fire-1"].pk not in {p["unit"] for p in found.data["picks"]}
    assert len(found.data["picks"]) == 6
    more = give_order(number, [p["unit"] for p in found.data["picks"]], aid.coordinator,
                      aid.later(30), key="m" * 16, upon=found.pk)  # fmt: skip
    assert more.number == 2 and Assignment.objects.filter(step="sent").count() == 7


def test_an_incident_goes_to_another_centre_with_its_receipt(aid: Help) -> None:
    order = aid.ordered()
    number = order.incident.case.number
    over = hand_to_centre(number, aid.centre_team, "It lies beyond the river.", aid.coordinator, aid.later(90))  # fmt: skip
    assert aid.sent(order, "fire-1").step == "sent"
    with pytest.raises(Missing):
        receive_hand_over(over.number, "X-1", aid.coordinator, aid.later(95))
    for _twice in range(2):
        receive_hand_over(over.number, "X-1", aid.other_centre, aid.later(100))
    assert aid.sent(order, "fire-1").freed_why == "handed_on"
    assert aid.incident(number).case.stage == "noting"
    with pytest.raises(Refusal, match="receipt"):
        return_hand_over(over.number, aid.other_centre, aid.later(110))


def test_what_comes_back_is_ours_again_where_it_was(aid: Help) -> None:
    number = aid.ordered().incident.case.number
    over = hand_to_centre(number, aid.centre_team, "Theirs?", aid.coordinator, aid.later(90))
    return_hand_over(over.number, aid.other_centre, aid.later(100))
    assert aid.incident(number).case.stage == "ordered"


def test_an_incident_comes_from_another_centre_once(aid: Help) -> None:
    lat, lon = aid.here.inside()
    given = Called(kind="fire", source="centre", words="From the next centre", lat=lat, lon=lon)
    made = [
        take_from_centre(given, "N-77", aid.other_centre, aid.later(5), team=aid.centre_team)
        for _twice in range(2)
    ]
    assert made[0].pk == made[1].pk and made[0].state == "received"
    assert Incident.objects.count() == 1 and CentreHandOver.objects.count() == 1


def test_an_order_needs_a_key_and_units(aid: Help) -> None:
    number = aid.call("fire").case.number
    with pytest.raises(Invalid):
        give_order(number, [], aid.coordinator, aid.later(9), key="k" * 16)
    with pytest.raises(Invalid):
        give_order(number, [aid.units["fire-1"].pk], aid.coordinator, aid.later(9), key="short")
    assert not Order.objects.exists()


def test_a_reported_place_counts_and_not_the_station(aid: Help) -> None:
    near = aid.here.inside()
    report_position("volunteer-1", *near, aid.crews["volunteer-1"], aid.later(1))
    found = recommend(aid.call().case.number, aid.coordinator, aid.later(5))
    seconds = {p["unit"]: p["seconds"] for p in found.data["picks"]}
    assert seconds[aid.units["volunteer-1"].pk] == 0
    assert Case.objects.filter(lat__isnull=False).count() == 0


def test_with_roads_the_recommendation_goes_by_travel_time_and_says_so(
    aid: Help, settings: Any, tmp_path: Path
) -> None:
    south, west = aid.here.inside(1, 1)
    graph = generated(3, rows=20, columns=20, lat=south, lon=west)
    graph.save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    go_off_duty("fire-1", aid.crews["fire-1"], aid.at)
    found = recommend(aid.call().case.number, aid.coordinator, aid.later(5))
    assert (found.method, found.version) == ("road", f"road 2 {graph.hash[:12]}")
    assert {p["unit"] for p in found.data["picks"]} == {
        u.pk for code, u in aid.units.items() if code != "fire-1"
    }
    assert [(s["need"], s["missing"]) for s in found.data["short"]] == [(2, 1)]
    assert all(text for text in said([*found.data["picks"], *found.data["short"]]))


def test_the_database_itself_refuses_a_second_open_assignment_of_a_unit(aid: Help) -> None:
    first = aid.ordered("other")
    second = aid.ordered("fire", at=aid.later(60), after=90)
    held = aid.sent(first, "police-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(order=second, unit=held.unit, step="sent", sent_at=aid.later(99))
    set_free(held.pk, "done", aid.crews["police-1"], aid.later(100))
    Assignment.objects.create(order=second, unit=held.unit, step="sent", sent_at=aid.later(101))
