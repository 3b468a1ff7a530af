"""A spreadsheet that would fill the machine's memory is told so before it is opened."""

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from commonward.core.books import check_book
from commonward.core.exchanging.files import open_source
from commonward.core.refusals import Invalid
from commonward.core.targets.workbook import rows_of

MOST = 1_000_000
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATION = f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_DOCUMENTS}/%s" Target="%s"/></Relationships>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def workbook(rows: str, sheet: str = "worksheets/sheet1.xml", encoding: str = "utf-8") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_rels/.rels", _RELATION % ("officeDocument", "xl/workbook.xml"))
        packed.writestr("xl/_rels/workbook.xml.rels", _RELATION % ("worksheet", sheet))
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENTS}"><sheets>'
            '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        told = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        packed.writestr(f"xl/{sheet}", told.encode(encoding))
    return made.getvalue()


def open_document(rows: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><o:body><o:spreadsheet>'
            f'<t:table t:name="1">{rows}</t:table></o:spreadsheet></o:body></o:document-content>',
        )
    return made.getvalue()


def check(content: bytes) -> None:
    check_book(io.BytesIO(content), 50_000_000, MOST)


@pytest.mark.parametrize(
    "rows",
    [
        FAR,
        FAR.replace("<c ", "<x:c xmlns:x='x' ").replace("</c>", "</x:c>"),
        '<row r="1">' + "<c><v>1</v></c>" * 2000 + '</row><row r="900000"><c><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v></c></row><row><c r="ZZZZ9"><v>1</v></c></row>',
        '<row><c r="A1"><v>1</v></c><c r="A99999999"><v>1</v></c><c r="B1"><v>1</v></c></row>',
    ],
)
def test_cells_far_from_one_another(rows: str) -> None:
    with pytest.raises(Invalid, match="far outside"):
        check(workbook(rows))


@pytest.mark.parametrize("sheet", ["worksheets/sheet1.xml", "media/photo.png"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_under_any_name_and_in_any_writing(sheet: str, encoding: str) -> None:
    with pytest.raises(Invalid, match="far outside"):
        check(workbook(FAR, sheet, encoding))


def test_cells_that_repeat_in_an_open_document() -> None:
    cell = '<t:table-cell o:value-type="float" o:value="1" t:number-columns-repeated="16384"/>'
    with pytest.raises(Invalid, match="far outside"):
        check(open_document(f'<t:table-row t:number-rows-repeated="1048576">{cell}</t:table-row>'))


@pytest.mark.parametrize(
    "content",
    [
        workbook('<row r="1"><c r="A1" <c r="B1"><v>1</v></c></row>'),
        b"PK\x03\x04 and no more",
    ],
)
def test_what_is_no_book_is_told_so(content: bytes) -> None:
    with pytest.raises(Invalid, match="cannot be read as a spreadsheet"):
        check(content)


def test_an_entity_is_not_expanded() -> None:
    bomb = workbook(FAR)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for one in zipfile.ZipFile(io.BytesIO(bomb)).infolist():
            told = zipfile.ZipFile(io.BytesIO(bomb)).read(one)
            if b"sheetData" in told:
                told = b'<!DOCTYPE w [<!ENTITY a "aaaa">]>' + told.replace(b"A1", b"&a;")
            packed.writestr(one.filename, told)
    with pytest.raises(Invalid, match="DOCTYPE"):
        check(made.getvalue())


def test_what_lies_about_its_length_is_not_opened() -> None:
    content = workbook("<row><c><v>1</v></c></row>" * 200_000)
    told = zipfile.ZipFile(io.BytesIO(content)).getinfo("xl/worksheets/sheet1.xml").file_size
    lying = content.replace(told.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Invalid, match="cannot be read as a spreadsheet"):
        check(lying)


def test_tables_as_offices_write_them_are_taken(tmp_path: Path) -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet, red = book.add_worksheet(), book.add_format({"bg_color": "red"})
    sheet.write_row(0, 0, ["ref", "words", "category"])
    sheet.write_row(1, 0, ["7", "高空抛物", "0301"])
    sheet.write_blank(1_000_000, 16_000, None, red)  # a colour far away is no cell
    sheet.set_column(0, 16_383, 12, red)
    book.close()
    file = tmp_path / "orders"
    file.write_bytes(made.getvalue())

    assert open_source(file, "xlsx").columns == ("ref", "words", "category")
    assert rows_of(made.getvalue())[1] == ["7", "高空抛物", "0301"]
    empty = '<t:table-row t:number-rows-repeated="1048570"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>'
    check(open_document('<t:table-row><t:table-cell o:value-type="float" o:value="1"/></t:table-row>' + empty))  # fmt: skip


def test_both_readers_of_books_look_first(tmp_path: Path) -> None:
    content = workbook(FAR)
    file = tmp_path / "orders"
    file.write_bytes(content)
    with pytest.raises(Invalid, match="far outside"):
        open_source(file, "xlsx")
    with pytest.raises(Invalid, match="far outside"):
        rows_of(content)
