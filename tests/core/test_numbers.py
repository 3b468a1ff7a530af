"""Case numbers: every likely mistake of a person is found, and nothing is told."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.numbers import ALPHABET, LENGTH, new_number, new_numbers, normalise
from commonward.core.refusals import Invalid

numbers = st.binary(min_size=6, max_size=6).map(new_number)


def some_numbers(count: int) -> list[str]:
    draw = random.Random(7)
    return [new_number(draw.randbytes(6)) for _ in range(count)]


@pytest.mark.parametrize("number", ["0000000000", new_number(b"\xff" * 6), *some_numbers(40)])
def test_every_single_wrong_character_and_every_exchange_of_two_is_found(number: str) -> None:
    for place in range(LENGTH):
        for wrong in ALPHABET:
            if wrong != number[place]:
                with pytest.raises(Invalid, match="mistyped"):
                    normalise(number[:place] + wrong + number[place + 1 :])
        for other in range(place + 1, LENGTH):
            if number[place] != number[other]:
                swapped = list(number)
                swapped[place], swapped[other] = swapped[other], swapped[place]
                with pytest.raises(Invalid, match="mistyped"):
                    normalise("".join(swapped))


def test_every_doubled_character_misheard_as_another_double_is_found() -> None:
    for place in range(LENGTH - 2):
        # Any nine characters can be drawn, so this number has the double at this place.
        for number in some_numbers(10):
            doubled = normalise_with_double(number, place, "7")
            for wrong in ALPHABET.replace("7", ""):
                with pytest.raises(Invalid, match="mistyped"):
                    normalise(doubled[:place] + wrong * 2 + doubled[place + 2 :])


def normalise_with_double(number: str, place: int, character: str) -> str:
    head = number[:place] + character * 2 + number[place + 2 : LENGTH - 1]
    bits = sum(ALPHABET.index(c) << (5 * i) for i, c in enumerate(head))
    made = new_number(bits.to_bytes(6, "big"))
    assert made[:-1] == head
    return made


@given(numbers, st.randoms())
def test_what_a_person_writes_down_is_read_as_the_number_it_was(
    number: str, chance: random.Random
) -> None:
    told = {"0": "0oO", "1": "1iIlL"}
    written = "".join(
        chance.choice(told.get(c, c.lower() + c)) + chance.choice(["", "", " ", "-", "–", "\u3000"])
        for c in number
    )
    assert normalise(written) == number
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert normalise(full_width) == number


def test_a_number_draws_from_the_whole_alphabet_at_every_random_place() -> None:
    drawn = some_numbers(4_000)
    assert len(set(drawn)) == 4_000
    for place in range(LENGTH):
        assert set(Counter(number[place] for number in drawn)) == set(ALPHABET)


def test_numbers_made_together_are_numbers_like_any_other() -> None:
    made = new_numbers(4_000)
    assert [normalise(number) for number in made] == made
    assert len(set(made)) == 4_000
    for place in range(LENGTH):
        assert {number[place] for number in made} == set(ALPHABET)
    assert new_numbers(0) == []


def test_two_numbers_made_one_after_the_other_differ() -> None:
    assert len({new_number() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 10 characters, this one has 0"),
        ("12345", "has 10 characters, this one has 5"),
        ("0" * 11, "has 10 characters, this one has 11"),
        ("9" * 5_000_000, "has 10 characters, this one has 5000000"),
        ("U000000000", "“U” is in no number"),
        ("000000000é", "“É” is in no number"),
        ("株洲市天元区一二三四", "“株” is in no number"),
    ],
)
def test_what_cannot_be_a_number_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        normalise(text)
    assert refused.value.field == "number"


def test_a_wrong_amount_of_randomness_is_refused() -> None:
    with pytest.raises(Invalid, match="6 random bytes, not 5"):
        new_number(b"12345")
