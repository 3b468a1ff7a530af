"""The three kinds of files that other systems give: CSV, XLSX and JSON with a list at a path.

Each is columns and numbered records, read one after the other from any line on, so that a run
goes on where it stopped. What a formula gives is read, never the formula.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from commonward.core.books import check_book
from commonward.core.refusals import N_, Invalid
from commonward.core.sheets import Record, Sheet

MOST_BYTES = 32_000_000
MOST_UNPACKED = 400_000_000
MOST_COLUMNS = 80
MOST_ROWS = 200_000
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its columns, and its digest, by which it is known again."""

    file: Path
    form: str
    at: str
    columns: tuple[str, ...]
    digest: str

    def records(self, after: int = 0) -> Iterator[Record]:
        """The records that begin after line (or place) `after`, with their values as texts."""
        read = {"csv": _csv, "xlsx": _xlsx, "json": _json}[self.form]
        return read(self, after)


def open_source(file: Path, form: str, at: str = "") -> Source:
    """The file as a source of this form; `at` is where the list stands in JSON ("data.orders").

    Raises Invalid in words when it is of another form, cannot be read, or is too large.
    """
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), most=MOST_BYTES // 1000, field="file"
        )
    with file.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    _check_form(file, form)
    if form == "csv":
        columns: tuple[str, ...] = Sheet.at(file).columns
    elif form == "xlsx":
        first = next(_book_rows(file), [])
        columns = tuple(_text(one) for one in first)
        while columns and not columns[-1]:
            columns = columns[:-1]
    else:
        columns = _keys(_list_at(file, at))
    if not any(columns):
        raise Invalid(
            N_("The file does not begin with a row that names its columns."), field="file"
        )
    if len(columns) > MOST_COLUMNS:
        raise Invalid(
            N_("The table has more than {most} columns."), most=MOST_COLUMNS, field="file"
        )
    twice = sorted({one for one in columns if one and columns.count(one) > 1})
    if twice:
        raise Invalid(
            N_("The file names the column {column} twice; give each its own name."),
            column=twice[0], field="file",
        )  # fmt: skip
    return Source(file, form, at, columns, digest)


def first_rows(source: Source, most: int) -> list[list[str]]:
    """The values of the first rows, as they are shown beside the mapping."""
    return [list(one.values) for one in islice(source.records(), most) if one.fault is None]


def _check_form(file: Path, form: str) -> None:
    with file.open("rb") as raw:
        head = raw.read(64)
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    found = "xlsx" if head.startswith(_ZIP) else "json" if begins in (b"[", b"{") else "csv"
    if not head.strip():
        raise Invalid(N_("The file is empty."), field="file")
    if found != form:
        raise Invalid(
            N_("This exchange takes {wanted}; the file looks like {found}."),
            wanted=form.upper(), found=found.upper(), field="file",
        )  # fmt: skip


def _csv(source: Source, after: int) -> Iterator[Record]:
    return Sheet.at(source.file).records(after)


def _xlsx(source: Source, after: int) -> Iterator[Record]:
    for line, row in enumerate(_book_rows(source.file), 1):
        if line <= max(1, after):
            continue
        values = [_text(one) for one in row[: len(source.columns)]]
        if any(values):
            values += [""] * (len(source.columns) - len(values))
            yield Record(line, values, "")


def _json(source: Source, after: int) -> Iterator[Record]:
    for line, one in enumerate(_list_at(source.file, source.at), 1):
        if line <= after:
            continue
        if not isinstance(one, dict):
            yield Record(line, [], "", Invalid(N_("Row {line} is no object."), line=line))
            continue
        flat = dict(_flat(one))
        yield Record(line, [flat.get(name, "") for name in source.columns], "")


def _book_rows(file: Path) -> Iterator[list[Any]]:
    """The rows of the first sheet, from its first line."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 (who reads a book)

    try:
        check_book(str(file), MOST_UNPACKED, MOST_ROWS * MOST_COLUMNS)
        with CalamineWorkbook.from_path(str(file)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.total_height > MOST_ROWS:
                raise Invalid(
                    N_("The file has more than {most} rows; divide it."), most=MOST_ROWS,
                    field="file",
                )  # fmt: skip
            empty: list[Any] = []
            for _line in range(sheet.start[0] if sheet.start else 0):
                yield empty  # empty lines above the table, which the reader leaves out
            yield from sheet.iter_rows()
    except (CalamineError, ValueError, IndexError, OSError, KeyError) as error:
        raise Invalid(
            N_("The file cannot be read as a spreadsheet: {error}."), error=str(error)[:120],
            field="file",
        ) from None  # fmt: skip


def _text(value: Any) -> str:
    """A cell as a text: Excel's dates as ISO 8601, whole numbers without a point."""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        # A moment at midnight and a day alone are one number in Excel: both are read as a moment.
        return f"{value.isoformat()} 00:00:00"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return "" if value is None else str(value).strip()


def _list_at(file: Path, at: str) -> list[Any]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            raise Invalid(
                N_("The file is neither UTF-8 nor GB18030; save it as UTF-8."), field="file"
            ) from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(
            N_("The file cannot be read as JSON: {error}."), error=str(error)[:120], field="file"
        ) from None
    for name in at.split(".") if at else ():
        if not isinstance(found, dict) or name not in found:
            there = ", ".join(list(found)[:20]) if isinstance(found, dict) else "–"
            raise Invalid(
                N_("In the JSON there is no “{name}” (of the path {path}); there is: {there}."),
                name=name, path=at, there=there, field="path",
            )  # fmt: skip
        found = found[name]
    if not isinstance(found, list):
        lists = (
            [k for k, v in found.items() if isinstance(v, list)] if isinstance(found, dict) else []
        )
        raise Invalid(
            N_("At the path “{path}” there is no list of rows. Lists here: {lists}."),
            path=at, lists=", ".join(lists) or "–", field="path",
        )  # fmt: skip
    if len(found) > MOST_ROWS:
        raise Invalid(
            N_("The file has more than {most} rows; divide it."), most=MOST_ROWS, field="file"
        )
    return found


def _keys(rows: list[Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        if isinstance(row, dict):
            found.update(dict.fromkeys(name for name, _ in _flat(row)))
            if len(found) > MOST_COLUMNS:
                break
    return tuple(found)


def _flat(row: dict[str, Any], before: str = "", deep: int = 0) -> Iterator[tuple[str, str]]:
    """Names with dots and their values: {"place": {"lat": 1}} is ("place.lat", "1")."""
    for name, value in row.items():
        if isinstance(value, dict) and deep < 4:
            yield from _flat(value, f"{before}{name}.", deep + 1)
        elif isinstance(value, dict | list):
            yield before + name, json.dumps(value, ensure_ascii=False)
        else:
            yield before + name, _text(value)
