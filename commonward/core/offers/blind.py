"""Double-blind bids (双盲报价): the house learns whether two bids cross, and nothing else.

One side says the most it would pay, the other the least it would take. If they cross, the sum is
the midpoint, the rule being known beforehand. If not, neither amount can be found out: not by the
other side, not by a mediator, not by an administrator who holds the database and the server's
memory, then or later. The server never has what it would need:

1. Each browser makes an elliptic-curve key pair (P-256, which every browser since 2016 knows) and
   sends the public half. Both then draw the same secret `K` (ECDH, HKDF-SHA-256), and both show
   the same short code, which the sides compare by voice: a server that put itself between them
   would show different codes.
2. A bid is a whole number of steps. Its browser sends a commitment SHA-256(bid, 32 random bytes),
   and marks: the bid's 1-encoding (payer) or 0-encoding (taker) of Lin and Tzeng (An Efficient
   Solution to the Millionaires' Problem Based on Homomorphic Encryption, ACNS 2005), each element
   as HMAC-SHA-256 under `K`, filled up with random bytes to one length and sorted.
   most > least  ⇔  the two encodings share an element.
3. The server compares the two lists, says "they cross" or "they do not", and erases both lists.
4. Only when they cross do the browsers open the commitments; the server checks them.

What each could learn, and what not, stands in `docs/guide/blind-bids.md`. This file is the
reference: the browser's code is tested against it, and the server uses its comparison.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from commonward.core.refusals import N_, Invalid

BITS = 20
"""A bid is below 2^20 − 1 steps: with steps of one yuan about a million."""

MARKS = BITS
"""Each list of marks has this many, whatever the bid is."""

MOST_STEPS = 2**BITS - 2
PAYER, TAKER = "payer", "taker"

_MARK, _NONCE, _POINT = 32, 32, 65
_STRETCH = 200_000


@dataclass(frozen=True, slots=True)
class Round:
    """One round of bids: the dispute's `number`, the `count` of the round, and its `step` in fen.

    It is bound into each mark and commitment: nothing sent in one round means anything in another.
    """

    number: str
    count: int
    step: int

    def label(self, what: str) -> bytes:
        """What is bound in, for one purpose."""
        return f"commonward bids 1|{what}|{self.number}|{self.count}|{self.step}|".encode()


def new_private() -> ec.EllipticCurvePrivateKey:
    """A new private key, as a browser makes it."""
    return ec.generate_private_key(ec.SECP256R1())


def public_bytes(private: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as 65 bytes (uncompressed point, as WebCrypto's "raw")."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_public(point: bytes) -> None:
    """Raises Invalid for bytes that are no point of the curve."""
    try:
        if len(point) != _POINT:
            raise ValueError
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise Invalid(
            N_("This is no public key of a browser: 65 bytes of a P-256 point are needed."),
            field="public",
        ) from None


def shared_secret(
    private: ec.EllipticCurvePrivateKey, first: bytes, second: bytes, number: str
) -> bytes:
    """The secret K (32 bytes) of the two browsers of dispute `number`.

    `first` and `second` are both public keys in the order of the sides' letters; `private` belongs
    to either of them.
    """
    own = public_bytes(private)
    other = second if own == first else first
    drawn = private.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), other)
    )
    return HKDF(
        algorithm=SHA256(),
        length=32,
        salt=hashlib.sha256(first + second).digest(),
        info=f"commonward bids 1|key|{number}".encode(),
    ).derive(drawn)


def comparison_code(first: bytes, second: bytes, number: str) -> str:
    """Sixteen letters that both browsers show and the sides compare, in groups of four.

    80 bits of a stretched hash: to show equal codes, a server between the two would need about
    2^40 pairs of keys and 200,000 hashes for each.
    """
    digest = hashlib.pbkdf2_hmac(
        "sha256", first + second, f"commonward bids 1|code|{number}".encode(), _STRETCH, 10
    )
    letters = b32encode(digest).decode()
    return " ".join(letters[at : at + 4] for at in range(0, 16, 4))


def commitment(round_: Round, part: str, steps: int, nonce: bytes) -> bytes:
    """What a side sends before anything else: it fixes the bid and shows nothing of it.

    `nonce` are 32 random bytes; without them all bids are equally likely behind the hash.
    """
    _check_steps(steps)
    if len(nonce) != _NONCE:
        raise Invalid(N_("A bid is hidden by {right} random bytes."), right=_NONCE, field="nonce")
    bound = round_.label(f"commitment {part}")
    return hashlib.sha256(bound + steps.to_bytes(4, "big") + nonce).digest()


def marks(round_: Round, part: str, steps: int, key: bytes) -> list[bytes]:
    """The `MARKS` marks of a bid under the shared secret: sorted, each 32 bytes.

    The payer's are those of `steps + 1`, so that equal bids cross as well.
    """
    _check_steps(steps)
    elements = _ones(steps + 1) if part == PAYER else _zeros(steps)
    real = [hmac.digest(key, round_.label("mark") + one.encode(), "sha256") for one in elements]
    return sorted(real + [secrets.token_bytes(_MARK) for _ in range(MARKS - len(real))])


def cross(payer: Iterable[bytes], taker: Iterable[bytes]) -> bool:
    """Whether the two lists share a mark: the most that is paid reaches the least that is taken."""
    return not set(payer).isdisjoint(taker)


def check_marks(given: list[bytes]) -> None:
    """Raises Invalid for a list that no honest browser sends (length, repetition, order)."""
    if (
        len(given) != MARKS
        or any(len(one) != _MARK for one in given)
        or len(set(given)) != MARKS
        or given != sorted(given)
    ):
        raise Invalid(
            N_("A bid comes as {right} different marks of 32 bytes in order."),
            right=MARKS,
            field="marks",
        )


def check_opening(round_: Round, part: str, committed: bytes, steps: int, nonce: bytes) -> None:
    """Raises Invalid unless this bid is the one that was committed to."""
    if not hmac.compare_digest(commitment(round_, part, steps, nonce), committed):
        raise Invalid(
            N_("This is not the bid that was sent: it does not fit what was fixed then."),
            field="steps",
        )


def midpoint(round_: Round, most: int, least: int) -> int:
    """The sum in fen between the two bids in steps, a half step going to the payer.

    Raises Invalid when the bids do not cross after all.
    """
    if most < least:
        raise Invalid(
            N_("The opened bids do not cross: somebody's browser did not keep the rules.")
        )
    return (most + least) * round_.step // 2


def _check_steps(steps: int) -> None:
    if not 0 <= steps <= MOST_STEPS:
        raise Invalid(N_("A bid lies between 0 and {most} steps."), most=MOST_STEPS, field="steps")


def _ones(number: int) -> list[str]:
    """The 1-encoding: each prefix of the number's bits that ends in a 1."""
    bits = f"{number:0{BITS}b}"
    return [bits[: at + 1] for at, bit in enumerate(bits) if bit == "1"]


def _zeros(number: int) -> list[str]:
    """The 0-encoding: each prefix that ends in a 0, with that 0 turned into a 1."""
    bits = f"{number:0{BITS}b}"
    return [bits[:at] + "1" for at, bit in enumerate(bits) if bit == "0"]
