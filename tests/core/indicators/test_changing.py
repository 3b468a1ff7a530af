"""A site's changes lie over what ships, are checked as a whole, and are refused in words."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.changing import changed, digest, over, read, written
from commonward.core.indicators.shape import PARTS
from commonward.core.refusals import Invalid, Refusal


def test_what_is_not_named_stays_as_shipped() -> None:
    made = changed(
        shipped(),
        {
            "constants": {"intake_target": 20, "basically_weighs": {"is": 0.8}},
            "indicators": {"forced_rate": None, "closed_rate": {"least": 50}},
        },
    )
    assert made.constants["intake_target"] == 20
    assert made.said["intake_target"]["en"] == "decisions of intake that are the target for a day"
    assert made.constants["basically_weighs"] == 0.8
    assert "forced_rate" not in made.indicators
    assert made.indicators["closed_rate"].least == 50
    assert made.indicators["closed_rate"].titles["zh"] == "结案率"


def test_no_changes_are_what_ships() -> None:
    assert over(shipped(), {}) == {part: shipped().get(part, {}) for part in PARTS}


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"conditions": {"cases": {"real": None}}}, "reckoned"),
        ({"indicators": {"closed_rate": None}}, "department_score"),
        ({"indicators": {"closed_rate": {"formula": "closed_rate"}}}, "closed_rate"),
        ({"indicators": {"x": {"formula": "closed", "color": "red"}}}, "x"),
        ({"indicators": {"x": {"formula": 5}}}, "x"),
        ({"indicators": {"x": {"formula": "closed", "bands": [1]}}}, "x"),
        ({"indicators": {"x": {"formula": "closed", "unit": "miles"}}}, "x"),
        ({"counts": {"x": {"of": "acts", "where": "account == 17"}}}, "x"),
        ({"counts": {"x": "cases"}}, "x"),
        ({"constants": {"x": "many"}}, "x"),
    ],
)
def test_what_does_not_fit_is_refused_naming_the_entry(changes: Any, entry: str) -> None:
    with pytest.raises(Invalid) as refused:
        changed(shipped(), changes)
    assert entry in str(refused.value)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_keys = st.sampled_from(
    ("of", "where", "formula", "is", "bands", "measure", "moment", "unit", "cut")
)
_entries = st.dictionaries(
    st.sampled_from(("real", "closed", "closed_rate", "x", "intake_target")),
    _anything | st.dictionaries(_keys, _anything, max_size=4),
    max_size=3,
)
_parts = st.dictionaries(
    st.sampled_from((*PARTS, "else")),
    _entries
    | st.dictionaries(st.sampled_from(("cases", "nothing")), _entries, max_size=2)
    | _anything,
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(_parts)
def test_whatever_is_sent_is_a_set_or_is_refused_in_words(changes: dict[str, Any]) -> None:
    try:
        made = changed(shipped(), changes)
    except Refusal as refusal:
        assert str(refusal)
    else:
        assert made.indicators is not None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_words(text: str) -> None:
    try:
        assert isinstance(read(text), dict)
    except Invalid as refusal:
        assert str(refusal)


def test_what_was_written_is_read_again_and_toml_too() -> None:
    changes = {"constants": {"intake_target": 20}, "indicators": {"forced_rate": None}}
    assert read(written(changes)) == changes
    assert read("[constants]\nintake_target = 20\n") == {"constants": {"intake_target": 20}}
    assert read("") == {}


def test_the_digest_is_of_the_meaning_not_of_the_order() -> None:
    assert digest({"a": 1, "b": 2}) == digest(json.loads('{"b": 2, "a": 1}'))
    assert digest({"a": 1}) != digest({"a": 2})


def test_the_whole_that_ships_can_be_taken_along_and_brought_back() -> None:
    assert book(read(written(shipped()))) == book(shipped())
