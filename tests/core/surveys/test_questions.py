"""A questionnaire is data: read, refused in words, and kept from asking about people and opinions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.surveys import questions
from commonward.core.surveys.questions import STANDARD, Question, answer_of, from_kept, kept, read


def test_the_standard_questionnaire_is_read_and_written_back() -> None:
    found = read(STANDARD)
    assert [one.kind for one in found].count("scale") == 5
    assert all(one.text_en for one in found)
    assert read(questions.written(found)) == found == from_kept(kept(found))


@pytest.mark.parametrize(
    "line",
    [
        "a | scale",
        "A b | scale | 安全吗？",
        "a | stars | 安全吗？",
        "a | one | 哪一个？ | Which? | 甲",
        "a | one | 哪一个？ | Which? | 甲; 甲",
        "a | yes_no | 是吗？ | Is it? | 甲; 乙",
        "a | scale | 安全吗？\na | scale | 干净吗？",
        "a | scale | " + "长" * 201,
        "",
    ],
)
def test_what_cannot_be_asked_or_counted_is_refused_with_the_field(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(line)
    assert refused.value.field == "questions"


@pytest.mark.parametrize(
    "text",
    [
        "您的政治面貌是？", "您信教吗，有什么宗教信仰？", "您认识谁经常上访？", "您的邻居有没有可疑的人？",
        "请问您的姓名", "您信 仰 什么", "Which political party do you support?",
        "How often do you go to church?", "Do you know anyone who complains a lot?",
        "Have you seen suspicious people in your building?", "What is your name and address?",
        "Are you a patriotic person?", "Who do you think does it?",
    ],
)  # fmt: skip
def test_opinions_belief_and_other_people_are_never_asked_about(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(f"a | yes_no | {text} | {text}")
    assert refused.value.code == "opinions"


@pytest.mark.parametrize(
    "text",
    ["您对楼道照明满意吗？", "党群服务中心的开放时间合适吗？", "How clean are the streets?",
     "Do you know the number of the service centre?", "How safe is the way to school?"],
)  # fmt: skip
def test_services_and_places_may_be_asked_about(text: str) -> None:
    assert read(f"a | yes_no | {text} | {text}")


def test_an_option_is_looked_at_as_well() -> None:
    with pytest.raises(Invalid):
        read("a | one | 您属于 | You are | 党员 = Member; 群众 = Other")


@given(st.text(max_size=30))
def test_an_answer_is_one_of_the_offered_or_refused(given_: str) -> None:
    scale, yes = Question("a", "scale", "好吗"), Question("b", "yes_no", "是吗")
    for one, fits in ((scale, {1, 2, 3, 4, 5}), (yes, {"yes", "no"})):
        try:
            assert answer_of(one, given_) in {None, *fits}
        except Invalid:
            assert given_.strip("\x00 ") not in {str(fit) for fit in fits}
