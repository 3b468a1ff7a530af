"""What a comparison of the record with its log comes to, in words (核账发现)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: what kind of change, and in words (to be translated)."""

    kind: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


@dataclass(slots=True)
class Checked:
    """What a check came to; `unprovable` leaves have lost their salt with their case's key. `size`
    and `root` are of the checkpoint that was compared."""

    size: int = 0
    root: bytes = b""
    leaves: int = 0
    unprovable: int = 0
    findings: list[Finding] = field(default_factory=list)
