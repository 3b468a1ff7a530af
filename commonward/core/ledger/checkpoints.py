"""Checkpoints (c2sp.org/tlog-checkpoint): which log, how many leaves, which root."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commonward.core.ledger import notes
from commonward.core.ledger.merkle import SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state of a log: its origin, its size, its root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, signers: Iterable[notes.Signer]) -> str:
        """The note that these signers sign."""
        return notes.signed(str(self), signers)


def read(note: str, origin: str, keys: Sequence[notes.Verifier]) -> Checkpoint:
    """The checkpoint of a note that a key of the log has signed; other lines may follow in it.

    Raises `notes.Unsigned`, also for another log's.
    """
    found = notes.read(note, keys)
    if not any(key.kind == notes.LOG for key, _ in found.by):
        raise notes.Unsigned("no key of the log has signed this checkpoint")
    checkpoint = parsed(found.text)
    if checkpoint.origin != origin:
        raise notes.Unsigned(f"this is a checkpoint of {checkpoint.origin}, not of {origin}")
    return checkpoint


def parsed(text: str) -> Checkpoint:
    """The checkpoint that a note's text says, unchecked. Raises `notes.Unsigned`."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:3]) or lines[-1]:
        raise notes.Unsigned("a checkpoint has a line each for log, size and root")
    origin, size, written = lines[:3]
    try:
        root = base64.b64decode(written, validate=True)
    except ValueError:
        root = b""
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size or len(root) != SIZE:
        raise notes.Unsigned("the size or the root of the checkpoint is not of the right form")
    return Checkpoint(origin, int(size), root)
