"""Take in a file of cases, in batches that each happen as a whole, with where the file stands.

Whatever ends an import, the next run of the same file goes on after the last batch: its cases
and the line it reached were written in one transaction. Within a source a case is known by its
reference and never taken twice. Rows that cannot be used stand in a file of rejects.
"""

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Barrier

import numpy as np
from django.db import connection, transaction
from django.db.models import F

from commonward.areas.queries import locate_many
from commonward.cases.actions.bulk import Block, copies
from commonward.cases.actions.taking_over import Taking
from commonward.cases.models import Case, ImportedFile
from commonward.core.incoming import Incoming, Layout, Reader
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.sheets import Record, Sheet

BATCH = 5000
WRITERS = 2
MOST_REMEMBERED = 1_000_000
REJECT_COLUMNS = ("line", "field", "reason", "row")


@dataclass(slots=True)
class Imported:
    """How an import stands: rows taken, known already, rejected; the line it went on after."""

    taken: int = 0
    known: int = 0
    rejected: int = 0
    went_on_after: int = 0
    bytes: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """The text of each refusal, and how often it was given."""


def import_cases(
    sheet: Sheet,
    layout: Layout,
    *,
    at: datetime,
    rejects: Path,
    batch: int = BATCH,
    progress: Callable[[Imported, int], None] | None = None,
) -> Imported:
    """Take in a file of cases (批量导入案件); returns what happened in this run.

    Cases are located and routed as of `at`, the present organisation takes them over; their
    clocks start at their own opening. Closed ones are taken over as closed. `progress` hears the
    sums and the line after each batch. Raises Invalid when the file as a whole cannot be used.
    """
    reader = Reader(layout, sheet.columns, at)
    stands = _begin(sheet, layout, at)
    run = _Run(sheet, layout.source, reader, at, stands, rejects, public=layout.public)
    _keep_rejects(rejects, stands.line)
    records = sheet.records(after=stands.line)
    parts = iter(lambda: list(islice(records, batch)), [])
    # On PostgreSQL the next batch is prepared while the server still takes in those before.
    ahead = copies() and not connection.in_atomic_block
    for line in run.ahead(parts) if ahead else run.in_turn(parts):
        if progress is not None:
            progress(run.done, line)
    ImportedFile.objects.filter(pk=stands.pk).update(ended_at=at)
    return run.done


@dataclass(slots=True)
class _Batch:
    """A batch ready to be written."""

    line: int
    refs: set[str] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)
    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)


class _Run:
    """One run over a file; `done` counts what is committed."""

    def __init__(
        self,
        sheet: Sheet,
        source: str,
        reader: Reader,
        at: datetime,
        stands: ImportedFile,
        rejects: Path,
        *,
        public: bool,
    ) -> None:
        self.done = Imported(went_on_after=stands.line)
        self._sheet = sheet
        self._source = source
        self._stands = stands
        self._rejects = rejects
        self._reader = reader
        self._taking = Taking(at, source, public=public)
        # A source that is new here needs no look into the database while its references fit in
        # memory: what this run took is all there is.
        self._mine: set[str] | None = None
        if not Case.objects.filter(source=source).extra(where=["NOT (source_ref = '')"]).exists():
            self._mine = set()

    def in_turn(self, parts: Iterator[list[Record]]) -> Iterator[int]:
        """Each batch prepared and written in its transaction; gives the line reached."""
        for part in parts:
            with transaction.atomic():
                ready = self._prepared(part, set())
                self._write(ready)
            self._count(ready)
            yield ready.line

    def ahead(self, parts: Iterator[list[Record]]) -> Iterator[int]:
        """The same, with the writing in threads that have a connection each.

        The database writes two batches side by side, one to a core; they are committed in the
        order of the file, so that the line reached never passes over an unwritten one.
        """
        waiting: deque[tuple[_Batch, Future[None]]] = deque()
        with ThreadPoolExecutor(max_workers=WRITERS) as threads:
            try:
                for part in parts:
                    ready = self._prepared(part, {ref for one, _ in waiting for ref in one.refs})
                    if len(waiting) == WRITERS:
                        yield self._written(*waiting.popleft())
                    before = waiting[-1][1] if waiting else None
                    waiting.append((ready, threads.submit(self._write_whole, ready, before)))
                while waiting:
                    yield self._written(*waiting.popleft())
            finally:
                met = Barrier(WRITERS)
                for closed in [threads.submit(_close, met) for _ in range(WRITERS)]:
                    closed.result()

    def _written(self, ready: _Batch, future: Future[None]) -> int:
        future.result()
        self._count(ready)
        return ready.line

    def _write_whole(self, ready: _Batch, before: Future[None] | None) -> None:
        """In one transaction, which ends after the one before has; with that one it fails."""
        with transaction.atomic():
            for block in ready.blocks:
                block.write()
            with connection.cursor() as cursor:
                # Now and side by side, instead of at the commits, one after the other.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            if before is not None:
                before.result()
            self._stand_after(ready)

    def _write(self, ready: _Batch) -> None:
        for block in ready.blocks:
            block.write()
        self._stand_after(ready)

    def _stand_after(self, ready: _Batch) -> None:
        # Before the commit: a line too many in the file of rejects is cut off when it goes on.
        with self._rejects.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(ready.refused)
        ImportedFile.objects.filter(pk=self._stands.pk).update(
            line=ready.line,
            taken=F("taken") + ready.taken,
            known=F("known") + ready.known,
            rejected=F("rejected") + len(ready.refused),
        )

    def _count(self, ready: _Batch) -> None:
        self.done.taken += ready.taken
        self.done.known += ready.known
        self.done.rejected += len(ready.refused)
        self.done.bytes += sum(block.bytes for block in ready.blocks)
        self.done.reasons.update(ready.reasons)

    def _prepared(self, part: Sequence[Record], writing: set[str]) -> _Batch:
        """Everything but the writing; `writing` are references on their way into the database."""
        ready = _Batch(line=part[-1].line)
        texts = {record.line: record.text for record in part}

        def refuse(line: int, refusal: Refusal) -> None:
            ready.reasons[refusal.text] += 1
            ready.refused.append((line, str(refusal.field), str(refusal), texts[line]))

        rows = list(_rows(part, self._reader, refuse))
        new = list(self._new(rows, ready, writing))
        self._taking.begin()
        areas = _areas([row for row, _ in new], self._taking)
        for (row, ref), area in zip(new, areas, strict=True):
            try:
                self._taking.take(row, ref, area)
                ready.taken += 1
            except Refusal as refusal:
                refuse(row.line, refusal)
        ready.refused.sort()
        ready.blocks = self._taking.blocks()
        return ready

    def _known(self, refs: Sequence[str]) -> set[str]:
        """Which of these references stand in the database."""
        return set(
            Case.objects.filter(source=self._source, source_ref__in=refs)
            # The index's own condition, word for word: only then is the index used.
            .extra(where=["NOT (source_ref = '')"])
            .values_list("source_ref", flat=True)
        )

    def _new(
        self, rows: Sequence[Incoming], ready: _Batch, writing: set[str]
    ) -> Iterator[tuple[Incoming, str]]:
        """Those that are not in the database yet, nor twice in the file, with what they are known
        by: their own reference, else the file and the line."""
        refs = [row.ref or f"{self._sheet.digest[:24]}:{row.line}" for row in rows]
        seen = writing | self._known(refs) if self._mine is None else self._mine
        for row, ref in zip(rows, refs, strict=True):
            if ref in seen:
                ready.known += 1
                continue
            seen.add(ref)
            ready.refs.add(ref)
            yield row, ref
        if self._mine is not None and len(self._mine) > MOST_REMEMBERED:
            self._mine = None


def _close(met: Barrier) -> None:
    """End the connection of the thread that runs this, once each thread does."""
    met.wait()
    connection.close()


def _begin(sheet: Sheet, layout: Layout, at: datetime) -> ImportedFile:
    found, _ = ImportedFile.objects.get_or_create(
        digest=sheet.digest,
        defaults={"name": sheet.path.name[:200], "source": layout.source, "begun_at": at},
    )
    if found.source != layout.source:
        raise Invalid(
            N_("This very file was taken in as {earlier}; go on under that source."),
            earlier=found.source,
            field="source",
        )
    return found


def _keep_rejects(path: Path, line: int) -> None:
    """The rejects up to the line the database stands at; what was written ahead of it goes."""
    kept: list[list[str]] = [list(REJECT_COLUMNS)]
    if line and path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                with suppress(ValueError, IndexError):
                    if int(row[0]) <= line:
                        kept.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(kept)


def _rows(
    part: Sequence[Record], reader: Reader, refuse: Callable[[int, Refusal], None]
) -> Iterator[Incoming]:
    for record in part:
        try:
            if record.fault is not None:
                raise record.fault
            yield reader.row(record.line, record.values)
        except Refusal as refusal:
            refuse(record.line, refusal)


def _areas(rows: Sequence[Incoming], taking: Taking) -> Iterator[int | None]:
    """The area of each row: its id, 0 outside of all, None without coordinates."""
    placed = [i for i, row in enumerate(rows) if row.lat is not None]
    lats = np.array([rows[i].lat for i in placed], dtype=np.float64)
    lons = np.array([rows[i].lon for i in placed], dtype=np.float64)
    found: list[int | None] = [None] * len(rows)
    if placed:
        areas = locate_many(lats, lons, at=taking.at, revisions=taking.marks)
        for i, area in zip(placed, areas.tolist(), strict=True):
            found[i] = area
    return iter(found)
