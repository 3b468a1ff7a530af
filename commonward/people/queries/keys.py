"""Whose key a secret is, and what it opens."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from commonward.people.models import ApiKey
from commonward.people.rows import Rows

_keys = Rows(ApiKey)
KEY_RIGHTS = (
    "open311.report",
    "open311.update",
    "api",
    "payment_stops",
    "calls",
    "positions",
    "telephony",
    "scim",
)
"""Report a problem, add updates to requests, act on the own API as the key's account, and answer
the requests to stop a payment that lie with the bank of the key's account, and nothing else; tell of
danger (other systems: alarm centres, lifts, sensors), and nothing else; say where the unit of the
key's account is (vehicle trackers), and nothing else; tell of calls (telephone systems), and nothing
else; say who comes, moves and leaves (the office's directory of staff), and nothing else."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A key that stands: its account (None for Open311 keys), its rights, its uses a minute."""

    id: int
    name: str
    account: int | None
    rights: frozenset[str]
    per_minute: int
    digest: str = field(repr=False)

    def may(self, right: str) -> bool:
        """Whether the key opens this."""
        return right in self.rights


def key_for(secret: str, at: datetime) -> KeyHolder | None:
    """The key with this secret, or None when it is unknown, revoked or over (1 query).

    The secret is looked up by its hash: what the time of the lookup tells is the hash of a guess,
    never how much of the secret was guessed.
    """
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    for one in _keys.select("digest = %s", [digest]):
        if one.active and one.made_at <= at and (one.until is None or at < one.until):
            return KeyHolder(
                one.pk, one.name, one.account_id, frozenset(one.rights), one.per_minute, digest
            )
    return None
