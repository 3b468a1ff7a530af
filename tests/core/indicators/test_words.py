"""Formulas and counts in words: every one has some, and none lets an identifier through."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.conditions import (
    All,
    Compared,
    Condition,
    Given,
    Named,
    Not,
    Of,
    OneOf,
)
from commonward.core.indicators.conditions import Any as Any_
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.names import value_name
from commonward.core.indicators.words import formula_words, leaving, number, words
from commonward.core.procedures import parse
from commonward.core.procedures import shipped as shipped_procedure
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


def _values(condition: Condition) -> Iterator[tuple[str, str]]:
    """Columns and the texts that a condition compares them with."""
    match condition:
        case Named(inner=inner) | Not(inner=inner):
            yield from _values(inner)
        case All(parts=parts) | Any_(parts=parts):
            for part in parts:
                yield from _values(part)
        case OneOf(column=column, among=among):
            yield from ((column.name, value) for value in among)
        case Compared(left=Of(column=column), right=Given(value=str() as value)) if value:
            yield column.name, value


SHIPPED_VALUES = sorted(
    {pair for count in BOOK.counts.values() for pair in _values(count.where)}
    | {p for some in BOOK.conditions.values() for one in some.values() for p in _values(one)}
)


@pytest.mark.parametrize(("column", "value"), SHIPPED_VALUES)
def test_every_code_that_a_shipped_condition_names_has_a_name(column: str, value: str) -> None:
    name = value_name(column, value, "en", english)
    assert name != value
    assert "_" not in name
    chinese = value_name(column, value, "zh-hans", marked)
    assert not re.search(r"[A-Za-z]{3,}", chinese), chinese


def test_a_sites_own_procedure_calls_its_steps_before_what_ships() -> None:
    plain = copy.deepcopy(shipped_procedure("service_matter"))
    plain["stages"]["check"]["title"] = {"en": "Second look", "zh": "复核"}
    own = (parse(plain),)
    assert value_name("from_stage", "check", "en", english, own) == "Second look"
    assert value_name("from_stage", "check", "en", english) == "Being checked"
    told = words(BOOK, BOOK.indicators["checked_in_time_rate"], "zh", english, own)
    assert any("复核" in part for part in told.counts[0].parts)


def test_what_a_site_named_by_itself_stands_as_it_is_and_empty_is_said_so() -> None:
    plain = {
        "counts": {"a": {"of": "cases", "where": "grade == 'very_own' and grid != ''"}},
        "indicators": {"x": {"formula": "a"}},
    }
    made = book(plain)
    assert words(made, made.indicators["x"], "en", english).counts[0].parts == (
        "“how urgent the stated facts are” is “very_own”",
        "“the area of this level, empty where none is” is not empty",
    )


def test_numbers_have_no_needless_fraction() -> None:
    assert [number(value) for value in (60.0, 0.9, 1.5)] == ["60", "0.9", "1.5"]
