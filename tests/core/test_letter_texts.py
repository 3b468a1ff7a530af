"""The words of messages: shipped for every use, checked when changed, filled in and nothing else."""

import pytest

from commonward.core.letter_texts import (
    LANGUAGES,
    LENGTHS,
    PLACES,
    SHIPPED,
    LetterWords,
    check_words,
    fill,
    shipped,
    uses_of,
)
from commonward.core.refusals import Invalid

LINK = "https://site.example.org/mail/1-abc/"


def test_each_use_has_words_in_both_lengths_and_languages_and_they_pass_the_check() -> None:
    assert set(shipped()) == {
        (use, length, language) for use in SHIPPED for length in LENGTHS for language in LANGUAGES
    }
    for (use, _length, _language), words in shipped().items():
        check_words(use, words.title, words.body)


def test_a_place_that_there_is_not_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        check_words("step", "Report {number}", "Dear {name}, {link}")
    assert refused.value.field == "body"
    assert "{name}" not in str(refused.value) and "name" in str(refused.value)
    assert all(f"{{{place}}}" in str(refused.value) for place in PLACES)


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [
        ("", "{link}", "title"),
        ("Report", "", "body"),
        ("Report", "no way to end it", "body"),
        ("Report", "{link} {", "body"),
        ("Report {number", "{link}", "title"),
        ("x" * 201, "{link}", "title"),
    ],
)
def test_words_that_may_not_stand_are_refused_by_their_field(
    title: str, body: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check_words("step", title, body)
    assert refused.value.field == field


def test_before_it_is_confirmed_a_title_tells_the_number_alone() -> None:
    with pytest.raises(Invalid):
        check_words("confirm", "{heading}", "{link}")


def test_a_line_whose_places_are_all_empty_is_left_out() -> None:
    words = LetterWords("{number}", "A {has}\nB {due}\n\n\nC {due}{link}")
    assert fill(words, {"number": "7", "has": "", "due": "", "link": LINK}).body == f"C {LINK}"


def test_what_is_filled_in_is_not_read_again_and_cannot_add_a_header() -> None:
    words = LetterWords("No. {number}: {heading}", "{words}")
    found = fill(words, {
        "number": "7", "heading": "a\r\nBcc: eve@example.org", "words": "{link} {number}",
        "link": LINK,
    })  # fmt: skip
    assert found.title == "No. 7: a Bcc: eve@example.org"
    assert found.body == "{link} {number}"


def test_signs_that_turn_the_writing_around_are_taken_out_and_joiners_stay() -> None:
    family = "\U0001f468\u200d\U0001f469"
    words = fill(LetterWords("t", "{words}"), {"words": f"a\u202eb\u2066c\u200f{family}"})
    assert words.body == f"abc{family}"


def test_where_there_is_no_room_the_words_are_cut_and_the_addresses_stay() -> None:
    step = shipped()["step", "short", "en"]
    found = fill(step, {"number": "7", "heading": "Filing", "words": "w" * 900, "link": LINK}, 160)
    assert len(found.body) <= 160
    assert LINK in found.body and "Filing" in found.body and "…" in found.body


def test_the_nearest_words_come_first() -> None:
    assert uses_of("close", "closed", asks=False, ends=True) == (
        "verb:close", "stage:closed", "ends",
    )  # fmt: skip
    assert uses_of("ask_reporter", "", asks=True, ends=False)[-1] == "asks"
