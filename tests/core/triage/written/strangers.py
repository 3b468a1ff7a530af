"""What strangers wrote: danger, calm words beside it, private data, and numbers that are nobody's."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

_HERE = Path(__file__).parent

Part = Literal["dev", "held"]
"""`dev` may be looked at while rules are mended; `held` only counts."""


@dataclass(frozen=True, slots=True)
class Told:
    """Danger present now, as one person told it."""

    text: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Calm:
    """Words that tell of no danger now, though some sound so."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Private:
    """A text, the stretches of it that are somebody's own, and of which kind each is."""

    text: str
    private: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Public:
    """A text whose numbers and names are nobody's: all of it stays."""

    text: str


def told(part: Part) -> tuple[Told, ...]:
    """The reports of danger of this part."""
    return tuple(Told(**entry) for entry in _book("strangers.toml")[part])


def calm(part: Part) -> tuple[Calm, ...]:
    """The calm texts of this part."""
    return tuple(Calm(**entry) for entry in _book("strangers.toml")[f"{part}_calm"])


def private() -> tuple[Private, ...]:
    """The texts with private data; all are held out."""
    return tuple(
        Private(entry["text"], tuple(entry["private"]), tuple(entry["kinds"]))
        for entry in _book("strangers_private.toml")["held"]
    )


def public() -> tuple[Public, ...]:
    """The texts of which nothing is private."""
    return tuple(Public(**entry) for entry in _book("strangers_private.toml")["public"])


def second_look(language: Literal["zh", "en"], *, calm: bool) -> tuple[str, ...]:
    """What was written for a second look, both halves: danger, or ordinary words near it. Only
    counted: nothing is learnt from it or tuned by it."""
    book = _book("second_look.toml")
    parts = ("first_calm", "second_calm") if calm else ("first", "second")
    return tuple(e["text"] for part in parts for e in book[part] if e["language"] == language)


def second_look_private() -> tuple[Private, ...]:
    """The private texts of the second look."""
    return tuple(
        Private(entry["text"], tuple(entry["private"]), tuple(entry["kinds"]))
        for entry in _book("second_look_private.toml")["held"]
    )


@cache
def _book(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
