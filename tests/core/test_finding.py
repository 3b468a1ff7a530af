"""What a text is found by, and that nobody is found by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.finding import (
    BETWEEN,
    Phrase,
    block_mark,
    grams,
    hidden,
    phrases,
    place_mark,
    place_marks,
)
from commonward.core.geo import metres_per_degree
from commonward.core.refusals import Invalid

WORDS = st.text(alphabet="路灯坏了门口三号楼 ab3", min_size=2, max_size=12)


def stands_in(phrase: Phrase, tokens: list[str]) -> bool:
    """The slow way: the phrase's tokens lie side by side somewhere."""
    size = len(phrase.tokens)
    for begin in range(len(tokens) - size + 1):
        there = tokens[begin : begin + size]
        if there[:-1] != list(phrase.tokens[:-1]):
            continue
        last = phrase.tokens[-1]
        if there[-1] == last or (phrase.open and there[-1].startswith(last)):
            return True
    return False


@given(
    before=st.text(alphabet="旧车x9 ", max_size=5), wanted=WORDS, after=st.text("旧车 ", max_size=5)
)
def test_whatever_a_text_holds_is_found_in_it(before: str, wanted: str, after: str) -> None:
    try:
        asked = phrases(wanted)
    except Invalid:
        return
    text = grams(f"{before} {wanted}{after}")
    assert all(stands_in(phrase, text) for phrase in asked)


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("小区门口路灯不亮", "路灯", True),
        ("小区门口路灯不亮", "灯不亮", True),
        ("路边的灯", "路灯", False),
        ("灯不，不亮", "灯不亮", False),
        ("３号楼下水道", "3号楼", True),
        ("3号楼下水道", "3号", True),
        ("13号楼", "3号", False),
        ("Street LAMPS are out", "lamp", True),
        ("A clamp", "lamp", False),
        ("Route 15", "1", False),
    ],
)
def test_words_are_found_whole_and_in_order(text: str, question: str, found: bool) -> None:
    tokens = grams(text)
    assert all(stands_in(phrase, tokens) for phrase in phrases(question)) is found


@pytest.mark.parametrize(
    "given_",
    ["139 1234 5678", "13912345678", "430211199001011234", "张女士", "我叫李雷", "li@example.org"],
)
def test_nobody_can_be_asked_for(given_: str) -> None:
    with pytest.raises(Invalid, match="cannot be searched for"):
        phrases(given_)


@pytest.mark.parametrize("nothing", ["", "  ", "灯", "，。", "🙂"])
def test_too_little_is_refused_in_words(nothing: str) -> None:
    with pytest.raises(Invalid, match="at least two characters"):
        phrases(nothing)


def test_a_question_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="At most 200"):
        phrases("路灯" * 101)


def test_names_and_numbers_of_people_leave_the_text() -> None:
    text = "我叫李雷，隔壁王先生家漏水，请打139-1234-5678找Mr Smith，或韩梅梅"
    kept = hidden(text, ["韩梅梅"])
    for gone in ("李雷", "王先生", "5678", "Smith", "韩梅梅"):
        assert gone not in kept
    assert "家漏水" in kept


def test_ordinary_words_beside_a_surname_character_stay() -> None:
    assert hidden("高层住户反映石板路破损，白色垃圾") == "高层住户反映石板路破损,白色垃圾"


def test_the_marks_of_an_index_can_neither_be_asked_for_nor_stand_in_a_text() -> None:
    for mark in (block_mark(1024, 3), place_mark(27.8, 113.1), BETWEEN):
        assert mark not in grams(f"路灯 {mark} b3")


@given(
    lat=st.floats(-60, 60),
    lon=st.floats(-179, 179),
    north=st.floats(-0.7, 0.7),
    east=st.floats(-0.7, 0.7),
)
def test_a_place_within_the_circle_lies_in_one_of_its_cells(
    lat: float, lon: float, north: float, east: float
) -> None:
    per_lon, per_lat = metres_per_degree(lat)
    near = place_mark(lat + north * 100 / per_lat, lon + east * 100 / per_lon)
    assert near in place_marks(lat, lon, 105)
