"""Compare the record with its log and keep what came of it (定期核账), so that everybody can read it."""

from collections.abc import Callable
from datetime import UTC, datetime

from commonward.cases.models import LedgerCheck
from commonward.cases.queries.ledger_checking import check
from commonward.cases.queries.ledger_findings import Checked

_TOLD = 50
"""Findings that are kept in words; of more only the number."""
_KEPT = 400
"""Results that are kept: a year of nights and more."""


def check_and_keep(progress: Callable[[int], None] = lambda _done: None) -> Checked:
    """Compare all of it; the result stays. Moments are the machine's."""
    begun = datetime.now(UTC)
    done = check(progress)
    made = LedgerCheck.objects.create(
        begun_at=begun,
        ended_at=datetime.now(UTC),
        size=done.size,
        root=done.root,
        leaves=done.leaves,
        unprovable=done.unprovable,
        found=len(done.findings),
        findings=[
            {"kind": one.kind, "text": one.text, "values": dict(one.values)}
            for one in done.findings[:_TOLD]
        ],
    )
    LedgerCheck.objects.filter(pk__lte=made.pk - _KEPT).delete()
    return done
