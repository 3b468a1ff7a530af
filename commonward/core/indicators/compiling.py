"""The same counts for any engine of tables: through Ibis to DuckDB, PostgreSQL, Spark.

Tables have the columns of `facts`; a moment is a TIMESTAMP without zone, in UTC. What is compiled
is checked against the slow `reference` on random sets and random rows. Ibis is imported when it is
first asked: it takes half a second.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from functools import cache, reduce
from itertools import groupby
from typing import Any as Anything

from commonward.core.indicators.book import Count
from commonward.core.indicators.conditions import (
    All,
    Always,
    Any,
    Between,
    Compared,
    Condition,
    Edge,
    Given,
    Known,
    Named,
    Not,
    Of,
    OneOf,
    Truth,
    Value,
    Within,
)
from commonward.core.indicators.facts import Facts, Kind
from commonward.core.indicators.figures import Counted, Counter, Group, Only
from commonward.core.indicators.windows import Window

Run = Callable[[str], Iterable[Sequence[Anything]]]
"""Runs a statement; its rows in any order."""
DIALECTS = ("duckdb", "postgres", "pyspark")
_TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.YES_NO: "boolean",
    Kind.WHOLE: "int64",
    Kind.SECONDS: "int64",
    Kind.REAL: "float64",
    Kind.MOMENT: "timestamp(6)",
}
_SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
MOST_WINDOWS = 400
"""Windows that one statement tells apart."""


def counter(
    run: Run,
    dialect: str = "duckdb",
    tables: Mapping[str, str] | None = None,
    kept: MutableMapping[str, str] | None = None,
) -> Counter:
    """A counter that has an engine count. `tables` are its names for the tables of facts.

    `kept` keeps the texts of statements: to write one takes longer than to answer some of them.
    """

    def count(
        counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
    ) -> Counted:
        found: dict[tuple[Window, Group], dict[str, float | None]] = {}
        for asked, inside in _together(counts, windows):
            facts = asked[0].facts
            if any(column not in facts.columns for column in only):
                continue
            name = (tables or {}).get(facts.name, facts.name)
            for row in run(_text(asked, inside, by, only, name, dialect, kept)):
                _take(row, asked, inside, by, found)
        return found

    return count


def _text(
    counts: Sequence[Count],
    windows: Sequence[Window],
    by: Sequence[str],
    only: Only,
    table: str,
    dialect: str,
    kept: MutableMapping[str, str] | None,
) -> str:
    """The statement in the engine's words, as it was kept where it was asked before."""
    if kept is None:
        return sql(statement(counts, windows, by, only, table), dialect)
    said = [(c.facts.name, c.moment, c.where, c.measure, c.column) for c in counts]
    edges = [(in_utc(w.start), in_utc(w.end)) for w in windows]
    key = repr((said, edges, tuple(by), sorted(only.items()), table, dialect))
    if key not in kept:
        kept[key] = sql(statement(counts, windows, by, only, table), dialect)
    return kept[key]


def statement(
    counts: Sequence[Count],
    windows: Sequence[Window],
    by: Sequence[str],
    only: Only,
    table: str = "",
) -> Anything:
    """One Ibis expression for counts of one table placed by one moment.

    With a moment the windows must not overlap, and a row of the answer is: the window's place, the
    groups, then for each count how many rows and its measure. Without one a row has the groups,
    then that pair for each window of each count.
    """
    ibis = _ibis()
    facts, moment = counts[0].facts, counts[0].moment
    rows = ibis.table({c.name: _TYPES[c.kind] for c in facts.columns.values()}, table or facts.name)
    for column, values in only.items():
        rows = rows.filter(rows[column].isin(list(values)))
    if not moment:
        return _grouped(
            rows,
            {
                key: made
                for place, window in enumerate(windows)
                for number, one in enumerate(counts)
                for key, made in _measures(
                    one, rows, _Edges(window.start, window.end), f"{place}_{number}"
                )
            },
            by,
        )
    # The outer edges are said apart: they let an engine pass over what it need not read.
    first, last = min(w.start for w in windows), max(w.end for w in windows)
    rows = rows.filter(rows[moment] >= _moment(first), rows[moment] < _moment(last))
    if len(windows) == 1:
        rows = rows.mutate(window_=ibis.literal(0))
        edges = _Edges(windows[0].start, windows[0].end)
    else:
        rows = rows.mutate(**_placed(rows[moment], windows))
        rows = rows.filter(rows["window_"].notnull())
        edges = _Edges(rows["start_"], rows["end_"])
    measures = {
        key: made
        for number, one in enumerate(counts)
        for key, made in _measures(one, rows, edges, f"{number}")
    }
    return _grouped(rows, measures, ("window_", *by))


def sql(made: Anything, dialect: str) -> str:
    """The statement in an engine's own words."""
    return str(_ibis().to_sql(made, dialect=dialect))


def create(facts: Facts, dialect: str, name: str = "") -> str:
    """The statement that makes an empty table for these facts."""
    texts = {"duckdb": "VARCHAR", "postgres": "TEXT", "pyspark": "STRING"}
    reals = {"duckdb": "DOUBLE", "postgres": "DOUBLE PRECISION", "pyspark": "DOUBLE"}
    moments = {"duckdb": "TIMESTAMP", "postgres": "TIMESTAMP", "pyspark": "TIMESTAMP_NTZ"}
    types = {
        Kind.TEXT: texts[dialect],
        Kind.YES_NO: "BOOLEAN",
        Kind.WHOLE: "BIGINT",
        Kind.SECONDS: "BIGINT",
        Kind.REAL: reals[dialect],
        Kind.MOMENT: moments[dialect],
    }
    quote = "`" if dialect == "pyspark" else '"'
    columns = ", ".join(f"{quote}{c.name}{quote} {types[c.kind]}" for c in facts.columns.values())
    return f"CREATE TABLE {quote}{name or facts.name}{quote} ({columns})"


def in_utc(moment: datetime) -> datetime:
    """A moment as the tables have it: in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


class _Edges:
    """The window's beginning and end, as an expression each."""

    def __init__(self, start: Anything, end: Anything) -> None:
        self.start = _moment(start) if isinstance(start, datetime) else start
        self.end = _moment(end) if isinstance(end, datetime) else end


def _together(
    counts: Sequence[Count], windows: Sequence[Window]
) -> Iterator[tuple[list[Count], list[Window]]]:
    """Counts of one table and moment with windows that do not overlap: a statement each."""

    def key(count: Count) -> tuple[str, str]:
        return count.facts.name, count.moment

    for (_, moment), some in groupby(sorted(counts, key=key), key):
        asked = list(some)
        layers = _layers(windows) if moment else [list(windows)]
        for layer in layers:
            for place in range(0, len(layer), MOST_WINDOWS):
                yield asked, layer[place : place + MOST_WINDOWS]


def _layers(windows: Sequence[Window]) -> list[list[Window]]:
    layers: list[list[Window]] = []
    for window in sorted(windows, key=lambda one: (one.start, one.end)):
        for layer in layers:
            if layer[-1].end <= window.start:
                layer.append(window)
                break
        else:
            layers.append([window])
    return layers


def _placed(moment: Anything, windows: Sequence[Window]) -> dict[str, Anything]:
    """Which window a moment lies in (null for none), and that window's edges."""
    ibis = _ibis()
    inside = [(moment >= _moment(one.start)) & (moment < _moment(one.end)) for one in windows]

    def chosen(values: Sequence[Anything]) -> Anything:
        return ibis.cases(*zip(inside, values, strict=True))

    return {
        "window_": chosen([ibis.literal(place) for place in range(len(windows))]),
        "start_": chosen([_moment(one.start) for one in windows]),
        "end_": chosen([_moment(one.end) for one in windows]),
    }


def _grouped(rows: Anything, measures: Mapping[str, Anything], by: Sequence[str]) -> Anything:
    return rows.group_by(list(by)).aggregate(**measures) if by else rows.aggregate(**measures)


def _measures(
    count: Count, rows: Anything, edges: _Edges, name: str
) -> Iterator[tuple[str, Anything]]:
    """How many rows count, and the measure of them."""
    every = isinstance(count.where, Always)
    # What is true of every row is left out: an engine looks at each row for it all the same.
    counts = None if every else _holds(count.where, rows, edges)
    yield f"n{name}", rows.count(where=counts)
    if count.column is None:
        return
    column = rows[count.column.name]
    match count.measure:
        case "distinct":
            known = counts
            if count.column.kind is Kind.TEXT:
                known = column != "" if counts is None else counts & (column != "")
            yield f"m{name}", column.nunique(where=known)
        case "sum":
            yield f"m{name}", column.sum(where=counts)
        case "mean":
            yield f"m{name}", column.mean(where=counts)
        case measure:
            yield f"m{name}", column.quantile(_SHARES[measure], where=counts)


def _holds(  # noqa: C901 (a case for each form of a condition)
    condition: Condition, rows: Anything, edges: _Edges
) -> Anything:
    ibis = _ibis()
    match condition:
        case Always():
            return ibis.literal(True)
        case Truth(column=column):
            return rows[column.name].fill_null(False)
        case Known(column=column):
            return rows[column.name].notnull()
        case OneOf(column=column, among=among):
            if not among:
                return ibis.literal(False)
            return rows[column.name].isin(list(among)).fill_null(False)
        case Within(column=column, code=code):
            return rows[column.name].contains(f"/{code}/").fill_null(False)
        case Named(inner=inner):
            return _holds(inner, rows, edges)
        case Not(inner=inner):
            return ~_holds(inner, rows, edges)
        case All(parts=parts):
            return reduce(lambda one, more: one & more, (_holds(p, rows, edges) for p in parts))
        case Any(parts=parts):
            return reduce(lambda one, more: one | more, (_holds(p, rows, edges) for p in parts))
        case Compared(left=left, sign=sign, right=right):
            one, other = _sides(left, right, rows, edges)
            return _SIGNS[sign](one, other).fill_null(False)


_SIGNS: Mapping[str, Callable[[Anything, Anything], Anything]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _sides(left: Value, right: Value, rows: Anything, edges: _Edges) -> tuple[Anything, Anything]:
    """Both sides; a bound of seconds moves to the earlier moment, where it is exact."""
    ibis = _ibis()
    match left, right:
        case Between(later=later, earlier=earlier), Given(value=seconds):
            ends = _value(earlier, rows, edges) + ibis.interval(seconds=int(seconds))
            return _value(later, rows, edges), ends
        case Given(value=seconds), Between(later=later, earlier=earlier):
            ends = _value(earlier, rows, edges) + ibis.interval(seconds=int(seconds))
            return ends, _value(later, rows, edges)
    return _value(left, rows, edges), _value(right, rows, edges)


def _value(value: Value, rows: Anything, edges: _Edges) -> Anything:
    match value:
        case Given(value=given):
            return _ibis().literal(given)
        case Of(column=column):
            return rows[column.name]
        case Edge(name=name):
            return edges.start if name == "start" else edges.end
    raise TypeError(value)


def _moment(moment: datetime) -> Anything:
    return _ibis().literal(in_utc(moment), type="timestamp(6)")


def _take(
    row: Sequence[Anything],
    counts: Sequence[Count],
    windows: Sequence[Window],
    by: Sequence[str],
    found: dict[tuple[Window, Group], dict[str, float | None]],
) -> None:
    values = iter(row)
    inside = [windows[int(next(values))]] if counts[0].moment else windows
    group = tuple(str(next(values)) for _ in by)
    for window in inside:
        for count in counts:
            many = next(values)
            value = next(values) if count.column is not None else many
            if many:
                figure = None if value is None else float(value)
                if count.measure == "sum" and figure is None:
                    figure = 0.0
                found.setdefault((window, group), {})[count.name] = figure


@cache
def _ibis() -> Anything:
    import ibis  # noqa: PLC0415 (half a second)

    class ForSpark(ibis.config.Config):  # type: ignore[misc]
        treat_nan_as_null: bool = False

    # Ibis gives Spark its options when it connects; it only writes here, and needs no pandas so.
    if ibis.options.pyspark is None:
        ibis.options.pyspark = ForSpark()
    return ibis
