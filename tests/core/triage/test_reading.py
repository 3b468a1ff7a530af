"""Whatever somebody writes is read: one spelling, one language, tokens, and never an exception."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commonward.core.triage import reading
from commonward.core.triage.reading import Language, language, plain, tokens
from commonward.core.triage.spelling import shipped, spelling
from commonward.core.triage.starting import Seed, Starting

VARIANTS = sorted(shipped().standard)
WRITTEN = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(VARIANTS),
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=10),
        st.sampled_from([" ", "，", "ＡＢＣ", "１２３", "①", "㎡", "ﬁ", "İ", "ß", "é", "\u0301"]),
    ),
    max_size=12,
).map("".join)


@given(WRITTEN)
@example("ͅ" * 30)
@example("İstanbul'da ışık")
@example("乾隆乾淨")
def test_reading_twice_changes_nothing(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(WRITTEN)
@example("\ud800\udfff")
@example("﷽" * 3_000)
@example("8" * 10_000)
@example("a-" * 5_000)
@example("路登" * 5_000)
def test_any_text_is_read_without_an_exception_and_within_bounds(text: str) -> None:
    found = tokens(text)
    assert sum(map(len, found)) <= reading.LONGEST
    assert all(found)
    assert language(text) in set(Language)
    assert len(plain(text)) <= reading.LONGEST


@given(st.text())
@example("\U0010ffff\ud800")
@example("\x00" * 50)
@example("ﷺ" * 300)
def test_no_text_at_all_raises_and_each_is_read_the_same_twice(text: str) -> None:
    once = tokens(text)
    assert tokens(text) == once
    assert plain(plain(text)) == plain(text)
    language(text)
    Starting.of([Seed("lamp", ("路灯",))]).suggest(text)


@pytest.mark.parametrize(
    "part",
    ["路登坏了", "单车", "我叫李雷，", "张女士", "139 ", "the lamps are ", "乾隆", "燈", "a-", "ﷺ"],
)
def test_twice_as_much_text_costs_twice_as_much_and_no_more(part: str) -> None:
    few = (reading.LONGEST // 4 // len(part)) * part
    tokens(few)  # tables and dictionaries are loaded once
    one, two = (_work(partial(tokens, few * n)) for n in (1, 2))
    assert two <= 2.5 * one + 200


def _work(of: Callable[[], object]) -> int:
    """Lines of our own code that run: no clock says the same twice."""
    count = 0

    def counts(frame: FrameType, what: str, value: Any) -> Any:
        nonlocal count
        if "commonward" not in frame.f_code.co_filename:
            return None
        count += what == "line"
        return counts

    before = sys.gettrace()
    sys.settrace(counts)
    try:
        of()
    finally:
        sys.settrace(before)
    return count


@given(WRITTEN)
def test_no_token_holds_a_number_or_a_blank(text: str) -> None:
    assert not any(c.isdecimal() or c.isspace() for word in tokens(text) for c in word)


def test_typos_homophones_and_dialect_words_become_the_standard_word() -> None:
    assert plain("门口的路登坏了，拉圾也没人收") == "门口的路灯坏了,垃圾也没人收"
    assert tokens("窨井盖子不见了") == tokens("井盖不见了")
    assert tokens("lots of TRASH") == tokens("lots of garbage")
    assert "garbage" not in plain("trashy")


def test_traditional_and_simplified_writing_give_the_same_tokens() -> None:
    assert tokens("門口的路燈壞了，垃圾無人清運") == tokens("门口的路灯坏了，垃圾无人清运")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小区门口的路灯坏了", Language.SIMPLIFIED),
        ("社區門口的路燈壞了", Language.TRADITIONAL),
        ("门口路灯坏了 LED lamp", Language.SIMPLIFIED),
        ("The street lamp in front of our house is broken", Language.ENGLISH),
        ("broken lamp", Language.ENGLISH),
        ("La lampe de la rue est cassée", Language.OTHER),
        ("Die Lampe ist kaputt und es ist dunkel", Language.OTHER),
        ("Лампа не горит", Language.OTHER),
        ("街灯が壊れています", Language.OTHER),
        ("가로등이 고장났어요", Language.OTHER),
        ("مصباح الشارع معطل", Language.OTHER),
        ("139 1234 5678 !!!", Language.NONE),
        ("", Language.NONE),
    ],
)
def test_the_language_is_told(text: str, expected: Language) -> None:
    assert language(text) == expected


def test_a_table_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="two words"):
        spelling({"typos": {"路灯": ["路登"], "路等": ["路登"]}})
    with pytest.raises(ValueError, match="holds a variant"):
        spelling({"typos": {"路灯": ["路登"], "路登箱": ["路等箱"]}})


def test_what_leads_to_a_person_is_no_token() -> None:
    found = tokens("我叫李雷，张女士家门口路灯坏了，电话13912345678，li@example.org，京A12345")
    assert found == tokens("门口路灯坏了，电话，京") or "李雷" not in found
    assert not {"李雷", "张", "女士", "li", "example"} & set(found)
