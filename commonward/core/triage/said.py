"""What a model of the words says, in the shape that every room may rely on (分拣建议)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_REASONS = 4


def distinct(words: Iterable[str], most: int = MOST_REASONS) -> tuple[str, ...]:
    """The first words that say something of their own: of two that overlap, the longer one.

    Latin words overlap where one is among the words of the other.

    >>> distinct(["路灯", "灯不亮", "路灯不亮", "门口"])
    ('路灯不亮', '门口')
    """
    shown: list[str] = []
    for word in words:
        if any(_within(word, other) for other in shown):
            continue
        inside = [place for place, other in enumerate(shown) if _within(other, word)]
        if inside:
            shown[inside[0]] = word
            shown = [other for place, other in enumerate(shown) if place not in inside[1:]]
        elif len(shown) < most:
            shown.append(word)
    return tuple(shown)


def _within(word: str, other: str) -> bool:
    if word.isascii():
        return f" {word} " in f" {other} "
    return word in other


@dataclass(frozen=True, slots=True)
class Suggested:
    """One answer: its code, how sure it is, and why.

    `probability` lies in 0..1 and is calibrated: of a hundred answers given at 0.9, ninety are
    right, for short texts as for long ones. `because` are words of the text itself, the weightiest
    first; they never hold a name, a number or another way to a person.
    """

    code: str
    probability: float
    because: tuple[str, ...]


class Reads(Protocol):
    """A trained model: whatever made it, this is all that a caller knows of it."""

    @property
    def version(self) -> str:
        """What is written beside each suggestion; another training has another one."""

    def suggest(self, words: str, *, most: int = 3) -> tuple[Suggested, ...]:
        """The likeliest codes of one text, the best first; () where the text says nothing."""

    def suggest_each(self, texts: Sequence[str], *, most: int = 3) -> list[tuple[Suggested, ...]]:
        """The same for many texts at once, in their order."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text whose code a person has confirmed.

    `group` is shared by near duplicates: they are never on both sides of a split. `words` come
    without names, numbers and addresses (core.triage.private).
    """

    words: str
    code: str
    group: str = ""
