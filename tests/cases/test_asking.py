"""Questions to a reporter: asked by those who work on it, answered by the one who was asked."""

from datetime import timedelta

import pytest

from commonward.cases import actions as cases
from commonward.cases.actions import Said, add_report, open_case
from commonward.cases.actions.asking import (
    MOST_OPEN,
    answer_question,
    ask_reporter,
    withdraw_question,
)
from commonward.cases.models import Clock, Report
from commonward.cases.queries.asked import open_questions, questions_of
from commonward.cases.queries.followed import followed
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import reporter
from tests.district import AT, RUBBISH, District, small_district


@pytest.fixture
def district(db: None) -> District:
    """The small district."""
    return small_district()


@pytest.fixture
def report(district: District) -> Report:
    """A new report."""
    return open_case(RUBBISH, Said("portal", words="Rubbish", lat=27.805, lon=113.105), AT)


def later(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def test_a_question_is_answered_by_the_one_who_was_asked(
    district: District, report: Report
) -> None:
    number = report.case.number
    asked = ask_reporter(number, "Which gate?", district.intake_officer, AT + later(1))
    (seen,) = followed(report.pk, AT + later(2)).questions
    assert (seen.id, seen.words) == (asked.pk, "Which gate?")
    answer_question(number, asked.pk, "The east one.", reporter(report.pk), AT + later(3))
    (kept,) = questions_of(report.case_id)
    assert (kept.answer, kept.is_open, kept.withdrawn) == ("The east one.", False, False)
    told = [(s.verb, s.words, s.mine) for s in followed(report.pk, AT + later(4)).steps]
    assert ("ask_reporter", "Which gate?", False) in told
    assert ("answer_question", "The east one.", True) in told
    assert followed(report.pk, AT + later(4)).questions == ()


def test_another_reporter_of_the_case_neither_reads_nor_answers_it(
    district: District, report: Report
) -> None:
    number = report.case.number
    other = add_report(number, Said("portal", words="Me too"), AT + later(1))
    asked = ask_reporter(
        number, "Which gate?", district.intake_officer, AT + later(2), report=report.number
    )
    assert followed(other.pk, AT + later(3)).questions == ()
    assert not any(s.words == "Which gate?" for s in followed(other.pk, AT + later(3)).steps)
    with pytest.raises(Missing):
        answer_question(number, asked.pk, "North.", reporter(other.pk), AT + later(3))


def test_an_answered_question_cannot_be_answered_again(district: District, report: Report) -> None:
    number = report.case.number
    asked = ask_reporter(number, "Which gate?", district.intake_officer, AT + later(1))
    answer_question(number, asked.pk, "East.", reporter(report.pk), AT + later(2))
    with pytest.raises(Missing, match="not open"):
        answer_question(number, asked.pk, "West.", reporter(report.pk), AT + later(3))


def test_open_questions_are_bounded_and_an_answer_makes_room(
    district: District, report: Report
) -> None:
    number = report.case.number
    first = ask_reporter(number, "1?", district.intake_officer, AT + later(1))
    for n in range(2, MOST_OPEN + 1):
        ask_reporter(number, f"{n}?", district.intake_officer, AT + later(n))
    with pytest.raises(Refusal, match="not answered yet"):
        ask_reporter(number, "One more?", district.intake_officer, AT + later(9))
    withdraw_question(number, first.pk, district.intake_officer, AT + later(10))
    ask_reporter(number, "One more?", district.intake_officer, AT + later(11))
    assert len(open_questions(report.case_id)) == MOST_OPEN


def test_no_clock_stops_for_a_question(district: District, report: Report) -> None:
    before = list(Clock.objects.values_list("kind", "due_at", "stopped_at"))
    ask_reporter(report.case.number, "Which gate?", district.intake_officer, AT + later(1))
    assert list(Clock.objects.values_list("kind", "due_at", "stopped_at")) == before


def test_only_those_who_work_on_it_may_ask(district: District, report: Report) -> None:
    number = report.case.number
    for nobody in (district.outsider, district.leader, district.handler, reporter(report.pk)):
        with pytest.raises(Forbidden):
            ask_reporter(number, "Who are you?", nobody, AT + later(1))
    district.handled(report)
    ask_reporter(number, "Which gate?", district.street_handler, district.at + later(30))
    with pytest.raises(Forbidden):
        ask_reporter(number, "Which gate?", district.handler, district.at + later(31))


def test_what_a_reporter_said_by_telephone_is_written_down_by_an_officer(
    district: District, report: Report
) -> None:
    number = report.case.number
    asked = ask_reporter(number, "Which gate?", district.intake_officer, AT + later(1))
    answer_question(number, asked.pk, "East, she says.", district.intake_officer, AT + later(2))
    (last,) = [s for s in followed(report.pk, AT + later(3)).steps if s.verb == "answer_question"]
    assert not last.mine
    assert last.words == "East, she says."


def test_nothing_is_asked_about_a_case_that_has_ended(district: District, report: Report) -> None:
    number = report.case.number
    cases.act(number, "refuse", district.intake_officer, AT + later(1), {"reason": "Not ours."})
    with pytest.raises(Refusal, match="has ended"):
        ask_reporter(number, "Which gate?", district.intake_officer, AT + later(2))


def test_a_question_needs_words_and_the_present_version(district: District, report: Report) -> None:
    number = report.case.number
    with pytest.raises(Invalid):
        ask_reporter(number, " \n ", district.intake_officer, AT + later(1))
    with pytest.raises(Stale):
        ask_reporter(number, "Which gate?", district.intake_officer, AT + later(1), version=7)
