"""How far the log is, read from its files alone: what anybody else could read, too."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from commonward.core.ledger import checkpoints, keychain, notes
from commonward.doors.ledger.served import log


@dataclass(frozen=True, slots=True)
class Witness:
    """Who signs beside the log, and when it saw the log last."""

    name: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The log's name, its newest signed state, and its keys, the newest one first."""

    origin: str
    size: int
    root: str
    note: str
    keys: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    signed_at: datetime


def standing() -> Standing | None:
    """The state that is signed now; None before the log has begun."""
    files = log()
    try:
        note = files.fetch("checkpoint").decode()
    except (LookupError, OSError, UnicodeDecodeError):
        return None
    told = checkpoints.parsed(notes.parts_of(note)[0])
    keys = [str(one.key) for one in keychain.chain(told.origin, files.fetch)]
    return Standing(
        origin=told.origin,
        size=told.size,
        root=base64.b64encode(told.root).decode(),
        note=note,
        keys=tuple(reversed(keys)),
        witnesses=(),
        signed_at=datetime.fromtimestamp((files.path / "checkpoint").stat().st_mtime, UTC),
    )
