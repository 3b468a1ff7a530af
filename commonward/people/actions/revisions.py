"""Marking reference data as changed."""

import time

from commonward.people.models import Revision


def raise_revision(name: str) -> None:
    """Raise the mark of one kind of reference data, in the transaction that changes it (1 query).

    The mark is this machine's time in nanoseconds, not the last one plus one: a process that
    read its own change and then rolled back must never meet the same mark again for other data.
    """
    Revision.objects.bulk_create(
        [Revision(name=name, number=time.time_ns())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["number"],
    )
