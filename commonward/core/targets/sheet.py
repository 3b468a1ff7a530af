"""A plan as a table (计划表): its columns, a line per target, and what is wrong cell by cell.

The same columns are written and read, so that a table taken along comes back unchanged. Groups
and tasks are repeated on each of their lines; an empty title takes the one given above.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.targets.allowed import refuse_people
from commonward.core.targets.course import Milestone, Shape, check
from commonward.core.targets.table_cells import READS, text

MOST_LINES = 5_000

COLUMNS: Mapping[str, tuple[str, str]] = {
    "group_no": ("Group no.", "组号"),
    "group": ("Group", "组名"),
    "group_en": ("Group (English)", "组名（英文）"),
    "task_no": ("Task no.", "项号"),
    "task": ("Task", "项目"),
    "task_en": ("Task (English)", "项目（英文）"),
    "task_weight": ("Weight of the task", "项目权重"),
    "target_no": ("Target no.", "目标号"),
    "target": ("Target", "目标"),
    "target_en": ("Target (English)", "目标（英文）"),
    "unit": ("Unit", "单位"),
    "unit_en": ("Unit (English)", "单位（英文）"),
    "direction": ("Direction", "方向"),
    "baseline": ("Baseline", "基数"),
    "wanted": ("Wanted", "目标值"),
    "begins": ("Begins", "开始日期"),
    "due": ("Due", "完成日期"),
    "weight": ("Weight", "权重"),
    "owner": ("Owner", "责任单位"),
    "partners": ("Partners", "协办单位"),
    "checker": ("Checker", "核验单位"),
    "evidence": ("Evidence", "佐证材料"),
    "formula": ("Indicator", "指标公式"),
    "milestones": ("Milestones", "节点"),
    "public": ("Public", "是否公开"),
}
"""Name → title in English and Chinese; the file's first line may use any of the three."""
MAY_LACK = frozenset({
    "group_en", "task_en", "task_weight", "target_en", "unit_en", "weight", "partners", "checker",
    "formula", "milestones", "public", "evidence",
})  # fmt: skip
FILLED_DOWN = ("group_no", "group", "group_en", "task_no", "task", "task_en", "task_weight")
"""Where a merged cell stands for all its lines: those that name groups and tasks."""


@dataclass(frozen=True, slots=True)
class Line:
    """One target with the group and task that it stands in; teams are named by code."""

    group_no: int
    group: str
    group_en: str
    task_no: int
    task: str
    task_en: str
    task_weight: Decimal
    target_no: int
    target: str
    target_en: str
    unit: str
    unit_en: str
    direction: str
    baseline: Decimal
    wanted: Decimal
    begins: date
    due: date
    weight: Decimal
    owner: str
    partners: tuple[str, ...]
    checker: str
    evidence: str
    formula: str
    milestones: tuple[Milestone, ...]
    public: bool
    row: int = field(default=0, compare=False)
    """On which row of the file it stood."""

    @property
    def key(self) -> tuple[int, int, int]:
        """What makes it the same target in the plan and in the file."""
        return self.group_no, self.task_no, self.target_no

    @property
    def shape(self) -> Shape:
        """What is wanted, for reckoning."""
        return Shape(
            self.direction, self.baseline, self.wanted, self.begins, self.due, self.milestones
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the row of the file (1 is the titles), the column, and why."""

    row: int
    column: str
    why: Refusal


@dataclass(frozen=True, slots=True)
class Read:
    """What a table said: the lines that can be taken, and every fault; none is hidden."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def heads(row: Sequence[Any]) -> dict[str, int]:
    """Which column stands where, by the first line of a file.

    Raises Invalid naming what is missing, what stands twice, or what is not known.
    """
    known = {
        title.casefold(): name for name, titles in COLUMNS.items() for title in (name, *titles)
    }
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        given = text(cell)
        if not given:
            continue
        name = known.get(given.casefold())
        if name is None:
            raise Invalid(
                N_("There is no column “{given}”. Known are: {known}."),
                given=given[:40], known=", ".join(COLUMNS), field="file",
            )  # fmt: skip
        if name in found:
            raise Invalid(N_("The column “{given}” stands twice."), given=given[:40], field="file")
        found[name] = place
    missing = [name for name in COLUMNS if name not in found and name not in MAY_LACK]
    if missing:
        raise Invalid(
            N_("The table lacks the columns {missing}."), missing=", ".join(missing), field="file"
        )
    return found


def read(rows: Iterable[Sequence[Any]]) -> Read:
    """The lines of a table whose first row names its columns; cells as a spreadsheet gives them.

    Raises Invalid where the table as a whole is of no use: wrong columns, nothing in it, too long.
    """
    counted = iter(enumerate(rows, 1))
    first = next(counted, None)
    if first is None:
        raise Invalid(N_("The table is empty."), field="file")
    places = heads(first[1])
    reader = _Reader(places)
    for number, row in counted:
        if not any(text(cell) for cell in row):
            continue
        if reader.seen >= MOST_LINES:
            raise Invalid(
                N_("The table has more than {most} targets; divide it."),
                most=MOST_LINES,
                field="file",
            )
        reader.take(number, row)
    if not reader.seen:
        raise Invalid(N_("The table has titles, but no target below them."), field="file")
    return Read(tuple(reader.lines), tuple(reader.faults))


def cells(line: Line) -> list[str]:
    """A line as it is written into a file, in the order of `COLUMNS`."""
    return [_written(getattr(line, name)) for name in COLUMNS]


def changed(before: Line, after: Line) -> tuple[tuple[str, str, str], ...]:
    """What differs between two lines: column, text before, text after."""
    return tuple(
        (one.name, _written(getattr(before, one.name)), _written(getattr(after, one.name)))
        for one in fields(Line)
        if one.compare and getattr(before, one.name) != getattr(after, one.name)
    )


class _Reader:
    """Takes row after row; remembers the groups and tasks named so far."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = places
        self.lines: list[Line] = []
        self.faults: list[Fault] = []
        self.seen = 0
        self._keys: dict[tuple[int, int, int], int] = {}
        self._groups: dict[int, tuple[str, str]] = {}
        self._tasks: dict[tuple[int, int], tuple[str, str, Decimal]] = {}

    def take(self, number: int, row: Sequence[Any]) -> None:
        self.seen += 1
        given = {
            name: row[place] if place < len(row) else "" for name, place in self._places.items()
        }
        values: dict[str, Any] = {}
        wrong = False
        for name in COLUMNS:
            try:
                values[name] = READS[name](given.get(name, ""), name)
            except Refusal as why:
                self.faults.append(Fault(number, name, why))
                wrong = True
        if wrong:
            return
        try:
            self._same_titles(values)
            line = Line(**values, row=number)
            check(line.shape)
            refuse_people(line.target, unit=line.unit, field="target")
            refuse_people(line.target_en, unit=line.unit_en, field="target_en")
            refuse_people(line.evidence, field="evidence")
            self._teams(line)
            if line.key in self._keys:
                raise Invalid(
                    N_("The target {key} stands on row {row} already."),
                    key=".".join(map(str, line.key)), row=self._keys[line.key], field="target_no",
                )  # fmt: skip
        except Refusal as why:
            self.faults.append(Fault(number, why.field, why))
            return
        self._keys[line.key] = number
        self.lines.append(line)

    def _same_titles(self, values: dict[str, Any]) -> None:
        """One number, one title: empty ones take it, others must repeat it."""
        group = values["group_no"]
        titles = self._groups.setdefault(group, (values["group"], values["group_en"]))
        for name, title in zip(("group", "group_en"), titles, strict=True):
            self._repeat(values, name, title)
        key = (group, values["task_no"])
        known = self._tasks.setdefault(
            key, (values["task"], values["task_en"], values["task_weight"] or Decimal(1))
        )
        for name, title in zip(("task", "task_en"), known[:2], strict=True):
            self._repeat(values, name, title)
        if values["task_weight"] not in (None, known[2]):
            raise Invalid(
                N_("The weight of this task is {before} further up."),
                before=known[2],
                field="task_weight",
            )
        values["task_weight"] = known[2]
        values["weight"] = Decimal(1) if values["weight"] is None else values["weight"]
        for name in ("group", "task"):
            if not values[name]:
                raise Invalid(N_("This may not be empty."), field=name)

    @staticmethod
    def _repeat(values: dict[str, Any], name: str, title: str) -> None:
        if values[name] and values[name] != title:
            raise Invalid(
                N_("The same number has the title “{before}” further up."),
                before=title[:60],
                field=name,
            )
        values[name] = title

    @staticmethod
    def _teams(line: Line) -> None:
        if line.owner in line.partners or len(set(line.partners)) != len(line.partners):
            raise Invalid(N_("Each team is named once."), field="partners")
        if line.checker and line.checker in (line.owner, *line.partners):
            raise Invalid(
                N_("Nobody checks their own target: the checker is another team."), field="checker"
            )
        if not line.checker and not line.formula:
            raise Invalid(
                N_("A target has a checker, or an indicator that gives its value."), field="checker"
            )


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(
            f"{one.due.isoformat()}={one.value:f}" if isinstance(one, Milestone) else str(one)
            for one in value
        )
    return str(value)
