"""Who mediates: the register, three proposed by rules, ticks, disclosure, objection, replacement."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.actions import appointing, mediators
from commonward.disputes.models import Appointment, BusyTime, ConflictAnswer, Mediator, Proposal
from commonward.disputes.queries import mediators as register
from commonward.people import actions as people
from commonward.people.models import AccessRecord, Change
from tests.chosen import Choosing, appointed, choosing, enrolled
from tests.talks import Talks


@pytest.fixture
def case(talks: Talks) -> Choosing:
    """Both sides want to talk; two mediators are in the register."""
    return choosing(talks)


def test_three_are_proposed_the_nearest_first_and_both_sides_may_tick(case: Choosing) -> None:
    made = appointing.propose(case.number, case.talks.coordinator, case.at(40))
    assert [one["mediator"] for one in made.three] == [
        case.account("mediator"),
        case.account("second_mediator"),
    ]
    choice = register.choice_of(case.dispute, case.at(41))
    assert [one.name for one in choice.three] == ["Mediator", "Second Mediator"]
    near, far = (one.km for one in choice.three)
    assert near is not None and far is not None and near < 0.1 < 4 < far < 6


def test_whom_both_sides_tick_is_appointed_once_they_say_they_have_no_interest(
    case: Choosing,
) -> None:
    wanted, other = case.account("second_mediator"), case.account("mediator")
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    appointing.tick(case.number, {wanted: True, other: True}, case.first, case.at(41))
    assert not appointing.tick(case.number, {wanted: True, other: False}, case.second, case.at(42))
    assert Appointment.objects.count() == 0
    assert appointing.answer_conflict(case.number, False, case.talks.second_mediator, case.at(43))
    now = Appointment.objects.get()
    assert (now.mediator_id, now.chosen_by) == (wanted, "sides")
    dispute = case.dispute
    assert dispute.case.stage == "at_street"
    assert dispute.case.team_id == case.talks.teams["committee-north"]


def test_silence_of_one_side_appoints_nobody(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    appointing.answer_conflict(case.number, False, case.talks.mediator, case.at(41))
    appointing.tick(case.number, {case.account("mediator"): True}, case.first, case.at(42))
    assert Appointment.objects.count() == 0


def test_without_recorded_training_nobody_is_proposed_and_the_reason_is_kept(talks: Talks) -> None:
    enrolled(talks, "mediator", trained=False)
    made = talks.registered()
    second = talks.other(made)
    disputes.answer(made.number, "b", "agreed", second, talks.later(30))
    found = appointing.propose(made.number, talks.coordinator, talks.later(40))
    assert (found.three, found.reason, found.filtered) == ([], "training", {"training": 1})


def test_an_interest_is_answered_yes_or_no_and_others_are_proposed(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    (asked,) = register.asked_of(case.talks.mediator, case.at(40), door="desk")
    assert AccessRecord.objects.filter(what="dispute names", case_number=case.number).count() == 1
    looking = replace(case.talks.mediator, seen_by=case.talks.here.administrator.account)
    assert list(register.asked_of(looking, case.at(40), door="desk")[0].names) == []
    assert (asked.number, list(asked.names)) == (case.number, ["钱多多", "赵小梅"])
    appointing.answer_conflict(case.number, True, case.talks.mediator, case.at(41))
    assert register.asked_of(case.talks.mediator, case.at(41), door="desk") == []
    open_one = Proposal.objects.get(ended_at=None)
    assert [one["mediator"] for one in open_one.three] == [case.account("second_mediator")]
    assert open_one.filtered == {"conflict": 1}
    with pytest.raises(Missing):
        appointing.answer_conflict(case.number, False, case.talks.mediator, case.at(42))
    with pytest.raises(Missing):
        appointing.answer_conflict(case.number, False, case.talks.panelist, case.at(42))


def test_nobody_is_named_against_a_veto_or_before_the_question_is_answered(case: Choosing) -> None:
    talks, wanted = case.talks, case.account("mediator")
    appointing.propose(case.number, talks.coordinator, case.at(40))
    with pytest.raises(Refusal, match="no interest"):
        appointing.appoint(case.number, wanted, talks.coordinator, case.at(41))
    appointing.answer_conflict(case.number, False, talks.mediator, case.at(42))
    appointing.tick(case.number, {wanted: False}, case.second, case.at(43))
    with pytest.raises(Refusal, match="does not accept"):
        appointing.appoint(case.number, wanted, talks.coordinator, case.at(44))
    for actor in (talks.mediator, case.first, talks.here.leader):
        with pytest.raises((Forbidden, Missing)):
            appointing.appoint(case.number, wanted, actor, case.at(45))


def test_a_wish_for_a_man_leaves_nobody_here_and_says_so(case: Choosing) -> None:
    appointing.propose(case.number, case.talks.coordinator, case.at(40))
    made = appointing.wish(case.number, "m", case.first, case.at(41))
    assert (made.three, made.reason) == ([], "gender")
    with pytest.raises(Refusal, match="Another wish"):
        appointing.wish(case.number, "f", case.second, case.at(42))


def test_the_disclosure_is_read_by_both_sides_and_by_nobody_without_the_key(
    case: Choosing,
) -> None:
    appointed(case)
    choice = register.choice_of(case.dispute, case.at(50))
    assert choice.disclosure == "I know neither side."
    sealed = Appointment.objects.get().disclosure
    assert sealed is not None and b"neither" not in bytes(sealed)
    with pytest.raises((Forbidden, Missing)):
        appointing.disclose(case.number, "Not mine.", case.talks.second_mediator, case.at(51))


def test_an_objection_is_decided_by_a_coordinator_and_upheld_it_replaces(case: Choosing) -> None:
    appointed(case)
    talks = case.talks
    made = appointing.object_to(case.number, "He is my landlord.", case.second, case.at(60))
    with pytest.raises(Refusal, match="open already"):
        appointing.object_to(case.number, "Again.", case.second, case.at(61))
    with pytest.raises((Forbidden, Missing)):
        appointing.decide_objection(case.number, made.pk, False, "No.", talks.mediator, case.at(62))
    appointing.decide_objection(
        case.number, made.pk, True, "It was true.", talks.coordinator, case.at(63)
    )
    ended = Appointment.objects.get()
    assert (ended.end, ended.ended_at) == ("objection", case.at(63))
    (line,) = register.choice_of(case.dispute, case.at(64)).objections
    assert (line.letter, line.upheld, line.answer) == ("b", True, "It was true.")
    # The dispute is with a committee now; nobody of it is left, which is told.
    open_one = Proposal.objects.get(ended_at=None)
    assert (open_one.three, open_one.filtered) == ([], {"veto": 1})


def test_a_mediator_who_finds_an_interest_later_leaves_and_is_never_proposed_again(
    case: Choosing,
) -> None:
    appointed(case)
    appointing.withdraw_from(case.number, "conflict", case.talks.mediator, case.at(60))
    assert Appointment.objects.get().end == "conflict"
    assert ConflictAnswer.objects.get().conflicted
    assert Proposal.objects.get(ended_at=None).filtered == {"conflict": 1}


def test_all_who_wait_are_given_three_in_one_assignment(case: Choosing) -> None:
    talks = case.talks
    assert appointing.propose_all(talks.coordinator, case.at(40)) == 1
    assert appointing.propose_all(talks.coordinator, case.at(41)) == 0
    assert appointing.propose_all(talks.mediator, case.at(42)) == 0


def test_the_register_is_kept_by_coordinators_and_each_change_is_noted(talks: Talks) -> None:
    profile = mediators.Profile(("zh-Hans",))
    for actor in (talks.mediator, talks.here.leader, talks.here.outsider):
        with pytest.raises(Forbidden):
            mediators.put_mediator(actor, talks.accounts["mediator"], profile, talks.at)
    with pytest.raises(Invalid, match="no grant"):
        mediators.put_mediator(talks.coordinator, talks.accounts["clerk"], profile, talks.at)
    mediators.put_mediator(talks.coordinator, talks.accounts["mediator"], profile, talks.at)
    assert Change.objects.filter(verb="put_mediator").count() == 1
    for wrong in (
        mediators.Profile(()),
        mediators.Profile(("zh-Hans",), subjects=("people",)),
        mediators.Profile(("zh-Hans",), hours=("always",)),
        mediators.Profile(("zh-Hans",), lon=400.0, lat=0.0),
        mediators.Profile(("zh-Hans",), lon=4.0),
        mediators.Profile(("zh-Hans",), most=101),
    ):
        with pytest.raises(Invalid):
            mediators.put_mediator(talks.coordinator, talks.accounts["mediator"], wrong, talks.at)


def test_a_training_that_ended_yesterday_counts_no_more(talks: Talks) -> None:
    enrolled(talks, "mediator", trained=False)
    today = register.day_of(talks.at)
    account = talks.accounts["mediator"]
    mediators.record_training(
        talks.coordinator, account, "Old course", date(2020, 1, 1), today - timedelta(days=1),
        talks.at,
    )  # fmt: skip
    (line,) = register.mediators(today)
    assert line.trained_until is None
    mediators.record_training(talks.coordinator, account, "New", today, today, talks.at)
    assert register.mediators(today)[0].trained_until == today


def test_of_an_own_calendar_only_times_are_kept_and_they_are_replaced(case: Choosing) -> None:
    talks = case.talks
    day = talks.at + timedelta(days=1)
    given = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Dentist\r\n"
        f"DTSTART:{day:%Y%m%dT%H%M%SZ}\r\nDURATION:PT2H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()
    for _ in range(2):
        assert mediators.read_calendar(talks.mediator, given, talks.at) == 1
    row = BusyTime.objects.get()
    assert row.end - row.start == timedelta(hours=2)
    assert {f.name for f in BusyTime._meta.fields} == {"id", "mediator", "start", "end"}
    with pytest.raises(Missing):
        mediators.read_calendar(talks.panelist, given, talks.at)
    assert Mediator.objects.get(pk=case.account("mediator")).calendar_at == talks.at


def test_who_lacks_a_course_that_is_asked_for_is_neither_proposed_nor_appointed(
    case: Choosing,
) -> None:
    has, lacks = case.account("mediator"), case.account("second_mediator")
    day = case.at(40).date()
    kind = case.dispute.kind
    people.require(
        SYSTEM, "special", "mediator", "专项调解", at=case.at(1), since=day, kind=kind, next_on=day
    )
    people.qualify(SYSTEM, "special", {has: day})
    made = appointing.propose(case.number, case.talks.coordinator, case.at(40))
    assert [one["mediator"] for one in made.three] == [has]
    assert made.filtered == {"course": 1}
    assert lacks not in [one["mediator"] for one in made.three]
    appointing.answer_conflict(case.number, False, case.talks.mediator, case.at(41))
    # It was taken back since they were proposed: neither the office nor both sides can name them.
    people.unqualify(SYSTEM, "special", has)
    with pytest.raises(Refusal, match="专项调解") as why:
        appointing.appoint(case.number, has, case.talks.coordinator, case.at(42))
    assert why.value.code == "course"
    appointing.tick(case.number, {has: True}, case.first, case.at(43))
    assert not appointing.tick(case.number, {has: True}, case.second, case.at(44))
    people.qualify(SYSTEM, "special", {has: None})
    assert (
        appointing.appoint(case.number, has, case.talks.coordinator, case.at(45)).mediator_id == has
    )
