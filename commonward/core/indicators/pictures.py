"""A picture of figures (图表) and the table behind it, in plain data; whoever draws reads only this.

One description serves the browser (ECharts), the printed report (SVG) and the files of a table
(CSV, XLSX, PDF), so that no two of them can tell something else. All words come ready.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias


class Form(StrEnum):
    """How a chart is drawn."""

    LINE = "line"
    """Values along time, with a band of what is usual in the season, if any."""
    BARS = "bars"
    """Upright bars side by side."""
    STACKED = "stacked"
    """Lying bars, the series of a label one after the other."""
    FUNNEL = "funnel"
    """Stages from first to last: how many stand in each; later series lie on top of the first."""
    LEAGUE = "league"
    """A dot a label with its confidence interval; grey where it stands on too little."""
    HEAT = "heat"
    """A strip of cells a series, darker for more."""


Value: TypeAlias = float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `unit` is "" for words, else a `formulas.Unit` or "interval"."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: words, a number, or an interval of two; and where it leads."""

    value: str | float | tuple[float, float] | None
    href: str = ""
    note: str = ""
    """Said after the value: a mark in words, such as "too few to compare"."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures with their units, to be read, printed and taken along as a file.

    The first column names the row. `name` is fit for a file's name.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()

    def texts(self, language: str) -> list[list[str]]:
        """Its cells as words, without the heads."""
        return [
            [in_words(cell, column.unit, language) for cell, column in zip(row, self.columns, strict=True)]
            for row in self.rows
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """Values by label; `low` and `high` bound each where it is known how sure it is.

    `tone` is "main", "quiet" (what it is compared with), "late" or "good".
    """

    name: str
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()
    tone: str = "main"


@dataclass(frozen=True, slots=True)
class Band:
    """What is usual in the season: from low to high, and its middle, by label."""

    name: str
    low: Sequence[Value]
    high: Sequence[Value]
    middle: Sequence[Value] = ()
    middle_name: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. `about` says in a sentence what it shows; it is read where nothing is seen.

    `hrefs` lead from a label to its cases; `grey` marks labels that stand on too little. `across`
    is a line through all: the whole's value, with its name.
    """

    name: str
    form: Form
    title: str
    about: str
    unit: str
    labels: Sequence[str]
    series: Sequence[Series]
    label_title: str = ""
    band: Band | None = None
    grey: Sequence[bool] = ()
    hrefs: Sequence[str] = ()
    across: tuple[str, float] | None = None
    interval: str = ""
    """What the column of intervals is called in the table."""
    target: tuple[str, float] | None = None
    """What the site wants it to reach: a dashed line, and a column of the table."""
    notes: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()
    """Where more is told, as (text, address): how the figure is made, its files."""
    behind: Table | None = field(default=None, repr=False)
    """The table to show instead of the one made from the series."""

    @property
    def table(self) -> Table:
        """The table behind it."""
        return self.behind or _table(self)


def _table(chart: Chart) -> Table:
    """A row a label: its series, what is usual there, and the target."""
    columns = [Column(chart.label_title)]
    rows = [
        [Cell(label, chart.hrefs[place] if chart.hrefs else "")]
        for place, label in enumerate(chart.labels)
    ]

    def add(column: Column, cells: Iterable[Cell]) -> None:
        columns.append(column)
        for row, cell in zip(rows, cells, strict=True):
            row.append(cell)

    def between(name: str, low: Sequence[Value], high: Sequence[Value]) -> None:
        add(Column(name, f"interval {chart.unit}"), map(Cell, map(_pair, low, high)))

    for one in chart.series:
        add(Column(one.name, chart.unit), map(Cell, one.values))
        if one.low:
            between(chart.interval, one.low, one.high)
    if chart.band is not None:
        if chart.band.middle:
            name = chart.band.middle_name or chart.band.name
            add(Column(name, chart.unit), map(Cell, chart.band.middle))
        between(chart.band.name, chart.band.low, chart.band.high)
    if chart.target is not None:
        name, value = chart.target
        add(Column(name, chart.unit), [Cell(value)] * len(rows))
    return Table(chart.name, chart.title, columns, rows, chart.notes)


def _pair(low: Value, high: Value) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


NOTHING = "–"
"""Stands where there is no figure."""
_UNITS: Mapping[str, tuple[tuple[float, str, str], ...]] = {
    # seconds from which a unit is used, its words
    "seconds": ((2 * 86_400, " d", " 天"), (3_600, " h", " 小时"), (60, " min", " 分钟"), (1, " s", " 秒")),
}  # fmt: skip


def in_words(cell: Cell, unit: str, language: str) -> str:
    """What a cell says.

    >>> in_words(Cell(0.9876), "share", "en")
    '98.8%'
    >>> in_words(Cell((0.5, 0.75)), "interval share", "en")
    '50.0% – 75.0%'
    """
    if cell.value is None:
        text = NOTHING
    elif isinstance(cell.value, str):
        text = cell.value
    elif isinstance(cell.value, tuple):
        kind = unit.removeprefix("interval ")
        text = " – ".join(said(one, kind, language) for one in cell.value)
    else:
        text = said(cell.value, unit, language)
    return f"{text}\n{cell.note}" if cell.note else text


def said(value: float, unit: str, language: str) -> str:
    """A figure with its unit.

    >>> said(5400, "seconds", "en"), said(172800, "seconds", "zh-hans"), said(1234, "count", "en")
    ('1.5 h', '2.0 天', '1,234')
    """
    match unit:
        case "share":
            return f"{value * 100:.1f}%"
        case "points":
            return f"{value * 100:+.1f}"
        case "change":
            return f"{value * 100:+.1f}%"
        case "seconds":
            for size, en, zh in _UNITS["seconds"]:
                if abs(value) >= size:
                    divisor = 86_400 if size > 86_400 else size
                    return f"{value / divisor:.1f}{zh if language.startswith('zh') else en}"
            return f"{value:.0f}{' 秒' if language.startswith('zh') else ' s'}"
        case "count":
            return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
        case "score":
            return f"{value:.1f}"
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.2f}"


def options(chart: Chart, language: str) -> dict[str, Any]:
    """The chart as the browser's drawing reads it: plain numbers, and each figure in words too."""
    made: dict[str, Any] = {
        "form": chart.form.value,
        "unit": chart.unit,
        "zh": language.startswith("zh"),
        "labels": list(chart.labels),
        "hrefs": list(chart.hrefs),
        "grey": [bool(one) for one in chart.grey],
        "series": [
            {
                "name": one.name,
                "tone": one.tone,
                "values": list(one.values),
                "low": list(one.low),
                "high": list(one.high),
                "texts": [_told(one, place, chart.unit, language) for place in range(len(one.values))],
            }
            for one in chart.series
        ],
    }  # fmt: skip
    if chart.band is not None:
        made["band"] = {
            "name": chart.band.name,
            "low": list(chart.band.low),
            "high": list(chart.band.high),
            "middle": list(chart.band.middle),
            "texts": [
                in_words(Cell(_pair(low, high)), f"interval {chart.unit}", language)
                for low, high in zip(chart.band.low, chart.band.high, strict=True)
            ],
        }
    for key, line in (("across", chart.across), ("target", chart.target)):
        if line is not None:
            name, value = line
            made[key] = {"name": name, "value": value, "text": said(value, chart.unit, language)}
    return made


def _told(one: Series, place: int, unit: str, language: str) -> str:
    text = in_words(Cell(one.values[place]), unit, language)
    pair = _pair(one.low[place], one.high[place]) if one.low else None
    return f"{text} ({in_words(Cell(pair), f'interval {unit}', language)})" if pair else text
