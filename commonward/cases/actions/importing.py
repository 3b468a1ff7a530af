"""Take in a file of cases, in batches that each happen as a whole, with where the file stands.

Whatever ends an import, the next run of the same file goes on after the last batch: its cases
and the line it reached were written in one transaction. Within a source a case is known by its
reference and never taken twice. Rows that cannot be used stand in a file of rejects.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from commonward.areas.queries import locate_many
from commonward.cases.actions.taking_over import Taking
from commonward.cases.models import Case, ImportedFile
from commonward.core.incoming import Incoming, Layout, Reader
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.sheets import Record, Sheet

BATCH = 5000
REJECT_COLUMNS = ("line", "field", "reason", "row")


@dataclass(slots=True)
class Imported:
    """How an import stands: rows taken, known already, rejected; the line it went on after."""

    taken: int = 0
    known: int = 0
    rejected: int = 0
    went_on_after: int = 0
    bytes: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    """The first sentence of each kind of refusal, and how often it was given."""


Place = tuple[int, str]


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
    taking = Taking(at, layout.source)
    stands = _begin(sheet, layout, at)
    done = Imported(went_on_after=stands.line)
    _keep_rejects(rejects, stands.line)
    records = sheet.records(after=stands.line)
    while part := list(islice(records, batch)):
        with rejects.open("a", encoding="utf-8", newline="") as file:
            refused = csv.writer(file)
            with transaction.atomic():
                _batch(part, reader, taking, layout, sheet, done, refused)
                # Before the commit: a line too many in the file is cut off when it goes on.
                file.flush()
                ImportedFile.objects.filter(pk=stands.pk).update(
                    line=part[-1].line,
                    taken=stands.taken + done.taken,
                    known=stands.known + done.known,
                    rejected=stands.rejected + done.rejected,
                )
        if progress is not None:
            progress(done, part[-1].line)
    ImportedFile.objects.filter(pk=stands.pk).update(ended_at=at)
    return done


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


def _batch(
    part: Sequence[Record],
    reader: Reader,
    taking: Taking,
    layout: Layout,
    sheet: Sheet,
    done: Imported,
    refused: Any,
) -> None:
    texts = {record.line: record for record in part}

    def refuse(line: int, refusal: Refusal) -> None:
        done.rejected += 1
        done.reasons[refusal.text] = done.reasons.get(refusal.text, 0) + 1
        name = str(getattr(refusal, "field", ""))
        refused.writerow((line, name, str(refusal), texts[line].text))

    rows = _new(list(_rows(part, reader, refuse)), layout, sheet, done)
    taking.begin()
    for row, ref, area in zip(rows, _refs(rows, sheet), _areas(rows, taking), strict=True):
        try:
            taking.take(row, ref, area)
            done.taken += 1
        except Refusal as refusal:
            refuse(row.line, refusal)
    done.bytes += taking.write()


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


def _refs(rows: Sequence[Incoming], sheet: Sheet) -> Iterator[str]:
    """What a case is known by: its own reference, else the file and the line."""
    for row in rows:
        yield row.ref or f"{sheet.digest[:24]}:{row.line}"


def _new(rows: Sequence[Incoming], layout: Layout, sheet: Sheet, done: Imported) -> list[Incoming]:
    """Those that are not in the database yet, nor twice in this batch."""
    refs = list(_refs(rows, sheet))
    seen = set(
        Case.objects.filter(source=layout.source, source_ref__in=refs).values_list(
            "source_ref", flat=True
        )
    )
    new = []
    for row, ref in zip(rows, refs, strict=True):
        if ref in seen:
            done.known += 1
        else:
            seen.add(ref)
            new.append(row)
    return new


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
