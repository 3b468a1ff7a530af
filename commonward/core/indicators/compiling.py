"""The same counts for any engine of tables: through Ibis to DuckDB, PostgreSQL, Spark.

Tables have the columns of `facts`; a moment is a TIMESTAMP without zone, in UTC. What is compiled
is checked against the slow `reference` on random sets and random rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any as Anything

from commonward.core.indicators.book import Count
from commonward.core.indicators.conditions import Always, asks_edges
from commonward.core.indicators.expressions import Edges, holds, ibis, in_utc, moment_of
from commonward.core.indicators.facts import Facts, Kind
from commonward.core.indicators.figures import Counted, Counter
from commonward.core.indicators.tallies import Only, Part, Reals, Tally, labels_of, reals_of
from commonward.core.indicators.windows import Window

Run = Callable[[str], Iterable[Sequence[Anything]]]
"""Runs a statement; its rows in any order."""
Fetch = Callable[[str], Sequence[Anything]]
"""Runs a statement; its columns, none where there is no row (see `tallies.labels_of`, `reals_of`)."""
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
        fetch = columns(run)
        return Tally(len(by), parts(fetch, counts, windows, by, only, dialect, tables, kept))

    return count


def columns(run: Run) -> Fetch:
    """An engine that answers in rows, asked for columns."""
    return lambda text: list(zip(*run(text), strict=True))


def parts(
    fetch: Fetch,
    counts: Sequence[Count],
    windows: Sequence[Window],
    by: Sequence[str],
    only: Only,
    dialect: str = "duckdb",
    tables: Mapping[str, str] | None = None,
    kept: MutableMapping[str, str] | None = None,
) -> Iterator[Part]:
    """What an engine answers, a statement after the other."""
    for asked, inside in _together(counts, windows):
        facts = asked[0].facts
        if any(column not in facts.columns for column in only):
            continue
        name = (tables or {}).get(facts.name, facts.name)
        told = fetch(_text(asked, inside, by, only, name, dialect, kept))
        if len(told):
            yield from _parts(told, asked, inside, len(by))


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
    library = ibis()
    facts, moment = counts[0].facts, counts[0].moment
    rows = library.table(
        {c.name: _TYPES[c.kind] for c in facts.columns.values()}, table or facts.name
    )
    for column, values in only.items():
        rows = rows.filter(rows[column].isin(list(values)))
    if not moment:
        standing = {
            f"{place}_{number}": (one, Edges(window.start, window.end))
            for place, window in enumerate(windows)
            for number, one in enumerate(counts)
        }
        return _grouped(rows, standing, {column: rows[column] for column in by})
    # The outer edges are said apart: they let an engine pass over what it need not read.
    first, last = min(w.start for w in windows), max(w.end for w in windows)
    rows = rows.filter(rows[moment] >= moment_of(first), rows[moment] < moment_of(last))
    groups = {column: rows[column] for column in by}
    if len(windows) == 1:
        edges = Edges(windows[0].start, windows[0].end)
        found = _grouped(rows, {f"{n}": (one, edges) for n, one in enumerate(counts)}, groups)
        return found.select(library.literal(0).name("window_"), *found.columns)
    if any(one.ages or asks_edges(one.where) for one in counts):
        rows = rows.mutate(
            start_=_placed(rows[moment], windows, [moment_of(w.start) for w in windows]),
            end_=_placed(rows[moment], windows, [moment_of(w.end) for w in windows]),
        )
        groups = {column: rows[column] for column in by}
        edges = Edges(rows["start_"], rows["end_"])
    else:
        edges = Edges(None, None)
    place = _placed(rows[moment], windows, [library.literal(n) for n in range(len(windows))])
    found = _grouped(
        rows, {f"{n}": (one, edges) for n, one in enumerate(counts)}, {"window_": place, **groups}
    )
    # Rows between two windows are left out here: one group is cheaper to drop than its rows.
    return found.filter(found["window_"].notnull())


def sql(made: Anything, dialect: str) -> str:
    """The statement in an engine's own words."""
    return str(ibis().to_sql(made, dialect=dialect))


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


def _placed(moment: Anything, windows: Sequence[Window], values: Sequence[Anything]) -> Anything:
    """The value of the window that a moment lies in, null between two windows.

    Halved again and again: so each row is compared with six edges where there are 36 windows,
    not with all before its own.
    """
    pairs = sorted(zip(windows, values, strict=True), key=lambda one: (one[0].start, one[0].end))
    parts: list[tuple[datetime, Anything]] = []
    for number, (window, value) in enumerate(pairs):
        parts.append((window.start, value))
        if number + 1 < len(pairs) and window.end != pairs[number + 1][0].start:
            parts.append((window.end, ibis().null(value.type())))

    def chosen(some: Sequence[tuple[datetime, Anything]]) -> Anything:
        if len(some) == 1:
            return some[0][1]
        half = len(some) // 2
        return ibis().ifelse(
            moment < moment_of(some[half][0]), chosen(some[:half]), chosen(some[half:])
        )

    return chosen(parts)


_Asked = Mapping[str, tuple[Count, Edges]]


def _grouped(rows: Anything, asked: _Asked, by: Mapping[str, Anything]) -> Anything:
    """For each group how many rows count and the measure of them, as `n…` and `m…` in their order.

    Quantiles of the same rows are asked for in one list: so they are gathered and sorted once.
    """
    every: dict[str, Anything] = {}
    shares: dict[Anything, list[str]] = {}
    for name, (count, edges) in asked.items():
        every |= _measures(count, rows, edges, name)
        if count.measure in _SHARES:
            shares.setdefault((count.column, count.where, id(edges)), []).append(name)
    lists = [names for names in shares.values() if len(names) > 1]
    inside = dict(every)
    for names in lists:
        count, edges = asked[names[0]]
        inside[f"q{names[0]}"] = _column(count, rows, edges).quantile(
            [_SHARES[asked[name][0].measure] for name in names], where=_where(count, rows, edges)
        )
        for name in names:
            del inside[f"m{name}"]
    found = rows.group_by(**by).aggregate(**inside) if by else rows.aggregate(**inside)
    if not lists:
        return found
    taken = {
        f"m{name}": found[f"q{names[0]}"][place].name(f"m{name}")
        for names in lists
        for place, name in enumerate(names)
    }
    return found.select(*by, *(taken.get(name, name) for name in every))


def _where(count: Count, rows: Anything, edges: Edges) -> Anything:
    """Whether a row counts; None where each does: an engine would look at each for it."""
    return None if isinstance(count.where, Always) else holds(count.where, rows, edges)


def _column(count: Count, rows: Anything, edges: Edges) -> Anything:
    if count.column is None:
        raise TypeError(count)
    column = rows[count.column.name]
    return _seconds(edges.end) - _seconds(column) if count.ages else column


def _seconds(moment: Anything) -> Anything:
    """Whole seconds since 1970, rounded down, as a number that subtracts exactly.

    A fraction of a second is cut off first: engines round it to the nearest second, each its own way.
    """
    return moment.truncate("s").epoch_seconds().cast("float64")


def _measures(
    count: Count, rows: Anything, edges: Edges, name: str
) -> Iterator[tuple[str, Anything]]:
    """How many rows count, and the measure of them."""
    counts = _where(count, rows, edges)
    yield f"n{name}", rows.count(where=counts)
    if count.column is None:
        return
    column = _column(count, rows, edges)
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


def _parts(
    told: Sequence[Anything], counts: Sequence[Count], windows: Sequence[Window], by: int
) -> Iterator[Part]:
    """The columns of an answer to `statement`."""
    labels_at = 1 if counts[0].moment else 0
    labels = [labels_of(column) for column in told[labels_at : labels_at + by]]
    measures = iter(told[labels_at + by :])
    # With a moment the rows tell the window, without one the columns do.
    for inside in [windows] if counts[0].moment else [[window] for window in windows]:
        found = {}
        for count in counts:
            many = reals_of(next(measures))
            value = many if count.column is None else reals_of(next(measures))
            if count.measure == "sum":  # of nothing but unknown ones: none, and that is known
                value = value.or_none()
            found[count.name] = (many.values > 0) & many.known, value
        place = reals_of(told[0]) if counts[0].moment else Reals(0 * many.values, many.known)
        yield Part(inside, place.values.astype("int64"), labels, found)
