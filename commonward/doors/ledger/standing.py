"""How far the log is, and what can be read of it by anybody else, too."""

import base64
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.queries.ledger import KeyLine, WitnessLine, state
from commonward.core.ledger import checkpoints, notes


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

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys as verifiers read them; receipts of long ago need the retired ones, too."""
        return tuple(one.verifier for one in self.key_lines)


def standing() -> Standing | None:
    """The state that is signed now; None before anything is."""
    found = state()
    if not found.note:
        return None
    told = checkpoints.parsed(notes.parts_of(found.note)[0])
    return Standing(
        origin=told.origin,
        size=told.size,
        root=base64.b64encode(told.root).decode(),
        note=found.note,
        signed_at=found.signed_at,
        key_lines=tuple(reversed(found.keys)),
        witnesses=found.witnesses,
    )
