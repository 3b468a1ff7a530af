"""The keys of a log, one after the other (密钥更替): each new one is told by the one before.

A note per key, at `key/0`, `key/1`, …: which log, the key, from which size on it signs, since when.
The first signs for itself; each other note is signed by the key before and by the new one. So who
knows one key of a log finds all later ones, and an old key that was lost signs nothing any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commonward.core.ledger import checkpoints, notes
from commonward.core.ledger.tiles import Fetch

FORM = "commonward-key/1"
MOST = 1_000


def path(number: int) -> str:
    """Where the note of a key lies."""
    return f"key/{number}"


@dataclass(frozen=True, slots=True)
class Announced:
    """A key of a log, from which size on it signs, and since when (with zone)."""

    origin: str
    key: notes.Verifier
    size: int
    since: datetime

    def __str__(self) -> str:
        moment = self.since.astimezone(UTC).isoformat(timespec="seconds")
        return f"{FORM}\n{self.origin}\n{self.key}\n{self.size}\n{moment}\n"

    def signed(self, by: Sequence[notes.Signer]) -> str:
        """The note: signed by the key before (where there is one), and by the key itself."""
        return notes.signed(str(self), by)


def parsed(text: str) -> Announced:
    """What a note's text says, unchecked. Raises `notes.Unsigned`."""
    lines = text.split("\n")
    try:
        form, origin, key, size, since = lines[:5]
        found = Announced(
            origin, notes.Verifier.read(key), int(size), datetime.fromisoformat(since)
        )
    except ValueError as fault:
        raise notes.Unsigned(f"this announces no key: {fault}") from None
    if form != FORM or str(found) != text or found.key.kind != notes.LOG or found.size < 0:
        raise notes.Unsigned("this announces no key of a log")
    return found


def chain(origin: str, fetch: Fetch) -> list[Announced]:
    """Every key that the log announces, the first one first, each proven by the one before.

    Raises `notes.Unsigned` where one is not.
    """
    found: list[Announced] = []
    while len(found) < MOST:
        try:
            note = fetch(path(len(found))).decode()
        except LookupError:
            break
        except UnicodeDecodeError:
            raise notes.Unsigned("a key is announced in no text") from None
        told = parsed(notes.parts_of(note)[0])
        needed = [told.key] if not found else [found[-1].key, told.key]
        signed = {str(key) for key, _ in notes.read(note, needed).by}
        if told.origin != origin or signed != {str(one) for one in needed}:
            raise notes.Unsigned(f"the key {len(found)} is not announced by the one before it")
        if found and told.size < found[-1].size:
            raise notes.Unsigned("a later key begins at an earlier size")
        found.append(told)
    return found


def after(known: Sequence[notes.Verifier], announced: Sequence[Announced]) -> list[Announced]:
    """The keys from the newest known one on; nothing where none of them is known."""
    trusted = {str(one) for one in known}
    places = [place for place, one in enumerate(announced) if str(one.key) in trusted]
    return list(announced[places[-1] :]) if places else []


def read(note: str, origin: str, announced: Sequence[Announced]) -> checkpoints.Checkpoint:
    """The checkpoint, if the key signed it that was in force at its size.

    Where one key gave way to the next, either may have signed. Raises `notes.Unsigned`.
    """
    size = checkpoints.parsed(notes.parts_of(note)[0]).size
    ends = [*(one.size for one in announced[1:]), size]
    keys = [
        one.key
        for one, end in zip(announced, ends, strict=True)
        if one.size <= size and size <= end
    ]
    if not keys:
        raise notes.Unsigned("no key of the log was in force at this size")
    return checkpoints.read(note, origin, keys)
