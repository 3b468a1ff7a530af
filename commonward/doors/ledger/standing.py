"""How far the log is, and what can be read of it by anybody else, too."""

import base64
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.queries.ledger import KeyLine, WitnessLine, state
from commonward.cases.queries.ledger_checks import LastCheck, last_check
from commonward.core.ledger import checkpoints, notes
from commonward.doors.ledger.served import log


@dataclass(frozen=True, slots=True)
class Standing:
    """The log's name, its newest signed state, and its keys, the newest one first."""

    origin: str
    size: int
    root: str
    note: str
    signed_at: datetime | None
    key_lines: tuple[KeyLine, ...]
    witnesses: tuple[WitnessLine, ...]
    queued: int
    checked: LastCheck | None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys as verifiers read them; receipts of long ago need the retired ones, too."""
        return tuple(one.verifier for one in self.key_lines)


def published() -> tuple[str, checkpoints.Checkpoint] | None:
    """The signed note as it is published, and the state that it tells; None before there is one."""
    try:
        note = log().fetch("checkpoint").decode()
        return note, checkpoints.parsed(notes.parts_of(note)[0])
    except (LookupError, OSError, UnicodeDecodeError, notes.Unsigned):
        return None


def standing() -> Standing | None:
    """The state that is signed now; None before anything is."""
    found = state()
    signed = published()
    if signed is None:
        return None
    note, told = signed
    return Standing(
        origin=told.origin,
        size=told.size,
        root=base64.b64encode(told.root).decode(),
        note=note,
        signed_at=found.signed_at,
        key_lines=tuple(reversed(found.keys)),
        witnesses=found.witnesses,
        queued=found.queued,
        checked=last_check(),
    )
