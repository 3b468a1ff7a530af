"""The knowledge base as a table (知识库表): its columns, a line per answer, and what is wrong.

The same columns are written and read, so that a table taken along comes back unchanged. A line
with a number (`id`) changes that answer; one without is new. `of` names the answer that it says
for another area or in another language: a number, or "row 3" of the same file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from commonward.core.knowledge.sources import Source
from commonward.core.refusals import N_, Invalid, Refusal

COLUMNS = (
    "id", "of", "area", "language", "category", "question", "answer", "keywords", "sources",
    "valid_until", "public", "team",
)  # fmt: skip
NEEDED = ("language", "question", "answer")
MOST_LINES = 5_000
_YES = frozenset(("yes", "true", "1", "是", "y"))
_NO = frozenset(("", "no", "false", "0", "否", "n"))
_ROW = re.compile(r"row (\d{1,5})")
_GUARD = re.compile(r"^'(?=[=+\-@\t\r])")


@dataclass(frozen=True, slots=True)
class Line:
    """One answer; the team by its code, `valid_until` the last day on which it holds."""

    id: int | None
    of: int | None
    of_row: int | None
    area: str
    language: str
    category: str
    question: str
    answer: str
    keywords: str
    sources: tuple[Source, ...]
    valid_until: date | None
    public: bool
    team: str
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of the file (1 is the titles)."""

    row: int
    why: Refusal


def read(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Line, ...], tuple[Fault, ...]]:
    """The lines that can be taken, and every fault. Raises Invalid for a table of another kind."""
    titles = [_text(cell).casefold() for cell in rows[0]] if rows else []
    lacking = [name for name in NEEDED if name not in titles]
    if lacking:
        raise Invalid(N_("The file lacks the columns {names}."), names=", ".join(lacking), field="file")  # fmt: skip
    if len(rows) - 1 > MOST_LINES:
        raise Invalid(N_("At most {most} answers come in one file."), most=MOST_LINES, field="file")
    lines, faults = [], []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: _text(row[at]) if at < len(row) else "" for at, name in enumerate(titles)}
        if not any(cells.values()):
            continue
        try:
            lines.append(_line(cells, number))
        except Refusal as refusal:
            faults.append(Fault(number, refusal))
    return tuple(lines), tuple(faults)


def cells(line: Line) -> list[str]:
    """A line as the file holds it."""
    return [
        str(line.id or ""), f"row {line.of_row}" if line.of_row else str(line.of or ""), line.area,
        line.language, line.category, line.question, line.answer, line.keywords,
        "\n".join(_source_cell(one) for one in line.sources),
        line.valid_until.isoformat() if line.valid_until else "", "yes" if line.public else "no",
        line.team,
    ]  # fmt: skip


def _line(cells: dict[str, str], number: int) -> Line:
    of = cells.get("of", "")
    by_row = _ROW.fullmatch(of.casefold())
    public = cells.get("public", "").casefold()
    if public not in _YES | _NO:
        raise Invalid(N_("“{given}” is neither yes nor no."), given=public[:20], field="public")
    return Line(
        _number(cells.get("id", "")),
        None if by_row else _number(of),
        int(by_row[1]) if by_row else None,
        cells.get("area", ""), cells["language"].casefold(), cells.get("category", ""),
        cells["question"], cells["answer"], cells.get("keywords", ""),
        tuple(_source(part) for part in cells.get("sources", "").splitlines() if part.strip()),
        _day(cells.get("valid_until", "")), public in _YES, cells.get("team", ""), number,
    )  # fmt: skip


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return _GUARD.sub("", str(cell).strip())


def _number(given: str) -> int | None:
    if not given:
        return None
    if not given.isdecimal() or len(given) > 9:
        raise Invalid(N_("“{given}” is no number of an answer."), given=given[:20])
    return int(given)


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Invalid(
            N_("“{given}” is no day: write it as 2026-03-31."),
            given=given[:40],
            field="valid_until",
        ) from None


def _source(given: str) -> Source:
    """ "law | name | link | day"; a name alone is a document."""
    parts = [part.strip() for part in given.split("|")]
    if len(parts) == 1:
        return Source("document", parts[0])
    parts += [""] * (4 - len(parts))
    return Source(parts[0], parts[1], parts[2], _day(parts[3]))


def _source_cell(one: Source) -> str:
    day = one.checked.isoformat() if one.checked else ""
    return " | ".join((one.kind, one.name, one.link, day)).rstrip(" |")
