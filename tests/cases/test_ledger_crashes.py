"""Killed at any point, the log is continued to the very same tree, and never forks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from commonward.cases.actions import ledger_keys, sequencing
from commonward.cases.actions.sequencing import rotate, sequence
from commonward.cases.models import Event, Ledger, LedgerKey
from commonward.cases.queries.ledger_checking import check
from commonward.core.ledger.folder import Folder
from tests.cases.ledgers import clock_now, entries, public, watched
from tests.district import District, small_district


class Killed(BaseException):
    """What ends a process; nothing may catch it."""


class Deadly:
    """Kills at the so-many-th thing that is written: before it, half through it, or after it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left, self.half, self.count = -1, "", 0
        put, settle = Folder.put, Folder.settle
        save, destroy = Ledger.save, ledger_keys.destroy_retired

        def deadly(real: Any) -> Any:
            def done(*args: Any, **given: Any) -> Any:
                self.count += 1
                self.left -= 1
                if self.left == 0 and self.half == "before":
                    raise Killed
                if self.left == 0 and self.half == "torn" and real is put:
                    # What a kill in the middle of writing leaves: a file nobody ever names.
                    folder, path, raw = args
                    torn = folder.path / path
                    torn.parent.mkdir(parents=True, exist_ok=True)
                    torn.with_name(f".{torn.name}.torn").write_bytes(raw[: len(raw) // 2])
                    raise Killed
                found = real(*args, **given)
                if self.left == 0:
                    raise Killed
                return found

            return done

        patch.setattr(Folder, "put", deadly(put))
        patch.setattr(Folder, "settle", deadly(settle))
        patch.setattr(Ledger, "save", deadly(save))
        patch.setattr(sequencing, "destroy_retired", deadly(destroy))

    def at(self, left: int, half: str) -> None:
        """Kill at the so-many-th from now; 0 for never."""
        self.left, self.half, self.count = left, half, 0


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Deadly:
    return Deadly(monkeypatch)


def many(here: District, count: int) -> None:
    """So many events more, of one case, quickly."""
    report = here.report()
    Event.objects.bulk_create(
        Event(case=report.case, at=here.at, written_at=clock_now(), verb="warned", role="system")
        for _ in range(count - 1)
    )


@pytest.mark.parametrize("half", ["before", "torn", "after"])
def test_who_was_killed_anywhere_is_continued_to_the_same_tree(
    here: District, log: Path, deadly: Deadly, half: str
) -> None:
    """From an edge in the middle of a tile over two full ones, at every thing that is written."""
    many(here, 300)
    sequence()
    at, point, fixed, seen = 300, 0, entries(log), watched(log)
    while True:
        point += 1
        many(here, 257)
        deadly.at(point, half)
        try:
            sequence()
        except Killed:
            killed = True
        else:
            killed = False
        deadly.at(0, "")
        row = Ledger.objects.get()
        decided = bytes(row.pending or b"")
        # Whatever is published meanwhile is one history, and what was decided is what comes.
        assert public(log).size in (at, at + 257)
        assert entries(log)[: len(fixed)] == fixed
        assert sequence() == (257 if row.size == at else 0)
        at += 257
        fixed = entries(log)
        assert len(fixed) == at == Ledger.objects.get().signed_size
        assert not decided or b"".join(fixed).endswith(decided)
        seen = watched(log, seen)
        if not killed:
            break
    assert point > 8
    assert check().findings == []


@pytest.mark.parametrize("half", ["before", "torn", "after"])
def test_a_change_of_keys_that_was_killed_is_finished(
    here: District, log: Path, deadly: Deadly, half: str
) -> None:
    many(here, 5)
    sequence()
    seen, point, killed = watched(log), 0, True
    while killed:
        point += 1
        deadly.at(point, half)
        keys = LedgerKey.objects.count()
        try:
            rotate(clock_now())
            killed = False
        except Killed:
            pass
        deadly.at(0, "")
        many(here, 2)
        sequence()
        assert LedgerKey.objects.count() in (keys, keys + 1)
        assert LedgerKey.objects.filter(private__isnull=False).count() == 1
        seen = watched(log, seen)
        assert check().findings == []
    assert point > 3


def test_partial_tiles_go_once_the_full_one_is_there(here: District, log: Path) -> None:
    for _ in range(4):
        many(here, 100)
        sequence()
    left = sorted(str(p.relative_to(log / "tile")) for p in log.rglob("*.p"))
    assert left == ["0/001.p", "1/000.p", "entries/001.p"]
    assert (log / "tile/0/000").stat().st_size == 256 * 32


_CHILD = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
left, real = int(sys.argv[1]), Path.replace
def replace(self, target):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, target)
Path.replace = replace
from commonward.cases.actions.sequencing import sequence
print(sequence())
"""


def environment(log: Path) -> dict[str, str]:
    """A process of its own with this test's database and folder."""
    told = connection.settings_dict
    url = f"sqlite:///{told['NAME']}"
    if connection.vendor == "postgresql":
        host, port = told["HOST"] or "localhost", told["PORT"] or "5432"
        url = f"postgresql://{told['USER']}:{told['PASSWORD']}@{host}:{port}/{told['NAME']}"
    return os.environ | {
        "DATABASE_URL": url,
        "COMMONWARD_LEDGER": str(log),
        "DJANGO_SETTINGS_MODULE": "commonward.config.settings",
        "COMMONWARD_MASTER_KEY": django_settings.MASTER_KEY,
    }


@pytest.fixture
def committed(transactional_db: None) -> Iterator[District]:
    """The small district, committed, for processes of their own."""
    yield small_district()


def test_a_process_that_is_killed_for_good_is_continued_by_another(
    committed: District, log: Path
) -> None:
    """SIGKILL as a file gets its name: the first, one in the middle, the checkpoint."""
    many(committed, 520)
    for left in (1, 4, 3, 1):
        ended = subprocess.run(
            [sys.executable, "-c", _CHILD, str(left)],
            env=environment(log), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == -9, ended.stderr
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, "0"],
        env=environment(log), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "0"
    assert len(entries(log)) == 520
    assert check().findings == []
