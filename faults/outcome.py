"""What came of one fault: what was done, what was measured, what was wrong."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


class Skipped(Exception):
    """It cannot be tried here; the words say what is missing."""


@dataclass
class Outcome:
    """One row of the table; `wrong` is empty where the site kept its word."""

    name: str
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def say(self, words: str) -> None:
        """Something that was measured, at once and in the table."""
        self.said.append(words)
        print(f"   {words}", flush=True)

    def row(self) -> str:
        """For the table of the page."""
        kept = "kept" if not self.wrong else f"BROKEN: {len(self.wrong)}"
        seconds = time.monotonic() - self.began
        return f"| {self.name} | {'; '.join(self.said)} | {kept} | {seconds / 60:.1f} min |"


def times(found: Sequence[float | None]) -> str:
    """Median and longest, and how often it never came back."""
    there = [one for one in found if one is not None]
    never = f", {len(found) - len(there)} times never" if len(there) < len(found) else ""
    if not there:
        return f"never back{never}"
    return f"median {statistics.median(there):.1f} s, longest {max(there):.1f} s{never}"
