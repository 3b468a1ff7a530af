"""Staff who have a case open: leases that are renewed, given back, and swept when they ran out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from commonward.cases.models import Presence

LEASE = timedelta(seconds=60)
"""A page that was closed without a word is forgotten after this."""


@transaction.atomic
def look_at(looks: Iterable[tuple[int, int]], at: datetime) -> None:
    """These accounts have these cases open (case, account): begin or renew, end what ran out.

    Who may see a case is asked before, by its one look-up. `at` is the machine's own time.
    """
    end_presence(at)
    rows = [
        Presence(case_id=case, account_id=account, since=at, until=at + LEASE)
        for case, account in sorted(set(looks))
    ]
    Presence.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "account"],
        update_fields=["until"],
    )


@transaction.atomic
def look_away(looks: Iterable[tuple[int, int]]) -> None:
    """These accounts have closed these cases (case, account)."""
    asked = set(looks)
    if asked:
        closed = Q()
        for case, account in asked:
            closed |= Q(case_id=case, account_id=account)
        Presence.objects.filter(closed).delete()


def end_presence(at: datetime) -> int:
    """Delete the leases that have run out; how many there were."""
    return Presence.objects.filter(until__lte=at).delete()[0]
