"""Where a text holds what leads to a person (隐私识别): spans, their kind, and how sure that is.

Rules and checksums, no trained model. A number that its own checksum confirms (GB 11643 for identity
numbers, Luhn, ISO 13616) is sure; one that fails it is reported all the same, because a slip of the
pen hides nobody.

This finds things to hide in a text that is about to be read by more people. It keeps, compares and
counts nothing.
"""

from collections.abc import Iterator

from commonward.core.triage.private_kinds import (
    ACCOUNT,
    ALWAYS,
    CARD,
    IBAN,
    IDENTITY,
    MAIL,
    NAME,
    NUMBER,
    PHONE,
    PLATE,
    PROPOSED,
    ROOM,
    Span,
)  # fmt: skip
from commonward.core.triage.private_numbers import lettered, numbers, numerals
from commonward.core.triage.private_words import accounts, names, plates, rooms, spelt_mails

VERSION = "private-rules-2"


def spans(text: str, kinds: frozenset[str] = ALWAYS) -> tuple[Span, ...]:
    """What of these kinds a text holds, in order, none overlapping another.

    >>> [(s.kind, "李雷 139 1234 5678"[s.begin : s.end]) for s in spans("李雷 139 1234 5678")]
    [('phone', '139 1234 5678')]
    """
    found = sorted(
        (one for one in _all(text, kinds) if one.kind in kinds), key=lambda s: (s.begin, -s.end)
    )
    kept: list[Span] = []
    for one in found:
        if not kept or one.begin >= kept[-1].end:
            kept.append(one)
        elif one.end > kept[-1].end:
            last = kept[-1]
            kept[-1] = Span(last.begin, one.end, last.kind, max(last.sure, one.sure))
    return tuple(kept)


def without(text: str, mask: str, kinds: frozenset[str] = ALWAYS) -> str:
    """The text with `mask` in place of each span."""
    at, parts = 0, []
    for one in spans(text, kinds):
        parts += [text[at : one.begin], mask]
        at = one.end
    return "".join(parts) + text[at:] if parts else text


def _all(text: str, kinds: frozenset[str]) -> Iterator[Span]:
    # Full-width signs are read as narrow ones; each stays where it is.
    shown = "".join(map(_narrow, text)) if not text.isascii() else text
    yield from numbers(shown)
    yield from lettered(shown)
    yield from numerals(shown)
    yield from accounts(shown)
    yield from spelt_mails(shown)
    # What nobody asked for is not looked for: public pages ask for few kinds, and often.
    for kind, find in ((PLATE, plates), (ROOM, rooms), (NAME, names)):
        if kind in kinds:
            yield from find(shown)


def _narrow(character: str) -> str:
    return chr(ord(character) - 0xFEE0) if "！" <= character <= "～" else character


__all__ = [
    "ACCOUNT", "ALWAYS", "CARD", "IBAN", "IDENTITY", "MAIL", "NAME", "NUMBER", "PHONE", "PLATE",
    "PROPOSED", "ROOM", "VERSION", "Span", "names", "spans", "without",
]  # fmt: skip
