"""Suggestions name the words they come from, the best first, and never invent any."""

from hypothesis import given
from hypothesis import strategies as st

from commonward.core.suggesting import suggest

OFFERED = (
    ("lamp", ("路灯", "lamp")),
    ("lamp-out", ("路灯不亮",)),
    ("road", ("坑", "pothole", "road")),
    ("broad", ("broadcast",)),
)


def test_the_longer_keyword_says_more() -> None:
    assert [s.code for s in suggest("门口路灯不亮", OFFERED)] == ["lamp-out", "lamp"]


def test_each_suggestion_says_because_of_which_words() -> None:
    (found,) = suggest("Two POTHOLES on the road", OFFERED)
    assert (found.code, found.because) == ("road", ("pothole", "road"))


def test_a_latin_keyword_begins_where_a_word_begins() -> None:
    assert suggest("It is abroad", OFFERED) == ()


def test_an_empty_keyword_fits_nothing() -> None:
    assert suggest("anything", (("x", ("", " ")),)) == ()


@given(st.text(), st.integers(0, 4))
def test_never_more_than_asked_and_only_what_stands_there(words: str, most: int) -> None:
    found = suggest(words, OFFERED, most=most)
    assert len(found) <= most
    assert all(s.because for s in found)
