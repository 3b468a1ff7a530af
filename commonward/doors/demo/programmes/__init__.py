"""The programmes of the demonstration; a file per part, each with `live(begins, ends)`."""

from datetime import datetime
from types import ModuleType

from commonward.doors.demo.programmes import (
    advice,
    councils,
    inspections,
    learning,
    marks,
    plans,
    pledges,
    risk,
    surveys,
)

PARTS: tuple[ModuleType, ...] = (
    councils, inspections, advice, plans, pledges, risk, learning, marks, surveys,
)  # fmt: skip


def begin(begins: datetime, ends: datetime) -> int:
    """Let each part be lived from `begins` to `ends`; how many things were made."""
    return sum(part.live(begins, ends) for part in PARTS)
