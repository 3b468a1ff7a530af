"""Find answers by what somebody asks (知识库检索): an inverted index in memory, misspelt words forgiven.

Rare keys count more than frequent ones (inverse document frequency); a key of the question counts
double against one of the answer's own words. A key that no answer has stands for the one most
like it, at less weight: an English word within one or two letters (Damerau and Levenshtein), a
Chinese pair with one character in common. What has too small a part of what was asked is not
found: a wrong answer is worse than none, and none is counted.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from math import log

from commonward.core.knowledge.reading import keys_of, pairs_in, shared, words_of
from commonward.core.triage.spelling import Spelling

LEAST_COVERED = 0.53
"""The part of the asked weight that an answer must have to be found at all."""
_IN_QUESTION = 2.0
_GUESSED = 0.6
_PART = 0.6
"""What all pairs of a known word stand for where the word itself is not."""
_UNKNOWN = 0.8
"""A word that no answer has is rather a detail (a name of a place) than the matter."""
_SINGLE = 0.6
"""A character alone is often a part of a phrase that says nothing."""
_SHORTEST_GUESSED = 4
_LONG = 8
_MOST_ASKED = 24
_REMEMBERED = 40_000


@dataclass(frozen=True, slots=True)
class Text:
    """An answer as it is found: its question with other words for it, and what it says."""

    asked: str
    told: str


@dataclass(frozen=True, slots=True)
class Found:
    """The text at this place of the list, how well it fits, and the words that matched."""

    place: int
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Index:
    """All texts by their keys; made once, asked often."""

    table: Spelling
    asked: Sequence[frozenset[str]]
    told: Sequence[frozenset[str]]
    places: Mapping[str, "array[int]"]

    @classmethod
    def of(cls, texts: Sequence[Text], table: Spelling, keys: Callable[[str], frozenset[str]]) -> "Index":  # fmt: skip
        """The index of these texts; `keys` reads one (it may remember what it read before)."""
        asked = [keys(text.asked) for text in texts]
        told = [keys(text.told) for text in texts]
        places: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for place, (one, other) in enumerate(zip(asked, told, strict=True)):
            for key in one | other:
                places[key].append(place)
        return cls(table, asked, told, dict(places))

    def weight(self, key: str) -> float:
        """How much a key tells: the rarer, the more; one that no text has tells as much as the rarest."""
        return log(1 + (len(self.asked) + 1) / (max(len(self.places.get(key, ())), 1) + 0.5))

    def find(
        self, text: str, most: int, allowed: Callable[[int], bool], least: float = LEAST_COVERED
    ) -> tuple[Found, ...]:
        """The texts that fit what is asked, the best first; only those that are `allowed`, and
        that have at least this part of what was asked."""
        words = self._joined(words_of(text, self.table)[:_MOST_ASKED])
        whole = 0.0
        covered: dict[int, float] = defaultdict(float)
        scores: dict[int, float] = defaultdict(float)
        met: set[str] = set()
        # What was surely said comes first: a guess about a Chinese word holds only beside it.
        for word in sorted(words, key=self._guessed):
            worth = self.weight(word) * (1.0 if word in self.places else _UNKNOWN)
            worth *= _SINGLE if len(word) == 1 else 1.0
            whole += worth
            parts: dict[int, float] = defaultdict(float)
            in_question: set[int] = set()
            for key, part in self._meant(word):
                met.add(key)
                for place in self.places[key]:
                    if word[0] >= "\u3005" and self._guessed(word) and place not in covered:
                        continue
                    parts[place] += part
                    if key in self.asked[place]:
                        in_question.add(place)
            for place, part in parts.items():
                told = worth * min(part, 1.0)
                covered[place] += told
                scores[place] += told * (_IN_QUESTION if place in in_question else 1.0)
        enough = least * whole
        ranked = sorted(
            (place for place, part in covered.items() if part >= enough and allowed(place)),
            key=lambda place: (-scores[place], place),
        )[:most]
        return tuple(
            Found(place, scores[place], shared(met, self.asked[place] | self.told[place]))
            for place in ranked
        )

    def _guessed(self, word: str) -> bool:
        """Whether no text has the word, nor a part of it."""
        return word not in self.places and not any(p in self.places for p in pairs_in(word))

    def _joined(self, words: list[str]) -> list[str]:
        """The words, with what a dictionary cut into single characters put together again where
        one of them is known to no text: "电|剃" is a misspelt word, not two."""
        found: list[str] = []
        for word in words:
            before = found[-1] if found else ""
            single = len(word) == len(before) == 1 and min(word, before) >= "\u3005"
            if single and not (word in self.places and before in self.places):
                found[-1] = before + word
            else:
                found.append(word)
        return found

    def _meant(self, word: str) -> list[tuple[str, float]]:
        """The keys that a word may be found by, each with the part of it that it stands for."""
        pairs = pairs_in(word)
        known = [pair for pair in sorted(pairs) if pair in self.places and pair != word]
        if word in self.places:
            return [(word, 1.0), *((pair, _PART / len(pairs)) for pair in known)]
        if known:
            # Where two words are joined, one pair stands across the seam and tells nothing.
            return [(pair, 1.0 / max(len(pairs) - 1, 1)) for pair in known]
        return [(like, _GUESSED) for like in self._like(word)]

    def _like(self, word: str) -> Iterable[str]:
        """The known words most like one that no text has."""
        if word[0] >= "\u3005":
            return [k for k in self._pairs.get(word[0], ()) if len(word) == 2] + [
                k for k in self._pairs.get(f"*{word[-1]}", ()) if len(word) == 2
            ]
        if len(word) < _SHORTEST_GUESSED:
            return ()
        from rapidfuzz import process  # noqa: PLC0415 (only where somebody misspelt)
        from rapidfuzz.distance import OSA  # noqa: PLC0415 (as above)

        most = 2 if len(word) >= _LONG else 1
        near = process.extract(word, self._latin, scorer=OSA.distance, score_cutoff=most, limit=3)
        return [str(one) for one, *_ in near]

    @cached_property
    def _latin(self) -> list[str]:
        return [key for key in self.places if key[0] < "\u3005" and len(key) >= _SHORTEST_GUESSED]

    @cached_property
    def _pairs(self) -> Mapping[str, list[str]]:
        """Pairs that stand in questions, by their first character, and by "*" and their last."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted({k for keys in self.asked for k in keys}):
            if len(key) == 2 and key[0] >= "\u3005":
                found[key[0]].append(key)
                found[f"*{key[1]}"].append(key)
        return found


def read_with(table: Spelling) -> Callable[[str], frozenset[str]]:
    """A reader by this table that remembers what it read: of 5,000 answers one changes at a time."""
    return lru_cache(maxsize=_REMEMBERED)(partial(_read, table=table))


def _read(text: str, table: Spelling) -> frozenset[str]:
    return keys_of(text, table)
