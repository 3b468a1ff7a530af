"""Rules of terms as data: what is read from a table, and what is refused in it."""

import enum
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.refusals import N_, Invalid, Missing

_FILE = Path(__file__).parent / "rules.toml"
_NAME = re.compile(r"[a-z][a-z0-9_]{2,59}")
_PLACE = re.compile(r"[0-9]{0,15}")

ANY_TRACK = "any"

_MOST = {"hour": 1_000, "day": 3_660, "work_day": 2_000, "month": 240, "year": 50}


class TermUnit(enum.StrEnum):
    """What a term is counted in (期间以时、日、月、年计算)."""

    HOUR = "hour"
    DAY = "day"
    WORK_DAY = "work_day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class TermRule:
    """One time limit of law (期限): `amount` `unit`s from the event `start`.

    `track` is the procedure in which it holds ("any": in all of them), `place` the code of the
    area below which it holds ("": everywhere). `law` and `law_en` name the source, `article` its
    article; an empty article means that the site has still to look it up, and is shown so.
    `rolls`: a last day that is no working day moves to the next one. `excludes`: the reasons for
    which time does not count (an appraisal). `longer_if` says what it takes to have more time
    ("" = never more), `longer_most` how much at most in the rule's unit (0 = as agreed).
    `of_many` = "last": of several such events (instalments) the last one counts. `binds` says
    whom it binds: the office, or a party who would otherwise lose a way that is open.
    """

    name: str
    title: str
    title_en: str
    amount: int
    unit: TermUnit
    start: str
    track: str
    law: str
    law_en: str
    article: str
    binds: str
    place: str = ""
    rolls: bool = False
    excludes: frozenset[str] = frozenset()
    longer_if: str = ""
    longer_most: int = 0
    of_many: str = ""
    note: str = ""
    note_en: str = ""

    @property
    def citation(self) -> str:
        """Law and article as they are written in a paper (《…》第…条)."""
        return f"《{self.law}》" + (f"第{self.article}条" if self.article else "")

    @property
    def citation_en(self) -> str:
        """The same in English."""
        return self.law_en + (f", article {self.article}" if self.article else "")


@dataclass(frozen=True, slots=True)
class Rules:
    """A table of rules in one version: `version` is the beginning of its text's digest."""

    version: str
    tracks: tuple[str, ...]
    rules: tuple[TermRule, ...]

    def find(self, name: str, *, track: str, place: str = "") -> TermRule:
        """The rule of that name that holds in a track at a place.

        `place` is a path of area codes such as "/320509/320509001/". The rule of the smallest
        area wins, then the one that names the track. Refuses an unknown track, an unknown name,
        and a name that says nothing about this track.
        """
        if track not in self.tracks:
            raise Missing(
                N_("No time limits are known for the track {track}. Known are: {tracks}."),
                field="track",
                track=track,
                tracks=", ".join(self.tracks),
            )
        named = [rule for rule in self.rules if rule.name == name]
        if not named:
            raise Missing(
                N_("There is no time limit of the name {name}. There are: {names}."),
                field="rule",
                name=name,
                names=", ".join(sorted({rule.name for rule in self.rules})),
            )
        holding = [
            rule
            for rule in named
            if rule.track in (track, ANY_TRACK) and (not rule.place or f"/{rule.place}/" in place)
        ]
        if not holding:
            raise Missing(
                N_("The time limit {name} says nothing about the track {track} at this place."),
                field="track",
                name=name,
                track=track,
            )
        return max(holding, key=lambda rule: (len(rule.place), rule.track == track))


def read_rules(text: str) -> Rules:
    """The table in a TOML text; refuses whatever would count wrongly or cites nothing."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise Invalid(
            N_("The table of time limits cannot be read: {fault}."), fault=str(fault)
        ) from None
    tracks, rows = data.get("tracks"), data.get("rule")
    if (
        set(data) != {"tracks", "rule"}
        or not isinstance(tracks, list)
        or not all(isinstance(track, str) and _NAME.fullmatch(track) for track in tracks)
        or not isinstance(rows, list)
        or not rows
    ):
        raise Invalid(
            N_("A table of time limits has a list of tracks and at least one [[rule]], no more.")
        )
    rules = tuple(_rule(row, tuple(tracks)) for row in rows)
    seen: set[tuple[str, str, str]] = set()
    for rule in rules:
        key = (rule.name, rule.track, rule.place)
        if key in seen:
            raise Invalid(
                N_("The time limit {name} stands twice for the track {track}; keep one."),
                field="rule",
                name=rule.name,
                track=rule.track,
            )
        seen.add(key)
    return Rules(hashlib.sha256(text.encode()).hexdigest()[:12], tuple(tracks), rules)


def shipped_text() -> str:
    """The table that the product ships, as it is written (rules.toml)."""
    return _FILE.read_text(encoding="utf-8")


@cache
def shipped_rules() -> Rules:
    """The rules that the product ships."""
    return read_rules(shipped_text())


_WORDS = ("name", "title", "title_en", "start", "track", "law", "law_en", "binds")
_MAYBE_WORDS = ("article", "place", "longer_if", "of_many", "note", "note_en")
_KNOWN = frozenset({*_WORDS, *_MAYBE_WORDS, "amount", "unit", "rolls", "excludes", "longer_most"})


def _rule(row: Any, tracks: tuple[str, ...]) -> TermRule:
    if not isinstance(row, Mapping):
        raise Invalid(N_("A [[rule]] is a table of words and numbers."), field="rule")
    name = str(row.get("name", ""))
    _check_entries(name, row)
    _check_words(name, row, tracks)
    _check_amount(name, row)
    _check_marks(name, row)
    return TermRule(
        **{word: row[word].strip() for word in _WORDS},
        **{word: row[word].strip() for word in _MAYBE_WORDS if word in row and word != "article"},
        article=row.get("article", "").strip(),
        amount=row["amount"],
        unit=TermUnit(row["unit"]),
        rolls=row.get("rolls", False),
        excludes=frozenset(row.get("excludes", ())),
        longer_most=row.get("longer_most", 0),
    )


def _check_entries(name: str, row: Mapping[str, Any]) -> None:
    for unknown in sorted(set(row) - _KNOWN):
        raise _wrong(name, N_("The time limit {name} has an unknown entry {word}."), word=unknown)
    for word in _WORDS:
        if not isinstance(row.get(word), str) or not row[word].strip():
            raise _wrong(name, N_("The time limit {name} needs words for {word}."), word=word)
    for word in _MAYBE_WORDS:
        if not isinstance(row.get(word, ""), str):
            raise _wrong(name, N_("{word} of the time limit {name} is text."), word=word)


def _check_amount(name: str, row: Mapping[str, Any]) -> None:
    amount, unit, most = row.get("amount"), row.get("unit"), row.get("longer_most", 0)
    if unit not in _MOST:
        raise _wrong(
            name,
            N_("The time limit {name} is counted in one of: {units}."),
            units=", ".join(_MOST),
        )
    if type(amount) is not int or not 0 < amount <= _MOST[unit]:
        raise _wrong(
            name, N_("The time limit {name} is 1 to {most} of its unit."), most=_MOST[unit]
        )
    if type(most) is not int or most < 0 or (most and not row.get("longer_if")):
        raise _wrong(
            name, N_("More time for {name} is a whole number, and says in longer_if what it takes.")
        )
    if row.get("longer_if") and unit not in ("day", "work_day"):
        raise _wrong(name, N_("Only a time limit in days can be made longer; {name} is not."))


def _check_marks(name: str, row: Mapping[str, Any]) -> None:
    unit, rolls, excludes = row["unit"], row.get("rolls", False), row.get("excludes", [])
    if type(rolls) is not bool or (rolls and unit in ("hour", "work_day")):
        raise _wrong(
            name,
            N_("Only the last day of days, months or years can move to a working day, in {name}."),
        )
    if (
        not isinstance(excludes, list)
        or not all(isinstance(why, str) and _NAME.fullmatch(why) for why in excludes)
        or (excludes and unit == "hour")
    ):
        raise _wrong(name, N_("excludes of {name} is a list of reasons, for a limit in days."))


def _check_words(name: str, row: Mapping[str, Any], tracks: tuple[str, ...]) -> None:
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(row["start"]):
        raise _wrong(
            name, N_("Names and events are small Latin letters and underscores; not {name}.")
        )
    if row["track"] != ANY_TRACK and row["track"] not in tracks:
        raise _wrong(
            name,
            N_("The time limit {name} is for a track that the table does not list: {track}."),
            track=row["track"],
        )
    if row["binds"] not in ("office", "party"):
        raise _wrong(name, N_("The time limit {name} binds either the office or a party."))
    if row.get("of_many", "") not in ("", "last"):
        raise _wrong(name, N_("of_many of {name} is last, or left out."))
    if not _PLACE.fullmatch(row.get("place", "")):
        raise _wrong(name, N_("The place of {name} is an area's code."))


def _wrong(name: str, text: str, **values: Any) -> Invalid:
    return Invalid(text, field="rule", name=name or "?", **values)
