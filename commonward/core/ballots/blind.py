"""Blind signatures (盲签名): RFC 9474, RSABSSA-SHA384-PSS-Randomized, with a key for each vote.

A voter's browser makes a random token, hides it by a random factor and sends what it hid with
the code of its letter. The site signs what it cannot read, once for each code. The browser takes
the factor off and holds a signature over a token that the site has never seen: for each pair of
a code and a ballot there is a factor that fits, whoever asks and whatever they can compute.

The key's numbers exist while the vote is open, wrapped by the site's master key; they are
destroyed at the closing, after which nobody can sign one more ballot.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from math import gcd

from cryptography.hazmat.primitives.asymmetric import rsa

from commonward.core.ballots.recount import HASH, SALT, mgf1
from commonward.core.refusals import N_, Invalid

BITS = 2048
EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Key:
    """A vote's key: `n` and `e` are public, `d` signs."""

    n: int
    d: int = field(repr=False)
    e: int = EXPONENT

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return (self.n.bit_length() + 7) // 8

    @property
    def public(self) -> dict[str, str | int]:
        """As it stands in the vote's terms."""
        return {"n": f"{self.n:x}", "e": self.e}


def new_key(bits: int = BITS) -> Key:
    """A new random key."""
    made = rsa.generate_private_key(public_exponent=EXPONENT, key_size=bits).private_numbers()
    return Key(made.public_numbers.n, made.d)


def encode(said: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE with SHA-384 (RFC 8017, 9.1.1) into so many bits."""
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(said).digest() + salt).digest()
    block = b"\x01" + salt
    block = bytes(length - HASH - 1 - len(block)) + block
    mask = mgf1(digest, len(block))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def blind(
    key: Key, said: bytes, *, salt: bytes | None = None, factor: int | None = None
) -> tuple[bytes, int]:
    """What is sent to be signed, and the inverse that takes the factor off again."""
    salt = secrets.token_bytes(SALT) if salt is None else salt
    hidden = int.from_bytes(encode(said, key.n.bit_length() - 1, salt), "big")
    while factor is None or gcd(factor, key.n) != 1:
        factor = secrets.randbelow(key.n - 1) + 1
    sent = hidden * pow(factor, key.e, key.n) % key.n
    return sent.to_bytes(key.size, "big"), pow(factor, -1, key.n)


def sign_blinded(key: Key, sent: bytes) -> bytes:
    """Sign what was blinded. Raises Invalid for what no browser of ours sends.

    The power is taken of the number times a random one, so that how long it takes says nothing
    about the key; the result is checked before it is given away (RFC 9474, 4.3).
    """
    value = int.from_bytes(sent, "big")
    if len(sent) != key.size or not 1 < value < key.n - 1:
        raise Invalid(N_("This is not what a ballot's browser sends."), field="blinded")
    other = secrets.randbelow(key.n - 2) + 2
    masked = pow(value * pow(other, key.e, key.n) % key.n, key.d, key.n)
    signature = masked * pow(other, -1, key.n) % key.n
    if pow(signature, key.e, key.n) != value:
        raise Invalid(N_("The signature could not be made. Please try again."), field="blinded")
    return signature.to_bytes(key.size, "big")


def unblind(key: Key, signature: bytes, inverse: int) -> bytes:
    """The signature over the token itself."""
    value = int.from_bytes(signature, "big") * inverse % key.n
    return value.to_bytes(key.size, "big")


def sign(key: Key, said: bytes) -> bytes:
    """A signature by the same way without a voter's browser: for the papers of the mixed pile."""
    sent, inverse = blind(key, said)
    return unblind(key, sign_blinded(key, sent), inverse)
