"""A table of figures as a file: CSV, XLSX or PDF; numbers stay numbers, no text becomes a formula."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.core.indicators.pictures import Cell, Column, Table
from commonward.core.masking import mask_cell
from commonward.core.papers import report
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.tables import csv_file
from commonward.doors.look.showing import language

_DAY = 86_400
_FORMATS = {
    "share": "0.0%",
    "change": "+0.0%;-0.0%",
    "seconds": "[h]:mm:ss",
    "count": "#,##0",
    "score": "0.0",
    "number": "#,##0.00",
}
"""Excel's number formats by unit; a time is kept in days."""


def table_file(form: str, table: Table, told: str, at: datetime) -> HttpResponse:
    """The file; `told` says what is looked at (area, window). Raises Invalid for another form."""
    make = _FORMS.get(form)
    if make is None:
        raise Invalid(N_("A table comes as {known}."), field="as", known=", ".join(_FORMS))
    return make(table, told, at)


def _split(table: Table) -> Iterator[tuple[str, str]]:
    """Heads with their units: an interval is two columns, what is noted a column of its own."""
    for place, column in enumerate(table.columns):
        if column.unit.startswith("interval"):
            unit = column.unit.removeprefix("interval ")
            yield _("{title}, from").format(title=column.title), unit
            yield _("{title}, to").format(title=column.title), unit
        else:
            yield column.title, column.unit
        if _noted(table, place):
            yield _("Note"), ""


def _noted(table: Table, place: int) -> bool:
    return any(row[place].note for row in table.rows)


def _values(table: Table) -> Iterator[list[str | float | None]]:
    for row in table.rows:
        found: list[str | float | None] = []
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            found += _plain(cell, column)
            if _noted(table, place):
                found.append(cell.note)
        yield found


def _plain(cell: Cell, column: Column) -> list[str | float | None]:
    if column.unit.startswith("interval"):
        return list(cell.value) if isinstance(cell.value, tuple) else [None, None]
    return [None if isinstance(cell.value, tuple) else cell.value]


def _csv(table: Table, told: str, at: datetime) -> HttpResponse:
    units = {"share": _("share of 1"), "seconds": _("seconds")}
    heads = [
        f"{title} ({units[unit]})" if unit in units else title for title, unit in _split(table)
    ]
    rows = [["" if value is None else value for value in row] for row in _values(table)]
    return csv_file([heads, *rows], f"{table.name}.csv")


def _xlsx(table: Table, told: str, at: datetime) -> HttpResponse:
    import xlsxwriter  # noqa: PLC0415 (only who takes a table along needs it)

    made = BytesIO()
    # Texts are written as texts: nothing typed by anybody becomes a formula or a link.
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": table.title, "created": timezone.make_naive(at)})
    sheet = book.add_worksheet(_sheet_name(table.title))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {unit: book.add_format({"num_format": form}) for unit, form in _FORMATS.items()}
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, told)
    heads = list(_split(table))
    for place, (title, _unit) in enumerate(heads):
        sheet.write_string(3, place, title, bold)
    for line, row in enumerate(_values(table), 4):
        for place, (value, (_title, unit)) in enumerate(zip(row, heads, strict=True)):
            if isinstance(value, str):
                sheet.write_string(line, place, mask_cell(value), plain)
            elif value is not None:
                number = value / _DAY if unit == "seconds" else value
                sheet.write_number(line, place, number, formats.get(unit))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, max(1, len(heads) - 1), 15)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    book.close()
    return _file(
        made.getvalue(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        f"{table.name}.xlsx",
    )


def _sheet_name(title: str) -> str:
    """What Excel takes as a sheet's name: at most 31 signs, none of its own."""
    kept = "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)
    return kept[:31].strip() or "1"


def _pdf(table: Table, told: str, at: datetime) -> HttpResponse:
    rows = [[mask_cell(cell) for cell in row] for row in table.texts(language())]
    blocks = [
        report.table([column.title for column in table.columns], rows, small=len(table.columns) > 5)
    ]
    blocks += [report.words(note) for note in table.notes]
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    sheet = report.Report(
        table.title, told, _("As of {when}").format(when=when), _("Page {page} of {pages}"), language(), blocks
    )  # fmt: skip
    return _file(report.report_pdf(sheet), "application/pdf", f"{table.name}.pdf")


def _file(raw: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(raw, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


_FORMS: Mapping[str, Callable[[Table, str, datetime], HttpResponse]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "pdf": _pdf,
}
