"""Formulas and counts in words: every one has some, and none lets an identifier through."""

import re
from typing import Any

import pytest
from hypothesis import given, settings

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.words import formula_words, leaving, number, words
from tests.core.indicators import chosen

BOOK = book(shipped())


def english(text: str) -> str:
    """A text as it stands in the source."""
    return text


def marked(text: str) -> str:
    """A text as a translator would be given it: what is not marked so was never translated."""
    return re.sub(r"[A-Za-z]+(?![A-Za-z]*\})", "字", text)


@settings(max_examples=100, deadline=None)
@given(chosen.books())
def test_every_set_that_is_accepted_has_words(plain: dict[str, Any]) -> None:
    made = book(plain)
    for indicator in made.indicators.values():
        told = words(made, indicator, "en", english)
        assert told.formula
        assert len(told.counts) == len(made.counts_of(indicator.name))
        for count in told.counts:
            assert count.rows and count.measure
            assert all(count.parts)
        leaving(made, indicator, "en", english)


IDENTIFIERS = (
    {name for facts in TABLES.values() for name in facts.columns if "_" in name}
    | {name for entries in BOOK.conditions.values() for name in entries if "_" in name}
    | set(name for name in (*BOOK.counts, *BOOK.constants, *BOOK.indicators) if "_" in name)
)


@pytest.mark.parametrize("name", BOOK.indicators)
def test_no_identifier_leaks_into_the_words_of_what_ships(name: str) -> None:
    told = words(BOOK, BOOK.indicators[name], "en", english)
    every = [told.formula]
    for count in told.counts:
        every += [count.called, count.rows, count.placed, count.measure, *count.parts]
    # Values of a column (an outcome, a verb, a stage) stand in quotes and are no identifiers.
    text = re.sub(r"“[^”]*”", "", " | ".join(every))
    assert set(re.findall(r"\w+", text)) & IDENTIFIERS == set()


@pytest.mark.parametrize("name", BOOK.indicators)
def test_all_of_it_goes_through_translation(name: str) -> None:
    told = words(BOOK, BOOK.indicators[name], "zh-hans", marked)
    for count in told.counts:
        for text in (count.called, count.rows, count.placed, count.measure, *count.parts):
            free = re.sub(r"“[^”]*”", "", text)
            assert not re.search(r"[A-Za-z]{3,}", free), text
    assert not re.search(r"[A-Za-z]{3,}", told.formula), told.formula


def test_the_closing_rate_in_words() -> None:
    told = words(BOOK, BOOK.indicators["closed_in_time_rate"], "en", english)
    assert told.formula == ("of them, closed within the limit ÷ cases that were closed or fell due")
    in_time = told.counts[0]
    assert in_time.rows == "case"
    assert in_time.parts[1] == "it was closed within its total limit"


def test_brackets_stand_where_they_change_the_result() -> None:
    plain = {
        "counts": {n: {"of": "cases", "about": n} for n in ("a", "b", "c")},
        "indicators": {
            "x": {"formula": "(a - (b - c)) / (a + b)"},
            "y": {"formula": "a - b - c"},
            "z": {"formula": "weighted(60, x, 40, 1 - x)", "title": "Z"},
        },
    }
    made = book(plain)
    told = {
        n: formula_words(made, one.formula, "en", english) for n, one in made.indicators.items()
    }
    assert told == {
        "x": "(a − (b − c)) ÷ (a + b)",
        "y": "a − b − c",
        "z": "60 × “x” + 40 × (1 − “x”)",
    }


def test_spans_are_told_in_the_largest_unit() -> None:
    plain = {
        "counts": {
            "a": {"of": "cases", "where": "end - opened_at > 2592000 and took <= 5400"},
        },
        "indicators": {"x": {"formula": "a"}},
    }
    made = book(plain)
    assert words(made, made.indicators["x"], "en", english).counts[0].parts == (
        "the time from “when it was opened” to the end of the window is more than 30 days",
        "“seconds from opening to closing” is at most 90 minutes",
    )


def test_numbers_have_no_needless_fraction() -> None:
    assert [number(value) for value in (60.0, 0.9, 1.5)] == ["60", "0.9", "1.5"]
