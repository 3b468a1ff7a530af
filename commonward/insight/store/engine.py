"""Counting over the files by DuckDB: rollups where they can answer, else the facts themselves.

Each process has one database in memory that reads the files the manifest names; it writes none,
loads nothing from anywhere else, and stays within the memory it was given.
"""

# ruff: noqa: S608 (statements are made of our own columns and file names; values are quoted)

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from commonward.core.indicators import compiling
from commonward.core.indicators.book import Count
from commonward.core.indicators.conditions import read_by
from commonward.core.indicators.facts import TABLES, Facts
from commonward.core.indicators.figures import Counter
from commonward.core.indicators.tallies import Labels, Only, Part, Reals, Tally
from commonward.core.indicators.windows import Window
from commonward.core.refusals import N_, Refusal
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
    # For every cursor: said to this connection alone, each cursor would read all footers again.
    made.execute("SET GLOBAL parquet_metadata_cache = true")
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
        self._missing: dict[str, frozenset[str]] = {}
        for name, facts in TABLES.items():
            months = found.files.get(name, {})
            if not months:
                self._base.execute(compiling.create(facts, "duckdb"))
                continue
            files = listed(folder, [one.name for one in months.values()])
            self._base.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {files}')
            if found.schema != manifests.schema():
                self._missing[name] = self._lacked(facts)
            for moment in {m for one in months.values() for m in one.rolled}:
                rolled = [one.rolled[moment] for one in months.values() if moment in one.rolled]
                self._base.execute(
                    f'CREATE VIEW "{rolling.view(name, moment)}" AS '
                    f"SELECT * FROM {listed(folder, rolled)}"
                )

    def _lacked(self, facts: Facts) -> frozenset[str]:
        """The columns of today that these files, made by an older version, have not or otherwise."""
        asked = "SELECT column_name, column_type FROM (DESCRIBE {name})"
        told = dict(self.run(asked.format(name=f'"{facts.name}"')))
        self._base.execute(compiling.create(facts, "duckdb", "today"))
        today = dict(self.run(asked.format(name="today")))
        self._base.execute("DROP TABLE today")
        return frozenset(name for name, kind in today.items() if told.get(name) != kind)

    def lacks(self, count: Count) -> bool:
        """Whether a count reads a column that these files have not."""
        read = {*read_by(count.where), count.moment, *([count.column.name] if count.column else ())}
        return not self._missing.get(count.facts.name, frozenset()).isdisjoint(read)

    def _look(self, counts: Sequence[Count], columns: Iterable[str] = ()) -> None:
        """Raises Refusal where these files, of an older version, cannot tell: 0 would be wrong."""
        asked = set(columns)
        for one in counts:
            missing = self._missing.get(one.facts.name, frozenset())
            if self.lacks(one) or not missing.isdisjoint(asked):
                raise Refusal(
                    N_("The figures are being prepared; look again in some minutes."),
                    code="preparing",
                )

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of an answer; several threads may ask at once."""
        with self._base.cursor() as cursor:
            found: list[tuple[Any, ...]] = cursor.execute(statement).fetchall()
            return found

    def columns(self, statement: str) -> list[Labels | Reals]:
        """The columns of an answer, none where it has no row."""
        with self._base.cursor() as cursor:
            found = cursor.sql(statement).to_arrow_table()
        return [_column(one) for one in found.columns] if found.num_rows else []

    def counter(self) -> Counter:
        """Rollups first; what they cannot answer is counted over the facts."""
        if len(_texts) > MOST_TEXTS:
            _texts.clear()

        def parts(
            counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
        ) -> Iterator[Part]:
            self._look(counts, (*by, *only))
            # A few rows are had sooner as rows: for columns a statement is looked through twice.
            fetch = self.columns if by else compiling.columns(self.run)
            left: dict[tuple[Window, ...], list[Count]] = {}
            for one in counts:
                quick = rolling.answerable(self.manifest, one, windows, by, only)
                rest = tuple(w for w in windows if w not in quick)
                if rest:
                    left.setdefault(rest, []).append(one)
            for some, inside in rolling.together(self.manifest, counts, windows, by, only):
                told = fetch(rolling.asked(some, inside, by, only))
                if told:
                    yield rolling.part(told, some, inside, by)
            for rest, some in left.items():
                yield from compiling.parts(fetch, some, rest, by, only, kept=_texts)

        return lambda counts, windows, by, only: Tally(len(by), parts(counts, windows, by, only))

    def cases(self, count: Count, window: Window, only: Only) -> list[int]:
        """The cases with a row that a count counts, in the order of their keys."""
        self._look([count], only)
        statement = compiling.statement([count], [window], ("case",), only)
        rows = self.run(compiling.sql(statement, "duckdb"))
        place = 1 if count.moment else 0
        return sorted(int(row[place]) for row in rows if row[place + 1])

    def close(self) -> None:
        """Let go of the files."""
        self._base.close()
        self._held.close()


def _column(found: pa.ChunkedArray) -> Labels | Reals:
    """A column of texts by their numbers, or one of numbers."""
    if pa.types.is_string(found.type):
        one = found.combine_chunks().dictionary_encode()
        codes = one.indices.to_numpy(zero_copy_only=False).astype("int64")
        return Labels(codes, one.dictionary.to_pylist())
    known = found.is_valid().to_numpy()
    numbers = pc.fill_null(pc.cast(found, pa.float64(), safe=False), 0.0)
    return Reals(numbers.to_numpy(), known)


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
