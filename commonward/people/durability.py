"""Transactions that need not lie on the disk before their reader goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def soon_durable() -> Iterator[None]:
    """A transaction that outlives this process at once, and this machine's power a moment later.

    For what is safe to do once more where a power cut undoes it, and where waiting for the disk
    each time would be most of the work. A process that is killed after it loses nothing of it: the
    operating system (of PostgreSQL, the server) has it already. Whatever is committed the usual way
    after it takes it to the disk, too. Within another transaction it is a part of that one.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    sqlite = connection.vendor == "sqlite"
    if sqlite:
        # In WAL mode: the log is written at each commit, and synced at checkpoints.
        _say("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            if not sqlite:
                _say("SET LOCAL synchronous_commit = off")
            yield
    finally:
        if sqlite:
            _say("PRAGMA synchronous=FULL")


def leave_no_trace() -> None:
    """Empty SQLite's log of writes, in which pages stand as they were before something was deleted.

    Of PostgreSQL it is `VACUUM`'s work, which the server does by itself. Outside any transaction;
    where somebody reads in that moment the log is emptied by the next night's.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _say("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
