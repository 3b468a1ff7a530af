"""What a leaf commits to (账本事实): an event as residents may read it, and digests of the rest.

The open facts (case, verb, stages, moments, role, team) stand in a receipt as they are. What only
some may read (the words, who told it, the photos, who did it) stands there as a digest under a
salt of its own, a *part*: whoever may read a part is given it with its salt, and the others learn
nothing of it. All salts come from the case's own key (HMAC-SHA-256 as a pseudo-random function,
RFC 2104), so that nothing more is kept, and with the key they are gone.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from commonward.core.ledger.entries import Entry, canonical, commitment, entry_of

FORM = "commonward-event/1"
LEAF = "leaf"
PARTS = ("report", "channel", "told", "place", "answers", "words", "photos", "rest")
"""Whose report it is and by which channel it came; what was reported, where, and what was answered
to the category's questions; the words that go with a step; the photos' digests (SHA-256); and what nobody is shown:
account, task, time spent, data."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as the record holds it; `parts` by name, without those that are empty.

    `erased` are the digests of parts that were corrected or deleted since: the leaf committed to
    what stood there, and what stands there now is no part of it.
    """

    id: int
    case: str
    verb: str
    before: str
    after: str
    at: datetime
    written_at: datetime
    role: str
    team: str
    parts: Mapping[str, Any] = field(default_factory=dict)
    erased: Mapping[str, bytes] = field(default_factory=dict)

    def facts(self, salts: "Salts") -> dict[str, Any]:
        """What the leaf says, as JSON's values."""
        return {
            "form": FORM,
            "event": self.id,
            "case": self.case,
            "verb": self.verb,
            "from": self.before,
            "to": self.after,
            "at": _moment(self.at),
            "written": _moment(self.written_at),
            "role": self.role,
            "team": self.team,
            "parts": {
                name: base64.b64encode(one).decode() for name, one in self.digests(salts).items()
            },
        }

    def digests(self, salts: "Salts") -> dict[str, bytes]:
        """What stands for each part, also for those that are gone."""
        there = {name: value for name, value in self.parts.items() if name not in self.erased}
        return {name: salts.digest(self.id, name, value) for name, value in there.items()} | dict(
            self.erased
        )

    def entry(self, salts: "Salts") -> Entry:
        """The leaf."""
        return entry_of(self.written_at, salts.of(self.id), self.facts(salts))


class Salts:
    """The salts of one case's events; each is made of the case's key and forgotten again."""

    def __init__(self, key: bytes) -> None:
        # A key of its own: the case's key seals, and must answer for nothing else.
        self._key = hmac.digest(key, b"commonward ledger 1", hashlib.sha256)

    def of(self, event: int, what: str = LEAF) -> bytes:
        """The salt (32 bytes) of an event's leaf, or of one of its parts."""
        return hmac.digest(self._key, f"{event} {what}".encode(), hashlib.sha256)

    def digest(self, event: int, name: str, value: Any) -> bytes:
        """What stands for a part in the facts."""
        return digest(self.of(event, name), name, value)


def digest(salt: bytes, name: str, value: Any) -> bytes:
    """The digest of a part: HMAC-SHA-256 over the canonical bytes of {name: value}."""
    return commitment(salt, {name: value})


def plain(value: Any) -> Any:
    """The value, or its text where RFC 8785 cannot write it exactly (a number beyond 2**53)."""
    try:
        if isinstance(value, str):
            value.encode()  # half of a pair of surrogates is no text that UTF-8 has
        else:
            canonical({"": value})
    except (ValueError, TypeError):
        return {"json": json.dumps(value, sort_keys=True)}
    return value


def _moment(given: datetime) -> str:
    return given.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
