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

from commonward.core.triage.reading import parted

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

Floats = npt.NDArray[np.float32]
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


def _runs(words: Sequence[str]) -> list[str]:
    return [_RUN + run for run in parted(words, LONGEST_RUN)] + [
        _RUN + run for run in parted(words[:EARLY], LONGEST_RUN)
    ]


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
        return {name: column for column, name in enumerate(self.names)}

    def row(self, words: Sequence[str]) -> tuple[npt.NDArray[np.int32], Floats]:
        """The columns and values of one text, given by its tokens (reading.tokens)."""
        find = self._column.get
        title = cut(words, TITLE)
        columns, values = [], []
        for part, share in (
            (_words(words), 1.0),
            (_runs(words), RUNS_WEIGHT),
            (_words(title), TITLE_WEIGHT),
            (_runs(title), TITLE_WEIGHT * RUNS_WEIGHT),
        ):
            held = [column for column in map(find, part) if column is not None]
            if not held:
                continue
            there, count = np.unique(np.array(held, np.int32), return_counts=True)
            value = (1 + np.log(count)) * self.rarity[there]
            columns.append(there)
            values.append(value * (share / np.sqrt(value @ value)))
        if not columns:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        every, place = np.unique(np.concatenate(columns), return_inverse=True)
        return every, np.bincount(place, np.concatenate(values)).astype(np.float32)

    def word(self, name: str) -> int | None:
        """The column of a word or of a pair of words ("a b"); None for what was never learnt."""
        return self._column.get(name.replace(" ", _PAIR))


def learn(read: Iterable[tuple[Sequence[str], str]], *, most: int = MOST) -> Lexicon:
    """The lexicon of texts, given as (tokens, group): near duplicates count once."""
    texts: dict[str, list[Sequence[str]]] = defaultdict(list)
    for number, (words, group) in enumerate(read):
        texts[group or f"\x00{number}"].append(words)
    counts: list[Counter[str]] = [Counter(), Counter()]
    for mine in texts.values():
        for count, names_of in zip(counts, (_words, _runs), strict=True):
            count.update({name for words in mine for name in names_of(words)})
    kept = [[(name, n) for name, n in count.items() if n >= FEWEST] for count in counts]
    total = sum(map(len, kept))
    most = min(most, MOST)
    if total > most:
        least = sorted((n for part in kept for _, n in part), reverse=True)[most]
        kept = [[(name, n) for name, n in part if n > least] for part in kept]
    ordered = [pair for part in kept for pair in sorted(part)]
    known = np.array([n for _, n in ordered], np.int32)
    rarity = np.array([log((1 + len(texts)) / (1 + n)) + 1 for _, n in ordered], np.float32)
    return Lexicon(tuple(name for name, _ in ordered), rarity, known)
