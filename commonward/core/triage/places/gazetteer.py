"""What of a gazetteer a named place may be (地名匹配): the same name, or one a slip away.

Names are found by one Aho-Corasick automaton over all of them; what is written like a name but is
none is compared with all names (rapidfuzz), for typos. Several places of one name are all told:
whoever wrote knows which, and is asked.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.triage.places.boundaries import Kind, Named, is_name, kind_of
from commonward.core.triage.places.extract import Entry, metres
from commonward.core.triage.places.learnt import usual
from commonward.core.triage.places.named import automaton, named
from commonward.core.triage.reading import LONGEST

MOST = 8
BESIDE_METRES = 300.0
"""A square and the road across it bear one name, and to go there is the same."""
_DIVISION = re.compile(r"..(?:省|市|县|(?<![小社片校景园])区)$")
ALIKE = 75.0
"""Likeness in percent (indel ratio) from which another spelling may be meant."""
_HOUSE = re.compile(r"\s+(\d{1,4}(?:\s?[A-Za-z])?)(?!\w)")
_LONG = re.compile(r"[^\W\d_\u3005-\u9fff]{7,}")
_SHORTEST_FUZZY = 3
_SHORTEST_LATIN = 4


@dataclass(frozen=True, slots=True)
class Meant:
    """A place that may be meant; `alike` from 0 to 1, 1 where the name is the same."""

    entry: Entry
    alike: float


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text names and the places it may be, the likeliest first; none is known when empty.

    It is `ambiguous` when places apart have the name: then somebody is to be asked.
    """

    named: Named
    meant: tuple[Meant, ...]

    @property
    def ambiguous(self) -> bool:
        """Whether two of the name lie apart, or the first is only like what was written."""
        if not self.meant:
            return False
        same = [one.entry for one in self.meant if one.alike == 1]
        return not same or any(metres(same[0], other) > BESIDE_METRES for other in same[1:])


def folded(name: str) -> str:
    """A name as it is compared: one width, small letters, no accents, without 小区 at its end."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’.")
    return usual(" ".join(kept.split()))


class Gazetteer:
    """Entries by their names, made once and only read then."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        by_name: dict[str, dict[Entry, None]] = defaultdict(dict)
        chinese: set[str] = set()
        latin: set[str] = set()
        divisions: set[str] = set()
        for entry in entries:
            for name in (entry.name, *entry.aliases):
                key = folded(name)
                if entry.area and _DIVISION.search(name):
                    divisions.add(name)
                if len(key) < 2 or not is_name(name):
                    continue
                by_name[key][entry] = None
                if key.isascii() or not _is_chinese(key):
                    latin |= {key} if len(key) >= _SHORTEST_LATIN else set()
                else:
                    chinese.add(usual(name))
        self._by_name = {name: tuple(found) for name, found in by_name.items()}
        self._keys = tuple(sorted(self._by_name))
        self._words = tuple(sorted(key for key in latin if _LONG.fullmatch(key)))
        self._chinese = automaton(chinese - divisions)
        self._latin = automaton(latin)
        self._divisions = automaton(divisions)

    def __len__(self) -> int:
        return len({entry for found in self._by_name.values() for entry in found})

    def mentions(self, text: str, most: int = MOST) -> tuple[Mention, ...]:
        """The places that a text names, each with what it may be, in the order of the text."""
        found = list(named(text, self._chinese, self._divisions))
        latin = self._latin_in(text[:LONGEST])
        found = [one for one in found if not any(_over(one, other) for other in latin)] + latin
        found += [one for one in self._latin_typos(text) if not any(_over(one, o) for o in found)]
        found.sort(key=lambda one: one.start)
        return tuple(Mention(one, self.meant(one.name, most)) for one in found)

    def _latin_in(self, text: str) -> list[Named]:
        """Names in Latin letters, as whole words, whatever their case and accents."""
        if self._latin is None:
            return []
        shown, origin = _unaccented(text)
        found = []
        for _, a, b in self._latin.find_matches_as_indexes(shown):
            before, after = shown[a - 1 : a], shown[b : b + 1]
            if before.isalnum() or after.isalnum():
                continue
            start, end = origin[a], origin[b - 1] + 1
            kind = self._by_name[shown[a:b]][0].kind
            house = _HOUSE.match(text, end)
            found.append(Named(text[start:end], kind, start, end, house[1] if house else ""))
        return found

    def _latin_typos(self, text: str) -> list[Named]:
        """Long words of the text that are one slip from a name of one word."""
        if not self._words:
            return []
        from rapidfuzz import process  # noqa: PLC0415
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        found = []
        for word in _LONG.finditer(text[:LONGEST]):
            near = process.extractOne(
                folded(word.group()), self._words, scorer=OSA.distance, score_cutoff=1
            )
            if near is not None:
                kind = self._by_name[near[0]][0].kind
                house = _HOUSE.match(text, word.end())
                found.append(Named(word.group(), kind, *word.span(), house[1] if house else ""))
        return found

    def meant(self, name: str, most: int = MOST) -> tuple[Meant, ...]:
        """The places that a name may stand for: those called so, else those called nearly so."""
        key = folded(name)
        exact = self._by_name.get(key)
        if exact is not None:
            return tuple(Meant(entry, 1.0) for entry in exact[:most])
        if len(key) < _SHORTEST_FUZZY or not self._keys:
            return ()
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where a name is not known

        near = process.extract(
            key, self._keys, scorer=fuzz.ratio, score_cutoff=_cutoff(key), limit=most
        )
        return tuple(
            Meant(entry, score / 100)
            for other, score, _ in near
            if _one_slip(key, other)
            for entry in self._by_name[other]
        )[:most]


def _cutoff(key: str) -> float:
    # One character of three is another: 66 %.
    return 65.0 if len(key) <= 3 else ALIKE


def _one_slip(key: str, other: str) -> bool:
    """An ending must be the same (丽发路 is not 丽发村), and one character in four may differ."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    if _is_chinese(key) and _is_chinese(other) and kind_of(key) is not kind_of(other):
        return False
    return OSA.distance(key, other) <= max(1, len(key) // 4)


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


def _over(one: Named, other: Named) -> bool:
    return one.start < other.end and other.start < one.end


def _unaccented(text: str) -> tuple[str, list[int]]:
    """The text as `folded` compares it, and of each of its characters where it came from."""
    shown: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character).casefold():
            if unicodedata.combining(part) or part in "'’.":
                continue
            part = " " if part.isspace() else part
            if part == " " and shown and shown[-1] == " ":
                continue
            shown.append("?" if "\ud800" <= part <= "\udfff" else part)
            origin.append(at)
    return "".join(shown), origin


def within(mentions: Sequence[Mention], codes: Any) -> tuple[Mention, ...]:
    """The same, where a text names an area as well: only what lies in it, if anything does.

    `codes(entry)` gives the codes of the areas that hold an entry's point.
    """
    areas = {m.meant[0].entry.area for m in mentions if len(m.meant) == 1 and m.meant[0].entry.area}
    if not areas:
        return tuple(mentions)
    kept = []
    for mention in mentions:
        inside = tuple(m for m in mention.meant if m.entry.area or areas & set(codes(m.entry)))
        kept.append(Mention(mention.named, inside) if inside else mention)
    return tuple(kept)


__all__ = ["Entry", "Gazetteer", "Kind", "Meant", "Mention", "folded", "within"]
