"""How the machine stands, in numbers, for whoever runs it: read at once, never of a person or case.

`doors.health` tells it to programs that watch, the command `doctor` to people.
"""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from commonward.cases.queries.counted import (
    LedgerLag,
    OpenCases,
    ledger_lag,
    open_cases,
    stuck_clocks,
)
from commonward.cases.queries.outbox import ChannelCount
from commonward.cases.queries.outbox import counts as outbox_counts
from commonward.core.gauges import Gauge, single
from commonward.doors.look.beats import Beat, last_done, newest
from commonward.people.queries import now as site_now
from commonward.people.queries import reading_once
from commonward.people.queries.schema import lacking, steps_taken, unknown


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes on the disk of COMMONWARD_VAR, and of SQLite's write-ahead log there (None: no SQLite)."""

    free: int
    size: int
    wal: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database tells."""

    owed: tuple[str, ...]
    newer: tuple[str, ...]
    cases: OpenCases
    stuck: int
    outbox: Mapping[str, ChannelCount]
    ledger: LedgerLag


def database_answers() -> bool:
    """Whether the database answers at all (1 statement)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return False
    return True


def steps() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The steps that `migrate` owes, and those that this code does not know (1 statement)."""
    taken = steps_taken()
    return tuple(lacking(taken)), tuple(unknown(taken))


def kept() -> Kept | None:
    """All that the database tells, in about ten statements; None where it is away or not set up."""
    try:
        with reading_once():
            owed, newer = steps()
            at = site_now()
            return Kept(
                owed=owed,
                newer=newer,
                cases=open_cases(at),
                stuck=stuck_clocks(),
                outbox=outbox_counts(at),
                ledger=ledger_lag(),
            )
    except DatabaseError:
        return None


def disk() -> Disk:
    """The disk that holds the site's files. Raises OSError."""
    found = shutil.disk_usage(settings.VAR)
    wal = None
    if connection.vendor == "sqlite":
        wal = 0
        with suppress(OSError):
            wal = Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size
    return Disk(found.free, found.total, wal)


def gauges() -> Iterator[Gauge]:
    """All of it as numbers with names; those of a database that is away are left out."""
    yield Gauge(
        "commonward_version", "1, with the version", (({"version": version("commonward")}, 1),)
    )
    found = kept()
    yield single("commonward_database_up", "1: the database answers", found is not None)
    if found is not None:
        yield from _of_the_database(found)
    workers = newest()
    now = time.time()
    yield from _of_workers(workers, now)
    for work, command in (("backup", "backup make"), ("forget", "forget")):
        yield single(
            f"commonward_{work}_last_timestamp_seconds",
            f"when `{command}` last ended well; 0: never, as far as is known here",
            last_done(work) or 0,
        )
    with suppress(OSError):
        place = disk()
        yield single("commonward_disk_free_bytes", "free beside the site's files", place.free)
        yield single("commonward_disk_size_bytes", "size of that disk", place.size)
        if place.wal is not None:
            yield single("commonward_sqlite_wal_bytes", "SQLite's write-ahead log", place.wal)


def _of_the_database(found: Kept) -> Iterator[Gauge]:
    yield single("commonward_migrations_owed", "steps that `migrate` owes", len(found.owed))
    yield Gauge(
        "commonward_cases_open",
        "open cases by stage",
        tuple(({"stage": stage}, count) for stage, count in found.cases.stages.items()),
    )
    yield single(
        "commonward_cases_overdue", "open cases past their due moment", found.cases.overdue
    )
    yield single("commonward_cases_unrouted", "open cases that no team has", found.cases.unrouted)
    yield single("commonward_clocks_stuck", "clocks that failed several times", found.stuck)
    for name, help_, part in (
        ("waiting", "messages that wait", "waiting"),
        ("due", "messages that are due now", "due"),
        ("dead", "messages that were given up", "dead"),
        ("oldest_due_seconds", "for how long the oldest due message waits", "oldest_due"),
    ):
        yield Gauge(
            f"commonward_outbox_{name}",
            help_,
            tuple(
                ({"channel": channel}, getattr(one, part)) for channel, one in found.outbox.items()
            ),
        )
    yield single("commonward_ledger_leaves", "signed leaves of the public log", found.ledger.leaves)
    yield single(
        "commonward_ledger_lag_seconds",
        "for how long the oldest event waits to become a leaf",
        found.ledger.seconds,
    )
    yield single(
        "commonward_ledger_late", "1: longer than COMMONWARD_LEDGER_LATE_MINUTES", found.ledger.late
    )


def _of_workers(workers: Mapping[str, Beat], now: float) -> Iterator[Gauge]:
    yield Gauge(
        "commonward_worker_last_timestamp_seconds",
        "the last sign of life of each worker, on whichever host",
        tuple(({"worker": name}, one.at) for name, one in workers.items()),
    )
    yield Gauge(
        "commonward_worker_late",
        "1: it should have given another sign by now",
        tuple(({"worker": name}, one.is_late(now)) for name, one in workers.items()),
    )
