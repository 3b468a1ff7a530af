"""The alphabets of text messages: GSM 7-bit with its extension table, else UCS-2 (3GPP TS 23.038).

In septets one octet holds one sign, as SMPP carries them (data_coding 0); the network packs them.
A sign of the extension table takes two: escape and sign. UCS-2 is written as UTF-16, so a sign
beyond the first plane takes two units.
"""

from typing import Literal

Alphabet = Literal["gsm", "ucs2"]

ESCAPE = 0x1B
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E,
    "|": 0x40, "€": 0x65,
}  # fmt: skip
_CODES = {sign: bytes([code]) for code, sign in enumerate(_BASIC) if code != ESCAPE} | {
    sign: bytes([ESCAPE, code]) for sign, code in _EXTENSION.items()
}
_EXTENDED = {code: sign for sign, code in _EXTENSION.items()}


def alphabet_of(text: str) -> Alphabet:
    """The smaller alphabet that holds every sign of the text.

    >>> alphabet_of("Report {7}: done, 5 €"), alphabet_of("诉求")
    ('gsm', 'ucs2')
    """
    return "gsm" if all(sign in _CODES for sign in text) else "ucs2"


def units(text: str, alphabet: Alphabet) -> list[bytes]:
    """The text as what must stay together: a septet, an escape with its septet, a UTF-16 unit or a
    surrogate pair. A sign that GSM does not have becomes "?", half a pair the sign for a missing one.
    """
    if alphabet == "gsm":
        return [_CODES.get(sign, b"?") for sign in text]
    return [
        (sign if not 0xD800 <= ord(sign) <= 0xDFFF else "\ufffd").encode("utf-16-be")
        for sign in text
    ]


def encoded(text: str, alphabet: Alphabet) -> bytes:
    """The text as SMPP carries it."""
    return b"".join(units(text, alphabet))


def decoded(octets: bytes, alphabet: Alphabet) -> str:
    """The text again, whatever was sent: what stands for nothing becomes a sign that says so.

    An escape before a code that the extension table lacks shows the basic sign, and an escape at
    the end a space, as TS 23.038 has it.
    """
    if alphabet == "ucs2":
        return octets.decode("utf-16-be", "replace")
    found = []
    escaped = False
    for octet in octets:
        if octet > 0x7F:
            found.append("\ufffd")
            escaped = False
        elif octet == ESCAPE:
            found.extend(" " if escaped else "")
            escaped = not escaped
        else:
            found.append(_EXTENDED.get(octet, _BASIC[octet]) if escaped else _BASIC[octet])
            escaped = False
    return "".join(found) + (" " if escaped else "")
