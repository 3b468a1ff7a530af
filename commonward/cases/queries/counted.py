"""Counts for whoever watches the machine: of nobody, of no place, and of no single case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q

from commonward.cases.actions.ticking import STUCK_AFTER
from commonward.cases.models import Case, Event, Ledger
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.kept_too_long import kept_too_long
from commonward.cases.queries.ledger import is_late, waiting_for
from commonward.cases.queries.reference import book


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Open cases by stage, those of them that are overdue, and those that no team has."""

    stages: Mapping[str, int]
    overdue: int
    unrouted: int


@dataclass(frozen=True, slots=True)
class LedgerLag:
    """How the public log follows: signed leaves, for how many seconds the oldest event waits that
    must not, and whether that is longer than the site allows. `begun` is false before there is one."""

    begun: bool = False
    leaves: int = 0
    seconds: float = 0.0
    late: bool = False


def open_cases(at: datetime) -> OpenCases:
    """All that are open at `at`, confidential ones among them, as numbers (1 statement)."""
    rows = (
        Case.objects.filter(is_open=True)
        .order_by()
        .values_list("stage")
        .annotate(
            all=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=at)),
            without=Count("id", filter=Q(unrouted=True)),
        )
    )
    found = list(rows)
    return OpenCases(
        stages={stage: count for stage, count, _overdue, _unrouted in sorted(found)},
        overdue=sum(row[2] for row in found),
        unrouted=sum(row[3] for row in found),
    )


def stuck_clocks() -> int:
    """How many clocks failed several times in a row (1 statement)."""
    # The second condition is the index's own, which SQLite does not see in the first.
    return ClockRow.objects.filter(attempts__gte=STUCK_AFTER, attempts__gt=0).count()


def ledger_lag() -> LedgerLag:
    """How far the public log is behind what happened, by the machine's clock (2 statements)."""
    row = Ledger.objects.filter(pk=1).first()
    if row is None:
        return LedgerLag()
    waits = waiting_for(row, datetime.now(UTC))
    return LedgerLag(True, row.signed_size, waits.total_seconds(), is_late(waits))


def newest_written() -> datetime | None:
    """When the newest event was written down, by the clock of the machine that wrote it (1 statement)."""
    return Event.objects.order_by("-pk").values_list("written_at", flat=True).first()


def forgetting_owed(at: datetime) -> int:
    """How many cases `forget` should have taken by `at`: a statement for each procedure, each of
    which looks through the cases of all those years, so it is nothing to ask every minute."""
    return sum(
        kept_too_long(id_, procedure, at).count() for id_, procedure in book().procedures.items()
    )
