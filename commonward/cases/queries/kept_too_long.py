"""Cases that should have been forgotten: one answer for who forgets and for who watches that it is done."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from commonward.cases.models import Case
from commonward.core.procedures import Procedure

UNREACHED = "end_unreached"
"""The step that ends a case although nobody could be called."""


def kept_too_long(procedure: int, found: Procedure, at: datetime) -> QuerySet[Case]:
    """Closed cases of one procedure whose keeping time is over, and that were not forgotten."""
    before = at - timedelta(days=round(365.2425 * found.keep_years))
    return Case.objects.filter(
        procedure_id=procedure,
        is_open=False,
        opened_at__lt=before,  # whatever closed before then was opened before then: an index says so
        closed_at__lt=before,
        forgotten_at=None,
    )


def waited_too_long(procedure: int, found: Procedure, at: datetime) -> list[str]:
    """Numbers of cases that were closed before then, and whose reporters were never called."""
    if UNREACHED not in found.verbs:
        return []
    before = at - timedelta(days=round(365.2425 * found.keep_years))
    return list(
        Case.objects.filter(
            procedure_id=procedure, is_open=True, stage__in=found.verbs[UNREACHED].from_,
            opened_at__lt=before, closed_at__lt=before,
        )
        .order_by("pk")
        .values_list("number", flat=True)
    )  # fmt: skip
