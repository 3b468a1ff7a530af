"""Words that tell of danger now (险情): whoever writes them is shown whom to call, at once.

What is looked for is data (danger_words.toml): for each kind of danger what it is told with, and
which words make the same thing a memory, a worry, a question or a set phrase ("消防通道", "last
year there was a fire"). Where no rule says it, many small signs are weighed
(danger_weighing.py). Each alert names the words that led to it, and an office can read and change
the files.

There are two levels. What is *sure* rings. What is *doubtful* rings for nobody: the report is read
first, within some minutes, by somebody who decides.

Finding one adds a person and shows numbers; no report is graded, held back or answered later by
it, and nothing is said about who wrote. Rather too often than too seldom: measured in
docs/models/danger-and-places.md.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from commonward.core.danger_letters import SIMPLE
from commonward.core.danger_weighing import Borders, Weighed, borders, scale, weighed

VERSION = "danger-rules-4"
"""Stands beside each alert; changes with the rules."""

LONGEST = 4_000
"""Characters of one text that are looked at."""

_FILE = Path(__file__).parent / "danger_words.toml"
_LATIN = re.compile(r"[a-z]")
_HAN_SIGN = re.compile(r"[\u3400-\u9fff]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_HAN = "\u3400-\u9fff"
_GAPS = re.compile(rf"(?<=[{_HAN}])[ \t\u3000.·*_~-]{{1,3}}(?=[{_HAN}])")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"[a-z]{5,}")
_CLAUSE_ENDS = re.compile(r"[，,。！？!?；;：:\n…~]|\.(?:\s|$)|\s-\s")
_SENTENCE_ENDS = re.compile(r"[。！？!?\n]|\.(?:\s|$)")
_MOST_FINDS = 40
"""Of one kind in one text; a text that repeats itself without end is not read to it."""
_BRIEF = 100
"""A text of so many characters tells one thing; in a longer one danger must be told as of now."""
_LATIN_ROOM = 0.35
_LEAST_ELSE = 3.5
"""Chinese signs beside a word of danger that are nothing else yet."""
_LEAST_SAID = 1.0
"""Weight of signs below which nothing was said: a greeting weighs nothing either way."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One danger that a text tells of: its kind, the number that helps, the words that say so."""

    kind: str
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that may tell of danger and does not surely: nobody is rung for it, and somebody reads
    it first. `cues` are guesses; `margin` is how far above the border of `scale` it weighs."""

    cues: tuple[Cue, ...]
    margin: float
    scale: str
    by_rule: bool
    """A rule found it: it is read first whatever it weighs."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text tells of danger: `cues` ring; `doubt`, if anything, only where nothing rings."""

    cues: tuple[Cue, ...]
    doubt: Doubt | None


def numbers_to_call(text: str) -> tuple[str, ...]:
    """The emergency numbers that the text calls for, in ascending order; () for none.

    >>> numbers_to_call("楼道着火了，有人晕倒")
    ('119', '120')
    """
    return tuple(sorted({cue.number for cue in cues(text)}))


def cues(text: str) -> tuple[Cue, ...]:
    """The dangers that a text surely tells of as present, at most one per kind, in the file's order.

    >>> cues("去年这里着过火") , cues("消防通道被占")
    ((), ())
    """
    return heard(text).cues


def heard(text: str, more: float = 0.0) -> Heard:
    """What a text tells of danger: surely, or perhaps, so that somebody should read it first.

    A report is read first from `more` above the shipped border on: a site may raise it (fewer are).
    What a rule found is read first whatever the rest weighs, and what surely tells of danger does
    not depend on it.
    """
    plain = compared(text)
    if not plain.strip(" \x00"):
        return Heard((), None)
    brief = is_brief(plain)
    name = scale(plain, brief=brief)
    heavy, border = weighed(plain, brief=brief), borders(name)
    told = _told(plain, brief=brief)
    found = _sure(plain, told, heavy, border)
    if found or (not told and heavy.weight <= border.first + more):
        return Heard(found, None)
    cues_of = told or _weighed_cues(heavy)
    return Heard((), Doubt(cues_of, heavy.weight - border.first, name, by_rule=bool(told)))


def told_by_rules(text: str) -> bool:
    """Whether a rule finds danger, whatever the rest of the text weighs."""
    plain = compared(text)
    return bool(_told(plain, brief=is_brief(plain)))


def _sure(plain: str, told: tuple[Cue, ...], heavy: Weighed, border: Borders) -> tuple[Cue, ...]:
    # A word is not enough where all else is calm; it is where nothing else is said.
    if heavy.weight <= border.doubtful:
        room = 1.0 if _HAN_SIGN.search(plain) else _LATIN_ROOM
        else_said = len(plain.strip()) * room - _LEAST_ELSE
        told = tuple(cue for cue in told if else_said <= len(cue.words) * room)
    if told or heavy.weight <= border.told or heavy.said < _LEAST_SAID:
        return told
    if heavy.families <= border.families:
        return ()
    if heavy.weight <= border.told + border.calm and is_calm(plain):
        return ()
    return _weighed_cues(heavy)


def _weighed_cues(heavy: Weighed) -> tuple[Cue, ...]:
    numbers = {name: number for name, number, _, _ in _kinds()}
    return tuple(Cue(kind, numbers[kind], heavy.words) for kind in heavy.kinds)


def compared(text: str) -> str:
    """A text as it is compared, without the set phrases that hold a word of danger by chance."""
    plain = _plain(text[:LONGEST])
    return _harmless().sub(lambda found: "\x00" * len(found.group()), plain)


def is_calm(plain: str) -> bool:
    """Whether a text speaks of another time, of what might be, asks or thanks, and of nothing now."""
    spoken = [_rules(language) for language in ("", "_en")]
    if any(rules["now"].search(plain) for rules in spoken):
        return False
    names = ("past", "none", "might_brief", "asked")
    return any(rules[n].search(plain) for rules in spoken for n in names if n in rules)


def is_brief(plain: str) -> bool:
    """Whether a text tells one thing; Latin letters need about three times the room."""
    latin = len(plain.encode("ascii", "ignore"))
    return len(plain) - latin + latin * _LATIN_ROOM <= _BRIEF


def _told(plain: str, *, brief: bool) -> tuple[Cue, ...]:
    """What the rules find."""
    clauses: list[tuple[int, int]] | None = None
    found = []
    scripts = (bool(_HAN_SIGN.search(plain)), bool(_LATIN.search(plain)))
    for kind, number, *patterns in _kinds():
        for pattern, there in zip(patterns, scripts, strict=True):
            if not there:
                continue
            for match in islice(pattern.finditer(plain), _MOST_FINDS):
                clauses = clauses if clauses is not None else _parts(_CLAUSE_ENDS, plain)
                if _is_now(kind, plain, match, clauses, brief=brief):
                    found.append(Cue(kind, number, match.group().strip()))
                    break
            else:
                continue
            break
    return tuple(found)


def harmless_phrases() -> list[str]:
    """Set phrases and errands that hold a word of danger ("消防通道"), as regular expressions that
    Python and ECMAScript read alike: what is found is left out before anything is looked for."""
    phrases: list[str] = _data()["harmless"]["phrases"]
    return list(phrases)


def words_by_kind() -> dict[str, list[str]]:
    """Words that are danger by themselves, under their kind."""
    return {name: list(kind["plain"]) for name, kind in _data()["kinds"].items()}


@cache
def words_by_number() -> dict[str, list[str]]:
    """Words that are danger by themselves, under the number that helps: for a quick look while
    somebody types, before the text is read as a whole."""
    lists: dict[str, list[str]] = {"110": [], "119": [], "120": []}
    for kind in _data()["kinds"].values():
        lists[kind["number"]] += kind["plain"]
    return lists


def _is_now(
    kind: str, plain: str, match: re.Match[str], clauses: list[tuple[int, int]], *, brief: bool
) -> bool:
    """Whether what was found is told as happening, and not as past, possible or general."""
    begin, end = next((a, b) for a, b in clauses if a <= match.start() < b)
    end = max(end, match.end())
    before, after = plain[begin : match.start()], plain[match.end() : end]
    latin = bool(_LATIN.search(match.group()))
    rules = _rules("_en" if latin else "")
    around = _around(plain, match, clauses)
    pressing = bool(rules["now"].search(around))
    if not latin and _rules("")["none"].search(plain[begin:end]):
        return False
    # Who speaks of ending their life is heard however it is put.
    if kind == "self_harm":
        return brief or pressing or not rules["past"].search(around)
    if rules["might_brief" if brief else "might"].search(before):
        return False
    if latin:
        if rules["spoken"].match(after):
            return False
    elif rules["spoken_brief" if brief else "spoken"].search(after):
        return False
    sentence = _sentence(plain, match)
    if rules["past"].search(plain[begin:end] if brief else sentence) and not pressing:
        return False
    return pressing or brief


def _around(plain: str, match: re.Match[str], clauses: list[tuple[int, int]]) -> str:
    at = next(i for i, (a, b) in enumerate(clauses) if a <= match.start() < b)
    return plain[clauses[max(0, at - 1)][0] : clauses[min(len(clauses) - 1, at + 1)][1]]


def _sentence(plain: str, match: re.Match[str]) -> str:
    begin = max((m.end() for m in _SENTENCE_ENDS.finditer(plain, 0, match.start())), default=0)
    ended = _SENTENCE_ENDS.search(plain, match.end())
    return plain[begin : ended.start() if ended else len(plain)]


def _parts(ends: re.Pattern[str], plain: str) -> list[tuple[int, int]]:
    cuts = [0, *(m.end() for m in ends.finditer(plain)), len(plain) + 1]
    return list(pairwise(cuts))


def _plain(text: str) -> str:
    """As it is compared: half-width, small, simplified, without gaps between Chinese signs, and
    with what is written by ear or in haste as it is meant."""
    # One sign may become eighteen: what is looked at stays as long as it is said to be.
    plain = unicodedata.normalize("NFKC", text).casefold()[:LONGEST]
    plain = plain.translate(SIMPLE).replace("’", "'")
    plain = _GAPS.sub("", _UNSEEN.sub("", plain))
    chinese, written = _respelt()
    plain = chinese.sub(lambda m: _data()["respelt"]["zh"][m.group()], plain)
    if _LATIN.search(plain):
        plain = _DRAWN_OUT.sub(r"\1", plain)
        plain = written.sub(lambda m: _data()["respelt"]["en"][m.group()], plain)
        near = _near()
        plain = _WORD.sub(lambda m: near.get(m.group(), m.group()), plain)
    return plain


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _kinds() -> tuple[tuple[str, str, re.Pattern[str], re.Pattern[str]], ...]:
    """Each kind, its number, and what it is told with in Chinese and in English."""
    found = []
    for name, kind in _data()["kinds"].items():
        sources = list(_sources(kind))
        chinese = [s for s in sources if _HAN_SIGN.search(s)]
        latin = [s for s in sources if s not in chinese]
        found.append(
            (name, kind["number"], re.compile("|".join(chinese)), re.compile("|".join(latin)))
        )
    return tuple(found)


def _sources(kind: dict[str, Any]) -> Iterator[str]:
    for word in kind["plain"]:
        yield rf"\b{re.escape(word)}\b" if _LATIN.search(word) else re.escape(word)
    lists = {name: "|".join(words) for name, words in _data()["lists"].items()}
    for told in kind["told"]:
        source = told
        for name, words in lists.items():
            source = source.replace("{" + name + "}", words)
        if _LATIN.search(source.replace("\\b", "")):
            # Up to four words of English may stand between.
            source = source.replace(" _", r"\W+(?:[\w'-]+\W+){0,4}?").replace(" (", r"\W+(")
        yield source.replace("~", r"[^，,。！？!?；;：:\n…]{0,8}?")


@cache
def _harmless() -> re.Pattern[str]:
    return re.compile("|".join(_data()["harmless"]["phrases"]))


@cache
def _rules(language: str) -> dict[str, re.Pattern[str]]:
    rules = _data()["not_now"]
    return {
        name: re.compile(rules[name + language])
        for name in (
            "might",
            "might_brief",
            "spoken",
            "spoken_brief",
            "past",
            "none",
            "now",
            "asked",
        )
        if name + language in rules
    }


@cache
def _respelt() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = _data()["respelt"]
    chinese = "|".join(map(re.escape, sorted(table["zh"], key=len, reverse=True)))
    english = "|".join(map(re.escape, sorted(table["en"], key=len, reverse=True)))
    return re.compile(chinese), re.compile(rf"\b(?:{english})\b")


@cache
def _near() -> dict[str, str]:
    """Each way to write a word with one letter missing, doubled, swapped or wrong, and the word."""
    respelt = _data()["respelt"]
    letters = "abcdefghijklmnopqrstuvwxyz"
    near: dict[str, str] = {}
    for word in respelt["near"]:
        halves = [(word[:i], word[i:]) for i in range(1, len(word))]
        for a, b in halves:
            near[a + b[1:]] = word
            if len(b) > 1:
                near[a + b[1] + b[0] + b[2:]] = word
            for letter in letters:
                near[a + letter + b[1:]] = word
                near[a + letter + b] = word
    for written in (*respelt["never_near"], *respelt["near"]):
        near.pop(written, None)
    return near
