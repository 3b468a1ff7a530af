"""Reports as PDF: the same bytes twice, texts shown as they are, what no font shows refused."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from commonward.core.papers.report import (
    Report,
    drawings,
    figures,
    heading,
    points,
    report_pdf,
    report_pictures,
    table,
    words,
)
from commonward.core.refusals import Invalid

SVG = (
    '<svg viewBox="0 0 10 10" xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
)


def report(*texts: str, language: str = "en", rows: int = 3) -> Report:
    """One of each block."""
    return Report(
        "Where units stand", "before and after", "Plan 1", "Page {page} of {pages}", language,
        [
            figures([("Mean", "21.2", "5.0"), ("Units", "", "7")]),
            points(texts or ("A sentence.",), big=True),
            drawings([("Before", "A square.", SVG), ("After", "A square.", SVG)], height=30),
            heading("A table", page=True),
            words("Means."),
            table(["Post", "Units"], [[f"Post {n}", "1\n0 to 2"] for n in range(rows)]),
        ],
    )  # fmt: skip


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_the_same_report_gives_the_same_bytes() -> None:
    assert report_pdf(report()) == report_pdf(report())


def test_it_is_archivable_tagged_and_says_its_language() -> None:
    made = PdfReader(BytesIO(report_pdf(report(language="zh-hans"))))
    root = made.root_object
    assert str(root["/Lang"]).startswith("zh") and "/StructTreeRoot" in root
    assert made.xmp_metadata is not None
    assert b"pdfaid:part" in made.xmp_metadata.stream.get_data()


def test_a_text_is_shown_as_it_is_and_never_read_as_markup() -> None:
    shown = text_of(report_pdf(report("#sys.inputs *not bold* $x$ 驻点")))
    assert "#sys.inputs *not bold* $x$" in shown and "驻点" in shown


def test_a_long_table_repeats_its_head_and_every_page_has_its_number() -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(report_pdf(report(rows=120)))).pages]
    assert len(pages) >= 4
    assert all("Units" in page for page in pages[1:])
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
    assert len(report_pictures(report(rows=120), 20)) == len(pages)


def test_a_sign_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refusal:
        report_pdf(report("a \U00013000 b"))
    assert "\U00013000" in str(refusal.value.values["signs"])
