"""Short codes that open somebody's page with a number: drawn, compared, and tried only so often.

A short code alone could be guessed, from its hash too: so what is kept is a keyed hash of number
and code, and wrong ones are counted where they were tried.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils.crypto import constant_time_compare, salted_hmac

from commonward.core.numbers import ALPHABET

MOST_TRIES = 10
"""Wrong codes for one number within `TRIES_WITHIN`."""
TRIES_WITHIN = timedelta(hours=1)
CODE_LENGTH = 6

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Opens(Protocol):
    """A row that a code opens, with its count of wrong ones."""

    code_digest: Any
    tries: Any
    tries_since: Any

    def save(self, *, update_fields: Iterable[str]) -> None:
        """Write these fields."""


def code_from(secret: str) -> str:
    """The code that belongs to a secret: six characters, easily said and typed."""
    drawn = int.from_bytes(hashlib.sha256(secret.encode()).digest()[:8], "big")
    return "".join(ALPHABET[drawn >> (5 * place) & 31] for place in range(CODE_LENGTH))


def code_digest(salt: str, number: str, code: str) -> str:
    """What is kept of a code; `salt` parts one kind of page from another."""
    return salted_hmac(salt, f"{number}:{code}", algorithm="sha256").hexdigest()


def fits(row: Opens, salt: str, number: str, typed: str) -> bool:
    """Whether what somebody typed is the code of this row."""
    return constant_time_compare(row.code_digest, code_digest(salt, number, _plain(typed)))


def blocked_for(row: Opens, at: datetime) -> timedelta | None:
    """How long no code is looked at any more; None while they are."""
    since: datetime | None = row.tries_since
    if since is None or row.tries < MOST_TRIES or at >= since + TRIES_WITHIN:
        return None
    return since + TRIES_WITHIN - at


def count_tries(rows: Iterable[Opens], at: datetime, *, wrong: bool) -> None:
    """Count a wrong code for each of the rows, or forget the count after the right one.

    Must run in the transaction that looked.
    """
    for row in rows:
        since: datetime | None = row.tries_since
        if not wrong or since is None or at >= since + TRIES_WITHIN:
            row.tries, row.tries_since = 0, at
        row.tries += wrong
        row.save(update_fields=["tries", "tries_since"])


def _plain(code: str) -> str:
    folded = unicodedata.normalize("NFKC", code[:40]).upper().translate(_MEANT)
    return "".join(c for c in folded if c in ALPHABET)
