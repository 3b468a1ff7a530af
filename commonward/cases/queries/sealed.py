"""Whether events are in the signed log already: asked for each page, so it reads a row or two."""

from collections.abc import Iterable

from django.db.models import F

from commonward.cases.models import Ledger, LedgerRun
from commonward.cases.queries.leaves import is_waiting
from commonward.core.following import Position


def all_sealed(events: Iterable[int]) -> bool:
    """Whether all these events are leaves under a signed checkpoint (2 queries, or 3)."""
    asked = list(events)
    row = Ledger.objects.filter(pk=1).only("place", "signed_size", "size").first()
    if row is None:
        return False
    place = Position.from_text(row.place)
    if not all(place.sees(one) for one in asked) or is_waiting(asked):
        return False
    if row.size == row.signed_size:
        return True
    # What is written down is being signed now; an older leaf is not concerned.
    runs = LedgerRun.objects.filter(index__gt=row.signed_size - F("count"))
    return not any(
        run.event <= one < run.event + run.count and run.index + one - run.event >= row.signed_size
        for run in runs
        for one in asked
    )
