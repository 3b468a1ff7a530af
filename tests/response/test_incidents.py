"""A call becomes an incident: located, graded, joined, seen by few, ended with a note."""

import pytest

from commonward.cases.access import may_see
from commonward.cases.actions import act
from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.lists import case_list
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.core.urgent.cards import shipped_text
from commonward.response.access import incident_for
from commonward.response.actions.calling import (
    Called,
    add_call,
    ask_card,
    join_incidents,
    locate_incident,
    take_call,
)
from commonward.response.actions.ending import call_off, end_on_spot, keep_note, link_to
from commonward.response.actions.ordering import answer, set_free
from commonward.response.actions.sealing import unseal
from commonward.response.actions.setting_up import adopt_cards
from commonward.response.models import Call, Incident, Link
from tests.help import Help


def test_a_call_with_place_and_answers_is_located_and_graded_at_once(aid: Help) -> None:
    made = aid.call("fire", answers={"inside": True})
    case = Case.objects.get(pk=made.pk)
    assert (case.stage, case.grade) == ("graded", "critical")
    assert [n["agency"] for n in made.needs] == ["fire", "ambulance", "police", "utility"]
    verbs = list(Event.objects.filter(case=case).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["opened", "locate", "card_answered", "grade"]
    assert case.due_at is not None and (case.due_at - aid.at).total_seconds() <= 30


def test_neither_words_nor_number_nor_point_lie_open(aid: Help) -> None:
    made = aid.call("fire")
    case, report = Case.objects.get(pk=made.pk), Report.objects.get(case=made.pk)
    assert (case.summary, case.lat, report.words, report.lat, case.public) == ("", None, "", None, False)  # fmt: skip
    call = Call.objects.get(incident=made)
    for kept in (call.words, call.callback, aid.incident(case.number).place):
        assert kept is not None
        assert "赵小梅".encode() not in bytes(kept) and b"139" not in bytes(kept)
    assert unseal(case, call.callback, f"call {call.pk} callback") == "13912345678"


def test_sent_twice_a_call_is_one(aid: Help) -> None:
    first = aid.call("fire", key="k" * 20)
    again = aid.call("fire", key="k" * 20)
    assert first.pk == again.pk
    assert Incident.objects.count() == 1 and Call.objects.count() == 1


def test_who_took_the_call_sees_nothing_of_it_afterwards(aid: Help) -> None:
    number = aid.call("fire").case.number
    case = Case.objects.get(number=number)
    for who in (aid.here.intake_officer, aid.here.duty_chief, aid.here.leader, aid.here.dispatcher,
                aid.here.administrator, aid.crews["fire-1"]):  # fmt: skip
        assert not may_see(case, who)
        with pytest.raises(Missing):
            incident_for(number, who, aid.at, door="desk")
        assert not case_list(who, Filters(state="all"), "newest", aid.at).rows
    assert incident_for(number, aid.coordinator, aid.at, door="desk").pk == case.pk
    assert [r.number for r in case_list(aid.coordinator, Filters(state="all"), "newest", aid.at).rows] == [number]  # fmt: skip


def test_only_its_own_room_moves_an_incident(aid: Help) -> None:
    number = aid.call("fire").case.number
    with pytest.raises(Refusal, match="own page only"):
        act(number, "call_off", aid.coordinator, aid.at, {"reason": "no"})


def test_who_has_no_post_takes_no_call(aid: Help) -> None:
    with pytest.raises(Forbidden):
        aid.call("fire", who=aid.here.outsider)


def test_a_call_without_a_place_waits_for_one(aid: Help) -> None:
    number = aid.call("fire", lat=None, lon=None).case.number
    assert aid.incident(number).case.stage == "call"
    with pytest.raises(Refusal, match="where it is"):
        ask_card(number, {"inside": True}, aid.coordinator, aid.later(5))
    locate_incident(number, *aid.here.inside(1, 1), "Market", aid.coordinator, aid.later(10))
    ask_card(number, {"building": True}, aid.coordinator, aid.later(20))
    found = aid.incident(number)
    assert (found.case.stage, found.case.grade, found.level) == ("graded", "critical", 2)
    assert found.case.lat is None and found.lat == aid.here.inside(1, 1)[0]


def test_an_answer_to_a_question_nobody_asked_is_refused(aid: Help) -> None:
    with pytest.raises(Invalid, match="Nobody asks"):
        aid.call("fire", answers={"income": True})
    assert not Incident.objects.exists()


def test_another_call_of_the_same_is_kept_with_it(aid: Help) -> None:
    made = aid.call("fire")
    more = Called(kind="fire", words="I see it too", callback="13800000000", key="m" * 20)
    for _twice in range(2):
        add_call(made.case.number, more, aid.here.intake_officer, aid.later(30))
    assert Call.objects.filter(incident=made).count() == 2
    assert Incident.objects.count() == 1


def test_two_incidents_that_are_one_are_joined_with_their_calls(aid: Help) -> None:
    first, second = aid.call("fire"), aid.call("fire", words="Smoke at the market")
    join_incidents(first.case.number, second.case.number, aid.coordinator, aid.later(30))
    case, main = Case.objects.get(pk=first.pk), Case.objects.get(pk=second.pk)
    assert (case.stage, case.joined_to_id, case.is_open) == ("joined", main.pk, False)
    calls = list(Call.objects.filter(incident=second))
    told = {unseal(main, c.words, f"call {c.pk} words") for c in calls}
    assert told == {"赵小梅 says: come quickly.", "Smoke at the market"}


def test_an_incident_whose_units_are_out_is_not_joined_away(aid: Help) -> None:
    order, second = aid.ordered("assembly"), aid.call("fire")
    with pytest.raises(Refusal, match="free them first"):
        join_incidents(order.incident.case.number, second.case.number, aid.coordinator, aid.later(40))  # fmt: skip


def test_it_ends_on_the_spot_with_everybody_free_and_a_note_owed(aid: Help) -> None:
    order = aid.ordered()
    number = order.incident.case.number
    answer(aid.sent(order, "fire-1").pk, "on_scene", aid.crews["fire-1"], aid.later(200))
    end_on_spot(number, aid.coordinator, aid.later(600))
    assert {aid.sent(order, code).step for code in aid.units} == {"free"}
    assert aid.incident(number).case.stage == "noting"
    keep_note(number, "The pan was put out.", aid.coordinator, aid.later(900))
    found = aid.incident(number)
    assert (found.case.stage, found.case.outcome, found.case.is_open) == ("closed", "ended_on_spot", False)  # fmt: skip
    assert unseal(found.case, found.note, "note") == "The pan was put out."


def test_calling_off_needs_a_reason_and_stands_all_down(aid: Help) -> None:
    order = aid.ordered()
    with pytest.raises(Invalid):
        call_off(order.incident.case.number, " ", aid.coordinator, aid.later(60))
    call_off(order.incident.case.number, "A false alarm.", aid.coordinator, aid.later(60))
    assert aid.sent(order, "police-1").freed_why == "stood_down"


def test_a_link_to_a_case_opens_it_to_nobody_and_tells_nothing(aid: Help) -> None:
    number, other = aid.call("fire").case.number, aid.here.report().case.number
    link_to(number, other.lower(), aid.coordinator, aid.later(5))
    assert list(Link.objects.values_list("number", flat=True)) == [other]
    assert not may_see(Case.objects.get(number=other), aid.coordinator)
    with pytest.raises(Invalid, match="no case number"):
        link_to(number, "12", aid.coordinator, aid.later(6))


def test_a_welfare_call_is_seen_by_who_coordinates_and_by_those_sent_only_while_sent(
    aid: Help,
) -> None:
    order = aid.ordered("assembly")
    number = order.incident.case.number
    crew = aid.crews["ambulance-1"]
    assert incident_for(number, crew, aid.later(30), door="desk").pk == order.incident_id
    set_free(aid.sent(order, "ambulance-1").pk, "done", crew, aid.later(60))
    with pytest.raises(Missing):
        incident_for(number, crew, aid.later(70), door="desk")
    assert aid.call("welfare", answers={"height": True}).confidential


def test_new_cards_are_a_version_and_bring_their_category(aid: Help) -> None:
    extra = shipped_text() + (
        '\n[[card]]\nkind = "lift"\ntitle = { en = "Stuck in a lift", zh = "电梯困人" }\n'
        '[[card.level]]\nnumber = 1\nsend = [{ agency = "fire" }]\n'
    )
    made = adopt_cards(extra, at=aid.at, actor=aid.here.administrator, upon=0)
    assert made is not None and made.number == 1
    assert aid.call("lift").cards == made.digest[:12]
    assert adopt_cards(extra, at=aid.at, actor=aid.here.administrator) is None
    with pytest.raises(Invalid, match="about people"):
        adopt_cards(extra.replace("Is anybody still inside?", "What is their religion?"), at=aid.at)
    with pytest.raises(Forbidden):
        adopt_cards(extra + "\n", at=aid.at, actor=aid.coordinator)


def test_the_system_itself_may_open_one(aid: Help) -> None:
    made = take_call(Called(kind="other", source="portal", words="help"), aid.at, SYSTEM)
    assert made.case.stage == "call"
