"""Binding a file (装订成卷): cover, index with true page numbers, papers in their order, back cover.

The order and what must be there stand in `index.toml`. Cover, index and back cover carry no
page number; all between are numbered through, scans too.
"""

import io
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from commonward.core.papers.facts import File
from commonward.core.papers.filling import Block, Field, Sheet, how_many, sheet
from commonward.core.papers.kinds import Entry, entries, kinds
from commonward.core.papers.pdf import pdf, stamp
from commonward.core.refusals import N_, Invalid

A4 = (595.276, 841.89)
"""Points."""
_MARGIN = 42.0
COURT = frozenset({"confirmation", "agreement", "identity", "proxy"})
"""Lines of the index that go to the court."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A scan that belongs into the file: under which line of the index, and as what.

    `kind` and `which` say of which paper it is the signed copy ("" = of none): it then stands in
    that paper's place. `name` is what the index calls it; `pdf` are clean pages (`scans`).
    """

    entry: str
    pdf: bytes
    name: str = ""
    kind: str = ""
    which: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the index: `first` and `last` page (0 = it is lacking)."""

    entry: str
    name: str
    first: int
    last: int
    remark: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound file: one PDF, its index, and the names of the papers that must be there and are not."""

    pdf: bytes
    lines: tuple[Line, ...]
    lacking: tuple[str, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class _Piece:
    entry: Entry
    name: str
    remark: str
    paper: Sheet | None
    data: bytes
    pages: int


def bind(file: File, attached: Sequence[Attached] = (), language: str = "zh") -> Bound:
    """The whole file as one PDF. Raises Invalid for a scan under a line that the index has not."""
    return _bound(file, attached, language, frozenset(entry.code for entry in entries()))


def package(file: File, attached: Sequence[Attached] = (), language: str = "zh") -> Bound:
    """What the court gets with an application for confirmation, and nothing else (司法确认材料).

    The application, the agreement, proofs of identity and proxies: no record of what was said.
    """
    return _bound(file, attached, language, COURT)


def _bound(
    file: File, attached: Sequence[Attached], language: str, wanted: AbstractSet[str]
) -> Bound:
    pieces = [p for p in _pieces(file, attached, language) if p.entry.code in wanted]
    total = sum(piece.pages for piece in pieces)
    writer = PdfWriter()
    writer.append(_read(pdf(sheet("cover", file, language))), import_outline=False)
    lines, owed = _lines(pieces, file, language, wanted)
    writer.append(_read(pdf(index(file, lines, language))), import_outline=False)
    before = len(writer.pages)
    for piece, line in zip(
        pieces, (x for x in lines if x.first and x.entry != "back"), strict=True
    ):
        start = len(writer.pages)
        if piece.paper:
            drawn = pdf(piece.paper, first=line.first, pages=total)
            writer.append(_read(drawn), import_outline=False)
        else:
            for place, page in enumerate(_read(piece.data).pages):
                _stamp(writer, page, line.first + place, total, language)
        writer.add_outline_item(title=line.name, page_number=start)
    if len(writer.pages) - before != total:
        raise RuntimeError("The pages bound are not those of the index.")
    writer.append(_read(pdf(sheet("back", file, language))), import_outline=False)
    writer.add_metadata({"/Title": file.number, "/Subject": file.rule_version})
    out = io.BytesIO()
    writer.write(out)
    return Bound(out.getvalue(), lines, owed, len(writer.pages))


def lacking(file: File, scans: AbstractSet[str], language: str = "zh") -> tuple[str, ...]:
    """Names of what must be in the file and is not, before it is bound; `scans` are the lines of
    the index under which something was handed in."""
    return tuple(
        entry.title.inn("en" if language == "en" else "zh")
        for entry in entries()
        if _owed(entry, file)
        and entry.code not in scans
        and not any(how_many(code, file) for code in entry.kinds)
    )


def _owed(entry: Entry, file: File) -> bool:
    failed = file.agreement is None and any(s.result == "failed" for s in file.sessions)
    return entry.must and not (entry.unless_failed and failed)


def index(file: File, lines: Sequence[Line], language: str = "zh") -> Sheet:
    """The index as a paper (卷内目录), number 2."""
    zh = language != "en"
    heads = ("序号", "文书名称", "页码", "备注") if zh else ("No.", "Paper", "Pages", "Remark")
    rows = tuple(
        (
            Field(heads[0], str(place), "place"),
            Field(heads[1], line.name, f"index[{place}].name"),
            Field(heads[2], _span(line), f"index[{place}].pages"),
            Field(heads[3], line.remark, f"index[{place}].remark"),
        )
        for place, line in enumerate(lines, 1)
    )
    cover = sheet("cover", file, "zh" if zh else "en")
    return replace(
        cover,
        kind="index",
        number="2",
        title="卷内目录" if zh else "Index of the File",
        bare=False,
        numbered=False,
        blocks=(Block("table", "", heads, rows),),
    )


def _pieces(file: File, attached: Sequence[Attached], language: str) -> list[_Piece]:
    known = {entry.code for entry in entries()}
    for scan in attached:
        if scan.entry not in known:
            raise Invalid(
                N_("The index has no line “{name}”; known are: {known}."),
                name=scan.entry,
                known=", ".join(sorted(known)),
                field="entry",
            )
    pieces: list[_Piece] = []
    for entry in entries():
        if entry.code == "back":
            continue
        copies = {(a.kind, a.which): a for a in attached if a.entry == entry.code and a.kind}
        for code in entry.kinds:
            for which in range(how_many(code, file)):
                signed = copies.pop((code, which), None)
                pieces.append(
                    _scanned(entry, signed, language, kinds()[code].title.inn(language))
                    if signed
                    else _drawn(entry, sheet(code, file, language, which=which), language)
                )
        rest = [a for a in attached if a.entry == entry.code and not a.kind] + list(copies.values())
        pieces += [_scanned(entry, a, language, entry.title.inn(language)) for a in rest]
    return pieces


def _drawn(entry: Entry, paper: Sheet, language: str) -> _Piece:
    name = paper.title.split("\n")[0] + (f"（{paper.which}）" if paper.which else "")
    data = pdf(paper)
    remark = "printed" if language == "en" else "打印件"
    return _Piece(entry, name, remark, paper, data, len(_read(data).pages))


def _scanned(entry: Entry, scan: Attached, language: str, title: str) -> _Piece:
    remark = (
        ("签名件" if scan.kind else "扫描件")
        if language != "en"
        else ("signed copy" if scan.kind else "scan")
    )
    return _Piece(entry, scan.name or title, remark, None, scan.pdf, len(_read(scan.pdf).pages))


def _lines(
    pieces: Sequence[_Piece], file: File, language: str, wanted: AbstractSet[str]
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    lines: list[Line] = []
    owed: list[str] = []
    page = 1
    for entry in entries():
        if entry.code not in wanted:
            continue
        mine = [piece for piece in pieces if piece.entry is entry]
        for piece in mine:
            lines.append(Line(entry.code, piece.name, page, page + piece.pages - 1, piece.remark))
            page += piece.pages
        name = entry.title.inn("en" if language == "en" else "zh")
        if entry.code == "back":
            lines.append(Line("back", name, 0, 0, ""))
        elif not mine and _owed(entry, file):
            owed.append(name)
            lines.append(Line(entry.code, name, 0, 0, "lacking" if language == "en" else "缺"))
    return tuple(lines), tuple(owed)


def _span(line: Line) -> str:
    if not line.first:
        return "—"
    return str(line.first) if line.first == line.last else f"{line.first}–{line.last}"


def _stamp(writer: PdfWriter, page: PageObject, number: int, total: int, language: str) -> None:
    """Adds a scan's page, fitted on A4, with its number at the foot."""
    box = page.mediabox
    width, height = float(box.width), float(box.height)
    scale = min((A4[0] - 2 * _MARGIN) / width, (A4[1] - 2 * _MARGIN) / height)
    fitted = (
        Transformation()
        .translate(-float(box.left), -float(box.bottom))
        .scale(scale)
        .translate((A4[0] - width * scale) / 2, (A4[1] - height * scale) / 2)
    )
    drawn = writer.add_blank_page(width=A4[0], height=A4[1])
    drawn.merge_transformed_page(page, fitted)
    drawn.merge_page(_read(stamp(number, total, language)).pages[0])


def _read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))
