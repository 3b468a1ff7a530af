"""The slow reference (参考实现): every row looked at, one after the other, as the words say.

Engines are tested against it. It is meant to be read, not to be fast.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any as Anything

from commonward.core.figures import quantile
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
from commonward.core.indicators.figures import Counted, Counter
from commonward.core.indicators.tallies import Group, Only
from commonward.core.indicators.windows import Window

Row = Mapping[str, Anything]


def counter(tables: Mapping[str, Sequence[Row]]) -> Counter:
    """A counter over rows in memory."""

    def count(
        counts: Sequence[Count], windows: Sequence[Window], by: Sequence[str], only: Only
    ) -> Counted:
        found: dict[tuple[Window, Group], dict[str, float | None]] = {}
        for one in counts:
            rows = [row for row in tables[one.facts.name] if _among(row, only)]
            for window in windows:
                groups: dict[Group, list[Row]] = {}
                for row in rows:
                    if counts_in(one, row, window):
                        groups.setdefault(tuple(str(row[c]) for c in by), []).append(row)
                for group, inside in groups.items():
                    found.setdefault((window, group), {})[one.name] = measured(one, inside, window)
        return found

    return count


def counts_in(count: Count, row: Row, window: Window) -> bool:
    """Whether a row counts in a window."""
    if count.moment:
        moment = row[count.moment]
        if moment is None or not window.start <= moment < window.end:
            return False
    return holds(count.where, row, window)


def holds(  # noqa: C901 (a case for each form of a condition)
    condition: Condition, row: Row, window: Window
) -> bool:
    """Whether a condition is true of a row."""
    match condition:
        case Always():
            return True
        case Truth(column=column):
            return bool(row[column.name])
        case Known(column=column):
            return row[column.name] is not None
        case OneOf(column=column, among=among):
            return row[column.name] in among
        case Within(column=column, code=code):
            return f"/{code}/" in (row[column.name] or "")
        case Named(inner=inner):
            return holds(inner, row, window)
        case Not(inner=inner):
            return not holds(inner, row, window)
        case All(parts=parts):
            return all(holds(one, row, window) for one in parts)
        case Any(parts=parts):
            return any(holds(one, row, window) for one in parts)
        case Compared(left=left, sign=sign, right=right):
            one, other = _value(left, row, window), _value(right, row, window)
            return one is not None and other is not None and _compare(one, sign, other)


def measured(count: Count, rows: Sequence[Row], window: Window) -> float | None:
    """What a count makes of the rows that count."""
    if count.column is None:
        return float(len(rows))
    values = [row[count.column.name] for row in rows]
    values = [value for value in values if value is not None]
    if count.ages:
        values = [_whole(window.end) - _whole(value) for value in values]
    match count.measure:
        case "distinct":
            return float(len({value for value in values if value != ""}))
        case "sum":
            return float(sum(values))
        case "mean":
            return sum(values) / len(values) if values else None
    shares = {"median": 0.5, "p90": 0.9, "p95": 0.95}
    return quantile(sorted(values), shares[count.measure])


def _among(row: Row, only: Only) -> bool:
    return all(column in row and row[column] in values for column, values in only.items())


def _value(value: Value, row: Row, window: Window) -> Anything:
    match value:
        case Given(value=given):
            return given
        case Of(column=column):
            return row[column.name]
        case Edge(name=name):
            return window.start if name == "start" else window.end
        case Between(later=later, earlier=earlier):
            one, other = _value(later, row, window), _value(earlier, row, window)
            return None if one is None or other is None else _seconds(one, other)


def _whole(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down."""
    return math.floor(moment.timestamp())


def _seconds(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds()


def _compare(one: Anything, sign: str, other: Anything) -> bool:
    match sign:
        case "==":
            return bool(one == other)
        case "!=":
            return bool(one != other)
        case "<":
            return bool(one < other)
        case "<=":
            return bool(one <= other)
        case ">":
            return bool(one > other)
    return bool(one >= other)


def rows_of(rows: Iterable[Sequence[Anything]], columns: Sequence[str]) -> list[Row]:
    """Rows of plain values as mappings."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
