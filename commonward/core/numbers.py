"""Case and report numbers (案件编号): short, said over the telephone, and silent about the rest.

A number is nine random characters and one check character of Crockford's base 32 (no I, L, O,
U). Being random it tells neither the order nor the count of cases, and of 35 trillion possible
ones the next cannot be guessed; the database's unique constraint catches the rare double.

The check is a Reed–Solomon symbol: characters are elements of the field GF(32), the one at
place i is multiplied by the i-th power of a generator, and all ten must add up to nothing. As
these weights are different and none is zero, one wrong character, two exchanged ones (neighbours
or not) and a doubled character misheard (77 for 33) are always found.
(I. S. Reed, G. Solomon, "Polynomial codes over certain finite fields", 1960.)
"""

import secrets
import unicodedata

import numpy as np

from commonward.core.refusals import N_, Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
RANDOM_BYTES = 6
"""How many bytes `new_number` draws; 45 of their 48 bits are used."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans(
    "", "", " \t\r\n-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fb\u200b\u200e\u200f\ufeff"
)
_LONGEST_INPUT = 64


def _doubled(value: int) -> int:
    """The element times x in GF(32), whose polynomial is x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _check(digits: list[int]) -> int:
    """The sum of the elements, the last weighing 1, the one before it x, and so on."""
    total = 0
    for digit in digits:
        total = _doubled(total) ^ digit
    return total


_WEIGHED = np.array([_doubled(value) for value in range(32)], np.uint8)
_LETTERS = np.frombuffer(ALPHABET.encode(), np.uint8)


def new_numbers(count: int) -> list[str]:
    """So many new numbers at once, from the system's randomness: as `new_number`, but together."""
    drawn = np.frombuffer(secrets.token_bytes(count * (LENGTH - 1)), np.uint8)
    digits = drawn.reshape(count, LENGTH - 1) & 31
    check = np.zeros(count, np.uint8)
    for place in digits.T:
        check = _WEIGHED[check ^ place]
    text = _LETTERS[np.column_stack((digits, check))].tobytes().decode("ascii")
    return [text[at : at + LENGTH] for at in range(0, len(text), LENGTH)]


def new_number(random_bytes: bytes | None = None) -> str:
    """A new number of ten characters.

    `random_bytes` (6 of them) makes it repeatable for seeded data; otherwise the system's
    randomness is used. Raises Invalid for another amount of bytes.
    """
    drawn = secrets.token_bytes(RANDOM_BYTES) if random_bytes is None else random_bytes
    if len(drawn) != RANDOM_BYTES:
        raise Invalid(
            N_("A number is made of {right} random bytes, not {given}."),
            field="random_bytes",
            right=RANDOM_BYTES,
            given=len(drawn),
        )
    bits = int.from_bytes(drawn, "big")
    digits = [bits >> (5 * place) & 31 for place in range(LENGTH - 1)]
    digits.append(_check([*digits, 0]))
    return "".join(ALPHABET[digit] for digit in digits)


def normalise(text: str) -> str:
    """The canonical number a person meant: any case, spaces, dashes, full-width, O for 0, I for 1.

    Raises Invalid, in words, when it cannot be one: wrong length, a character that no number has,
    or a check character that does not fit the others.
    """
    if len(text) > _LONGEST_INPUT:
        raise _wrong_length(len(text))
    plain = unicodedata.normalize("NFKC", text).translate(_SEPARATORS).upper().translate(_MEANT)
    strange = next((character for character in plain if character not in _VALUE), None)
    if strange is not None:
        raise Invalid(
            N_("“{character}” is in no number: it has the digits and the letters without I L O U."),
            field="number",
            character=strange,
        )
    if len(plain) != LENGTH:
        raise _wrong_length(len(plain))
    if _check([_VALUE[character] for character in plain]):
        raise Invalid(
            N_("The number {number} is mistyped: please compare it with your receipt."),
            field="number",
            number=plain,
        )
    return plain


def _wrong_length(given: int) -> Invalid:
    return Invalid(
        N_("A number has {right} characters, this one has {given}."),
        field="number",
        right=LENGTH,
        given=given,
    )
