"""Counting over the files by DuckDB: rollups where they can answer, else the facts themselves.

Each process has one database in memory that reads the files the manifest names; it writes none,
loads nothing from anywhere else, and stays within the memory it was given.
"""

# ruff: noqa: S608 (statements are made of our own columns and file names; values are quoted)

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb
from django.conf import settings

from commonward.core.indicators import compiling
from commonward.core.indicators.book import Count
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.figures import Counted, Counter, Only
from commonward.core.indicators.windows import Window
from commonward.insight.store import manifest as manifests
from commonward.insight.store import rolling
from commonward.insight.store.manifest import Manifest

MOST_TEXTS = 500
"""Statements whose text a process keeps."""
_texts: dict[str, str] = {}


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """An empty database in memory that can reach this folder and nothing else."""
    made = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": settings.FIGURES_MEMORY,
            "threads": settings.FIGURES_THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
            "temp_directory": str(folder / "spill"),
        },
    )
    made.execute(f"SET allowed_directories = [{rolling.literal(str(folder))}]")
    # Files are never changed, only replaced by others of another name.
    made.execute("SET validate_external_file_cache = 'NO_VALIDATION'")
    made.execute("SET parquet_metadata_cache = true")
    made.execute("SET enable_external_access = false")
    made.execute("SET lock_configuration = true")
    return made


def listed(folder: Path, names: Sequence[str]) -> str:
    """Files as a statement reads them."""
    paths = ", ".join(rolling.literal(str(folder / name)) for name in names)
    return f"read_parquet([{paths}])"


class Reading:
    """The files of one manifest, open for counting."""

    def __init__(self, folder: Path, found: Manifest, held: IO[str]) -> None:
        self.manifest = found
        self.users = 0
        self._held = held
        self._base = connect(folder)
        for name, facts in TABLES.items():
            months = found.files.get(name, {})
            if not months:
                self._base.execute(compiling.create(facts, "duckdb"))
                continue
            files = listed(folder, [one.name for one in months.values()])
            self._base.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {files}')
            for moment in {m for one in months.values() for m in one.rolled}:
                rolled = [one.rolled[moment] for one in months.values() if moment in one.rolled]
                self._base.execute(
                    f'CREATE VIEW "{rolling.view(name, moment)}" AS '
                    f"SELECT * FROM {listed(folder, rolled)}"
                )

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of an answer; several threads may ask at once."""
        with self._base.cursor() as cursor:
            found: list[tuple[Any, ...]] = cursor.execute(statement).fetchall()
            return found

    def counter(self) -> Counter:
        """Rollups first; what they cannot answer is counted over the facts."""
        if len(_texts) > MOST_TEXTS:
            _texts.clear()
        scan = compiling.counter(self.run, kept=_texts)

        def count(
            counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
        ) -> Counted:
            done: dict[Any, dict[str, float | None]] = {}
            left: dict[tuple[Window, ...], list[Count]] = {}
            for one in counts:
                quick = rolling.answerable(self.manifest, one, windows, by, only)
                rest = tuple(w for w in windows if w not in quick)
                if rest:
                    left.setdefault(rest, []).append(one)
            for some, inside in rolling.together(self.manifest, counts, windows, by, only):
                rows = self.run(rolling.asked(some, inside, by, only))
                rolling.take(rows, some, inside, by, done)
            for rest, some in left.items():
                for key, found in scan(some, rest, by, only).items():
                    done.setdefault(key, {}).update(found)
            return done

        return count

    def cases(self, count: Count, window: Window, only: Only) -> list[int]:
        """The cases with a row that a count counts, in the order of their keys."""
        statement = compiling.statement([count], [window], ("case",), only)
        rows = self.run(compiling.sql(statement, "duckdb"))
        place = 1 if count.moment else 0
        return sorted(int(row[place]) for row in rows if row[place + 1])

    def close(self) -> None:
        """Let go of the files."""
        self._base.close()
        self._held.close()


_lock = threading.Lock()
_open: dict[Path, tuple[tuple[int, int], Reading]] = {}


@contextmanager
def reading() -> Iterator[Reading | None]:
    """The newest files, open while it lasts; None where there are none yet."""
    folder = Path(settings.FIGURES)
    with _lock:
        found = _newest(folder)
        if found is not None:
            found.users += 1
    try:
        yield found
    finally:
        if found is not None:
            with _lock:
                found.users -= 1
                held = _open.get(folder)
                if found.users == 0 and (held is None or held[1] is not found):
                    found.close()


def _newest(folder: Path) -> Reading | None:
    now = manifests.mark(folder)
    held = _open.get(folder)
    if held is not None and held[0] == now:
        return held[1]
    lent = manifests.lent(folder) if now is not None else None
    if now is None or lent is None:
        return None
    if held is not None and held[1].manifest.number == lent[0].number:
        lent[1].close()
        _open[folder] = (now, held[1])
        return held[1]
    _open[folder] = (now, Reading(folder, *lent))
    if held is not None and held[1].users == 0:
        held[1].close()
    return _open[folder][1]
