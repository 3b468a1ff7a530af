"""What a person decided about single stretches of a text that everybody reads (公开核对).

Numbers and accounts are hidden by themselves, names and homes are proposed to whoever checks a text.
A mark says of one stretch that it is hidden, or that it is public; it holds for exactly the text in
which it was made, so that it never moves onto other words.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.core.masking import MASK, mask
from commonward.core.refusals import N_, Invalid
from commonward.core.triage.private import ALWAYS, PROPOSED, Span, spans

MARKED = "marked"
"""The kind of what a person marked and the finder did not."""
MOST_MARKS = 200

Mark = Sequence[Any]
"""Begin, end (not included), and whether it is hidden: true, or public: false."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: its kind ("" for ordinary words), whether the public reads it, and
    whether a person decided that."""

    begin: int
    end: int
    text: str
    kind: str = ""
    hidden: bool = False
    decided: bool = False


def kept(text: str, marks: Iterable[Mark]) -> dict[str, Any]:
    """Marks as they are stored beside the text for which they hold; {} for none."""
    rows = [[int(b), int(e), bool(h)] for b, e, h in marks]
    return {"of": _of(text), "at": sorted(rows)} if rows else {}


def marks_of(text: str, stored: Mapping[str, Any]) -> list[Mark]:
    """The marks that hold for this text: none of another one."""
    if not stored or stored.get("of") != _of(text):
        return []
    return [m for m in stored["at"] if 0 <= m[0] < m[1] <= len(text)]


def shown(text: str, stored: Mapping[str, Any]) -> str:
    """The text as everybody reads it."""
    if not stored or not marks_of(text, stored):
        return mask(text)
    return "".join(MASK if one.hidden else one.text for one in pieces(text, stored, ALWAYS))


def pieces(
    text: str, stored: Mapping[str, Any], kinds: frozenset[str] = ALWAYS | PROPOSED
) -> tuple[Piece, ...]:
    """The whole text in order: ordinary words, what is hidden, and what somebody should look at."""
    marks = marks_of(text, stored)
    found = _parted(
        [
            *(Piece(m[0], m[1], "", MARKED, bool(m[2]), True) for m in marks),
            *(_piece(one) for one in spans(text, kinds)),
        ],
        spans(text, kinds),
    )
    at, made = 0, []
    for one in found:
        if one.begin > at:
            made.append(Piece(at, one.begin, text[at : one.begin]))
        made.append(
            Piece(one.begin, one.end, text[one.begin : one.end], one.kind, one.hidden, one.decided)
        )
        at = one.end
    if at < len(text):
        made.append(Piece(at, len(text), text[at:]))
    return tuple(made)


def decided(
    text: str, stored: Mapping[str, Any], changes: Iterable[tuple[int, int, bool]]
) -> dict[str, Any]:
    """The marks after somebody decided of some stretches. Raises Invalid for one outside the text."""
    marks = marks_of(text, stored)
    for begin, end, hide in changes:
        if not 0 <= begin < end <= len(text):
            raise Invalid(N_("The text has changed meanwhile: look at it again."), field="part")
        marks = [m for m in marks if m[1] <= begin or m[0] >= end]
        marks.append([begin, end, hide])
    if len(marks) > MOST_MARKS:
        raise Invalid(N_("That is too much to mark: hide the whole words instead."), field="part")
    return kept(text, marks)


def hides(stored: Mapping[str, Any]) -> bool:
    """Whether a person hid something of it."""
    return any(m[2] for m in stored.get("at", ()))


def without_hiding(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The marks without what a person hid: what is hidden by itself stays so."""
    rows = [m for m in stored.get("at", ()) if not m[2]]
    return {**stored, "at": rows} if rows else {}


def occurrences(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand in a text, whatever their case. Raises Invalid when nowhere."""
    wanted, found, at = words.strip().casefold(), [], 0
    plain = text.casefold() if len(text.casefold()) == len(text) else text
    while wanted and (at := plain.find(wanted, at)) >= 0:
        found.append((at, at + len(wanted)))
        at += len(wanted)
    if not found:
        raise Invalid(N_("These words do not stand in the text; compare them."), field="other")
    return found


def _of(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _piece(one: Span) -> Piece:
    return Piece(one.begin, one.end, "", one.kind, one.kind in ALWAYS)


def _parted(every: list[Piece], found: Sequence[Span]) -> list[Piece]:
    """None over another: where a person decided, the finder is silent."""
    marks = [one for one in every if one.decided]
    kept_ = []
    for mark in marks:
        kind = next((s.kind for s in found if s.begin < mark.end and mark.begin < s.end), MARKED)
        kept_.append(Piece(mark.begin, mark.end, "", kind, mark.hidden, decided=True))
    for one in every:
        if one.decided:
            continue
        free = [(one.begin, one.end)]
        for mark in marks:
            free = [
                part
                for b, e in free
                for part in ((b, min(e, mark.begin)), (max(b, mark.end), e))
                if part[0] < part[1]
            ]
        kept_ += [Piece(b, e, "", one.kind, one.hidden) for b, e in dict.fromkeys(free)]
    return sorted(kept_, key=lambda one: one.begin)
