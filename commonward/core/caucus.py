"""Notes of a talk with one side alone (单独会谈笔记), which the mediator alone can read.

Each side of a dispute has a random key of its own, and a note is sealed with it. The key is kept
wrapped by a key of the mediator, and that one by a passphrase which only the mediator knows and
which is stored nowhere. So whoever holds the whole database and the site's master key, as an
administrator or a leader may, reads nothing, and neither does the other side: there is no key
for them. What is lost with the passphrase is lost for good; that is the price, and pages say so.

    locked   0x01 · cost · salt (16) · nonce (12) · the mediator's private key encrypted (32 + 16)
    wrapped  0x01 · nonce (12) · a side's key encrypted under the mediator's own key (32 + 16)
    parcel   0x01 · ephemeral public key (32) · nonce (12) · a side's key encrypted (32 + 16)
    note     as `core.sealing.seal`, of the text's length, the text, and zeros up to a round size

The passphrase is stretched by scrypt (RFC 7914, r = 8, p = 1, N = 2^cost); the mediator's pair is
X25519 (RFC 7748); keys are drawn by HKDF-SHA256 (RFC 5869); all is AES-256-GCM with its context
authenticated, so that a key or a note moved elsewhere does not open. A parcel is a sealed box
for the mediator who follows. Two limits are told plainly: whoever can change the running program
can listen while a passphrase is typed, and whoever can write to the database could give a
successor's key as their own before a parcel is made; for that, both compare `fingerprint`.
"""

import secrets
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from commonward.core import sealing
from commonward.core.refusals import N_, Invalid

COST = 16
"""scrypt's N is 2^16: 64 MiB and about 0.2 s for each guess."""

SHORTEST = 12
LONGEST = 200
NOTE_MOST = 60_000
_COSTS = range(10, 21)
_FORMAT = b"\x01"
_KEY, _SALT, _NONCE, _TAG, _ROUND = 32, 16, 12, 16, 512
_WRAPPED = len(_FORMAT) + _NONCE + _KEY + _TAG
_PARCEL = _WRAPPED + _KEY
_LOCKED = _WRAPPED + 1 + _SALT


class WrongPassphrase(Invalid):
    """The passphrase does not open this lock, or the lock was changed."""

    code = "wrong_passphrase"


@dataclass(frozen=True, slots=True)
class Ring:
    """What is stored of a mediator's pair: the public key, and the private one under lock."""

    public: bytes
    locked: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mediator's pair while one request is answered; never stored, never shown."""

    _private: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public key (32 bytes) that belongs to it."""
        return X25519PrivateKey.from_private_bytes(self._private).public_key().public_bytes_raw()

    def new_side(self, context: str) -> bytes:
        """A new random key for one side of one dispute, wrapped for this mediator (61 bytes)."""
        return self.wrap_side(secrets.token_bytes(_KEY), context)

    def wrap_side(self, key: bytes, context: str) -> bytes:
        """A side's key wrapped for this mediator."""
        nonce = secrets.token_bytes(_NONCE)
        own = AESGCM(_drawn(self._private, b"own"))
        return _FORMAT + nonce + own.encrypt(nonce, key, _bound(b"side", context))

    def side_key(self, wrapped: bytes | memoryview, context: str) -> bytes:
        """A side's key (32 bytes) again; raises CannotOpen unless this mediator wrapped it here."""
        wrapped = _of_form(bytes(wrapped), _WRAPPED)
        own = AESGCM(_drawn(self._private, b"own"))
        return _decrypted(own, wrapped[1:], _bound(b"side", context))

    def take_over(self, parcel: bytes | memoryview, context: str) -> bytes:
        """The key that a former mediator handed over, wrapped for this one."""
        parcel = _of_form(bytes(parcel), _PARCEL)
        ephemeral = parcel[1 : 1 + _KEY]
        private = X25519PrivateKey.from_private_bytes(self._private)
        try:
            shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError:  # a point that would make every shared secret the same
            raise _closed() from None
        box = AESGCM(_drawn(shared, b"parcel" + ephemeral + self.public))
        return self.wrap_side(
            _decrypted(box, parcel[1 + _KEY :], _bound(b"parcel", context)), context
        )


def new_ring(passphrase: str, context: str, *, cost: int | None = None) -> Ring:
    """A new pair for a mediator under a passphrase of 12 to 200 characters.

    `context` names the mediator; the lock opens nowhere else. `cost` is scrypt's, 10 to 20.
    """
    private = X25519PrivateKey.generate()
    return _locked(private.private_bytes_raw(), passphrase, context, COST if cost is None else cost)


def open_ring(ring: Ring, passphrase: str, context: str) -> Opened:
    """The pair for this request; raises WrongPassphrase.

    The public key beside the lock is checked against the private one: a strange one put there,
    so that others could read what is handed over, is found here.
    """
    locked = bytes(ring.locked)
    if len(locked) != _LOCKED or locked[:1] != _FORMAT or locked[1] not in _COSTS:
        raise _wrong()
    head, salt, rest = locked[:2], locked[2 : 2 + _SALT], locked[2 + _SALT :]
    try:
        key = AESGCM(_stretched(passphrase, salt, locked[1]))
        private = key.decrypt(rest[:_NONCE], rest[_NONCE:], _bound(b"lock" + head, context))
    except InvalidTag:
        raise _wrong() from None
    opened = Opened(private)
    if not secrets.compare_digest(opened.public, bytes(ring.public)):
        raise sealing.CannotOpen(
            N_("The public key that is stored is not yours: tell who keeps this installation.")
        )
    return opened


def relocked(
    ring: Ring, passphrase: str, new_passphrase: str, context: str, *, cost: int | None = None
) -> Ring:
    """The same pair under a new passphrase; what was sealed stays readable."""
    opened = open_ring(ring, passphrase, context)
    return _locked(opened._private, new_passphrase, context, COST if cost is None else cost)


def parcel_for(key: bytes, public: bytes | memoryview, context: str) -> bytes:
    """A side's key for the mediator who follows (移交), whose public key this is: 93 bytes."""
    ephemeral = X25519PrivateKey.generate()
    own = ephemeral.public_key().public_bytes_raw()
    try:
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(bytes(public)))
    except ValueError:
        raise Invalid(N_("This is no public key of a mediator."), field="public") from None
    nonce = secrets.token_bytes(_NONCE)
    box = AESGCM(_drawn(shared, b"parcel" + own + bytes(public)))
    return _FORMAT + own + nonce + box.encrypt(nonce, key, _bound(b"parcel", context))


def seal_note(text: str, key: bytes, context: str) -> bytes:
    """A note sealed with its side's key; its length tells only how many rounds of 512 bytes."""
    plain = text.encode()
    if len(plain) > NOTE_MOST:
        raise Invalid(
            N_("A note holds at most {most} bytes; divide it."), field="words", most=NOTE_MOST
        )
    body = struct.pack(">I", len(plain)) + plain
    return sealing.seal(body + bytes(-len(body) % _ROUND), key, f"caucus/{context}")


def open_note(sealed: bytes | memoryview, key: bytes, context: str) -> str:
    """The note again; raises CannotOpen for another key, side or place."""
    body = sealing.open_sealed(sealed, key, f"caucus/{context}")
    (length,) = struct.unpack(">I", body[:4])
    return body[4 : 4 + length].decode()


def fingerprint(public: bytes | memoryview) -> str:
    """A public key's mark, 30 digits in six groups, to be compared by voice."""
    digest = Hash(SHA256())
    digest.update(b"commonward caucus fingerprint 1" + bytes(public))
    digits = f"{int.from_bytes(digest.finalize(), 'big') % 10**30:030d}"
    return " ".join(digits[k : k + 5] for k in range(0, 30, 5))


def _locked(private: bytes, passphrase: str, context: str, cost: int) -> Ring:
    if not SHORTEST <= len(passphrase) <= LONGEST:
        raise Invalid(
            N_("The passphrase has {given} characters; it needs {least} to {most}."),
            field="passphrase",
            given=len(passphrase),
            least=SHORTEST,
            most=LONGEST,
        )
    if cost not in _COSTS:
        raise Invalid(N_("The cost of a passphrase lies between 10 and 20."), field="cost")
    head = _FORMAT + bytes([cost])
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    key = AESGCM(_stretched(passphrase, salt, cost))
    sealed = key.encrypt(nonce, private, _bound(b"lock" + head, context))
    return Ring(Opened(private).public, head + salt + nonce + sealed)


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    stretch = Scrypt(salt=salt, length=_KEY, n=2**cost, r=8, p=1)
    return stretch.derive(passphrase[: LONGEST + 1].encode())


def _drawn(secret: bytes, what: bytes) -> bytes:
    info = b"commonward caucus 1 " + what
    return HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=info).derive(secret)


def _bound(what: bytes, context: str) -> bytes:
    return what + b"\x00" + context.encode()


def _of_form(given: bytes, length: int) -> bytes:
    if len(given) != length or given[:1] != _FORMAT:
        raise _closed()
    return given


def _decrypted(key: AESGCM, rest: bytes, bound: bytes) -> bytes:
    try:
        return key.decrypt(rest[:_NONCE], rest[_NONCE:], bound)
    except InvalidTag:
        raise _closed() from None


def _closed() -> sealing.CannotOpen:
    return sealing.CannotOpen(N_("This note's key is not yours: it does not open."))


def _wrong() -> WrongPassphrase:
    return WrongPassphrase(N_("The passphrase does not open your notes."), field="passphrase")
