"""What a model of the words says, in the shape that every room may rely on (分拣建议)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


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
