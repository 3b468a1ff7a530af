"""What a leaf holds (账本条目): a moment and a salted hash, nothing that says what happened.

An entry is 41 bytes: the version, milliseconds since 1970 (UTC, unsigned, big-endian), and
HMAC-SHA-256 of the event's canonical bytes (RFC 8785) under a salt of 32 random bytes. Whoever has
event and salt can show that it is this leaf; once the salt is destroyed nobody can, nor guess.

The version says what the moment is: when the event was written (1), or when it was entered in the
log, for what was taken over from elsewhere or is older than the log (2, 补录). So a follower sees of
each leaf that nobody dated it back, and whoever holds a receipt sees how late it was entered.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785

WRITTEN = 1
"""The leaf's moment is that of the event's row."""
ENTERED = 2
"""The leaf's moment is that at which it was entered; the event is older."""
VERSIONS = (WRITTEN, ENTERED)
LENGTH = 41
SALT = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf: when, and the salted hash of what."""

    milliseconds: int
    commitment: bytes
    version: int = WRITTEN

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        return _EPOCH + self.milliseconds * _MOMENT

    def to_bytes(self) -> bytes:
        """The leaf's bytes."""
        return bytes((self.version,)) + self.milliseconds.to_bytes(8, "big") + self.commitment

    @classmethod
    def from_bytes(cls, given: bytes) -> "Entry":
        """Raises ValueError for what is no entry of these versions."""
        if len(given) != LENGTH or given[0] not in VERSIONS:
            raise ValueError(f"no entry of a known version: {given[:9].hex()}")
        return cls(int.from_bytes(given[1:9], "big"), given[9:], given[0])


def new_salt() -> bytes:
    """A salt for one event."""
    return secrets.token_bytes(SALT)


def canonical(facts: Mapping[str, Any]) -> bytes:
    """The one way to write these facts (RFC 8785).

    Raises ValueError for what JSON cannot hold exactly, such as whole numbers beyond 2**53.
    """
    try:
        return rfc8785.dumps(dict(facts))
    except rfc8785.CanonicalizationError as fault:
        raise ValueError(str(fault)) from None


def commitment(salt: bytes, facts: Mapping[str, Any]) -> bytes:
    """The salted hash of an event's facts."""
    if len(salt) != SALT:
        raise ValueError(f"a salt has {SALT} bytes")
    return hmac.new(salt, canonical(facts), hashlib.sha256).digest()


def entry_of(at: datetime, salt: bytes, facts: Mapping[str, Any]) -> Entry:
    """The leaf of an event that was written at this moment (with its zone)."""
    return Entry(milliseconds(at), commitment(salt, facts))


def milliseconds(at: datetime) -> int:
    """A moment (with its zone) as entries have it: milliseconds since 1970."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return (at - _EPOCH) // _MOMENT
