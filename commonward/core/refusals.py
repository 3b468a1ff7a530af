"""Refusals in words: what is wrong, and what would be right.

A refusal carries its English text with named places and the values for them, so that a door
can translate the text (gettext) before filling it. `core` never translates.
"""

from typing import Any


def N_(text: str) -> str:
    """Mark a text for the translators."""
    return text


class Refusal(Exception):
    """Something asked for cannot be done; nothing was changed.

    `text` is English with `{named}` places, `values` fills them, `code` is a stable word for
    machines, `field` names the input that would have to change (or is empty).
    """

    code = "refused"

    def __init__(self, text: str, /, *, field: str = "", code: str = "", **values: Any) -> None:
        self.text = text
        self.values = values
        self.field = field
        if code:
            self.code = code
        super().__init__(text.format(**values) if values else text)


class Invalid(Refusal):
    """The input is not of the right form or value."""

    code = "invalid"


class Forbidden(Refusal):
    """This person may not do this here (default deny)."""

    code = "forbidden"


class Missing(Refusal):
    """No such thing, or none that this person may see (the two are not told apart)."""

    code = "missing"


class Stale(Refusal):
    """Somebody else changed it in the meantime: read again, then decide."""

    code = "stale"
