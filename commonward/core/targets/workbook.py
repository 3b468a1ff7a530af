"""The rows of a spreadsheet file (表格文件): XLSX, XLS, ODS or CSV, whoever wrote it.

What a formula gives is read, never the formula. A merged cell that names a group or task stands
for all its lines; any other merged cell is left empty below its first.
"""

import csv
import io
from typing import Any

from commonward.core.books import check_book
from commonward.core.refusals import N_, Invalid
from commonward.core.targets.sheet import FILLED_DOWN, MOST_LINES, heads

MOST_BYTES = 5_000_000
MOST_UNPACKED = 80_000_000
MOST_COLUMNS = 60
MOST_CELLS = 4_000_000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCODINGS = ("utf-8-sig", "gb18030")


def rows_of(content: bytes, *, fill: bool = True) -> list[list[Any]]:
    """The rows of the file's first sheet, the titles first. Raises Invalid in words.

    Without `fill` it is another table than a plan's, and every merged cell is left empty below.
    """
    if len(content) > MOST_BYTES:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), most=MOST_BYTES // 1000, field="file"
        )
    if content.startswith((_ZIP, _OLD)):
        return _from_book(content, fill)
    return _from_text(content)


def _from_text(content: bytes) -> list[list[Any]]:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
        except csv.Error as error:
            raise Invalid(
                N_("The quotes of the table are broken ({error})."), error=str(error), field="file"
            ) from None
        return _bounded(rows)
    raise Invalid(
        N_("The file is no table: save it as XLSX or as “CSV UTF-8” and choose it again."),
        field="file",
    )


def _from_book(content: bytes, fill: bool) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 (who imports a table)

    if content.startswith(_ZIP):
        check_book(io.BytesIO(content), MOST_UNPACKED, MOST_CELLS)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheet = book.get_sheet_by_index(0)
            rows = _bounded(sheet.to_python(skip_empty_area=False, nrows=MOST_LINES + 50))
            merged = sheet.merged_cell_ranges or []
    except Invalid:
        raise
    except (CalamineError, ValueError, IndexError, OSError, KeyError) as error:
        raise Invalid(
            N_("The file cannot be read as a spreadsheet: {error}."),
            error=str(error)[:120],
            field="file",
        ) from None
    if fill:
        _fill_merged(rows, merged)
    return rows


def _bounded(rows: list[list[Any]]) -> list[list[Any]]:
    if any(
        len(row) > MOST_COLUMNS and any(str(c).strip() for c in row[MOST_COLUMNS:]) for row in rows
    ):
        raise Invalid(
            N_("The table has more than {most} columns."), most=MOST_COLUMNS, field="file"
        )
    return [row[:MOST_COLUMNS] for row in rows]


def _fill_merged(rows: list[list[Any]], merged: list[Any]) -> None:
    if not merged or not rows:
        return
    down = {place for name, place in heads(rows[0]).items() if name in FILLED_DOWN}
    for (top, left), (bottom, right) in merged:
        for column in range(left, min(right, MOST_COLUMNS - 1) + 1):
            if column not in down:
                continue
            for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
                if column < len(rows[row]) and left < len(rows[top]) and column == left:
                    rows[row][column] = rows[top][left]
