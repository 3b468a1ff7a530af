"""What a part of the check found, and the table that closes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SHOWN = 40
"""Findings of one part that are printed; the count is of all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which rule, where, and in words what is and what should be."""

    rule: str
    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.words}"


@dataclass(slots=True)
class Part:
    """One part of the check: what was looked at, how much of it, and what was found.

    `not_asked` says why nothing was looked at: silence of a service is no success.
    """

    name: str
    looked: str = ""
    findings: list[Finding] = field(default_factory=list)
    not_asked: str = ""

    def find(self, rule: str, place: str, words: str) -> None:
        """Note a finding once."""
        found = Finding(rule, place, words)
        if found not in self.findings:
            self.findings.append(found)
            if len(self.findings) <= SHOWN:
                print(f"   {found}", flush=True)

    @property
    def state(self) -> str:
        """In one word or two, for the table."""
        if self.not_asked:
            return "not asked"
        return f"{len(self.findings)} found" if self.findings else "nothing found"


def verdict(parts: Sequence[Part], *, silence_allowed: bool = False) -> int:
    """The exit code: 1 where anything was found, or where a part could not ask and had to."""
    silent = any(part.not_asked for part in parts) and not silence_allowed
    return int(silent or any(part.findings for part in parts))


def lines(parts: Iterable[Part]) -> list[str]:
    """The closing table as Markdown."""
    rows = ["| part | looked at | result |", "|---|---|---|"]
    for part in parts:
        rows.append(f"| {part.name} | {part.not_asked or part.looked} | {part.state} |")
    return rows
