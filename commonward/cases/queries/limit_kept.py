"""Whether the total limit of one case was kept, by the definition of the closing rate (按期)."""

from datetime import datetime

from commonward.cases.models import Clock
from commonward.core.figures import Standing, Verdict, verdict


def limit_kept(case: int, at: datetime) -> bool | None:
    """Whether a closed case ended within its total limit (1 query).

    None where the closing rate says nothing of it: it is open, no limit was stated, it was no
    case of its own, or its overtime mark was taken back.
    """
    row = (
        Clock.objects.filter(case=case, kind="total", task=None)
        .order_by("-id")
        .values(
            "met", "due_at", "case__closed_at", "case__paused", "case__outcome", "case__counted"
        )
        .first()
    )
    if row is None:
        return None
    closed = row["case__closed_at"] is not None and row["case__closed_at"] <= at
    found = verdict(
        Standing(
            limited=True,
            closed=closed,
            met=row["met"],
            passed=row["due_at"] is not None and row["due_at"] <= at,
            suspended=row["case__paused"],
            outcome=row["case__outcome"],
            counted=row["case__counted"],
        )
    )
    return {Verdict.IN_TIME: True, Verdict.LATE: False}.get(found)
