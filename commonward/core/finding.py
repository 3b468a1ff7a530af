"""What a text is found by (检索): two-character grams of Chinese, whole words of other scripts.

Neither database takes Chinese apart: SQLite's trigrams find no word of two characters and
PostgreSQL's parser takes a whole sentence for one word. So both are given our tokens and asked
for them: a run of ideographs (kana, hangul) becomes its overlapping pairs and its last character,
"路灯不亮" → 路灯 灯不 不亮 亮; every other run of letters or digits is one token. Words that stand
side by side are asked for as a phrase.

Problems are found, never people: `hidden` takes out of a text whatever leads to a person before
it is given to an index, and out of a question before it is asked.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commonward.core.masking import MASK
from commonward.core.refusals import N_, Invalid
from commonward.core.triage.private import ALWAYS, NAME, without

LONGEST_TEXT = 8_000
"""Characters of one text that are given to an index."""
LONGEST_QUESTION = 200
MOST_PHRASES = 8

_LONGEST_TOKEN = 40
_SHORTEST_BEGINNING = 4
"""Letters that a word must have before its endings are found too ("lamp": lamps)."""

_SCRIPTS = r"\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
"""Ideographs, kana and hangul: written without spaces, so taken apart into pairs."""
_PAIRED = re.compile(f"[{_SCRIPTS}]")
_RUNS = re.compile(f"(?P<paired>[{_SCRIPTS}]+)|(?P<word>[^\\W_{_SCRIPTS}]+)")


def hidden(text: str, known: Iterable[str] = ()) -> str:
    """The text without what leads to a person, as far as it has a sure shape.

    Hidden are numbers of seven and more digits and e-mail addresses (core.masking), names beside
    a form of address or an introduction (张女士, 我叫李雷, Mr Smith), and the `known` details of a
    reporter wherever they stand.

    >>> hidden("我叫李雷，张女士家门口的路灯坏了，电话13912345678")
    '•••，•••家门口的路灯坏了，电话•••'
    """
    text = unicodedata.normalize("NFKC", text)
    for detail in sorted({unicodedata.normalize("NFKC", d).strip() for d in known}, key=len)[::-1]:
        if len(detail) > 1:
            text = re.sub(re.escape(detail), MASK, text, flags=re.IGNORECASE)
    return without(text, MASK, ALWAYS | {NAME})


def grams(text: str) -> list[str]:
    """The tokens of a text, in order, for an index.

    >>> grams("路灯不亮 lamp 3号")
    ['路灯', '灯不', '不亮', '亮', 'lamp', '3', '号']
    """
    return [token for run in _runs(text[:LONGEST_TEXT]) for token in run]


def _runs(text: str) -> Iterator[list[str]]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    for found in _RUNS.finditer(plain):
        run = found.group()
        if found.lastgroup == "word":
            yield [run[:_LONGEST_TOKEN]]
        else:
            yield [run[i : i + 2] for i in range(len(run))]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must stand side by side; of the last one, a beginning is enough if `open`."""

    tokens: tuple[str, ...]
    open: bool = False


def phrases(question: str) -> tuple[Phrase, ...]:
    """What somebody asks for, all of which a text must have; raises Invalid for nothing to ask.

    What leads to a person is taken out first. One ideograph alone stands in too many texts to
    be asked for; after a number it is left out ("3号" asks for 3).

    >>> phrases("路灯 lamp")
    (Phrase(tokens=('路灯',), open=False), Phrase(tokens=('lamp',), open=True))
    """
    if len(question) > LONGEST_QUESTION:
        raise Invalid(
            N_("At most {most} characters can be searched for."),
            field="text",
            most=LONGEST_QUESTION,
        )
    if not any(_runs(question)):
        raise Invalid(N_("Give at least two characters to search for."), field="text")
    shown = hidden(question)
    if not any(_runs(shown)):
        raise Invalid(
            N_(
                "Telephone numbers and people's names cannot be searched for: "
                "problems are found by their words, address or number."
            ),
            field="text",
        )
    found = tuple(dict.fromkeys(p for part in shown.split() if (p := _phrase(part)) is not None))
    if not found:
        raise Invalid(N_("Give at least two characters to search for."), field="text")
    return found[:MOST_PHRASES]


def _phrase(part: str) -> Phrase | None:
    tokens = [token for run in _runs(part) for token in run]
    if not tokens:
        return None
    if not _PAIRED.match(tokens[-1]):
        last = tokens[-1]
        return Phrase(tuple(tokens), open=len(last) >= _SHORTEST_BEGINNING and last.isalpha())
    if len(tokens) == 1:
        return None
    # The last character stands alone only at the end of a run; in a text more may follow it.
    return Phrase(tuple(tokens[:-1]))


_MARK = "\ue000"
"""Begins tokens that no text holds: of the private use area, neither letter nor digit."""
_PER_DEGREE = 1000


def place_mark(lat: float, lon: float) -> str:
    """The token of the cell of a thousandth of a degree (some 100 m) that holds a point."""
    return _cell(*_row_and_column(lat, lon))


def place_marks(lat: float, lon: float, metres: float) -> tuple[str, ...]:
    """The tokens of all cells that a circle around a point may touch."""
    per_lat = 111_320.0
    high = metres / per_lat
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    south, west = _row_and_column(lat - high, lon - wide)
    north, east = _row_and_column(lat + high, lon + wide)
    return tuple(
        _cell(row, column) for row in range(south, north + 1) for column in range(west, east + 1)
    )


def _row_and_column(lat: float, lon: float) -> tuple[int, int]:
    return math.floor((lat + 90) * _PER_DEGREE), math.floor((lon + 180) * _PER_DEGREE)


def _cell(row: int, column: int) -> str:
    return f"{_MARK}p{row}x{column}"


BLOCKS = (1 << 10, 1 << 14, 1 << 18)
"""Consecutive cases under one mark, at three sizes of which each divides the next."""


def block_mark(size: int, block: int) -> str:
    """The token of a block of so many consecutive cases; by these an index is read in parts."""
    return f"{_MARK}b{size}x{block}"


def block_marks(case: int) -> tuple[str, ...]:
    """The tokens of the blocks in which a case lies."""
    return tuple(block_mark(size, case // size) for size in BLOCKS)


BETWEEN = f"{_MARK}e"
"""Stands between two texts, so that no phrase reaches from one into the other."""
