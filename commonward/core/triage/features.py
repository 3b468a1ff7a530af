"""A text in numbers: words, pairs of words and runs of characters, weighed by how rare they are (文本特征).

TF-IDF with sub-linear term frequencies (Manning, Raghavan and Schütze, Introduction to Information
Retrieval, 2008, ch. 6), one unit-length part for words and one for characters, so that neither
drowns the other (Wang and Manning, ACL 2012, for pairs; the parts as in our measurements,
docs/models/words.md). What fewer than `FEWEST` groups of reports use is not learnt: it is mostly a
name, and what a handful of people share is no property of a problem.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

import numpy as np
import numpy.typing as npt

FEWEST = 3
SHOWN_FROM = 5
"""Groups that must use a word before it is ever shown as a reason."""
MOST = 260_000
"""Features kept: the commonest, so that the file of a model stays small."""
EARLY = 12
"""Words at the beginning that count twice: people say first what it is about."""
TITLE = 20
"""Characters at the beginning that are a part of their own beside the whole text."""
TITLE_WEIGHT = 0.5
RUNS_WEIGHT = 1.4
"""Of runs of characters against words, whose part has length one."""
LONGEST_RUN = 3

_PAIR = "\x1e"
_RUN = "\x1f"
_BITS = 21
"""Of a character's number: three of them stand in one whole number of 63 bits."""

Floats = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
Columns = npt.NDArray[np.int32]
Rows = list[tuple[npt.NDArray[np.int32], Floats]]
"""Per text the columns it has and their values."""


def cut(words: Sequence[str], characters: int) -> list[str]:
    """The first words with so many characters in all."""
    kept: list[str] = []
    left = characters
    for word in words:
        if left <= 0:
            break
        kept.append(word[:left])
        left -= len(word)
    return kept


def _words(words: Sequence[str]) -> list[str]:
    doubled = [*words, *words[:EARLY]]
    return doubled + [a + _PAIR + b for a, b in zip(words, words[1:], strict=False)]


def _runs(words: Sequence[str]) -> Whole:
    """The runs of characters of a text as whole numbers, those of its first words twice."""
    return np.concatenate([_keys(words), _keys(words[:EARLY])])


def _keys(words: Sequence[str]) -> Whole:
    """All runs of 1 to `LONGEST_RUN` characters of the Chinese words put side by side.

    They find what a dictionary cuts wrongly: new names, misspelt words. A number per run, and not
    a string, since a page of words has a thousand of them.
    """
    text = "".join(word for word in words if word[0] >= "\u3005")
    one = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.int64)
    made = [one]
    for more in range(1, LONGEST_RUN):
        made.append((made[-1][:-1] << _BITS) | one[more:])
    return np.concatenate(made)


def _key_of(run: str) -> int:
    key = 0
    for char in run:
        key = key << _BITS | ord(char)
    return key


def _run_of(key: int) -> str:
    run = ""
    while key:
        run = chr(key & ((1 << _BITS) - 1)) + run
        key >>= _BITS
    return run


@dataclass(frozen=True)
class Lexicon:
    """The features of a model, in a fixed order: all of words first, then all of characters.

    `rarity` is the inverse document frequency of each; `known_in` how many groups used it.
    """

    names: tuple[str, ...]
    rarity: Floats
    known_in: npt.NDArray[np.int32]

    @cached_property
    def _column(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names) if not name.startswith(_RUN)}

    @cached_property
    def _known_runs(self) -> tuple[Whole, Columns]:
        """The runs as whole numbers, in order, and the column of each."""
        runs = [(_key_of(name[1:]), n) for n, name in enumerate(self.names) if name[:1] == _RUN]
        keys = np.array([key for key, _ in runs], np.int64)
        order = np.argsort(keys)
        return keys[order], np.array([n for _, n in runs], np.int32)[order]

    def _held_words(self, words: Sequence[str]) -> Columns:
        find = self._column.get
        return np.array([n for n in map(find, _words(words)) if n is not None], np.int32)

    def _held_runs(self, words: Sequence[str]) -> Columns:
        known, columns = self._known_runs
        if not len(known):
            return columns
        asked = _runs(words)
        place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        return np.asarray(columns[place[known[place] == asked]], np.int32)

    def row(self, words: Sequence[str]) -> tuple[Columns, Floats]:
        """The columns and values of one text, given by its tokens (reading.tokens)."""
        title = cut(words, TITLE)
        columns, values = [], []
        for held, share in (
            (self._held_words(words), 1.0),
            (self._held_runs(words), RUNS_WEIGHT),
            (self._held_words(title), TITLE_WEIGHT),
            (self._held_runs(title), TITLE_WEIGHT * RUNS_WEIGHT),
        ):
            if not len(held):
                continue
            there, count = _counted(held)
            value = (1 + np.log(count)) * self.rarity[there]
            columns.append(there)
            values.append(value * (share / np.sqrt(value @ value)))
        if not columns:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        every, place = np.unique(np.concatenate(columns), return_inverse=True)
        return every, np.bincount(place, np.concatenate(values)).astype(np.float32)

    def pair(self, first: str, second: str) -> int | None:
        """The column of two words side by side; None for what was never learnt."""
        return self._column.get(first + _PAIR + second)

    def word(self, name: str) -> int | None:
        """The column of a word; None for what was never learnt."""
        return self._column.get(name)


def _counted(held: Columns) -> tuple[Columns, npt.NDArray[np.intp]]:
    """Each column once, in order, and how often it stands there."""
    held.sort()
    new = np.ones(len(held) + 1, bool)
    np.not_equal(held[1:], held[:-1], out=new[1:-1])
    begins = np.flatnonzero(new)
    return held[begins[:-1]], begins[1:] - begins[:-1]


def learn(read: Iterable[tuple[Sequence[str], str]], *, most: int = MOST) -> Lexicon:
    """The lexicon of texts, given as (tokens, group): near duplicates count once."""
    texts: dict[str, list[Sequence[str]]] = defaultdict(list)
    for number, (words, group) in enumerate(read):
        texts[group or f"\x00{number}"].append(words)
    count: Counter[str] = Counter()
    runs: list[Whole] = []
    for mine in texts.values():
        count.update({name for words in mine for name in _words(words)})
        runs.append(np.unique(np.concatenate([_keys(words) for words in mine])))
    keys, known_in = np.unique(
        np.concatenate(runs) if runs else np.empty(0, np.int64), return_counts=True
    )
    often = known_in >= FEWEST
    kept = [
        [(name, n) for name, n in count.items() if n >= FEWEST],
        [
            (_RUN + _run_of(key), n)
            for key, n in zip(keys[often].tolist(), known_in[often].tolist(), strict=True)
        ],
    ]
    total = sum(map(len, kept))
    most = min(most, MOST)
    if total > most:
        least = sorted((n for part in kept for _, n in part), reverse=True)[most]
        kept = [[(name, n) for name, n in part if n > least] for part in kept]
    ordered = [pair for part in kept for pair in sorted(part)]
    known = np.array([n for _, n in ordered], np.int32)
    rarity = np.array([log((1 + len(texts)) / (1 + n)) + 1 for _, n in ordered], np.float32)
    return Lexicon(tuple(name for name, _ in ordered), rarity, known)
