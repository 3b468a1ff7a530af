"""Reports of plans (方案报告) as PDF/A: sentences, key figures, tables, drawings; data in, bytes out.

A report is a sheet for reading, not an official paper: it has no number of a file and no field to
sign. All its texts come ready, in one language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from commonward.core.papers.pdf import FONTS, compiled

Block = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """`language` "en" or "zh-hans"; `foot` stands on each page; `of` is what "page 1 of 3" is called,
    with {page} and {pages}; blocks as the functions here make them."""

    title: str
    sub: str
    foot: str
    of: str
    language: str
    blocks: Sequence[Block]


def heading(text: str, *, page: bool = False) -> Block:
    """A heading; `page` begins a new page."""
    return {"form": "heading", "text": text, "page": page}


def words(text: str, *, big: bool = False) -> Block:
    """A paragraph."""
    return {"form": "words", "text": text, "big": big}


def points(texts: Sequence[str], *, big: bool = False) -> Block:
    """A list of sentences."""
    return {"form": "points", "texts": list(texts), "big": big}


def figures(pairs: Sequence[tuple[str, str, str]]) -> Block:
    """Key figures beside each other: (what, before, after)."""
    return {"form": "figures", "pairs": [list(pair) for pair in pairs]}


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    small: bool = False,
    sentences: bool = False,
) -> Block:
    """A table; the first column is words, the others figures, or `sentences` that get the room.

    Its head is repeated on each page.
    """
    return {
        "form": "table", "heads": list(heads), "rows": [list(row) for row in rows], "small": small,
        "sentences": sentences,
    }  # fmt: skip


def drawings(found: Sequence[tuple[str, str, str]], *, height: float = 0.0) -> Block:
    """SVG drawings beside each other: (caption, what it shows in words, SVG); `height` in mm at most."""
    return {
        "form": "drawings",
        "height": height,
        "each": [{"caption": a, "alt": b, "svg": c} for a, b, c in found],
    }


def report_pdf(report: Report) -> bytes:
    """The report as PDF/A-2a; the same report gives the same bytes. Raises Invalid (see pdf)."""
    return _drawn(report, "pdf", 72)[0]


def report_pictures(report: Report, ppi: int = 72) -> list[bytes]:
    """One PNG a page."""
    return _drawn(report, "png", ppi)


def _drawn(report: Report, form: str, ppi: int) -> list[bytes]:
    data = {
        "title": report.title,
        "sub": report.sub,
        "foot": report.foot,
        "of": report.of,
        "language": report.language,
        "fonts": FONTS,
        "blocks": list(report.blocks),
    }
    return compiled(_template(), data, form, ppi)


@cache
def _template() -> bytes:
    return Path(__file__).with_name("report.typ").read_bytes()
