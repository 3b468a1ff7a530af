"""Past courses as a table (培训记录表): a line per person and course, and what is wrong cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.targets.sheet import Fault
from commonward.core.targets.table_cells import day, text

MOST_LINES = 2000
COLUMNS: Mapping[str, tuple[str, str]] = {
    "login": ("Log-in", "登录名"),
    "course": ("Course", "课程代码"),
    "done_on": ("Done on", "完成日期"),
    "until": ("Counts until", "有效期至"),
}
"""Name → title in English and Chinese; the file's first line may use any of the three."""
MAY_LACK = frozenset({"until"})


@dataclass(frozen=True, slots=True)
class PastCourse:
    """Somebody did a course on a day; `until` is None where the course's own rule says it."""

    login: str
    course: str
    done_on: date
    until: date | None
    row: int


def read_past(rows: Iterable[Sequence[Any]]) -> tuple[list[PastCourse], list[Fault]]:
    """The lines of a table whose first row names its columns, and every fault.

    Raises Invalid where the table as a whole is of no use.
    """
    counted = iter(enumerate(rows, 1))
    places = _heads(next(counted, (1, ()))[1])
    lines: list[PastCourse] = []
    faults: list[Fault] = []
    for number, row in counted:
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        if not any(str(one or "").strip() for one in cells.values()):
            continue
        if len(lines) + len(faults) >= MOST_LINES:
            raise Invalid(
                N_("The table has more than {most} lines; divide it."),
                most=MOST_LINES,
                field="file",
            )
        try:
            lines.append(_line(cells, number))
        except Refusal as why:
            faults.append(Fault(number, why.field, why))
    if not lines and not faults:
        raise Invalid(N_("The table is empty."), field="file")
    return lines, faults


def written(line: PastCourse) -> list[str]:
    """A line as it is written into a file, in the order of `COLUMNS`."""
    return [line.login, line.course, str(line.done_on), str(line.until or "")]


def _heads(row: Sequence[Any]) -> dict[str, int]:
    known = {
        title.casefold(): name for name, titles in COLUMNS.items() for title in (name, *titles)
    }
    found = {
        known[given]: place
        for place, cell in enumerate(row)
        if (given := str(cell or "").strip().casefold()) in known
    }
    missing = [name for name in COLUMNS if name not in found and name not in MAY_LACK]
    if missing:
        raise Invalid(
            N_("The table lacks the columns {missing}."), missing=", ".join(missing), field="file"
        )
    return found


def _line(cells: Mapping[str, Any], row: int) -> PastCourse:
    login, course = text(cells["login"]), text(cells["course"])
    for name, given in (("login", login), ("course", course)):
        if not given or len(given) > 80:
            raise Invalid(N_("This may not be empty."), field=name)
    done_on = day(cells["done_on"], "done_on")
    until = day(cells["until"], "until") if text(cells.get("until")) else None
    if until is not None and until < done_on:
        raise Invalid(N_("A course ends to count after it was done."), field="until")
    return PastCourse(login, course, done_on, until, row)
