"""Codes of areas: their level, their parent, their old forms, and refusals in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core import codes
from commonward.core.refusals import Invalid


@pytest.mark.parametrize(
    ("text", "level", "parent"),
    [
        ("43", "province", ""),
        ("4302", "city", "43"),
        ("430211", "district", "4302"),
        ("430211001", "street", "430211"),
        ("430211001003", "community", "430211001"),
        ("430211001003004", "grid", "430211001003"),
        ("43021100100300412", "micro", "430211001003004"),
    ],
)
def test_the_number_of_digits_says_the_level_and_the_parent(
    text: str, level: str, parent: str
) -> None:
    code = codes.parse(text)
    assert (code.text, code.level, code.parent) == (text, level, parent)


@pytest.mark.parametrize(
    ("padded", "short"),
    [
        ("430000", "43"),
        (430200, "4302"),
        ("430211000000", "430211"),
        ("430211001000", "430211001"),
        ("430000000000", "43"),
    ],
)
def test_codes_padded_with_zeros_are_shortened(padded: object, short: str) -> None:
    assert codes.parse(padded).text == short


def test_a_street_of_a_city_without_districts_lies_in_the_city() -> None:
    assert codes.parse("441900003").parent == "4419"
    assert codes.parse("441900003").ancestors == ("44", "4419")


def test_huaiyang_and_all_below_it_get_the_code_of_2019_with_the_reason() -> None:
    old = codes.parse("411626001002")
    assert old.text == "411603001002"
    assert old.parent == "411603001"
    assert old.alias is not None
    assert "2019" in old.alias.because
    assert codes.parse("411603").alias is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("4302110", "7 digits"),
        ("43021x", "only digits"),
        ("٤٣٠٢١١", "only digits"),
        ("", "only digits"),
        (None, "not a code"),
        (True, "not a code"),
        (4302.0, "not a code"),
        ("990", "3 digits"),
        ("000000", "no province"),
        ("160211", "no province"),
        ("430211001003000", "numbered from 001"),
    ],
)
def test_a_wrong_code_is_refused_with_what_would_be_right(wrong: object, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        codes.parse(wrong)


def test_children_are_numbered_within_the_digits_of_their_level() -> None:
    assert codes.child("430211", 7) == "430211007"
    assert codes.child("430211001003004", 12) == "43021100100300412"
    with pytest.raises(Invalid, match="1 to 999"):
        codes.child("430211", 1000)
    with pytest.raises(Invalid, match="micro-grid"):
        codes.child("43021100100300412", 1)


@given(st.integers(1, 99), st.integers(1, 99), st.lists(st.integers(1, 999), max_size=3))
def test_walking_up_from_any_code_reaches_its_province(
    city: int, district: int, below: list[int]
) -> None:
    code = codes.child(codes.child("43", city), district)
    for number in below:
        code = codes.child(code, number)
    parsed = codes.parse(code)
    assert parsed.text == code
    assert parsed.ancestors[0] == "43"
    for above, under in zip(parsed.ancestors, [*parsed.ancestors[1:], code], strict=True):
        assert codes.parse(under).parent == above
