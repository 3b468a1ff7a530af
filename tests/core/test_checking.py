"""A person decides of single stretches: what they say holds, for exactly that text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.checking import (
    decided,
    hides,
    kept,
    occurrences,
    pieces,
    shown,
    without_hiding,
)
from commonward.core.masking import MASK, mask
from commonward.core.refusals import Invalid

TEXT = "张女士住3栋2单元501，电话13912345678，路灯坏了"
PHONE = TEXT.index("139")


def test_numbers_are_hidden_by_themselves_and_names_are_proposed() -> None:
    found = {(p.kind, p.hidden) for p in pieces(TEXT, {}) if p.kind}
    assert found == {("name", False), ("room", False), ("phone", True)}
    assert shown(TEXT, {}) == mask(TEXT)


def test_what_was_decided_is_hidden_or_public() -> None:
    marks = decided(TEXT, {}, [(0, 3, True), (PHONE, PHONE + 11, False)])
    assert shown(TEXT, marks) == f"{MASK}住3栋2单元501，电话13912345678，路灯坏了"
    assert hides(marks)
    assert shown(TEXT, without_hiding(marks)).startswith("张女士")


def test_a_mark_never_moves_onto_other_words() -> None:
    marks = decided(TEXT, {}, [(PHONE, PHONE + 11, False)])
    other = "x" + TEXT
    assert shown(other, marks) == mask(other)


def test_a_part_of_a_number_made_public_shows_no_more_than_that() -> None:
    marks = decided(TEXT, {}, [(PHONE, PHONE + 3, False)])
    assert "139•••" in shown(TEXT, marks) and "12345678" not in shown(TEXT, marks)


def test_words_are_found_wherever_they_stand_and_nowhere_is_said() -> None:
    assert occurrences("Li and li", "LI") == [(0, 2), (7, 9)]
    with pytest.raises(Invalid):
        occurrences("Li", "Wang")
    with pytest.raises(Invalid):
        decided("Li", {}, [(0, 3, True)])


@given(
    st.text(alphabet="张女士住3栋501电话139 12345678@a.", max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10), st.booleans()), max_size=4),
)
def test_pieces_make_the_whole_text_and_what_is_hidden_is_never_shown(
    text: str, marks: list[tuple[int, int, bool]]
) -> None:
    made = kept(text, [])
    for begin, size, hide in marks:
        if begin + size <= len(text):
            made = decided(text, made, [(begin, begin + size, hide)])
    found = pieces(text, made)
    assert "".join(p.text for p in found) == text
    assert [p.begin for p in found] == sorted(p.begin for p in found)
    for begin, end, hide in made.get("at", ()):
        assert all(p.hidden == hide for p in found if begin <= p.begin < end)
