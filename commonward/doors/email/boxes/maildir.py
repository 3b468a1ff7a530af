"""A Maildir folder on this machine, which a mail server or a fetching program fills."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from commonward.core.mailed import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Lying:
    """One file of it."""

    path: Path

    @property
    def name(self) -> str:
        """What the mail server called it."""
        return self.path.name

    def read(self) -> bytes | None:
        """Its content; None where it is too large."""
        return self.path.read_bytes() if self.path.stat().st_size <= MOST_BYTES else None

    def taken(self) -> None:
        """Delete it."""
        self.path.unlink()

    def leave(self) -> None:
        """Out of what is new; without the flag of a mail that somebody read."""
        cur = self.path.parent.parent / "cur"
        self.path.rename(cur / f"{self.path.name.partition(':')[0]}:2,")


@dataclass(frozen=True, slots=True)
class Maildir:
    """The folder."""

    where: str

    def letters(self, most: int) -> Iterator[Lying]:
        """What is new, by name: mail servers begin it with the moment."""
        box = Path(self.where)
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for file in sorted((box / "new").iterdir())[:most]:
            yield Lying(file)
