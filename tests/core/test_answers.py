"""Answers to a category's questions: of their datatype, required, and only where they are asked."""

import pytest

from commonward.core.answers import applies, check_answers
from commonward.core.refusals import Invalid

QUESTIONS = (
    {"code": "WHERE", "datatype": "singlevaluelist", "required": True,
     "values": [{"key": "road", "name": "路"}, {"key": "home", "name": "家"}]},
    {"code": "LANE", "datatype": "number", "required": True,
     "when": {"question": "WHERE", "is": ["road"]}},
    {"code": "SINCE", "datatype": "date", "required": False},
    {"code": "MORE", "datatype": "text", "when": {"question": "LANE", "is": []}},
)  # fmt: skip


def test_a_question_is_required_only_where_the_answers_lead_to_it() -> None:
    assert check_answers(QUESTIONS, {"WHERE": "home"}) == {"WHERE": "home"}
    with pytest.raises(Invalid) as refusal:
        check_answers(QUESTIONS, {"WHERE": "road"})
    assert refusal.value.values["which"] == "LANE"
    assert check_answers(QUESTIONS, {"WHERE": "road", "LANE": "2"})["LANE"] == "2"


def test_what_answers_a_question_that_is_not_asked_is_dropped() -> None:
    given = {"WHERE": "home", "LANE": "2", "MORE": "wet"}
    assert check_answers(QUESTIONS, given) == {"WHERE": "home"}


def test_an_empty_condition_asks_after_any_answer() -> None:
    assert applies(QUESTIONS[3], {"LANE": "2"})
    assert not applies(QUESTIONS[3], {})


def test_several_choices_are_enough_with_one_that_fits() -> None:
    question = {"code": "B", "when": {"question": "A", "is": ["x", "y"]}}
    assert applies(question, {"A": ["z", "y"]})
    assert not applies(question, {"A": ["z"]})


@pytest.mark.parametrize("day", ["2026-02-30", "20260131", "tomorrow", "2026-01-31T08:00"])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(Invalid):
        check_answers(QUESTIONS, {"WHERE": "home", "SINCE": day})


def test_a_day_is_kept_as_it_is_written() -> None:
    assert (
        check_answers(QUESTIONS, {"WHERE": "home", "SINCE": "2026-01-31"})["SINCE"] == "2026-01-31"
    )
