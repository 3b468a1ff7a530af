"""Rollups (预汇总): additive counts by month of their own moment, area, category and department.

Each file of facts has its own, made from it alone: where a file is made anew, so are they, and a
sum over all is exact by what addition is. What is not additive, asks for the window's own edges or
for other cuts is counted over the facts.
"""

# ruff: noqa: S608 (statements are made of our own columns and file names; values are quoted)

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from commonward.core.indicators import compiling
from commonward.core.indicators.book import Book, Count
from commonward.core.indicators.conditions import asks_edges
from commonward.core.indicators.expressions import in_utc
from commonward.core.indicators.facts import DISPUTES, Facts, Kind
from commonward.core.indicators.tallies import Only, Part, labels_of, reals_of
from commonward.core.indicators.windows import Window
from commonward.core.indicators.windows import window as window_of
from commonward.insight.store.manifest import Manifest

BY = (
    "district", "street", "community", "grid", "area", "department", "procedure", "part", "category",
)  # fmt: skip
"""The columns that a rollup keeps; each table that belongs to cases has them."""


def view(table: str, moment: str) -> str:
    """The name under which the rollups of a table by one moment are read."""
    return f"{table} by {moment}"


def literal(value: str | int) -> str:
    """A value as a statement has it."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def digest(count: Count) -> str:
    """What a count counts, in short: another definition has another digest."""
    said = (count.facts.name, count.moment, count.where, count.measure, count.column)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def rolled(book: Book) -> dict[str, Count]:
    """The counts of a book that rollups can hold."""
    return {name: one for name, one in book.counts.items() if _rolls(one)}


def _rolls(count: Count) -> bool:
    whole = count.column is None or count.column.kind in (Kind.WHOLE, Kind.SECONDS)
    return (
        bool(count.moment) and count.additive and whole and count.facts is not DISPUTES
    ) and not asks_edges(count.where)


def months(first: datetime, last: datetime, zone: str) -> list[Window]:
    """The months that hold these moments (UTC, without their zone) and all between."""
    at = window_of("month", first.date(), zone).before()
    found = []
    while in_utc(at.start) <= last:
        if in_utc(at.end) > first:
            found.append(at)
        at = window_of("month", at.until, zone)
    return found


def made(facts: Facts, moment: str, counts: Sequence[Count], inside: Sequence[Window]) -> str:
    """The statement whose rows are the rollup of the table `facts` by one moment.

    A row is a month ("2026-03"), the columns of BY, and for each count its rows, `n …`, and for a
    sum also `m …`.
    """
    parts = []
    for start in range(0, len(inside), compiling.MOST_WINDOWS):
        some = inside[start : start + compiling.MOST_WINDOWS]
        statement = compiling.statement(counts, some, BY, {}, facts.name)
        names = ", ".join(literal(_month(one)) for one in some)
        kept = ", ".join(
            f'{column}{number}::BIGINT AS "{column} {one.name}"'
            for number, one in enumerate(counts)
            for column in ("n", *(("m",) if one.column is not None else ()))
        )
        any_row = " + ".join(f"n{number}" for number in range(len(counts)))
        parts.append(
            f"SELECT [{names}][window_ + 1] AS month, {', '.join(BY)}, {kept} "
            f"FROM ({compiling.sql(statement, 'duckdb')}) WHERE {any_row} > 0"
        )
    order = ", ".join(column for column in BY if column not in ("department", "procedure", "part"))
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY {order}, month, department"


def answerable(
    manifest: Manifest, count: Count, windows: Sequence[Window], by: Sequence[str], only: Only
) -> list[Window]:
    """The windows in which rollups can answer this count."""
    if manifest.counts.get(count.name) != digest(count):
        return []
    files = manifest.files.get(count.facts.name, {}).values()
    if not any(count.moment in one.rolled for one in files) or not {*by, *only} <= set(BY):
        return []
    return [one for one in windows if _whole_months(one, manifest.zone)]


def _whole_months(window: Window, zone: str) -> bool:
    plain = Window(window.first, window.until, window.zone)
    return (
        window.zone == zone
        and window.cut == "calendar"
        and window.first.day == window.until.day == 1
        and window.end == plain.end  # not one that ends now
    )


def together(
    manifest: Manifest, counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str],
    only: Only,
) -> Iterator[tuple[list[Count], list[Window]]]:  # fmt: skip
    """Counts that one statement answers, and in which windows."""

    def key(count: Count) -> tuple[str, str]:
        return count.facts.name, count.moment

    inside = [one for one in windows if _whole_months(one, manifest.zone)]
    if not inside:
        return
    quick = [one for one in counts if answerable(manifest, one, inside, by, only)]
    for _, some in groupby(sorted(quick, key=key), key):
        yield list(some), inside


def asked(counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only) -> str:
    """The statement that sums rollups: window's place, groups, then the columns of each count."""
    places = ", ".join(
        f"({literal(_name(day))}, {place})"
        for place, one in enumerate(windows)
        for day in _firsts(one)
    )
    sums = ", ".join(
        f'sum("{column} {one.name}")'
        for one in counts
        for column in ("n", *(("m",) if one.column is not None else ()))
    )
    among = " AND ".join(
        f"{column} IN ({', '.join(literal(v) for v in values) or 'NULL'})"
        for column, values in only.items()
    )
    groups = ", ".join(("w.place", *by))
    return (
        f'SELECT {groups}, {sums} FROM "{view(counts[0].facts.name, counts[0].moment)}" r '
        f"JOIN (VALUES {places}) w(month, place) ON r.month = w.month "
        f"{'WHERE ' + among if among else ''} GROUP BY {groups}"
    )


def part(
    told: Sequence[Any], counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str]
) -> Part:
    """What a statement of `asked` answered, by column."""
    measures = iter(told[1 + len(by) :])
    found = {}
    for one in counts:
        many = reals_of(next(measures))
        value = many if one.column is None else reals_of(next(measures))
        found[one.name] = (many.values > 0) & many.known, value.or_none()
    place = reals_of(told[0]).values.astype("int64")
    return Part(windows, place, [labels_of(one) for one in told[1 : 1 + len(by)]], found)


def _firsts(window: Window) -> Iterator[date]:
    day = window.first
    while day < window.until:
        yield day
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _month(window: Window) -> str:
    return _name(window.first)


def _name(day: date) -> str:
    return f"{day:%Y-%m}"


def counts_of(book: Book) -> Mapping[str, str]:
    """The digests of what a book's rollups hold, by name."""
    return {name: digest(one) for name, one in rolled(book).items()}
