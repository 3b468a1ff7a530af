"""Boston's on-time rate straight from the file: nothing of the loop is used, so that the two can
be compared. Wall-clock times are compared as they are written. Lines that the city calls duplicates
of a case that is still open are not counted (see `core.figures.NO_CASE`); which those are is told by
the caller."""

import csv
import gzip
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Counted:
    """Cases with a target date: closed by it; due by the end (closed, or the target has come)."""

    in_time: int
    due: int

    def __str__(self) -> str:
        return f"{self.in_time / self.due:.2%}" if self.due else "–"


def count(path: Path, limit: int | None = None, *, without: Container[str] = ()) -> Counted:
    """Count the first so many rows by opening; the end is the last closing of the whole file.

    `without` are the numbers (CASE_ENQUIRY_ID) of the duplicates."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    end = max(row["CLOSED_DT"] for row in rows)
    rows.sort(key=lambda row: (row["OPEN_DT"], row["CASE_ENQUIRY_ID"]))
    in_time = due = 0
    for row in rows[:limit]:
        target, closed = row["TARGET_DT"], row["CLOSED_DT"]
        if not target or row["CASE_ENQUIRY_ID"] in without:
            continue
        if closed:
            due += 1
            in_time += closed <= target
        elif target <= end:
            due += 1
    return Counted(in_time, due)
