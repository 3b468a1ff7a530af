"""Pledges as a table (承诺表): its columns, a line per duty, and what is wrong cell by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonward.core.pledging import REPEATS
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.targets.sheet import Fault
from commonward.core.targets.table_cells import day

MOST_LINES = 120
COLUMNS: Mapping[str, tuple[str, str]] = {
    "member": ("Member", "成员单位"),
    "what": ("Duty", "承诺事项"),
    "what_en": ("Duty (English)", "承诺事项（英文）"),
    "wanted": ("Evidence", "履行凭据"),
    "wanted_en": ("Evidence (English)", "履行凭据（英文）"),
    "due_on": ("First due", "首次到期"),
    "repeats": ("Rhythm", "频次"),
}
"""Name → title in English and Chinese; the file's first line may use any of the three."""
MAY_LACK = frozenset({"what_en", "wanted_en", "repeats"})
_RHYTHMS: Mapping[str, str] = {
    **{name: name for name in REPEATS}, "": "once", "一次": "once", "每周": "week", "每月": "month",
    "每季度": "quarter", "每半年": "half_year", "每年": "year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """One duty of a member, who is named as in the list of members; `row` is where it stood."""

    member: str
    what: str
    what_en: str
    wanted: str
    wanted_en: str
    due_on: date
    repeats: str
    row: int


def read_pledges(rows: Iterable[Sequence[Any]]) -> tuple[list[PledgeLine], list[Fault]]:
    """The lines of a table whose first row names its columns, and every fault.

    Raises Invalid where the table as a whole is of no use.
    """
    counted = iter(enumerate(rows, 1))
    places = _heads(next(counted, (1, ()))[1])
    lines: list[PledgeLine] = []
    faults: list[Fault] = []
    for number, row in counted:
        cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        if not any(str(one or "").strip() for one in cells.values()):
            continue
        if len(lines) + len(faults) >= MOST_LINES:
            raise Invalid(
                N_("The table has more than {most} duties; divide it."),
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


def written(line: PledgeLine) -> list[str]:
    """A line as it is written into a file, in the order of `COLUMNS`."""
    return [str(getattr(line, name)) for name in COLUMNS]


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


def _line(cells: Mapping[str, Any], row: int) -> PledgeLine:
    text = {name: " ".join(str(cells.get(name) or "").split()) for name in COLUMNS}
    for name in ("member", "what", "wanted"):
        if not text[name]:
            raise Invalid(N_("This may not be empty."), field=name)
    rhythm = _RHYTHMS.get(text["repeats"].casefold())
    if rhythm is None:
        raise Invalid(N_("Say how often: choose one of the list."), field="repeats")
    return PledgeLine(
        text["member"], text["what"], text["what_en"], text["wanted"], text["wanted_en"],
        day(cells.get("due_on"), "due_on"), rhythm, row,
    )  # fmt: skip
