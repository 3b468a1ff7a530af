"""Signed notes (c2sp.org/signed-note) and witnesses' cosignatures (c2sp.org/tlog-cosignature).

Only Ed25519: type 1 for logs, type 4 for witnesses, who add the moment at which they saw it.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, WITNESS = 1, 4
MOST = 64 * 1024
"""Bytes of a note at most."""
_DASH = "\u2014 "
_KEY, _ID, _SIGNATURE, _TIME = 32, 4, 64, 8


class Unsigned(ValueError):
    """A note that must not be believed; the text says why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name: "name+id+base64(type, key)" when written."""

    name: str
    kind: int
    key: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(c.isspace() for c in self.name):
            raise ValueError("the name of a key has neither spaces nor +")
        if self.kind not in (LOG, WITNESS) or len(self.key) != _KEY:
            raise ValueError("the key is no Ed25519 key of a known type")

    @property
    def id(self) -> bytes:
        """Four bytes that name the key beside its name."""
        told = self.name.encode() + b"\n" + bytes((self.kind,)) + self.key
        return hashlib.sha256(told).digest()[:_ID]

    def __str__(self) -> str:
        key = base64.b64encode(bytes((self.kind,)) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """Raises ValueError for what is no written key, or one whose id is another's."""
        parts = text.strip().split("+", 2)
        try:
            name, id_, key = parts
            raw = base64.b64decode(key, validate=True)
        except ValueError:
            raise ValueError("a key is written name+id+base64") from None
        if not raw:
            raise ValueError("a key is written name+id+base64")
        found = cls(name, raw[0], raw[1:])
        if found.id.hex() != id_:
            raise ValueError(f"the id of the key {name} is {found.id.hex()}, not {id_}")
        return found

    def verify(self, text: str, signature: bytes) -> int:
        """Check a signature over a note's text; a witness's moment (seconds), 0 for a log's.

        Raises Unsigned.
        """
        moment, signed = 0, text.encode()
        if self.kind == WITNESS:
            if len(signature) != _TIME + _SIGNATURE:
                raise Unsigned(f"the cosignature of {self.name} has a wrong length")
            moment = int.from_bytes(signature[:_TIME], "big")
            signature = signature[_TIME:]
            signed = _cosigned(text, moment)
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, signed)
        except InvalidSignature:
            raise Unsigned(f"the signature of {self.name} is wrong") from None
        return moment


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name; `kind` as the verifier's."""

    name: str
    kind: int
    private: bytes

    @classmethod
    def new(cls, name: str, kind: int = LOG) -> "Signer":
        """A fresh key."""
        return cls(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.private).public_key()
        return Verifier(self.name, self.kind, key.public_bytes_raw())

    def line(self, text: str, moment: int = 0) -> str:
        """The signature line over a note's text; a witness says when it saw it (seconds)."""
        key = Ed25519PrivateKey.from_private_bytes(self.private)
        if self.kind == WITNESS:
            told = moment.to_bytes(_TIME, "big") + key.sign(_cosigned(text, moment))
        else:
            told = key.sign(text.encode())
        written = base64.b64encode(self.verifier.id + told).decode()
        return f"{_DASH}{self.name} {written}\n"


def signed(text: str, signers: Iterable[Signer], moment: int = 0) -> str:
    """A note: its text, an empty line, and a line of each signer. Raises ValueError."""
    if not text.endswith("\n") or _has_controls(text):
        raise ValueError("the text of a note ends with a newline and has no other controls")
    return f"{text}\n" + "".join(one.line(text, moment) for one in signers)


def cosigned(note: str, witness: Signer, moment: int) -> str:
    """The note with a witness's line behind the others."""
    text, _ = parts_of(note)
    return note + witness.line(text, moment)


@dataclass(frozen=True, slots=True)
class Read:
    """A note that may be believed: its text, and who signed it when (0 for logs)."""

    text: str
    by: tuple[tuple[Verifier, int], ...]


def read(note: str, known: Sequence[Verifier]) -> Read:
    """The text of a note that at least one known key has signed.

    Signatures of unknown keys are passed over; a wrong one of a known key condemns the note.
    Raises Unsigned.
    """
    text, lines = parts_of(note)
    found: list[tuple[Verifier, int]] = []
    for name, id_, signature in lines:
        for one in known:
            if one.name == name and one.id == id_:
                found.append((one, one.verify(text, signature)))
    if not found:
        raise Unsigned("no known key has signed this note")
    return Read(text, tuple(found))


def parts_of(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signatures (name, id, bytes) of a note, unchecked. Raises Unsigned."""
    try:
        length = len(note.encode())
    except UnicodeEncodeError:  # half a pair of surrogates, as JSON can say it
        raise Unsigned("the note is no text") from None
    if length > MOST:
        raise Unsigned("the note is too long")
    text, parted, below = note.rpartition("\n\n")
    if not parted or not below.endswith("\n") or _has_controls(note):
        raise Unsigned("this is no signed note")
    lines = []
    for line in below[:-1].split("\n"):
        name, space, written = line.removeprefix(_DASH).partition(" ")
        try:
            raw = base64.b64decode(written, validate=True)
        except ValueError:  # no base64, or signs that are not even ASCII
            raw = b""
        if not line.startswith(_DASH) or not name or not space or len(raw) <= _ID:
            raise Unsigned("a signature line is not of the right form")
        lines.append((name, raw[:_ID], raw[_ID:]))
    return f"{text}\n", lines


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _has_controls(text: str) -> bool:
    return any(c < " " and c != "\n" for c in text)
