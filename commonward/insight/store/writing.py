"""The one writer of the files: made anew as a whole, or following the record of events.

A case that something happened to is read again whole, and the months whose rows differ are written
as new files; then the manifest changes, all at once. Killed at any point, the next pass goes on
from the manifest that holds. What changed without an event is found by looking again at some cases
in turn with each pass; where codes of areas, teams or categories changed, all is made anew.
"""

# ruff: noqa: S608 (statements are made of our own columns and file names; values are quoted)

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from commonward.cases.queries import facts as case_facts
from commonward.cases.queries.happened import head, next_after
from commonward.core.following import Position
from commonward.core.indicators.book import Book
from commonward.core.indicators.facts import DISPUTES, TABLES, Facts, Kind
from commonward.insight.queries.rows import Chunk, extracted
from commonward.insight.store import engine, rolling
from commonward.insight.store import manifest as manifests
from commonward.insight.store.manifest import File, Manifest

EVENTS = 20_000
"""Events that one round of a pass follows; what is more is followed in further rounds."""
SWEPT = 200
"""Cases that each pass looks at again without an event."""
PART = 50_000
"""Rows of one table that are gathered before they are written aside."""
ROW_GROUP = 24_576
"""Rows that a reader takes or leaves together: a few areas of a month."""
_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.YES_NO: pa.bool_(),
    Kind.WHOLE: pa.int64(),
    Kind.SECONDS: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.MOMENT: pa.timestamp("us", tz="UTC"),
}
_STAGING = "staging"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a pass did: the manifest that holds now, events followed, cases read, files written.

    `anew` says that all was made anew.
    """

    manifest: Manifest
    events: int = 0
    cases: int = 0
    written: int = 0
    anew: bool = False


def refresh(at: datetime, book: Book) -> Kept | None:
    """Follow what has happened since the last pass; None where another process writes just now."""
    folder = Path(settings.FIGURES)
    with manifests.writing(folder) as ours:
        if not ours:
            return None
        now = manifests.read(folder)
        known = case_facts.codes()
        if now is None or _lost(now) or _recoded(folder, now, known.known()):
            return _anew(folder, at, book, known)
        done = Kept(now)
        more = True
        while more:
            place, ids = next_after(Position.from_text(done.manifest.position), EVENTS)
            more = len(ids) == EVENTS
            swept = [] if more else case_facts.cases_after(done.manifest.swept, SWEPT)
            touched = case_facts.touched_with([*case_facts.cases_of(ids), *swept])
            ahead = replace(
                done.manifest,
                position=place.to_text(),
                at=at.isoformat(),
                swept=done.manifest.swept if more else _turn(swept),
            )
            written = _Writer(folder, ahead, book, known).changed(sorted(touched))
            done = Kept(
                written.manifest,
                done.events + len(ids),
                done.cases + len(touched),
                done.written + written.files,
            )
        manifests.tidy(folder)
        return done


def rebuild(at: datetime, book: Book, progress: Callable[[int], None] | None = None) -> Kept | None:
    """Make all files anew; None where another process writes just now."""
    folder = Path(settings.FIGURES)
    with manifests.writing(folder) as ours:
        return _anew(folder, at, book, case_facts.codes(), progress) if ours else None


def _turn(swept: Sequence[int]) -> int:
    """After which case the next pass looks again: from the first one on, once all had their turn."""
    return swept[-1] if len(swept) == SWEPT and swept else 0


def _lost(now: Manifest) -> bool:
    """Whether following leads nowhere: another zone, or a database older than the files."""
    ahead = Position.from_text(now.position).last > head().last
    return ahead or now.zone != settings.SITE_ZONE


def _recoded(folder: Path, now: Manifest, known: Mapping[str, str]) -> bool:
    """Whether a code that rows may say has changed; new ones are in no row yet."""
    kept: dict[str, str] = json.loads((folder / now.codes).read_text("utf-8"))
    return any(known.get(key) != value for key, value in kept.items())


def _anew(
    folder: Path,
    at: datetime,
    book: Book,
    known: case_facts.Codes,
    progress: Callable[[int], None] | None = None,
) -> Kept:
    # Before the rows: whatever happens while they are read is followed by the next pass.
    place = head()
    before = manifests.read(folder)
    manifest = Manifest(
        number=before.number if before else _last_number(folder),
        schema=manifests.schema(),
        zone=settings.SITE_ZONE,
        position=place.to_text(),
        at=at.isoformat(),
    )
    written = _Writer(folder, manifest, book, known).all_of(extracted(), progress)
    manifests.tidy(folder)
    return Kept(written.manifest, cases=written.manifest.rows("cases"), written=written.files,
                anew=True)  # fmt: skip


def _last_number(folder: Path) -> int:
    return max((int(p.stem) for p in (folder / manifests.KEPT).glob("*.json")), default=0)


@dataclass(frozen=True, slots=True)
class _Written:
    manifest: Manifest
    files: int


class _Writer:
    """Writes the files of one new manifest and puts it in place."""

    def __init__(
        self, folder: Path, manifest: Manifest, book: Book, known: case_facts.Codes
    ) -> None:
        self.folder = folder
        self.before = manifest
        self.number = manifest.number + 1
        self.rolled = rolling.rolled(book)
        self.counts = rolling.counts_of(book)
        self.known = known.known()
        self.written = 0
        self.con = engine.connect(folder)

    def all_of(self, chunks: Iterable[Chunk], progress: Callable[[int], None] | None) -> _Written:
        """Every row, first put aside in the order of coming, then by month."""
        staging = self.folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        parts = _aside(staging, chunks, progress)
        files: dict[str, dict[str, File]] = {}
        for name, facts in TABLES.items():
            if not parts[name]:
                continue
            rows = engine.listed(self.folder, parts[name])
            months = self._column(f"SELECT DISTINCT {_month(facts)} FROM {rows} ORDER BY 1")
            files[name] = {
                month: self._file(
                    facts, month, f"SELECT * FROM {rows} WHERE {_inside(facts, month)}"
                )
                for month in months
            }
        shutil.rmtree(staging, ignore_errors=True)
        return self._put(files)

    def changed(self, cases: Sequence[int]) -> _Written:
        """The rows of these cases anew, in the months where they differ from what was kept."""
        files = {table: dict(months) for table, months in self.before.files.items()}
        for name, rows in _tables(extracted(cases)) if cases else ():
            self._renew(TABLES[name], cases, rows, files.setdefault(name, {}))
        if self.before.counts != self.counts:
            for name, months in files.items():
                for month, one in months.items():
                    files[name][month] = self._rolled(TABLES[name], month, one)
        same = files == self.before.files and self.before.counts == self.counts
        if same and self._codes_as_before():
            # Nothing is new to readers, who go on with what they have open.
            manifests.move(self.folder, self.before)
            self.con.close()
            return _Written(self.before, 0)
        return self._put(files)

    def _renew(
        self, facts: Facts, cases: Sequence[int], rows: pa.Table, months: dict[str, File]
    ) -> None:
        """The months of one table in which these cases' rows differ."""
        self.con.register("fresh", rows)
        self.con.register("read_again", pa.table({"key": pa.array(cases, pa.int64())}))
        mine = f"{_of_case(facts)} IN (SELECT key FROM read_again)"
        for month in self._column(f"SELECT DISTINCT {_month(facts)} FROM fresh ORDER BY 1"):
            fresh = f"SELECT * FROM fresh WHERE {_inside(facts, month)}"
            if month in months:
                kept = f"SELECT * FROM {engine.listed(self.folder, [months[month].name])}"
                if self._same(f"{kept} WHERE {mine}", fresh):
                    continue
                fresh = f"SELECT * FROM ({kept} WHERE NOT {mine} UNION ALL {fresh})"
            months[month] = self._file(facts, month, fresh)
        self.con.unregister("fresh")
        self.con.unregister("read_again")

    def _same(self, one: str, other: str) -> bool:
        differ = f"({one} EXCEPT ALL {other}) UNION ALL ({other} EXCEPT ALL {one})"
        return not self._column(f"SELECT 1 FROM ({differ}) LIMIT 1")

    def _file(self, facts: Facts, month: str, rows: str) -> File:
        """One file of facts by area and time, and its rollups."""
        name = f"{facts.name}/{month}.{self.number}.parquet"
        place = "path" if "path" in facts.columns else "district, street"
        many = self._copy(f'{rows} ORDER BY {place}, "{facts.partition}", "{facts.key}"', name)
        return self._rolled(facts, month, File(name, many))

    def _rolled(self, facts: Facts, month: str, one: File) -> File:
        counts: dict[str, list[Any]] = {}
        for count in self.rolled.values():
            if count.facts is facts:
                counts.setdefault(count.moment, []).append(count)
        rolled = {}
        self.con.execute(
            f'CREATE OR REPLACE TEMP VIEW "{facts.name}" AS '
            f"SELECT * FROM {engine.listed(self.folder, [one.name])}"
        )
        for moment, some in counts.items():
            ends = f'SELECT min("{moment}"), max("{moment}") FROM "{facts.name}"'
            first, last = self.con.execute(ends).fetchall()[0]
            if first is None or last is None:
                continue
            inside = rolling.months(first, last, self.before.zone)
            name = f"rolled/{facts.name}/{moment}/{month}.{self.number}.parquet"
            self._copy(rolling.made(facts, moment, some, inside), name)
            rolled[moment] = name
        return replace(one, rolled=rolled)

    def _copy(self, rows: str, name: str) -> int:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        done = self.con.execute(
            f"COPY ({rows}) TO {rolling.literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        ).fetchall()
        self.written += 1
        return int(done[0][0])

    def _put(self, files: Mapping[str, Mapping[str, File]]) -> _Written:
        codes = self.before.codes
        if not self._codes_as_before():
            codes = f"codes/{self.number}.json"
            (self.folder / "codes").mkdir(exist_ok=True)
            (self.folder / codes).write_text(json.dumps(self.known, ensure_ascii=False), "utf-8")
        made = replace(
            self.before, number=self.number, codes=codes, counts=self.counts, files=files
        )
        manifests.put(self.folder, made)
        self.con.close()
        return _Written(made, self.written)

    def _codes_as_before(self) -> bool:
        if not self.before.codes:
            return False
        kept = json.loads((self.folder / self.before.codes).read_text("utf-8"))
        return bool(kept == self.known)

    def _column(self, statement: str) -> list[Any]:
        return [row[0] for row in self.con.execute(statement).fetchall()]


def _aside(
    staging: Path, chunks: Iterable[Chunk], progress: Callable[[int], None] | None
) -> dict[str, list[str]]:
    """Rows as they come, in files of some size each: the names by table."""
    parts: dict[str, list[str]] = {name: [] for name in TABLES}
    waiting: dict[str, list[Any]] = {name: [] for name in TABLES}
    staging.mkdir(parents=True)

    def write(name: str) -> None:
        path = staging / f"{name}.{len(parts[name])}.parquet"
        pq.write_table(_table(TABLES[name], waiting[name]), path)
        parts[name].append(f"{_STAGING}/{path.name}")
        waiting[name] = []

    read = 0
    for chunk in chunks:
        for name, some in chunk.items():
            waiting[name] += some
            if len(waiting[name]) >= PART:
                write(name)
        read += len(chunk.get("cases", ()))
        if progress is not None:
            progress(read)
    for name, some in waiting.items():
        if some:
            write(name)
    return parts


def _tables(chunks: Iterable[Chunk]) -> Iterator[tuple[str, pa.Table]]:
    """The rows of some cases by table."""
    found: dict[str, list[Any]] = {name: [] for name in TABLES}
    for chunk in chunks:
        for name, some in chunk.items():
            found[name] += some
    for name, some in found.items():
        if some:
            yield name, _table(TABLES[name], some)


def _table(facts: Facts, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows by column; a moment in UTC, without its zone."""
    made = {}
    for column, values in zip(facts.columns.values(), zip(*rows, strict=True), strict=True):
        array = pa.array(values, _TYPES[column.kind])
        made[column.name] = array.cast(pa.timestamp("us")) if column.kind is Kind.MOMENT else array
    return pa.table(made)


def _of_case(facts: Facts) -> str:
    return facts.key if facts is DISPUTES else '"case"'


def _month(facts: Facts) -> str:
    return f"strftime(\"{facts.partition}\", '%Y-%m')"


def _inside(facts: Facts, month: str) -> str:
    begin = f"TIMESTAMP '{month}-01'"
    moment = f'"{facts.partition}"'
    return f"{moment} >= {begin} AND {moment} < {begin} + INTERVAL 1 MONTH"
