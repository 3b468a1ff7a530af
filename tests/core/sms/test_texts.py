"""Texts become parts and parts become texts, whatever is written and in whatever order they come."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.refusals import Invalid
from commonward.core.sms.alphabet import alphabet_of, decoded, encoded
from commonward.core.sms.parts import Place, cut, header, parted, room, whole

GSM = st.text(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\f",
    max_size=900,
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=500)


@given(GSM)
def test_what_the_alphabet_holds_comes_back(text: str) -> None:
    assert alphabet_of(text) == "gsm"
    assert decoded(encoded(text, "gsm"), "gsm") == text


def test_the_table_is_that_of_the_standard() -> None:
    told = {"@": "00", "Δ": "10", "Æ": "1c", "É": "1f", " ": "20", "¤": "24", "¡": "40", "Ä": "5b",
            "§": "5f", "¿": "60", "à": "7f", "€": "1b65", "[": "1b3c", "|": "1b40", "^": "1b14"}  # fmt: skip
    assert {sign: encoded(sign, "gsm").hex() for sign in told} == told


@given(ANY)
def test_any_text_comes_back_in_its_alphabet(text: str) -> None:
    chosen = alphabet_of(text)
    assert decoded(encoded(text, chosen), chosen) == text


@given(st.binary(max_size=300), st.sampled_from(["gsm", "ucs2"]))
def test_whatever_octets_come_are_read_without_a_fault(octets: bytes, alphabet: str) -> None:
    decoded(octets, "gsm" if alphabet == "gsm" else "ucs2").encode()


@given(st.one_of(GSM, ANY), st.integers(0, 0xFFFF), st.booleans(), st.randoms())
def test_a_text_is_cut_and_put_together_again_in_any_order_and_twice(
    text: str, reference: int, wide: bool, chance: random.Random
) -> None:
    made = cut(text, reference, wide=wide)
    octet = 1 if made.alphabet == "gsm" else 2
    there: dict[int, str] = {}
    parts = [*made.parts, *made.parts]
    chance.shuffle(parts)
    for begins, octets in parts:
        place, rest = parted(begins + octets) if begins else (Place(0, 1, 1), octets)
        assert place is not None
        assert rest == octets
        assert len(octets) <= room(made.alphabet, header=len(begins)) * octet
        there[place.number] = decoded(octets, made.alphabet)
    assert whole(len(made.parts), there) == text


@pytest.mark.parametrize(
    ("text", "wide", "sizes"),
    [
        ("a" * 160, False, [160]),
        ("a" * 161, False, [153, 8]),
        ("a" * 161, True, [152, 9]),
        ("诉" * 70, False, [140]),
        ("诉" * 71, False, [134, 8]),
        ("诉" * 71, True, [132, 10]),
        ("a" * 152 + "€" + "a" * 20, False, [152, 22]),  # the escape goes with its septet
        ("诉" * 66 + "😀" + "诉" * 20, False, [132, 44]),  # and a pair with its half
    ],
)
def test_parts_are_as_long_as_the_standard_lets_them_be(
    text: str, wide: bool, sizes: list[int]
) -> None:
    made = cut(text, 7, wide=wide)
    assert [len(octets) for _begins, octets in made.parts] == sizes
    assert "".join(decoded(octets, made.alphabet) for _begins, octets in made.parts) == text


def test_a_text_of_more_parts_than_there_can_be_is_refused() -> None:
    with pytest.raises(Invalid):
        cut("a" * (153 * 255 + 1), 1)


@given(st.binary(max_size=200))
def test_a_broken_header_is_refused_or_read_and_nothing_else(octets: bytes) -> None:
    try:
        place, rest = parted(octets)
    except Invalid:
        return
    assert place is None or 1 <= place.number <= place.total
    assert octets.endswith(rest)


def test_a_place_that_there_cannot_be_is_no_part() -> None:
    assert parted(header(Place(1, 2, 3)) + b"a")[0] is None
    assert parted(header(Place(1, 2, 0)) + b"a")[0] is None
