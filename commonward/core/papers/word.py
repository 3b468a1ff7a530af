"""Drawing sheets as Word files (DOCX): the same content as the PDF, for offices that edit them."""

import io
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from commonward.core.papers.filling import Block, Field, Sheet
from commonward.core.papers.pdf import header, reference, widths

LATIN, BODY, TITLE = "Times New Roman", "仿宋", "黑体"
"""Fonts that offices have; the East Asian ones are set apart, or Word takes the Latin one."""
_WIDTH_MM = 164


def word(sheet: Sheet) -> bytes:
    """One paper as DOCX: A4, header with its number and the rules' version, page numbers as fields."""
    paper = Document()
    size = 15.0 if sheet.big else 10.5
    _set_page(paper, sheet, size)
    for place, line in enumerate(sheet.title.split("\n")):
        heading = paper.add_paragraph(style="Title" if not place else "Subtitle")
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.add_run(line)
    if sheet.which:
        paper.add_paragraph(sheet.which).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for block in sheet.blocks:
        if block.title:
            paper.add_paragraph(block.title, style="Heading 2")
        _DRAW[block.form](paper, block, sheet)
    if sheet.law:
        law = paper.add_paragraph()
        law.add_run(sheet.law).font.size = Pt(8)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _set_page(paper: Paper, sheet: Sheet, size: float) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(26), Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    for name, east, points in (
        ("Normal", BODY, size),
        ("Title", TITLE, size * 1.6),
        ("Subtitle", TITLE, size * 1.1),
        ("Heading 2", TITLE, size * 1.05),
    ):
        _set_font(paper.styles[name], east, points)
    properties = paper.core_properties
    properties.title = sheet.title.split("\n")[0]
    properties.author = ""
    properties.keywords = f"{sheet.kind}, {sheet.rule_version}"
    if sheet.bare:
        return
    head = section.header.paragraphs[0]
    head.add_run(f"{header(sheet)}\t\t{reference(sheet)}").font.size = Pt(8)
    if not sheet.numbered:
        return
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = (
        ("Page ", " of ", "") if sheet.language == "en" else ("第 ", " 页　共 ", " 页")
    )
    foot.add_run(before)
    _counted(foot, "PAGE")
    foot.add_run(between)
    _counted(foot, "NUMPAGES")
    foot.add_run(after)


def _set_font(style: Any, east: str, points: float) -> None:
    style.font.name = LATIN
    style.font.size = Pt(points)
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), east)


def _counted(paragraph: Paragraph, what: str) -> None:
    """A field that Word counts itself: PAGE or NUMPAGES."""
    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = what
        run._r.append(mark)


def _fill(cell: _Cell, text: str, *, shaded: bool = False, lines: int = 1) -> None:
    first, *more = text.split("\n")
    cell.paragraphs[0].add_run(first)
    for line in more:
        cell.add_paragraph(line)
    for _ in range(0 if text else lines - 1):
        cell.add_paragraph()
    if shaded:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F1F1EE")
        cell._tc.get_or_add_tcPr().append(shade)


def _grid(paper: Paper, block: Block, sheet: Sheet) -> None:
    label = 36 if sheet.big else 28
    value = (_WIDTH_MM - 2 * label) // 2
    table = paper.add_table(rows=0, cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row in block.rows:
        cells = table.add_row().cells
        for cell, width in zip(cells, (label, value, label, value), strict=True):
            cell.width = Mm(width)
        if row[0].whole:
            cells[1].merge(cells[3])
        for place, field in enumerate(row):
            _fill(cells[2 * place], field.label, shaded=True)
            _fill(cells[2 * place + 1], field.value, lines=field.lines)
    paper.add_paragraph()


def _table(paper: Paper, block: Block, sheet: Sheet) -> None:
    table = paper.add_table(rows=0, cols=len(block.texts), style="Table Grid")
    table.autofit = False
    shares = widths(block)
    for row in (tuple(Field(text, text) for text in block.texts), *block.rows):
        heads = not table.rows
        drawn = table.add_row()
        if heads:
            repeated = OxmlElement("w:tblHeader")
            drawn._tr.get_or_add_trPr().append(repeated)
        for cell, field, share in zip(drawn.cells, row, shares, strict=True):
            cell.width = Mm(_WIDTH_MM * share / sum(shares))
            _fill(cell, field.value, shaded=heads)
    paper.add_paragraph()


def _prose(paper: Paper, block: Block, sheet: Sheet) -> None:
    for text in block.texts:
        for piece in text.split("\n\n"):
            paragraph = paper.add_paragraph(piece)
            if sheet.bare:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _numbered(paper: Paper, block: Block, sheet: Sheet) -> None:
    # The number is text: a clause keeps it when it is copied elsewhere.
    dot = ". " if sheet.language == "en" else "．"
    for number, text in enumerate(block.texts, 1):
        paper.add_paragraph(f"{number}{dot}{text}")


def _boxes(paper: Paper, block: Block, sheet: Sheet) -> None:
    for (field,) in block.rows:
        paper.add_paragraph(f"{'☑' if field.value else '☐'} {field.label}")


def _lines(paper: Paper, block: Block, sheet: Sheet) -> None:
    table = paper.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for (field,) in block.rows:
        cells = table.add_row().cells
        _fill(cells[0], field.label)
        _fill(cells[1], field.value or "________________")
    paper.add_paragraph()


def _signatures(paper: Paper, block: Block, sheet: Sheet) -> None:
    table = paper.add_table(rows=0, cols=2)
    fields = [field for row in block.rows for field in row]
    for place in range(0, len(fields), 2):
        for cell, field in zip(table.add_row().cells, fields[place : place + 2], strict=False):
            _fill(cell, field.label + (f"：{field.value}" if field.value else ""))
            if field.signed:
                cell.add_paragraph()
                cell.add_paragraph("________________________")
    paper.add_paragraph()


_DRAW = {
    "grid": _grid,
    "table": _table,
    "prose": _prose,
    "numbered": _numbered,
    "boxes": _boxes,
    "lines": _lines,
    "signatures": _signatures,
}
