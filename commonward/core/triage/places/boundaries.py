"""The words by which names of places are told from the rest of a report (地名边界), and kinds of names."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "places.toml"
_NO_NAMES = frozenset("vpcrduy")
"""Tags of words that begin no name: verbs, prepositions, conjunctions, pronouns, adverbs."""


class Kind(StrEnum):
    """What a name stands for."""

    AREA = "area"
    """A street office, community, town or village (街道、社区、乡镇、村)."""
    ROAD = "road"
    ESTATE = "estate"
    LANDMARK = "landmark"


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a text names: `text[start:end] == name`; `house` is the number after it.

    It is `led` when a division's name or a mark stands before it: its beginning is plain to see.
    """

    name: str
    kind: Kind
    start: int
    end: int
    house: str = ""
    led: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The table (places.toml) as it is used."""

    mask: re.Pattern[str]
    endings: tuple[tuple[str, Kind], ...]
    """Longest first."""
    after: tuple[str, ...]
    firms: tuple[str, ...]
    companies: tuple[str, ...]
    things: tuple[str, ...]
    plain: frozenset[str]
    ordinary: frozenset[str]
    roads: frozenset[str]
    openings: frozenset[str]
    """Ordinary characters that begin a name when a division stands before them."""


@cache
def words() -> Words:
    """The shipped table."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    endings = [(end, Kind(kind)) for kind, ends in read["endings"].items() for end in ends.split()]
    never = read["never"]
    return Words(
        re.compile(read["masks"]["pattern"]),
        tuple(sorted(dict(endings).items(), key=lambda row: -len(row[0]))),
        tuple(read["after"]["words"].split()),
        tuple(never["firms"].split()),
        tuple(never["companies"].split()),
        tuple(never["things"].split()),
        frozenset(never["plain"].split()),
        frozenset(read["ordinary"]["single"].split() + read["ordinary"]["words"].split()),
        frozenset(read["ordinary"]["roads"].split()),
        frozenset(read["ordinary"]["openings"].split()),
    )


@cache
def cutter() -> Callable[[str], list[tuple[str, str]]]:
    """Chinese cut into (word, tag) by a dictionary."""
    import rjieba  # noqa: PLC0415 - only where somebody reads words

    return lambda text: list(rjieba.tag(text))


def is_name(name: str) -> bool:
    """Whether it is more than an ending or an ordinary word."""
    told = words()
    return (
        len(name) > 1
        and name not in told.plain
        and name not in told.ordinary
        and not any(name == end for end, _ in told.endings)
    )


def kind_of(name: str) -> Kind:
    """By its ending; an estate when it has none that is known."""
    for end, kind in words().endings:
        if name.endswith(end):
            return kind
    return Kind.ESTATE


def opens_none(word: str, tag: str) -> bool:
    """Verbs, prepositions and their like, as far as they stand in the dictionary."""
    import rjieba  # noqa: PLC0415

    return tag[:1] in _NO_NAMES and bool(rjieba.has_word(word))
