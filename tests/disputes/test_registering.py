"""A dispute is registered, both sides are asked, and nothing of it lies open."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from commonward.cases.access import visible_case
from commonward.cases.actions import Said, act, open_case
from commonward.cases.actions.codes import MOST_TRIES
from commonward.cases.actions.seeing_danger import see_danger
from commonward.cases.models import Case, Clock, Event, Remark, Report
from commonward.cases.queries.dangers import dangers_waiting
from commonward.cases.queries.listed import Filters
from commonward.cases.queries.lists import case_list
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor
from commonward.disputes import access
from commonward.disputes import actions as disputes
from commonward.disputes.actions.passes import code_of, enter
from commonward.disputes.actions.sealing import unseal
from commonward.disputes.models import Dispute, Party, Side
from commonward.disputes.queries.filed import reasons
from tests.talks import Talks


def shown(who: Actor, talks: Talks) -> list[str]:
    return [line.number for line in case_list(who, Filters(), "newest", talks.at).rows]


def test_a_registered_dispute_is_a_case_with_the_coordinators_and_a_clock(talks: Talks) -> None:
    made = talks.registered()
    case = Case.objects.get(number=made.number)
    assert (case.stage, case.team_id) == ("register", talks.teams["coordinators"])
    assert not case.unrouted and not case.public
    assert Clock.objects.filter(case=case, kind="stage").get().due_at is not None
    dispute = talks.dispute(made.number)
    assert unseal(dispute, dispute.words, "words").startswith("The new wall")


def test_no_word_name_or_point_of_it_lies_open_in_any_table(talks: Talks) -> None:
    talks.registered()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (names of our own tables)
            rows = [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
            text = json.dumps(rows, ensure_ascii=False, default=str)
            for secret in ("new wall", "小梅", "garden wall", "13912345678", "South lane"):
                assert secret not in text, f"{secret} in {table}"
    lat, lon = talks.here.inside()
    assert not Case.objects.filter(lat=lat, lon=lon).exists()
    assert not Report.objects.filter(lat=lat, lon=lon).exists()


@pytest.mark.parametrize("grade,minutes", [("red", 30), ("yellow", 240)])
def test_the_first_human_contact_is_due_by_the_grade(
    talks: Talks, grade: str, minutes: int
) -> None:
    made = disputes.register(talks.application(), talks.at, grade=grade)
    clock = Clock.objects.get(case__number=made.number, kind="stage")
    assert clock.due_at == talks.at + timedelta(minutes=minutes)


def test_a_dispute_opens_and_moves_through_its_own_room_only(talks: Talks) -> None:
    with pytest.raises(Invalid, match="is a dispute"):
        open_case("D-02", Said(channel="api", words="a wall"), talks.at)
    made = talks.registered()
    with pytest.raises(Refusal, match="its own page"):
        act(made.number, "contact", talks.coordinator, talks.at)


def test_a_hard_gate_refuses_a_resident_and_counts_what_an_office_registers(talks: Talks) -> None:
    told = talks.application(facts={"violence": True})
    with pytest.raises(Refusal) as why:
        disputes.register(told, talks.at)
    assert (why.value.code, why.value.field) == ("gate", "110")
    assert not Dispute.objects.exists()
    made = disputes.register(told, talks.at, talks.coordinator, channel="counter")
    dispute = talks.dispute(made.number)
    assert made.gated and dispute.result == "gated" and not dispute.case.is_open


def test_what_is_sent_twice_under_one_key_is_registered_once(talks: Talks) -> None:
    key = "a" * 40
    first = disputes.register(talks.application(), talks.at, key=key, idempotency="once")
    again = disputes.register(talks.application(), talks.at, key=key, idempotency="once")
    assert first.number == again.number and Dispute.objects.count() == 1
    assert access.party_by(again.key, talks.at) == access.party_by(key, talks.at)


@pytest.mark.parametrize(
    "more,field",
    [
        ({"kind": "feud"}, "kind"),
        ({"words": " "}, "words"),
        ({"facts": {"name": "赵小梅"}}, "facts"),
        ({"minor": True}, "applicant"),
        ({"applicant": (disputes.Person({"phone": "1"}),)}, "name"),
        ({"applicant": (disputes.Person({"name": "x", "faith": "y"}),)}, "faith"),
        ({"came_from": "nothing"}, "came_from"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    talks: Talks, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as why:
        talks.registered(**more)
    assert why.value.field == field
    assert not Dispute.objects.exists() and not Party.objects.exists()


def test_an_outsider_registers_nothing_and_a_grid_worker_sees_nothing_afterwards(
    talks: Talks,
) -> None:
    with pytest.raises(Forbidden):
        disputes.register(talks.application(), talks.at, talks.here.outsider, channel="counter")
    made = disputes.register(
        talks.application(source="grid"), talks.at, talks.here.grid_worker, channel="grid"
    )
    with pytest.raises(Missing):
        visible_case(made.number, talks.here.grid_worker)


def test_the_posts_of_the_loop_and_the_leader_do_not_see_that_a_dispute_exists(
    talks: Talks,
) -> None:
    made = talks.registered()
    here = talks.here
    for who in (
        here.leader, here.intake_officer, here.dispatcher, here.duty_chief, here.handler,
        here.grid_worker, here.administrator, here.outsider, talks.second_mediator, talks.clerk,
    ):  # fmt: skip
        with pytest.raises(Missing):
            access.dispute_for(made.number, who, talks.at, door="test")
        assert made.number not in shown(who, talks)
    found = access.dispute_for(made.number, talks.coordinator, talks.at, door="test")
    assert found.case.number == made.number
    assert made.number in shown(talks.coordinator, talks)


def test_silence_changes_nothing_and_both_saying_yes_goes_on(talks: Talks) -> None:
    made = talks.registered()
    other = talks.other(made)
    for minutes in (100, 200, 300):
        disputes.remind(made.number, "b", talks.coordinator, talks.later(minutes))
    with pytest.raises(Refusal, match="bound"):
        disputes.remind(made.number, "b", talks.coordinator, talks.later(400))
    assert talks.dispute(made.number).case.stage == "invite"
    side = disputes.answer(made.number, "b", "agreed", other, talks.later(500))
    assert side.answer == "agreed" and talks.dispute(made.number).case.stage == "choose"


@pytest.mark.parametrize("letter,result", [("a", "withdrawn"), ("b", "refused_by_side")])
def test_a_clear_no_ends_it_whenever_it_comes(talks: Talks, letter: str, result: str) -> None:
    number, first, second = talks.talking()
    who = first if letter == "a" else second
    disputes.answer(number, letter, "refused", who, talks.later(90))
    dispute = talks.dispute(number)
    assert (dispute.result, dispute.case.is_open) == (result, False)
    assert dispute.ended_at is not None


def test_nobody_answers_for_the_other_side(talks: Talks) -> None:
    made = talks.registered()
    other = talks.other(made)
    first = talks.applicant(made)
    with pytest.raises(Forbidden):
        disputes.answer(made.number, "b", "agreed", first, talks.later(60))
    with pytest.raises(Missing):
        disputes.answer(made.number, "b", "agreed", talks.mediator, talks.later(60))
    strange = talks.registered(at=talks.later(1))
    with pytest.raises(Missing):
        disputes.answer(strange.number, "b", "agreed", other, talks.later(60))


def test_a_dispute_goes_up_by_itself_when_its_time_at_a_level_is_over(talks: Talks) -> None:
    number, *_ = talks.talking("community")
    assert disputes.tick_levels(talks.later(60)) == 0
    after = talks.at + timedelta(days=8)
    assert disputes.tick_levels(after) == 1
    assert disputes.tick_levels(after) == 0
    dispute = talks.dispute(number)
    assert (dispute.level, dispute.case.stage) == ("street", "at_street")
    raised = Event.objects.filter(case=dispute.case, verb="to_street").get()
    assert raised.role == "system"
    with pytest.raises(Invalid, match="only go up"):
        disputes.go_up(number, "grid", talks.coordinator, after)


def test_an_appraisal_stops_the_clock_and_the_talks_go_on_where_they_were(talks: Talks) -> None:
    number, *_ = talks.talking("street")
    before = Clock.objects.get(case__number=number, kind="total", stopped_at=None).due_at
    disputes.take_step(
        number, "appraise", talks.mediator, talks.later(60), {"reason": "a second opinion"}
    )
    disputes.take_step(number, "resume", talks.mediator, talks.later(60 + 3 * 1440))
    dispute = talks.dispute(number)
    after = Clock.objects.get(case__number=number, kind="total", stopped_at=None).due_at
    assert dispute.case.stage == "at_street"
    assert before is not None and after is not None and after - before == timedelta(days=3)


def test_a_code_opens_its_own_sides_page_and_guessing_is_bounded(talks: Talks) -> None:
    made = talks.registered()
    assert enter(made.number, code_of(made.key), talks.at).side.letter == "a"
    other = talks.other(made)
    own = code_of(made.key)
    for _ in range(MOST_TRIES):
        with pytest.raises(Invalid):
            enter(made.number, "000000", talks.later(30))
        if Party.objects.get(pk=other.party or 0).tries < MOST_TRIES:
            enter(made.number, own, talks.later(30))
    with pytest.raises(Refusal, match="Too many"):
        enter(made.number, own, talks.later(30))
    assert enter(made.number, own, talks.later(95)).side.letter == "a"
    assert Side.objects.filter(dispute__case__number=made.number).count() == 2


def test_going_up_gives_it_to_those_who_answer_at_the_higher_level(talks: Talks) -> None:
    number, *_ = talks.talking("district")
    disputes.go_up(number, "panel", talks.mediator, talks.later(60))
    case = talks.dispute(number).case
    assert (case.team_id, case.handling_team_id) == (talks.teams["panel"], talks.teams["panel"])


def test_why_a_step_was_taken_is_sealed_and_read_by_those_who_mediate(talks: Talks) -> None:
    number, first, _ = talks.talking("street")
    disputes.take_step(
        number, "fail", talks.mediator, talks.later(60), {"reason": "赵小梅 will not pay."}
    )
    assert not Remark.objects.filter(words__contains="小梅").exists()
    dispute = talks.dispute(number)
    assert list(reasons(dispute, talks.mediator).values()) == ["赵小梅 will not pay."]
    assert reasons(dispute, first) == {} and reasons(dispute, talks.here.leader) == {}
    with pytest.raises(Invalid):
        disputes.take_step(number, "note", talks.mediator, talks.later(70), {"reason": "x" * 2001})


def test_danger_in_a_dispute_alarms_its_circle_alone_and_keeps_no_word(talks: Talks) -> None:
    told = replace(talks.application(), words="他正拿刀砍人，救命！")
    made = disputes.register(told, talks.at)
    (alarm,) = dangers_waiting(talks.coordinator, talks.at)
    assert alarm.case == made.number and "110" in {cue.number for cue in alarm.cues}
    assert {cue.words for cue in alarm.cues} == {""}
    for who in (talks.here.dispatcher, talks.here.leader):
        assert not dangers_waiting(who, talks.at)
    see_danger(made.number, talks.coordinator, talks.at)
    assert not dangers_waiting(talks.coordinator, talks.at)
