"""What an office answers by mail is read from a closed list on the first line, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.answering_by_mail import MOST, WORDS, Mailed, read_answer


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("收到（2026）粤01民特12号", None),
        ("收到 （2026）粤01民特12号", Mailed("received", "（2026）粤01民特12号")),
        ("\r\n  Received: 12/26\r\n", Mailed("received", "12/26")),
        ("裁定确认", Mailed("confirmed", "")),
        ("确认", None),
        ("确认收到", None),
        ("裁定确认收到", None),
        ("不予受理。\n不属于受理范围\n\n> 裁定确认", Mailed("not_accepted", "不属于受理范围")),
        ("补正：\n缺甲方签名\n-- \n立案庭", Mailed("defects", "缺甲方签名")),
        ("Not accepted, see below", Mailed("not_accepted", "see below")),
        ("> confirmed", None),
        ("发件人: 法院\n裁定确认", None),
        ("On 2 March 2026, the desk wrote:\nconfirmed", None),
        ("confirmedly yours", None),
        ("您好：\n裁定确认", None),
        ("", None),
    ],
)
def test_only_a_word_of_the_list_is_an_answer(text: str, wanted: Mailed | None) -> None:
    assert read_answer(text) == wanted


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_nothing_is_an_answer_without_its_word(text: str) -> None:
    found = read_answer(text)
    if found is not None:
        first = text.replace("\x00", "").strip().casefold()
        assert any(first.startswith(word.casefold()) for word in WORDS[found.says])
        assert len(found.rest) <= MOST
