"""Sealing personal details with a key of their own case (加密封存); destroying it shreds them.

Each case has a random key. It is kept wrapped by a master key that stands outside the database,
and it seals each detail of that case. When the wrapped key is destroyed, no copy of the details
alone can be read again. A backup of the whole store from before holds the wrapped key too: that
one stays shut as long as the master key of its time is not beside it.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; a case's key seals far fewer than the
2^32 messages for which those are safe, and so does a master. The context (the case's number and
what the detail is) is authenticated: a sealed detail moved to another case does not open.

    wrapped  0x01 · master's mark (8 bytes) · nonce (12) · key encrypted (32) · tag (16)
    sealed   0x01 · nonce (12) · encrypted (as long as the plain bytes) · tag (16)
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commonward.core.refusals import N_, Invalid

_FORMAT = b"\x01"
_KEY, _MARK, _NONCE, _TAG = 32, 8, 12, 16
WRAPPED = len(_FORMAT) + _MARK + _NONCE + _KEY + _TAG
"""Bytes of a wrapped key."""
HEAD = len(_FORMAT) + _MARK
"""Bytes with which a wrapped key begins: they tell which master wrapped it."""
_SHORTEST_SECRET = 32


class CannotOpen(Invalid):
    """What was sealed does not open: the wrong key or context, or its bytes were changed."""

    code = "cannot_open"


@dataclass(frozen=True, slots=True)
class Master:
    """A key that wraps the cases' keys; `mark` (8 bytes) tells which one wrapped a key."""

    mark: bytes
    key: bytes = field(repr=False)


@lru_cache(maxsize=32)
def master(secret: str) -> Master:
    """The master key that a text secret stands for (HKDF-SHA256, RFC 5869).

    Raises Invalid when the secret is shorter than 32 characters: it must be random, not a word.
    """
    if len(secret) < _SHORTEST_SECRET:
        raise Invalid(
            N_("The master secret has {given} characters; it needs at least {right} random ones."),
            field="master_key",
            given=len(secret),
            right=_SHORTEST_SECRET,
        )
    drawn = HKDF(
        algorithm=SHA256(), length=_MARK + _KEY, salt=None, info=b"commonward case keys 1"
    ).derive(secret.encode())
    return Master(mark=drawn[:_MARK], key=drawn[_MARK:])


def new_key() -> bytes:
    """A new random key (32 bytes) for one case."""
    return secrets.token_bytes(_KEY)


def wrap(key: bytes, masters: Sequence[Master], context: str) -> bytes:
    """The case's key, wrapped by the newest master (the first) for this context: 69 bytes."""
    _refuse_wrong_key(key)
    if not masters:
        raise Invalid(N_("No master key is set: a case's key cannot be kept."), field="master_key")
    newest = masters[0]
    nonce = secrets.token_bytes(_NONCE)
    head = _FORMAT + newest.mark
    return head + nonce + AESGCM(newest.key).encrypt(nonce, key, _bound(b"key", head, context))


def unwrap(wrapped: bytes | memoryview, masters: Sequence[Master], context: str) -> bytes:
    """The case's key again, by whichever of the masters wrapped it.

    Raises CannotOpen when none of them did, or when the bytes or the context are not the same.
    """
    wrapped = bytes(wrapped)
    if wrapped[:1] != _FORMAT or len(wrapped) != WRAPPED:
        raise _strange()
    head, rest = wrapped[: 1 + _MARK], wrapped[1 + _MARK :]
    chosen = next((m for m in masters if m.mark == head[1:]), None)
    if chosen is None:
        raise CannotOpen(
            N_("None of the master keys in use wrapped this case's key: add the earlier one.")
        )
    return _opened(chosen.key, rest, _bound(b"key", head, context))


def head_of(mark: bytes) -> bytes:
    """How every key begins that the master of this mark wrapped."""
    return _FORMAT + mark


def mark_of(wrapped: bytes) -> bytes:
    """The mark of the master that wrapped a key: of the key, or of its beginning alone."""
    if wrapped[:1] != _FORMAT or len(wrapped) < HEAD:
        raise _strange()
    return wrapped[len(_FORMAT) : HEAD]


def seal(plain: bytes, key: bytes, context: str) -> bytes:
    """The plain bytes sealed with the case's key for this context; 29 bytes longer."""
    _refuse_wrong_key(key)
    nonce = secrets.token_bytes(_NONCE)
    bound = _bound(b"detail", _FORMAT, context)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def open_sealed(sealed: bytes | memoryview, key: bytes, context: str) -> bytes:
    """The plain bytes again; raises CannotOpen for another key, context or changed bytes."""
    _refuse_wrong_key(key)
    sealed = bytes(sealed)
    if sealed[:1] != _FORMAT or len(sealed) < len(_FORMAT) + _NONCE + _TAG:
        raise _strange()
    return _opened(key, sealed[1:], _bound(b"detail", _FORMAT, context))


def _bound(what: bytes, head: bytes, context: str) -> bytes:
    """What is authenticated beside the bytes, so that nothing sealed can stand for another."""
    return what + b"\x00" + head + b"\x00" + context.encode()


def _strange() -> CannotOpen:
    return CannotOpen(N_("These bytes were not sealed here: their form is unknown or cut off."))


def _refuse_wrong_key(key: bytes) -> None:
    if len(key) != _KEY:
        raise Invalid(N_("A case's key has {right} bytes."), field="key", right=_KEY)


def _opened(key: bytes, rest: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], bound)
    except InvalidTag:
        raise CannotOpen(
            N_("It does not open: the key or the place is another, or the bytes were changed.")
        ) from None
