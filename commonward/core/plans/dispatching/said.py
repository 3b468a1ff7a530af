"""What is said of a choice: an English text with named places, and the values for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """A text for the translators (marked N_) and its values, as a refusal carries them.

    Values may be keys and codes: the desk puts names in their place before it fills the text.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values) if self.values else self.text
