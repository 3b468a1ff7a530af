"""Letters between installations (移送信件): canonical JSON, signed with Ed25519.

On the line goes an envelope {"letter": TEXT, "key": ID, "signature": BASE64}: TEXT is the letter's
canonical JSON (sorted keys, no spaces, UTF-8), and the signature is over `CONTEXT` + TEXT, so that
no reader has to write it down again to check it. A letter is signed anew each time it is sent: its
`sent` moment is that of the attempt, and a copy caught on the way is stale after `FRESH`.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commonward.core.refusals import N_, Invalid, Refusal

CONTEXT = b"commonward-federation-v1\n"
FRESH = timedelta(minutes=15)
"""How far the moment of sending may lie from ours; clocks differ, and so do slow lines."""
MOST_BYTES = 512 * 1024
"""Of one envelope: an offer with its words, or one part of a picture."""
MOST_SEQUENCE = 1_000_000
KINDS = frozenset({
    "offer", "accept", "decline", "withdraw", "transfer", "transferred", "status", "answer",
    "returned", "closed", "received",
})  # fmt: skip
"""What moves a hand-over: numbered, in order, each seen once."""
BESIDE = frozenset({"ask", "stands", "part"})
"""What moves nothing and has no number: how does it stand, so it stands, a piece of a picture."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,118}[a-z0-9])?(?::[0-9]{1,5})?")
_HANDING = re.compile(r"[0-9a-f]{32}")
_SHAPE: Mapping[str, type] = {
    "v": int, "kind": str, "from": str, "to": str, "handing": str, "seq": int, "seen": int,
    "sent": str, "body": dict,
}  # fmt: skip


class Refused(Refusal):
    """A letter that is not taken; the sender is told no more than that."""

    code = "letter"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. `seq` counts what this side said of the hand-over (0 beside it), `seen` is the
    number up to which it has seen the other side's."""

    kind: str
    from_: str
    to: str
    handing: str
    seq: int
    seen: int
    sent: datetime
    body: Mapping[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """Canonical JSON."""
        return canonical({
            "v": 1, "kind": self.kind, "from": self.from_, "to": self.to, "handing": self.handing,
            "seq": self.seq, "seen": self.seen, "sent": self.sent.astimezone(UTC).isoformat(),
            "body": dict(self.body),
        })  # fmt: skip


def canonical(value: Any) -> str:
    """One way to write a value: sorted keys, no spaces, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def new_key() -> bytes:
    """A private key (32 bytes)."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key of a private one (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Which key signed: the beginning of its fingerprint."""
    return hashlib.sha256(public).hexdigest()[:16]


def fingerprint(public: bytes) -> str:
    """What two people read to each other by telephone: eight groups of four."""
    drawn = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(drawn[i : i + 4] for i in range(0, 32, 4))


def public_text(public: bytes) -> str:
    """A public key as it is written down."""
    return base64.b64encode(public).decode()


def read_public(text: str) -> bytes:
    """The key that was written down. Raises Invalid (field "key")."""
    try:
        found = base64.b64decode(text.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(found)
    except (ValueError, binascii.Error):
        raise Invalid(
            N_("A key is the 44 characters that the neighbour's own page shows."), field="key"
        ) from None
    return found


def check_name(name: str) -> str:
    """The name of an installation: its host, as in its address. Raises Invalid (field "origin")."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            N_("An installation is known by its host, such as centre.example.org."), field="origin"
        )
    return name


def seal(letter: Letter, private: bytes) -> bytes:
    """The envelope that goes over the line."""
    text = letter.text()
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(CONTEXT + text.encode())
    return canonical(
        {
            "letter": text,
            "key": key_id(public_of(private)),
            "signature": base64.b64encode(signature).decode(),
        }
    ).encode()


def from_whom(envelope: bytes) -> str:
    """Whom the envelope claims to come from, before anything is believed. Raises Refused."""
    return _letter(_opened(envelope)["letter"])["from"]  # type: ignore[no-any-return]


def read(envelope: bytes, public: Callable[[str], bytes | None], me: str, now: datetime) -> Letter:
    """The letter, if it is whole, fresh, for `me`, and signed by the key that `public` gives for
    its sender's name. Raises Refused, and nothing else, whatever came in."""
    outer = _opened(envelope)
    given = _letter(outer["letter"])
    key = public(given["from"])
    if key is None or outer["key"] != key_id(key):
        raise Refused(N_("Nobody of that name and key is a neighbour."))
    try:
        signature = base64.b64decode(outer["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, CONTEXT + outer["letter"].encode()
        )
    except (InvalidSignature, ValueError, binascii.Error):
        raise Refused(N_("The signature does not hold.")) from None
    if given["to"] != me:
        raise Refused(N_("The letter is for somebody else."))
    sent = datetime.fromisoformat(given["sent"])
    if abs(now - sent) > FRESH:
        raise Refused(N_("The letter is stale, or a clock is wrong."), code="stale_letter")
    return Letter(
        given["kind"], given["from"], given["to"], given["handing"], given["seq"], given["seen"],
        sent, given["body"],
    )  # fmt: skip


def mark(kind: str, body: Mapping[str, Any]) -> str:
    """Tells a repeated letter from another one under the same number."""
    return hashlib.sha256(canonical([kind, dict(body)]).encode()).hexdigest()[:32]


def _opened(envelope: bytes) -> dict[str, str]:
    if len(envelope) > MOST_BYTES:
        raise Refused(N_("The letter is too large."), code="large")
    try:
        found = json.loads(envelope)
    except (ValueError, RecursionError):
        raise Refused(N_("This is no letter.")) from None
    if (
        not isinstance(found, dict)
        or set(found) != {"letter", "key", "signature"}
        or not all(isinstance(one, str) for one in found.values())
    ):
        raise Refused(N_("This is no letter."))
    try:
        # What UTF-8 cannot write (half a surrogate pair) was never signed by anybody.
        found["letter"].encode()
    except UnicodeEncodeError:
        raise Refused(N_("This is no letter.")) from None
    return found


def _letter(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        whole = isinstance(found, dict) and canonical(found) == text
    except (ValueError, RecursionError):
        whole = False
    if not whole or set(found) != set(_SHAPE):
        raise Refused(N_("This is no letter."))
    for name, kind in _SHAPE.items():
        if type(found[name]) is not kind:
            raise Refused(N_("This is no letter."))
    numbered = found["kind"] in KINDS
    if (
        found["v"] != 1
        or not (numbered or found["kind"] in BESIDE)
        or not _HANDING.fullmatch(found["handing"])
        or not _NAME.fullmatch(found["from"])
        or not 0 <= found["seen"] <= MOST_SEQUENCE
        or not (1 if numbered else 0) <= found["seq"] <= (MOST_SEQUENCE if numbered else 0)
    ):
        raise Refused(N_("This is no letter."))
    try:
        moment = datetime.fromisoformat(found["sent"])
    except ValueError:
        raise Refused(N_("This is no letter.")) from None
    if moment.tzinfo is None:
        raise Refused(N_("This is no letter."))
    return dict(found)
