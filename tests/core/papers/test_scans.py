"""Files from outside: only pictures of pages come in."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, RectangleObject, TextStringObject

from commonward.core.papers.scans import MOST_BYTES, MOST_PAGES, scan_of
from commonward.core.refusals import Invalid


def pdf_with(pages: int = 1, password: str = "", script: bool = False) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 500)
    if script:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject("app.alert('x')"),
            }
        )
        writer.add_attachment("virus.exe", b"MZ")
        writer.add_annotation(0, Link(rect=RectangleObject((0, 0, 9, 9)), url="http://x.test/"))
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_photo_loses_where_and_with_what_it_was_taken_and_is_turned_upright() -> None:
    picture = Image.new("RGB", (400, 200), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone of Alice"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    scan = scan_of(out.getvalue())
    assert b"Phone of Alice" not in scan.pdf and scan.pages == 1
    page = PdfReader(io.BytesIO(scan.pdf)).pages[0]
    assert page.mediabox.height > page.mediabox.width


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_usual_photos_are_taken_and_large_ones_made_smaller(form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4000, 3000), "white").save(out, form)
    page = PdfReader(io.BytesIO(scan_of(out.getvalue()).pdf)).pages[0]
    assert page.images[0].image is not None
    assert max(page.images[0].image.size) == 2480


def test_of_a_pdf_only_the_pages_are_kept() -> None:
    scan = scan_of(pdf_with(3, script=True))
    assert scan.pages == 3
    reader = PdfReader(io.BytesIO(scan.pdf))
    assert not reader.attachments
    assert not {"/Names", "/OpenAction"} & set(reader.root_object)
    for page in reader.pages:
        assert "/Annots" not in page and "/AA" not in page
    for sign in (b"JavaScript", b"virus.exe", b"http://x.test"):
        assert sign not in scan.pdf


def test_locked_too_long_and_too_large_files_are_refused_in_words() -> None:
    with pytest.raises(Invalid, match="password"):
        scan_of(pdf_with(password="secret"))
    with pytest.raises(Invalid, match=f"{MOST_PAGES + 1} pages"):
        scan_of(pdf_with(MOST_PAGES + 1))
    with pytest.raises(Invalid, match="MB"):
        scan_of(b"\xff" * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"%PDF-1.7\nbroken",
        b"<svg onload='x'/>",
        b"GIF89a" + b"\0" * 40,
        b"\xff\xd8\xff",
    ],
    ids=["empty", "text", "broken pdf", "svg", "gif", "cut jpeg"],
)
def test_what_is_neither_a_photo_nor_a_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        scan_of(data)
