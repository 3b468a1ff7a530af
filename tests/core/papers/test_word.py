"""The papers as Word files: opened again, they say what the PDF says."""

import io
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn

from commonward.core.papers.filling import sheet
from commonward.core.papers.kinds import kinds
from commonward.core.papers.word import word
from tests.core.papers.sample import settled, spoken


def everything(data: bytes) -> str:
    """All text of the body, paragraphs and cells, in order."""
    body = Document(io.BytesIO(data)).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("code", list(kinds()))
def test_a_word_file_holds_every_value_text_and_label_of_the_sheet(
    code: str, language: str
) -> None:
    paper = sheet(code, spoken() if code == "oral" else settled(), language)
    text = everything(word(paper))
    for field in (f for block in paper.blocks for row in block.rows for f in row):
        if field.value != "✓":
            assert field.value.replace("\n", "") in text, field.label
    for block in paper.blocks:
        for piece in block.texts:
            assert piece.replace("\n", "") in text


def test_page_numbers_are_fields_and_the_head_names_paper_and_rules() -> None:
    section = Document(io.BytesIO(word(sheet("agreement", settled())))).sections[0]
    fields = [node.text for node in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    head = section.header.paragraphs[0].text
    assert "文书8" in head and "2026.1" in head and "TJ-2026-000123" in head


def test_chinese_has_its_own_fonts_and_no_theme_overrules_them() -> None:
    styles = Document(io.BytesIO(word(sheet("agreement", settled())))).styles
    for name, font in (("Normal", "仿宋"), ("Title", "黑体"), ("Heading 2", "黑体")):
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_the_paper_is_a4_and_names_no_author() -> None:
    paper = Document(io.BytesIO(word(sheet("rights", settled()))))
    width, height = paper.sections[0].page_width, paper.sections[0].page_height
    assert width is not None and height is not None
    assert (round(width.mm), round(height.mm)) == (210, 297)
    assert paper.core_properties.author == ""


def test_a_formula_a_field_or_a_tag_in_a_users_text_stays_text() -> None:
    sly = '=1+1 {INCLUDETEXT x} <w:p/> & "x"'
    data = word(sheet("intake", replace(settled(), summary=sly)))
    assert sly in everything(data)
    body = Document(io.BytesIO(data)).element.body
    assert not list(body.iter(qn("w:instrText")))
