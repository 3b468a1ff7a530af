"""Honest numbers of disputes (统计口径): every figure over all that were registered.

Near-perfect rates come from choosing what is counted. Here each registered dispute is counted
once, under how it ended or as still open; a share never leaves its denominator; what ended before
anybody talked stays in. Tables that leave the office that works on the disputes hold no cell of
one to four, and none that could be reckoned from the others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commonward.core.refusals import N_

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "settled_performed": ("达成协议并履行", N_("Settled and performed")),
    "settled_in_part": ("达成协议部分履行", N_("Settled, performed in part")),
    "settled_not_performed": ("达成协议未履行", N_("Settled, not performed")),
    "not_settled": ("调解不成", N_("Not settled")),
    "refused_by_side": ("一方不同意调解", N_("Refused by one side")),
    "no_answer": ("对方未答复", N_("No answer from the other side")),
    "withdrawn": ("申请人撤回", N_("Withdrawn")),
    "gated": ("不适用调解", N_("Not for mediation")),
    "handed_on": ("移交其他部门", N_("Handed on")),
}
"""How a dispute ends (调解结果): all are counted, the failures too."""

OPEN = "open"
"""Neither settled nor ended yet: it stays in the denominator."""

SETTLED = ("settled_performed", "settled_in_part", "settled_not_performed")

K = 5
"""The least number that is shown to anybody who does not work on the disputes."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One registered dispute as the figures see it: no number, no place, nobody.

    `outcome` is one of OUTCOMES or OPEN; `talked` says whether talks ever began;
    `confirmed_by_all` whether every side said itself, after the performance, that it holds.
    """

    kind: str
    source: str
    outcome: str
    talked: bool = False
    confirmed_by_all: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A figure with its denominator, always together."""

    name: str
    over: int
    under: int

    @property
    def percent(self) -> float | None:
        """In per cent; None where nothing is there to share."""
        return 100 * self.over / self.under if self.under else None


SHARES: Mapping[str, str] = {
    "talked": N_("Talks began, of all registered"),
    "settled": N_("Settled, of all registered"),
    "settled_of_talked": N_("Settled, of those where talks began"),
    "performed": N_("Settled and performed, of all registered"),
    "performed_of_settled": N_("Performed in full, of the settled"),
    "confirmed": N_("Confirmed by all sides, of those performed"),
    "open": N_("Still open, of all registered"),
}


def outcome_of(result: str) -> str:
    """The outcome that a result counts as; OPEN where there is none yet.

    Raises ValueError for a result that no figure knows: it would be lost without a word.
    """
    if not result:
        return OPEN
    if result not in OUTCOMES:
        raise ValueError(f"no figure counts the outcome {result!r}")
    return result


def shares(disputes: Iterable[Counted]) -> tuple[Share, ...]:
    """The shares that are published, in the order of SHARES."""
    rows = list(disputes)
    talked = [row for row in rows if row.talked]
    settled = [row for row in rows if row.outcome in SETTLED]
    performed = [row for row in settled if row.outcome == "settled_performed"]
    counts = {
        "talked": (len(talked), len(rows)),
        "settled": (len(settled), len(rows)),
        "settled_of_talked": (sum(row.outcome in SETTLED for row in talked), len(talked)),
        "performed": (len(performed), len(rows)),
        "performed_of_settled": (len(performed), len(settled)),
        "confirmed": (sum(row.confirmed_by_all for row in performed), len(performed)),
        "open": (sum(row.outcome == OPEN for row in rows), len(rows)),
    }
    return tuple(Share(name, *counts[name]) for name in SHARES)


def cube(disputes: Iterable[Counted]) -> Counter[tuple[str, str, str]]:
    """The statistical return (统计报表): type × source × outcome → number of disputes."""
    return Counter((row.kind, row.source, row.outcome) for row in disputes)


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column with their sums; None is a number that is not shown."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    row_sums: tuple[int | None, ...]
    column_sums: tuple[int | None, ...]
    total: int | None

    @property
    def hidden(self) -> int:
        """How many of its numbers are not shown."""
        every = [*self.row_sums, *self.column_sums, self.total]
        return sum(number is None for line in (*self.cells, every) for number in line)


def table(
    counts: Mapping[tuple[str, str], int], rows: Sequence[str], columns: Sequence[str]
) -> Table:
    """The counts as a table with sums; raises ValueError for a count that has no place in it."""
    if lost := [key for key in counts if key[0] not in rows or key[1] not in columns]:
        raise ValueError(f"no row or column for {lost[0]}")
    cells = tuple(tuple(counts.get((row, column), 0) for column in columns) for row in rows)
    return Table(
        tuple(rows),
        tuple(columns),
        cells,
        tuple(sum(line) for line in cells),
        tuple(sum(line[i] for line in cells) for i in range(len(columns))),
        sum(sum(line) for line in cells),
    )


def suppressed(whole: Table, k: int = K) -> Table:
    """The same for those who do not work on the disputes: no number of 1 to k − 1 can be read in
    it, nor is any fixed by the numbers that are shown.

    Small numbers are hidden, and with them as many others as it takes: in a line whose sum is
    shown the hidden ones are at least k together, and each small one could be another number
    without a shown one being wrong (the cells are flows between rows and columns; a hidden one is
    free where a change of it finds a way back through other hidden ones).
    """
    rows, columns = len(whole.rows), len(whole.columns)
    nothing = (None,) * columns
    blank = Table(
        whole.rows, whole.columns, (nothing,) * rows, (None,) * rows, nothing, whole.total
    )
    if whole.total is None or 0 < whole.total < k:
        return replace(blank, total=None)
    grid = [
        [*_known(line), *_known([end])]
        for line, end in zip(whole.cells, whole.row_sums, strict=True)
    ]
    # The sums are one more row and column: they are hidden, and hide, like any other number.
    grid.append([*_known(whole.column_sums), whole.total])
    last = (rows, columns)
    small = {
        (i, j)
        for i, line in enumerate(grid)
        for j, number in enumerate(line)
        if 0 < number < k and (i, j) != last
    }
    hidden = set(small)
    while weak := _weak(grid, small, hidden, k):
        for i, j in weak:
            beside = [(i, y) for y in range(columns + 1)] + [(x, j) for x in range(rows + 1)]
            free = [cell for cell in beside if cell not in hidden and cell != last]
            if not free:
                return blank
            hidden.add(
                min(
                    free,
                    key=lambda c: (
                        not grid[c[0]][c[1]],
                        c[0] == rows or c[1] == columns,
                        grid[c[0]][c[1]],
                        c,
                    ),
                )
            )
    shown = [
        [None if (i, j) in hidden else number for j, number in enumerate(line)]
        for i, line in enumerate(grid)
    ]
    return Table(
        whole.rows,
        whole.columns,
        tuple(tuple(line[:-1]) for line in shown[:-1]),
        tuple(line[-1] for line in shown[:-1]),
        tuple(shown[-1][:-1]),
        whole.total,
    )


_Cell = tuple[int, int]


def _weak(grid: list[list[int]], small: set[_Cell], hidden: set[_Cell], k: int) -> list[_Cell]:
    """The small cells that the shown numbers give away, or that lie in a line which hides less
    than k together."""
    rows, columns = len(grid) - 1, len(grid[0]) - 1
    in_row: Counter[int] = Counter()
    in_column: Counter[int] = Counter()
    for i, j in hidden:
        in_row[i] += grid[i][j] if j < columns else 0
        in_column[j] += grid[i][j] if i < rows else 0
    steps = _steps(grid, hidden)
    return [
        (i, j)
        for i, j in sorted(small)
        if ((i, columns) not in hidden and in_row[i] < k)
        or ((rows, j) not in hidden and in_column[j] < k)
        or not _free((i, j), grid, steps)
    ]


def _ends(cell: _Cell, grid: list[list[int]]) -> tuple[int, int]:
    """Where the flow of a cell begins and ends: rows are nodes from 0, columns follow, then the
    node from which the sums of the rows come, and the one into which those of the columns go."""
    i, j = cell
    rows, columns = len(grid) - 1, len(grid[0]) - 1
    if i == rows:
        return rows + j, rows + columns + 1
    if j == columns:
        return rows + columns, i
    return i, rows + j


def _steps(grid: list[list[int]], hidden: set[_Cell]) -> dict[int, list[tuple[int, _Cell]]]:
    """From each node, where a change can be passed on: more along a cell, less against one that
    is not nought."""
    steps: dict[int, list[tuple[int, _Cell]]] = {}
    for cell in hidden:
        begin, end = _ends(cell, grid)
        steps.setdefault(begin, []).append((end, cell))
        if grid[cell[0]][cell[1]]:
            steps.setdefault(end, []).append((begin, cell))
    return steps


def _free(cell: _Cell, grid: list[list[int]], steps: Mapping[int, list[tuple[int, _Cell]]]) -> bool:
    """Whether a hidden cell could be more or less by one without a shown number being wrong."""
    begin, end = _ends(cell, grid)
    return _way(end, begin, cell, steps) or _way(begin, end, cell, steps)


def _way(
    start: int, goal: int, without: _Cell, steps: Mapping[int, list[tuple[int, _Cell]]]
) -> bool:
    reached, ahead = {start}, [start]
    while ahead:
        for node, cell in steps.get(ahead.pop(), ()):
            if cell != without and node not in reached:
                if node == goal:
                    return True
                reached.add(node)
                ahead.append(node)
    return False


def _known(numbers: Iterable[int | None]) -> list[int]:
    kept: list[int] = []
    for number in numbers:
        if number is None:
            raise ValueError("this table hides numbers already")
        kept.append(number)
    return kept
