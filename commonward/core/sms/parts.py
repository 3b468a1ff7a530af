"""A long text in parts that a telephone puts together again (长短信), 3GPP TS 23.040 §9.2.3.24.

A part holds 140 octets. The header before each names the whole (a reference of 8 or 16 bits), how
many parts there are, and which one this is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from commonward.core.refusals import N_, Invalid
from commonward.core.sms.alphabet import Alphabet, alphabet_of, units

OCTETS = 140
MOST_PARTS = 255
_SHORT, _WIDE = 0x00, 0x08
"""Information elements: a reference of 8 bits, and one of 16."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A text as parts: each is a header (b"" where there is one part only) and its octets."""

    alphabet: Alphabet
    parts: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Which part of which whole; `number` counts from 1."""

    reference: int
    total: int
    number: int
    wide: bool = False


def room(alphabet: Alphabet, *, header: int = 0) -> int:
    """Units in one part: septets or UTF-16 units, beside a header of so many octets.

    >>> room("gsm"), room("gsm", header=6), room("gsm", header=7)
    (160, 153, 152)
    >>> room("ucs2"), room("ucs2", header=6), room("ucs2", header=7)
    (70, 67, 66)
    """
    free = OCTETS - header
    return free * 8 // 7 if alphabet == "gsm" else free // 2


def cut(text: str, reference: int, *, wide: bool = False, alphabet: Alphabet | None = None) -> Cut:
    """The text in as few parts as it takes; an escape and a surrogate pair are never parted.

    Only the lower 8 (`wide`: 16) bits of the reference are used. Raises Invalid beyond 255 parts.
    """
    chosen = alphabet or alphabet_of(text)
    pieces = units(text, chosen)
    octet = 1 if chosen == "gsm" else 2
    if sum(map(len, pieces)) <= room(chosen) * octet:
        return Cut(chosen, ((b"", b"".join(pieces)),))
    most = room(chosen, header=7 if wide else 6) * octet
    filled = [bytearray()]
    for piece in pieces:
        if len(filled[-1]) + len(piece) > most:
            filled.append(bytearray())
        filled[-1] += piece
    total = len(filled)
    if total > MOST_PARTS:
        raise Invalid(
            N_("The text takes {given} parts; a text message has at most {most}."),
            given=total, most=MOST_PARTS, field="text",
        )  # fmt: skip
    return Cut(
        chosen,
        tuple(
            (
                header(Place(reference & (0xFFFF if wide else 0xFF), total, number, wide)),
                bytes(part),
            )
            for number, part in enumerate(filled, 1)
        ),
    )


def header(place: Place) -> bytes:
    """The user data header (UDH) of one part.

    >>> header(Place(0x2A, 3, 1)).hex(), header(Place(0x012A, 3, 2, wide=True)).hex()
    ('0500032a0301', '060804012a0302')
    """
    reference = place.reference.to_bytes(2 if place.wide else 1, "big")
    told = reference + bytes([place.total, place.number])
    element = bytes([_WIDE if place.wide else _SHORT, len(told)]) + told
    return bytes([len(element)]) + element


def parted(octets: bytes) -> tuple[Place | None, bytes]:
    """What begins with a header, as its place (None: of no whole) and the octets behind it.

    Raises Invalid where the header is longer than what there is, or its elements do not fit it.
    """
    length = octets[0] if octets else 0
    if length + 1 > len(octets):
        raise _broken()
    place = None
    at, end = 1, length + 1
    while at < end:
        if at + 2 > end or at + 2 + octets[at + 1] > end:
            raise _broken()
        kind, told = octets[at], octets[at + 2 : at + 2 + octets[at + 1]]
        at += 2 + len(told)
        if (kind, len(told)) in ((_SHORT, 3), (_WIDE, 4)):
            place = _place(int.from_bytes(told[:-2], "big"), told[-2], told[-1], kind == _WIDE)
    return place, octets[end:]


def _place(reference: int, total: int, number: int, wide: bool) -> Place | None:
    """None for a place that there cannot be: such a part is a text of its own (TS 23.040)."""
    return Place(reference, total, number, wide) if 1 <= number <= total else None


def whole(total: int, there: Mapping[int, str], *, gap: str = "") -> str | None:
    """The text of parts that came in any order; None while one is missing and no `gap` stands in.

    >>> whole(2, {2: "lo", 1: "hel"}), whole(2, {2: "lo"}), whole(2, {2: "lo"}, gap="[…]")
    ('hello', None, '[…]lo')
    """
    if not gap and any(number not in there for number in range(1, total + 1)):
        return None
    return "".join(there.get(number, gap) for number in range(1, total + 1))


def _broken() -> Invalid:
    return Invalid(N_("The header of a part of a text message is broken."), field="text")
