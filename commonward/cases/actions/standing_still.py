"""Hold the public log for a moment, so that a backup's files and its database are of one state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from commonward.cases.models import Ledger


@dataclass(frozen=True, slots=True)
class Still:
    """The log while nobody may sign: its name ("" before it has begun) and its signed leaves."""

    origin: str
    size: int


@contextmanager
def ledger_still() -> Iterator[Still]:
    """Until the end nobody signs a checkpoint; on SQLite nobody writes at all: keep it short."""
    with transaction.atomic():
        row = Ledger.objects.select_for_update().filter(pk=1).first()
        yield Still(row.origin, row.signed_size) if row else Still("", 0)
