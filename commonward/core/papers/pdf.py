"""Drawing sheets as PDF and as pictures with Typst (排版); PDF/A-2a, no fonts of the machine.

User text reaches Typst only as JSON data, never as markup or code. PDF/A refuses a character
for which no font has a picture, so no paper ever shows an empty box instead of a name's letter.
"""

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from commonward.core.papers.filling import Block, Field, Sheet
from commonward.core.papers.wording import GAP
from commonward.core.refusals import N_, Invalid

FONTS = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
"""First the mainland's shapes; the others for rare letters of names that it lacks."""
_PPI = 72
_DRAWING = Lock()
"""One compiler is shared, so that fonts are read once; it draws one paper at a time (ms each)."""


def pdf(sheet: Sheet, *, first: int = 1, pages: int = 0) -> bytes:
    """One paper as PDF/A-2a. `first` is its first page's number, `pages` the whole file's count.

    `pages` 0 counts this paper alone. The same sheet gives the same bytes. Raises Invalid, naming
    the signs, when no font has a picture for one of them.
    """
    return _drawn(sheet, "pdf", first, pages)[0]


def stamp(number: int, pages: int, language: str) -> bytes:
    """An empty page with only its number at the foot, to be laid over a scan."""
    empty = Sheet("stamp", "", "", "", language, "", "", False, False, "", ())
    return _drawn(empty, "pdf", number, pages)[0]


def pictures(sheet: Sheet, ppi: int = _PPI) -> list[bytes]:
    """One PNG a page, `ppi` pixels an inch."""
    return _drawn(sheet, "png", 1, 0, ppi)


def _drawn(sheet: Sheet, form: str, first: int, pages: int, ppi: int = _PPI) -> list[bytes]:
    return compiled(_template(), _data(sheet, first, pages), form, ppi)


def compiled(template: bytes, data: Any, form: str = "pdf", ppi: int = _PPI) -> list[bytes]:
    """A template of ours with its data, as PDF/A-2a ("pdf") or a picture a page ("png").

    Raises Invalid, naming the signs, when no font has a picture for one of them.
    """
    options: dict[str, Any] = (
        {"pdf_standards": ["a-2a"], "timestamp": 0} if form == "pdf" else {"ppi": ppi}
    )
    try:
        with _DRAWING:
            out = _compiler().compile(
                template,
                format=form,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                **options,
            )
    except typst.TypstError as error:
        missing = re.search(
            r'text `"(.+?)"` could not be displayed|codepoint `?"(.+?)"', str(error)
        )
        if missing is None:
            raise
        raise Invalid(
            N_(
                "No font here can show {signs}. Write it in Chinese characters or Latin letters, or"
                " use the Word file."
            ),
            signs=missing[1] or missing[2],
            field="text",
        ) from None
    return out if isinstance(out, list) else [out]


@cache
def _template() -> bytes:
    return Path(__file__).with_name("sheet.typ").read_bytes()


@cache
def _compiler() -> Any:
    found = find_spec("justmytype_intl_cjk")
    if found is None or found.origin is None:
        raise RuntimeError("The fonts are missing: install justmytype-intl-cjk.")
    folder = Path(found.origin).parent / "fonts" / "ofl"
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def _data(sheet: Sheet, first: int, pages: int) -> dict[str, Any]:
    return {
        "language": sheet.language,
        "big": sheet.big,
        "bare": sheet.bare,
        "numbered": sheet.numbered,
        "fonts": FONTS,
        "gap": GAP,
        "title": sheet.title,
        "sub": sheet.which,
        "keywords": [sheet.kind, sheet.rule_version],
        "header": header(sheet) if sheet.title else "",
        "reference": reference(sheet),
        "law": sheet.law,
        "first": first,
        "pages": pages,
        "blocks": [_block(b) for b in sheet.blocks],
    }


def header(sheet: Sheet) -> str:
    """What stands at the head of each page: the paper's official number and its name."""
    name = sheet.title.split("\n")[0]
    return (
        f"文书{sheet.number}　{name}" if sheet.language != "en" else f"Paper {sheet.number}  {name}"
    )


def reference(sheet: Sheet) -> str:
    """The file's number and the version of the rules under which the paper was drawn."""
    if sheet.language == "en":
        parts = (("File", sheet.file_number), ("Rules", sheet.rule_version))
    else:
        parts = (("卷号", sheet.file_number), ("规则版本", sheet.rule_version))
    return "  ".join(f"{name} {value}" for name, value in parts if value)


def widths(block: Block) -> list[int]:
    """How wide a table's columns are, relative to each other, by what stands in them."""
    longest = [
        max([_ems(head), *(_ems(r[n].value) for r in block.rows)])
        for n, head in enumerate(block.texts)
    ]
    return [min(max(width, 3), 15) for width in longest]


def _ems(text: str) -> int:
    longest = max(text.split("\n"), key=len)
    return sum(2 if ord(c) > 0x2E7F else 1 for c in longest) // 2 + 2


def _block(block: Block) -> dict[str, Any]:
    return {
        "form": block.form,
        "title": block.title,
        "texts": block.texts,
        "rows": [[_field(f) for f in row] for row in block.rows],
        "widths": widths(block) if block.form == "table" else [],
        "wide_labels": max((_ems(f.label) for r in block.rows for f in r), default=0) > 8,
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "label": field.label,
        "value": field.value,
        "whole": field.whole,
        "lines": field.lines,
        "signed": field.signed,
        "ticked": field.value != "",
    }
