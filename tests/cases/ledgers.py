"""A log of a small district, and what an attacker who has the database or the files does to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from commonward.core.ledger import watching
from commonward.core.ledger.checkpoints import Checkpoint, parsed
from commonward.core.ledger.entries import LENGTH
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.merkle import root_of
from commonward.core.ledger.notes import parts_of
from commonward.core.ledger.tiles import Tiled


def now() -> float:
    """The machine's seconds."""
    return datetime.now(UTC).timestamp()


def clock_now() -> datetime:
    """The machine's moment."""
    return datetime.now(UTC)


def watched(log: Path, before: watching.Watched | None = None) -> watching.Watched:
    """One look of a monitor that knows nothing but the files."""
    fetch = Folder(log).fetch
    return watching.look(before or watching.first_look(fetch), fetch, now())


def public(log: Path) -> Checkpoint:
    """The checkpoint that is published."""
    return parsed(parts_of((log / "checkpoint").read_text("utf-8"))[0])


def entries(log: Path) -> list[bytes]:
    """All entries that are published, each checked against its leaf and all against the root."""
    at = public(log)
    tree = Tiled(at.size, Folder(log).fetch)
    assert not at.size or root_of(at.size, tree.node) == at.root
    found = [one for index in range(-(-at.size // 256)) for one in tree.entries(index)]
    assert all(len(one) == LENGTH for one in found)
    return found


@contextmanager
def unguarded() -> Iterator[Any]:
    """A cursor of who has the whole database: no trigger and no key stands in the way."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            try:
                yield cursor
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        yield cursor
        for _, sql in triggers:
            cursor.execute(sql)
