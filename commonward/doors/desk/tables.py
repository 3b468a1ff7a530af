"""Tables as files of the desk: a CSV that a spreadsheet opens safely, and the text of one that was sent."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

from commonward.core.masking import mask_cell
from commonward.core.refusals import N_, Invalid
from commonward.core.spreadsheets import inert

_ENCODINGS = ("utf-8-sig", "gb18030")
"""What spreadsheets in China save: "CSV UTF-8", and plain "CSV"."""


def csv_file(rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """Rows as a file; no cell is taken for a formula (CSV injection), or tells how to reach somebody."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\r\n")
    writer.writerows([inert(_masked(cell)) for cell in row] for row in rows)
    return csv_text(made.getvalue(), name)


def csv_text(text: str, name: str) -> HttpResponse:
    """A file with this text; the mark before it makes a spreadsheet read the Chinese."""
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _masked(cell: Any) -> Any:
    return mask_cell(cell) if isinstance(cell, str) else cell


def sent_table(request: HttpRequest, name: str, most: int) -> str | None:
    """The text of a table that was sent as a file; None where none was.

    Raises Invalid for one of more than `most` bytes, and for what is no text.
    """
    file = request.FILES.get(name)
    if file is None or isinstance(file, list):
        return None
    if (file.size or 0) > most:
        raise Invalid(
            N_("The file is larger than {most} kilobytes."), field=name, most=most // 1000
        )
    raw = file.read()
    for encoding in _ENCODINGS:
        try:
            return str(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Invalid(
        N_("The file is no table: save it as “CSV UTF-8” and choose it again."), field=name
    )
