"""The papers as PDF: what they say, how they look, and what their data can never do.

When a paper changed on purpose: RENEW_PAPERS=1 pytest tests/core/papers/test_pdf.py, and look at
the pictures in `golden/` before committing them.
"""

import io
import os
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from commonward.core.papers.facts import Clause, File
from commonward.core.papers.filling import Block, Sheet, sheet
from commonward.core.papers.kinds import kinds
from commonward.core.papers.pdf import pdf, pictures
from commonward.core.papers.word import word
from commonward.core.refusals import Invalid
from tests.core.papers.sample import settled, spoken

GOLDEN = Path(__file__).with_name("golden")
RENEW = bool(os.environ.get("RENEW_PAPERS"))
PPI = 45
FAR = 0.001
"""Share of pixels that may differ visibly: another machine's rounding, not a moved line."""


def drawn(code: str, language: str) -> Sheet:
    return sheet(code, spoken() if code == "oral" else settled(), language)


def text_of(data: bytes) -> str:
    """The text of a PDF, normalised: one line a line, no runs of blanks."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    lines = (re.sub(r"\s+", " ", line).strip() for page in pages for line in page.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def squeezed(data: bytes) -> str:
    return re.sub(r"\s", "", text_of(data))


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("code", list(kinds()))
def test_each_paper_says_what_it_said(code: str, language: str) -> None:
    said = text_of(pdf(drawn(code, language)))
    kept = GOLDEN / f"{code}-{language}.txt"
    if RENEW:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(said, "utf-8")
    assert said == kept.read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", list(kinds()))
def test_each_paper_looks_as_it_looked(code: str, language: str) -> None:
    kept = GOLDEN / f"{code}-{language}.png"
    now = Image.open(io.BytesIO(pictures(drawn(code, language), PPI)[0])).convert("L")
    if RENEW:
        now.quantize(64).save(kept, optimize=True)
    with Image.open(kept) as image:
        before = np.asarray(image.convert("L"), dtype=np.int16)
    after = np.asarray(now, dtype=np.int16)
    assert before.shape == after.shape
    assert (np.abs(before - after) > 60).mean() < FAR


@pytest.mark.parametrize("code", list(kinds()))
def test_every_value_of_a_sheet_stands_in_its_pdf(code: str) -> None:
    paper = drawn(code, "zh")
    text = squeezed(pdf(paper))
    for field in paper.fields():
        if field.value and field.value != "✓":
            assert re.sub(r"\s", "", field.value) in text, field.label


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert pdf(drawn("agreement", "zh")) == pdf(drawn("agreement", "zh"))


def test_a_paper_is_pdf_a_with_its_fonts_inside_and_its_numbers_at_the_head() -> None:
    data = pdf(drawn("agreement", "zh"))
    assert b"pdfaid:part" in data
    reader = PdfReader(io.BytesIO(data))
    for page in reader.pages:
        text = page.extract_text()
        assert "文书8" in text.replace(" ", "") and "2026.1" in text
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert fonts and all(re.match(r"/[A-Z]{6}\+NotoSans", name) for name in fonts)


def test_names_with_rare_letters_are_shown_and_can_be_found_in_the_text() -> None:
    text = squeezed(pdf(drawn("intake", "zh")))
    assert "张㛃喆" in text
    assert "阿卜杜拉·买买提" in text
    assert "李𬱟" in squeezed(pdf(drawn("agreement", "zh")))


def test_a_letter_that_no_font_has_is_refused_and_never_an_empty_box() -> None:
    with pytest.raises(Invalid, match="No font here can show"):
        pdf(sheet("intake", replace(settled(), summary="བོད་ཡིག")))


ATTACKS = [
    "#panic(\"x\")", "#read(\"/etc/passwd\")", "#image(\"http://x/y.png\")", "*bold* _it_ = head",
    "$ x^2 $", "]#eval(\"1+1\")[", "\\u{41} \\ // /* */ <label> @ref", "{\"a\": 1}", "`raw` ```",
    "- list\n+ enum\n/ term: x",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_users_write_is_shown_and_never_run(attack: str) -> None:
    file = settled()
    assert file.agreement is not None
    clause = replace(file.agreement.clauses[0], words=attack)
    sly = replace(
        file,
        summary=attack,
        sides=(
            replace(file.sides[0], party=replace(file.sides[0].party, name=attack)),
            file.sides[1],
        ),
        agreement=replace(file.agreement, clauses=(clause,), facts=attack),
    )
    flat = re.sub(r"\s", "", attack)
    for code in ("intake", "agreement", "confirmation", "cover"):
        assert flat in squeezed(pdf(sheet(code, sly))), code


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=6))
def test_any_text_is_set_or_refused_in_words(text: str) -> None:
    for draw in (pdf, word):
        try:
            assert draw(sheet("intake", File(summary=text)))
        except Invalid as refusal:
            assert refusal.text


@pytest.mark.parametrize("count", [0, 1, 40, 200])
def test_an_agreement_takes_from_no_clause_to_two_hundred(count: int) -> None:
    file = settled()
    assert file.agreement is not None
    clauses = tuple(
        Clause(f"第{n}期：乙方向甲方支付100元。", "转账", "", None, Decimal(100), ("b",))
        for n in range(count)
    )
    paper = sheet("agreement", replace(file, agreement=replace(file.agreement, clauses=clauses)))
    data = pdf(paper)
    text = squeezed(data)
    assert (f"第{count - 1}期：" in text) == (count > 0)
    pages = len(PdfReader(io.BytesIO(data)).pages)
    assert pages < 30 and f"第{pages}页共{pages}页" in text


def test_a_party_without_anything_known_still_gets_a_paper() -> None:
    assert "甲方" in squeezed(pdf(sheet("application", replace(settled(), note=""))))
    assert "登记日期" in squeezed(pdf(sheet("intake", File())))


def test_big_type_is_bigger_and_says_the_same() -> None:
    small, big = sheet("invitation", settled()), sheet("invitation", settled(), big=True)
    # Broken lines differ: the page's own head and foot apart, the signs are the same.
    strip = re.compile(r"第\d+页共\d+页|文书K1参加调解邀请函卷号TJ-2026-000123规则版本2026.1")
    assert sorted(strip.sub("", squeezed(pdf(small)))) == sorted(strip.sub("", squeezed(pdf(big))))
    assert len(pictures(big)) > len(pictures(small))


def test_an_apostrophe_between_latin_letters_is_narrow_and_chinese_marks_stay_wide() -> None:
    # In Chinese fonts ’ is as wide as a character: 20 pixels more at this size.
    assert abs(_width("People’s") - _width("People's")) < 6
    assert abs(_width("parties’ will") - _width("parties' will")) < 6
    assert _width("他说‘好’了") - _width("他说'好'了") > 20


def _width(words: str) -> int:
    """How wide one line of a Chinese paper is, in pixels at 144 dpi."""
    only = Sheet("line", "", "", "", "zh", "", "", True, False, "", (Block("prose", "", (words,)),))
    ink = np.asarray(Image.open(io.BytesIO(pictures(only, 144)[0])).convert("L")) < 128
    columns = np.flatnonzero(ink.any(axis=0))
    return int(columns.max() - columns.min())
