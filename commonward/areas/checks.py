"""System checks: a calendar that has run out must say so, never count quietly."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.areas.queries.calendars import coverage


def check_calendars(
    app_configs: Sequence[Any] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """Warn about each calendar without a holiday table for this year; name those that end soon.

    Runs where a database may be asked (`migrate`, `check --database default`). A database that is
    not set up yet is no fault of a calendar: then nothing is said.
    """
    if not databases:
        return []
    try:
        found = coverage(timezone.now())
    except DatabaseError:
        return []
    return [
        (checks.Info if row.covered_now else checks.Warning)(
            _(
                "The calendar “{calendar}” has no table of holidays from {day} on: deadlines from "
                "then are provisional."
            ).format(calendar=row.calendar, day=row.ends),
            hint=_("Import the notice: manage calendar import FILE.json"),
            id="areas.I001" if row.covered_now else "areas.W001",
        )
        for row in found
    ]
