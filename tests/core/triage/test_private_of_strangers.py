"""What others wrote without knowing the rules: how much of it is found, and what is taken wrongly.

Half of their texts was read while the rules were widened (among them the first 56, telephones); the
other half was only counted then, and read afterwards. The docs tell what was measured at each of
these three times; the floors below only see to it that nothing is lost again.
"""

import random

from commonward.core.triage.private import ALWAYS, NAME, PROPOSED, ROOM, spans
from tests.core.triage.written.strangers import Private, private, public, second_look_private

SEED, SEEN = 20261123, 56


def halves() -> tuple[list[Private], list[Private]]:
    """The texts that were read while the rules were widened, and those that were only counted then."""
    rows = private()
    chance = random.Random(SEED)
    rest = list(rows[SEEN:])
    chance.shuffle(rest)
    cut = len(rows) // 2 - SEEN
    return [*rows[:SEEN], *rest[:cut]], rest[cut:]


def is_hidden(text: str, piece: str, kind: str) -> bool:
    """Whether every letter and digit of it is in a span; of a home its numbers: an estate's or a
    road's name alone is a place for everybody."""
    found = spans(text, ALWAYS | PROPOSED)
    at = text.find(piece)
    wanted = [
        i
        for i in range(at, at + len(piece))
        if (text[i].isdecimal() if kind == ROOM else text[i].isalnum())
    ]
    return at >= 0 and all(any(s.begin <= i < s.end for s in found) for i in wanted)


def recall(rows: list[Private], kinds: frozenset[str]) -> float:
    """The share of the stretches of these kinds that are hidden."""
    every = [
        is_hidden(row.text, piece, kind)
        for row in rows
        for piece, kind in zip(row.private, row.kinds, strict=True)
        if kind in kinds
    ]
    return sum(every) / len(every)


def test_what_is_always_hidden_is_found_in_what_strangers_wrote() -> None:
    first, second = halves()
    assert recall(first, ALWAYS) == 1
    assert recall(second, ALWAYS) >= 0.99


def test_names_and_homes_are_proposed_conservatively() -> None:
    _first, second = halves()
    assert recall(second, frozenset({NAME})) >= 0.9
    assert recall(second, frozenset({ROOM})) >= 0.6


def test_numbers_that_are_nobodys_stay() -> None:
    texts = [row.text for row in public()]
    assert sum(bool(spans(text)) for text in texts) / len(texts) <= 0.02


def test_what_was_written_for_a_second_look_is_hidden_as_it_was_measured() -> None:
    assert recall(list(second_look_private()), ALWAYS) >= 0.96
