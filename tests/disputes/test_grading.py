"""A dispute is graded by its facts, contested by a side, and graded again by a person."""

from datetime import timedelta

import pytest

from commonward.cases.models import Case, Clock, Event, Remark
from commonward.core.grading import shipped_text
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM, Actor
from commonward.disputes import actions as disputes
from commonward.disputes.access import dispute_for
from commonward.disputes.actions.grading import contest_grade, grade_dispute, regrade
from commonward.disputes.actions.ruling import adopt_rules
from commonward.disputes.models import GradeWord, RuleVersion
from commonward.disputes.queries.grading import graded, preview
from commonward.disputes.queries.ruling import grade_table
from tests.talks import Talks


def stage_clock(number: str) -> Clock:
    return Clock.objects.get(case__number=number, kind="stage", stopped_at=None)


@pytest.mark.parametrize(
    ("facts", "colour", "minutes"),
    [
        ({"threat": True}, "red", 30),
        ({"households": 23, "livelihood": True}, "red", 30),
        ({"minors": True}, "yellow", 240),
    ],
)
def test_the_first_contact_is_due_by_the_facts_that_were_stated(
    talks: Talks, facts: dict[str, bool | int], colour: str, minutes: int
) -> None:
    made = talks.registered(facts=facts)
    dispute = talks.dispute(made.number)
    assert dispute.case.grade == colour
    assert dispute.grade_why["version"] == grade_table(talks.at).version
    assert stage_clock(made.number).due_at == talks.later(minutes)


def test_a_calm_dispute_is_blue_and_due_within_a_working_day(talks: Talks) -> None:
    made = talks.registered(facts={"minors": False})
    due = stage_clock(made.number).due_at
    assert talks.dispute(made.number).case.grade == "blue"
    assert due is not None
    assert timedelta(days=1) <= due - talks.at <= timedelta(days=4)


def test_facts_stated_later_grade_again_and_the_clock_runs_from_its_start(talks: Talks) -> None:
    made = talks.registered()
    found = grade_dispute(made.number, {"threat": True}, talks.coordinator, talks.later(10))
    assert found.colour == "red"
    dispute = talks.dispute(made.number)
    assert (dispute.case.grade, dispute.facts["threat"]) == ("red", True)
    assert stage_clock(made.number).due_at == talks.later(30)
    assert dispute.case.due_at == talks.later(30)
    event = Event.objects.get(case=dispute.case, verb="graded")
    assert event.data == {"before": "blue", "after": "red", "rules": found.version}
    again = grade_dispute(made.number, {"threat": False}, talks.coordinator, talks.later(20))
    assert again.colour == talks.dispute(made.number).case.grade == "blue"


def test_a_side_objects_and_a_person_answers_with_a_reason_that_both_can_read(
    talks: Talks,
) -> None:
    number, first, second = talks.talking()
    contest_grade(number, "Our child cannot sleep.", first, talks.later(60))
    with pytest.raises(Refusal, match="answered first"):
        contest_grade(number, "And again.", first, talks.later(61))
    regrade(number, "yellow", "A minor is concerned.", talks.mediator, talks.later(70))
    assert not GradeWord.objects.filter(kind="objection", answered_at=None).exists()
    shown = {}
    for who in (first, second):
        dispute = dispute_for(number, who, talks.later(80), door="test")
        found = graded(dispute, who, talks.later(80))
        assert (found.colour, found.by_hand, found.by_rules) == ("yellow", True, "blue")
        shown[who.party] = [said.words for said in found.said]
    assert shown[first.party] == ["Our child cannot sleep.", "A minor is concerned."]
    assert shown[second.party] == ["", "A minor is concerned."]


def test_the_words_of_an_objection_lie_nowhere_in_clear(talks: Talks) -> None:
    number, first, _ = talks.talking()
    made = contest_grade(number, "Our child cannot sleep.", first, talks.later(60))
    assert made.words is not None
    assert b"child" not in bytes(made.words)
    assert not Remark.objects.filter(words__contains="child").exists()
    assert not any("child" in str(event.data) for event in Event.objects.all())


def test_what_a_person_graded_the_rules_do_not_change_back(talks: Talks) -> None:
    made = talks.registered(facts={"threat": True})
    regrade(made.number, "blue", "The sides have made up.", talks.coordinator, talks.later(5))
    found = grade_dispute(made.number, {"minors": True}, talks.coordinator, talks.later(6))
    assert (found.colour, talks.dispute(made.number).case.grade) == ("red", "blue")
    assert Event.objects.filter(verb="facts_stated").get().data["would_be"] == "red"


def test_nobody_grades_but_a_coordinator_or_mediator_and_only_a_side_objects(
    talks: Talks,
) -> None:
    number, first, _ = talks.talking()
    with pytest.raises(Forbidden):
        contest_grade(number, "I object.", talks.coordinator, talks.later(60))
    with pytest.raises(Forbidden):
        regrade(number, "red", "I want it so.", first, talks.later(60))
    with pytest.raises(Forbidden):
        regrade(number, "red", "A machine wants it so.", SYSTEM, talks.later(60))
    for who in (talks.here.leader, talks.here.administrator, talks.second_mediator):
        with pytest.raises(Missing):
            regrade(number, "red", "No.", who, talks.later(60))
    with pytest.raises(Invalid, match="not a grade"):
        regrade(number, "black", "Worse.", talks.coordinator, talks.later(60))
    with pytest.raises(Invalid, match="Say why"):
        regrade(number, "red", "  ", talks.coordinator, talks.later(60))
    with pytest.raises(Invalid, match="Nobody asks"):
        grade_dispute(number, {"religion": True}, talks.coordinator, talks.later(60))
    with pytest.raises(Invalid, match="yes or no"):
        grade_dispute(number, {"minors": 3}, talks.coordinator, talks.later(60))


def test_a_closed_dispute_keeps_its_grade(talks: Talks) -> None:
    number, first, _ = talks.talking()
    disputes.answer(number, "a", "refused", first, talks.later(60))
    with pytest.raises(Refusal, match="closed"):
        regrade(number, "red", "Too late.", talks.coordinator, talks.later(70))


def administrator(talks: Talks) -> Actor:
    return talks.here.administrator


def test_a_site_edits_the_table_and_a_question_about_a_person_never_comes_into_force(
    talks: Talks,
) -> None:
    edited = shipped_text().replace('at_least = "site"', "at_least = 100000")
    made = adopt_rules("grading", edited, at=talks.at, actor=administrator(talks), upon=0)
    assert made is not None
    assert adopt_rules("grading", edited, at=talks.at, actor=administrator(talks)) is None
    number = talks.registered(facts={"amount": 200_000}).number
    assert talks.dispute(number).case.grade == "yellow"
    about_people = edited.replace('name = "minors"', 'name = "criminal_record"', 1)
    with pytest.raises(Invalid, match="asks about people"):
        adopt_rules("grading", about_people, at=talks.at, actor=administrator(talks))
    with pytest.raises(Stale):
        adopt_rules("grading", shipped_text(), at=talks.at, actor=administrator(talks), upon=0)
    with pytest.raises(Forbidden):
        adopt_rules("grading", shipped_text(), at=talks.at, actor=talks.coordinator)
    with pytest.raises(Missing):
        adopt_rules("weather", "x", at=talks.at)
    assert RuleVersion.objects.count() == 1


def test_the_preview_counts_what_would_change_last_month_and_shows_no_dispute(
    talks: Talks,
) -> None:
    for _ in range(6):
        talks.registered(facts={"amount": 200_000})
    for _ in range(2):
        talks.registered(facts={"threat": True})
    edited = shipped_text().replace('at_least = "site"', "at_least = 100000")
    moved = preview(edited, talks.later(60)).moved
    assert moved is not None
    assert moved.total == 8
    assert moved.cells[0][1] in (6, None)
    assert moved.cells[2][2] is None
    assert Case.objects.filter(grade="yellow").count() == 0
    broken = preview("nothing", talks.later(60))
    assert broken.moved is None
    assert broken.fault is not None
    later = talks.at + timedelta(days=60)
    none = preview(edited, later).moved
    assert none is not None
    assert none.total == 0
