"""A drill is marked everywhere, and never in the way: a real call takes its units at once."""

import pytest

from commonward.cases.models import Event
from commonward.core.refusals import Refusal
from commonward.response.actions.ordering import answer, give_order, send_reserved
from commonward.response.actions.reckoning import HELD_BY_DRILL
from commonward.response.actions.recommending import recommend
from commonward.response.models import Assignment
from tests.help import Help


def test_units_in_a_drill_are_recommended_for_a_real_call_with_the_reason(aid: Help) -> None:
    aid.ordered(drill=True)
    found = recommend(aid.call("other").case.number, aid.coordinator, aid.later(60)).data
    [pick] = found["picks"]
    assert pick["unit"] == aid.units["police-1"].pk and not found["short"]
    assert pick["why"][-1]["text"] == HELD_BY_DRILL


def test_a_real_order_ends_the_drill_for_its_units_and_stamps_both(aid: Help) -> None:
    drill = aid.ordered(drill=True)
    answer(aid.sent(drill, "police-1").pk, "en_route", aid.crews["police-1"], aid.later(40))
    real = aid.ordered("other", after=70, at=aid.later(60))
    left, now = aid.sent(drill, "police-1"), aid.sent(real, "police-1")
    assert (left.step, left.freed_why, left.freed_at) == ("free", "real_call", aid.later(70))
    assert (now.step, now.sent_at) == ("sent", aid.later(70))
    told = Event.objects.get(case=drill.incident_id, verb="unit_free")
    assert told.data == {"unit": "police-1", "why": "real_call", "drill": True}
    sent = Event.objects.get(case=real.incident_id, verb="units_sent")
    assert sent.data["from_drill"] == ["police-1"] and sent.data["drill"] is False
    assert Assignment.objects.filter(order=drill, step="sent").count() == 6


def test_a_drill_takes_no_unit_from_a_real_call_nor_from_another_drill(aid: Help) -> None:
    real = aid.ordered("other")
    number = aid.call(drill=True, at=aid.later(60)).case.number
    found = recommend(number, aid.coordinator, aid.later(65)).data
    assert aid.units["police-1"].pk not in {p["unit"] for p in found["picks"]}
    with pytest.raises(Refusal, match=f"police-1 号 .{real.incident.case.number}"):
        give_order(number, [aid.units["police-1"].pk], aid.coordinator, aid.later(70), key="d" * 16)
    give_order(number, [aid.units["fire-1"].pk], aid.coordinator, aid.later(70), key="e" * 16)
    other = aid.call("fire", drill=True, at=aid.later(80)).case.number
    with pytest.raises(Refusal, match=number):
        give_order(other, [aid.units["fire-1"].pk], aid.coordinator, aid.later(90), key="f" * 16)
    assert aid.sent(real, "police-1").step == "sent"


def test_a_real_order_that_is_refused_leaves_the_drill_as_it_was(aid: Help) -> None:
    drill = aid.ordered(drill=True)
    aid.ordered("other", after=70, at=aid.later(60))
    number = aid.call("fire", at=aid.later(80)).case.number
    wanted = [aid.units["fire-1"].pk, aid.units["police-1"].pk]
    with pytest.raises(Refusal, match="Already held") as no:
        give_order(number, wanted, aid.coordinator, aid.later(90), key="g" * 16)
    assert "fire-1" not in str(no.value)
    assert aid.sent(drill, "fire-1").step == "sent"


def test_reserved_units_leave_a_drill_when_their_time_comes(aid: Help) -> None:
    planned = aid.call("other", planned_for=aid.later(3600)).case.number
    recommend(planned, aid.coordinator, aid.later(5))
    give_order(
        planned, [aid.units["police-1"].pk], aid.coordinator, aid.later(9), key="p" * 16,
        reserve=True,
    )  # fmt: skip
    number = aid.call(drill=True, at=aid.later(20)).case.number
    drill = give_order(
        number, [aid.units["police-1"].pk], aid.coordinator, aid.later(30), key="q" * 16
    )
    assert send_reserved(planned, aid.coordinator, aid.later(3600)) == 1
    assert aid.sent(drill, "police-1").freed_why == "real_call"
