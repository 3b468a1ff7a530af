"""Suggestions before there is a single case: from the standards' words and the categories' own (冷启动).

Each code brings its name, its keywords and its filing conditions. A keyword that stands in the text
says most (core.suggesting), words that a condition shares with it say less, rare ones more than
common ones. No case has confirmed any of it, so the probabilities are low on purpose: at most
`SUREST`, and less the more codes fit about as well.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log

from commonward.core import suggesting
from commonward.core.triage.reading import Language, language, plain, tokens, without_persons
from commonward.core.triage.said import Suggested, distinct
from commonward.core.triage.spelling import Spelling, shipped

SUREST = 0.6
_KEYWORD = 2.0
"""A keyword weighs as much as two words of like rarity in a condition."""
_HALF = 4.0
"""Weight of what was found at which half of `SUREST` is given."""


@dataclass(frozen=True, slots=True)
class Seed:
    """What is known of a code before any case: its keywords (names, too) and its conditions."""

    code: str
    keywords: tuple[str, ...]
    words: str = ""

    @property
    def text(self) -> str:
        """All of it as one text, for learning."""
        return " ".join([*self.keywords, self.words])


@dataclass(frozen=True)
class Starting:
    """Reads texts by seeds alone; `said.Reads`."""

    seeds: tuple[Seed, ...]
    table: Spelling = field(default_factory=shipped)

    @staticmethod
    def of(seeds: Sequence[Seed], table: Spelling | None = None) -> "Starting":
        """In the order of the codes, so that the same seeds have the same version."""
        ordered = tuple(sorted(seeds, key=lambda seed: (seed.code, seed.words)))
        return Starting(ordered, table or shipped())

    @cached_property
    def version(self) -> str:
        """The rule and the digest of its seeds and its table."""
        told = [(s.code, s.keywords, s.words) for s in self.seeds]
        made = hashlib.sha256(repr((told, self.table.told)).encode())
        return f"seeds-1-{made.hexdigest()[:12]}"

    @cached_property
    def _said(self) -> dict[str, frozenset[str]]:
        words: dict[str, set[str]] = {}
        for seed in self.seeds:
            words.setdefault(seed.code, set()).update(tokens(seed.text, self.table))
        return {code: frozenset(w for w in said if len(w) > 1) for code, said in words.items()}

    @cached_property
    def _rarity(self) -> dict[str, float]:
        counted = Counter(word for said in self._said.values() for word in said)
        return {word: log((1 + len(self._said)) / n) for word, n in counted.items()}

    @cached_property
    def _keywords(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(s.code, tuple(plain(k, self.table) for k in s.keywords)) for s in self.seeds]

    def suggest(self, words: str, *, most: int = 3) -> tuple[Suggested, ...]:
        """The codes whose words stand in the text, the best first; () for none."""
        if language(words) in (Language.OTHER, Language.NONE):
            return ()
        shown = plain(without_persons(words), self.table)
        told = set(tokens(words, self.table))
        weight: dict[str, float] = {}
        because: dict[str, list[str]] = {}
        for found in suggesting.suggest(shown, self._keywords, most=len(self._keywords)):
            rare = log(1 + len(self._said))
            weight[found.code] = weight.get(found.code, 0.0) + _KEYWORD * rare * min(
                2.0, sum(map(len, found.because)) / 3
            )
            because.setdefault(found.code, []).extend(found.because)
        for code, said in self._said.items():
            both = sorted(told & said, key=lambda word: (-self._rarity[word], word))
            if both:
                weight[code] = weight.get(code, 0.0) + sum(self._rarity[w] for w in both)
                because.setdefault(code, []).extend(w for w in both if w not in because[code])
        total = sum(value**2 for value in weight.values())
        ordered = sorted(weight, key=lambda code: (-weight[code], code))[:most]
        return tuple(
            Suggested(
                code,
                SUREST * weight[code] ** 2 / total * weight[code] / (weight[code] + _HALF),
                distinct(because[code]),
            )
            for code in ordered
            if total
        )

    def suggest_each(self, texts: Sequence[str], *, most: int = 3) -> list[tuple[Suggested, ...]]:
        """The same for many texts at once, in their order."""
        return [self.suggest(text, most=most) for text in texts]
