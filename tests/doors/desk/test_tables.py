"""Tables of the desk: opened by a spreadsheet without running anything, read as spreadsheets save them."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from commonward.core.refusals import Invalid
from commonward.doors.desk.tables import csv_file, sent_table


def sent(raw: bytes, most: int = 1_000) -> str | None:
    """What is read of a file of these bytes."""
    file = SimpleUploadedFile("table.csv", raw)
    return sent_table(RequestFactory().post("/", {"file": file}), "file", most)


def test_no_cell_is_a_formula_and_numbers_stay_numbers() -> None:
    cells = ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@x", "\tx", "-12.5", "+3", -4.5, "云桥", ""]
    read = csv_file([cells], "x.csv").content.decode("utf-8-sig")
    (row,) = csv.reader(io.StringIO(read, newline=""))
    assert row[:5] == [f"'{cell}" for cell in cells[:5]]
    assert row[5:] == ["-12.5", "+3", "-4.5", "云桥", ""]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_as_spreadsheets_in_china_save_it(encoding: str) -> None:
    assert sent("队,席位\n巡逻一队,1\n".encode(encoding)) == "队,席位\n巡逻一队,1\n"


def test_what_is_too_large_or_no_text_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="larger than 1 kilobytes"):
        sent(b"x" * 1_001)
    with pytest.raises(Invalid, match="no table"):
        sent(b"\xff\xff\xff")
    assert sent_table(RequestFactory().post("/"), "file", 10) is None
