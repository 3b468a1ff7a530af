"""Photos and PDFs that somebody hands in (扫描件), made harmless before they are kept.

A photo is decoded and written anew without its metadata (where and with what it was taken). Of a
PDF only the pages are kept: no scripts, forms, links, attachments or actions.
"""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject

from commonward.core.refusals import N_, Invalid

MOST_BYTES = 20_000_000
MOST_PAGES = 200
MOST_PIXELS = 80_000_000
_LONG_SIDE = 2480
"""Pixels: A4 upright at 212 dpi, enough to read and a tenth of a phone's file."""
_PHOTOS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper from outside as harmless PDF pages."""

    pdf: bytes
    pages: int


def scan_of(data: bytes) -> Scan:
    """A photo (JPEG, PNG, WebP) or a PDF as clean pages.

    Raises Invalid for more than 20 MB, 80 million pixels or 200 pages, for an encrypted PDF, and
    for what is neither.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(
            N_("The file has {given} MB; at most {most} MB are taken."),
            given=len(data) // 1_000_000,
            most=MOST_BYTES // 1_000_000,
            field="file",
        )
    return _pages(data) if data[:1024].lstrip().startswith(b"%PDF-") else _photo(data)


def _photo(data: bytes) -> Scan:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_PHOTOS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Invalid(
                        N_("The picture is too large: take it again, smaller."), field="file"
                    )
                turned = ImageOps.exif_transpose(opened).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise Invalid(
            N_("This is neither a photo (JPEG, PNG, WebP) nor a PDF that can be read."),
            field="file",
        ) from None
    turned.thumbnail((_LONG_SIDE, _LONG_SIDE))
    out = io.BytesIO()
    turned.save(out, format="PDF", resolution=212.0, quality=85)
    return Scan(out.getvalue(), 1)


def _pages(data: bytes) -> Scan:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Invalid(N_("The PDF is locked with a password: unlock it first."), field="file")
        count = len(reader.pages)
        if not 0 < count <= MOST_PAGES:
            raise Invalid(
                N_("The PDF has {given} pages; from 1 to {most} are taken."),
                given=count,
                most=MOST_PAGES,
                field="file",
            )
        writer = PdfWriter()
        for page in reader.pages:
            for name in ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/StructParents"):
                page.pop(NameObject(name), None)
            writer.add_page(page).transfer_rotation_to_content()
        out = io.BytesIO()
        writer.write(out)
    # A broken file breaks its reader in many ways; each means only that it cannot be read.
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ):
        raise Invalid(
            N_("This is neither a photo (JPEG, PNG, WebP) nor a PDF that can be read."),
            field="file",
        ) from None
    return Scan(out.getvalue(), count)
