"""Tables as files for another system: CSV, XLSX or JSON; no text of them becomes a formula."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from commonward.core.refusals import N_, Invalid
from commonward.core.spreadsheets import inert

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def table_bytes(form: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file of a form; raises Invalid for another form."""
    if form == "csv":
        return _csv(heads, rows)
    if form == "xlsx":
        return _xlsx(heads, rows)
    if form == "json":
        told = [dict(zip(heads, row, strict=True)) for row in rows]
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    raise Invalid(N_("A table comes as {known}."), field="as", known=", ".join(KINDS))


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerow([inert(one) for one in heads])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    # The mark before it makes a spreadsheet read the Chinese.
    return ("\ufeff" + made.getvalue()).encode()


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 (only who takes a table along needs it)

    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("1")
    for line, row in enumerate(_with(heads, rows)):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    return made.getvalue()


def _with(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    yield heads
    yield from rows
