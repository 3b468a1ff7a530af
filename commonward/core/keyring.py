"""The ring of master keys as a file: which there are, which one wraps, which ones only open (密钥环).

A line for each key: its secret, the day on which it was made, and "next" while it is known to
every process and wraps nothing yet. The first line wraps; the others open what they wrapped
before. A secret that a key service (KMS) keeps stands there as the service wrapped it:

    kms:MDEyMzQ1Njc4OWFiY2RlZg== 2026-11-23
    vZ0o…an earlier secret in clear… 2025-10-02
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commonward.core.refusals import N_, Invalid

FOREIGN = "kms:"
"""What begins a secret that only a key service can read."""
_LINE = re.compile(r"(?P<secret>\S.*?)(?:\s+(?P<day>\d{4}-\d\d-\d\d)(?P<next>\s+next)?)?\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the ring: the secret as it is kept, its day (None: unknown), not used yet?"""

    kept: str
    made_on: date | None = None
    coming: bool = False


def read(text: str) -> list[Entry]:
    """The entries of a ring, in its order. Raises Invalid when there is none, or two are the same."""
    found = []
    for line in text.splitlines():
        told = _LINE.fullmatch(line.strip())
        if told is None:
            continue
        day = told["day"]
        for secret in told["secret"].split(","):
            if secret.strip():
                made_on = date.fromisoformat(day) if day else None
                found.append(Entry(secret.strip(), made_on, coming=bool(told["next"])))
    if not found or found[0].coming:
        raise Invalid(N_("The ring of master keys holds no key that wraps."), field="master_key")
    if len({one.kept for one in found}) != len(found):
        raise Invalid(N_("The ring of master keys names a key twice."), field="master_key")
    return found


def written(ring: Iterable[Entry]) -> str:
    """The ring as its file's text."""
    return "".join(
        " ".join(filter(None, (one.kept, str(one.made_on or ""), "next" if one.coming else "")))
        + "\n"
        for one in ring
    )


def new_secret() -> str:
    """A random secret of 48 bytes, as text without spaces and commas."""
    return secrets.token_urlsafe(48)


def with_next(ring: list[Entry], kept: str, day: date) -> list[Entry]:
    """The ring with one more key that every process learns before anything is wrapped by it."""
    return [*ring, Entry(kept, day, coming=True)]


def promoted(ring: list[Entry]) -> list[Entry]:
    """The ring in which the coming key wraps from now on; the others open."""
    coming = [Entry(one.kept, one.made_on) for one in ring if one.coming]
    return coming + [one for one in ring if not one.coming]
