"""Courses (培训课程): what work asks for them, and until when one counts."""

import calendar
from collections.abc import Mapping
from datetime import date

from commonward.core.refusals import N_

WORKS: Mapping[str, str] = {
    "mediator": N_("Mediation"),
    "grid_worker": N_("Work in grids"),
    "handler": N_("Handling in a department"),
    "volunteer": N_("Volunteers on duty"),
}
"""Work that can ask for a course; those of `people.queries.qualified.WORKS`."""
MOST_MONTHS = 120
SOON_DAYS = 60
"""So long before its end a course is shown as due."""


def counts_until(done_on: date, months: int) -> date | None:
    """The last day on which a course counts that is valid for so many months; None is for good.

    >>> counts_until(date(2026, 1, 31), 1), counts_until(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    if months <= 0:
        return None
    year, month = divmod(done_on.year * 12 + done_on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(done_on.day, last))


def state_of(until: date | None, has: bool, today: date) -> str:
    """How a course stands for somebody: "missing", "over", "soon" or "current"."""
    if not has:
        return "missing"
    if until is None:
        return "current"
    if until < today:
        return "over"
    return "soon" if (until - today).days <= SOON_DAYS else "current"
