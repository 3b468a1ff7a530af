"""A spreadsheet file looked at before it is opened: what it would become in memory (表格炸弹).

The library that reads it makes room for every place between the first cell and the last, and ends
the whole process where there is none: a file of a kilobyte with a cell in A1 and one in XFD1048576
is enough. So each sheet is read through once, as it stands and a piece at a time.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from commonward.core.refusals import N_, Invalid

_PIECE = 1 << 20
_CELLS = b"sheetData"
_CELLS_WIDE = b"\0".join(bytes([one]) for one in _CELLS)
"""What holds the cells of a sheet, and the same in UTF-16."""
_REFERENCE = re.compile(r"([A-Z]{0,3})([0-9]{0,7})", re.IGNORECASE)
_FAR = 1 << 40
_ROWS, _COLUMNS = "number-rows-repeated", "number-columns-repeated"


def check_book(file: str | IO[bytes], most_bytes: int, most_cells: int) -> None:
    """Raises Invalid (field "file") for an XLSX or ODS file that would take more room than this, and
    for what is neither."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > most_bytes:
                raise Invalid(N_("The file is far too large when it is unpacked."), field="file")
            for one in packed.infolist():
                if one.filename.lower().endswith("workbook.bin"):
                    raise _unreadable("XLSB")
                # An open document names its table; a sheet of a workbook may have any name.
                if one.filename == "content.xml" or _holds_cells(packed, one):
                    with packed.open(one) as part:
                        if _Reach().of(part) > most_cells:
                            raise _too_far()
    except (
        zipfile.BadZipFile, zlib.error, expat.ExpatError, RuntimeError, NotImplementedError,
        OSError, EOFError, ValueError,
    ) as error:  # fmt: skip
        raise _unreadable(str(error)[:120]) from None


def _holds_cells(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bool:
    """Whether it is a sheet; read to its end, whose sum tells that it is as long as it says."""
    before, found = b"", False
    with packed.open(one) as part:
        while piece := part.read(_PIECE):
            both = before + piece
            found = found or _CELLS in both or _CELLS_WIDE in both
            before = piece[-32:]
    return found


class _Reach:
    """How many places lie between the first cell that holds something and the last."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._last_row = self._last_column = 0
        self._first_row = self._first_column = _FAR
        self._times = 1
        self._open: tuple[int, int] | None = None

    def of(self, part: IO[bytes]) -> int:
        """Of one sheet. Raises ExpatError, ValueError."""
        reader = expat.ParserCreate()
        reader.StartElementHandler = self._begins
        reader.EndElementHandler = self._ends
        reader.CharacterDataHandler = self._says
        reader.StartDoctypeDeclHandler = self._declared
        while piece := part.read(_PIECE):
            reader.Parse(piece, False)
        reader.Parse(b"", True)
        rows = self._last_row - self._first_row + 1
        return max(rows, 0) * max(self._last_column - self._first_column + 1, 0)

    def _begins(self, tag: str, given: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in ("row", "table-row"):
            self._row, self._column = self._row + self._times, 0
            self._times = _repeated(given, _ROWS)
            if name == "row" and "r" in given:
                self._row = _place(given["r"])[0]
        elif name == "c":
            self._column += 1
            if "r" in given:
                self._row, self._column = _place(given["r"])
            self._open = (self._row, self._column)
        elif name in ("table-cell", "covered-table-cell"):
            first = self._column + 1
            self._column += _repeated(given, _COLUMNS)
            self._open = (self._row, first)
            if any(one.endswith("value-type") for one in given):
                self._holds()
        elif self._open is not None:
            self._holds()

    def _says(self, _words: str) -> None:
        if self._open is not None:
            self._holds()

    def _ends(self, tag: str) -> None:
        if tag.rpartition(":")[2] in ("c", "table-cell", "covered-table-cell"):
            self._open = None

    def _holds(self) -> None:
        if self._open is None:
            return
        self._first_row = min(self._first_row, self._open[0])
        self._first_column = min(self._first_column, self._open[1])
        self._last_row = max(self._last_row, self._open[0] + self._times - 1)
        self._last_column = max(self._last_column, self._column)
        self._open = None

    def _declared(self, *_given: object) -> None:
        raise _unreadable("DOCTYPE")


def _repeated(given: Mapping[str, str], what: str) -> int:
    told = next((value for name, value in given.items() if name.endswith(what)), "1")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else _FAR


def _place(reference: str) -> tuple[int, int]:
    """Row and column of "B7", from 1; far away for what is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return _FAR, _FAR
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2] or 0), column


def _unreadable(error: str) -> Invalid:
    return Invalid(
        N_("The file cannot be read as a spreadsheet: {error}."), error=error, field="file"
    )


def _too_far() -> Invalid:
    return Invalid(
        N_("A cell lies far outside of the table: delete what stands there, and save it again."),
        field="file",
    )
