"""The kinds of what leads to a person, and a stretch of text that does (隐私类别)."""

from dataclasses import dataclass

PHONE, IDENTITY, CARD, IBAN = "phone", "identity", "card", "iban"
PLATE, MAIL, ACCOUNT, ROOM, NAME, NUMBER = "plate", "mail", "account", "room", "name", "number"

ALWAYS = frozenset({PHONE, IDENTITY, CARD, IBAN, PLATE, MAIL, ACCOUNT, NUMBER})
"""What no public text holds; rooms and names are marked for the person who decides."""
PROPOSED = frozenset({ROOM, NAME})
"""What a person is asked about before it is hidden."""

SURE, LIKELY, PERHAPS = 1.0, 0.9, 0.6


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `begin` to `end` (not included) of the text as it was given; `sure` in 0..1."""

    begin: int
    end: int
    kind: str
    sure: float
