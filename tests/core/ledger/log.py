"""A log in memory, and a slow tree that is written as the RFC says it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from commonward.core.ledger.checkpoints import Checkpoint
from commonward.core.ledger.entries import Entry, entry_of, new_salt
from commonward.core.ledger.growing import Growing
from commonward.core.ledger.notes import Signer
from commonward.core.ledger.receipts import Leaf

ORIGIN = "log.example/ledger"
BEGUN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def mth(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


@dataclass
class Log:
    """A log as files; `files` may be changed by who attacks it."""

    signer: Signer = field(default_factory=lambda: Signer.new(ORIGIN))
    files: dict[str, bytes] = field(default_factory=dict)
    size: int = 0
    at: datetime = BEGUN
    leaves: list[Leaf] = field(default_factory=list)

    def fetch(self, path: str) -> bytes:
        return self.files[path]

    def put(self, path: str, given: bytes) -> None:
        self.files[path] = given

    def event(self, number: int, at: datetime | None = None) -> Entry:
        """The next event of a case; its salt is kept as a site would."""
        self.at += timedelta(seconds=1)
        facts = {"case": f"C{number}", "verb": "opened", "n": number}
        salt, moment = new_salt(), at or self.at
        entry = entry_of(moment, salt, facts)
        self.leaves.append(Leaf(facts, salt, entry.milliseconds, len(self.leaves)))
        return entry

    def grow(self, count: int, at: datetime | None = None) -> str:
        """Add so many events and sign; the note."""
        return self.add([self.event(self.size + one, at).to_bytes() for one in range(count)])

    def add(self, entries: Sequence[bytes]) -> str:
        growing = Growing(self.size, self.fetch)
        growing.add(entries, self.put)
        self.size = growing.size
        return self.sign(growing.root)

    def sign(self, root: bytes) -> str:
        note = Checkpoint(ORIGIN, self.size, root).signed([self.signer])
        self.files["checkpoint"] = note.encode()
        return note

    @property
    def now(self) -> float:
        return self.at.timestamp()
