"""Conditions as expressions of Ibis: whether a row counts, in any engine's own words.

A comparison with what is unknown is false, as in the slow `reference`. Ibis is imported when it is
first asked: it takes half a second.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, reduce
from typing import Any as Anything

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


def in_utc(moment: datetime) -> datetime:
    """A moment as the tables have it: in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


class Edges:
    """The window's beginning and end, as an expression each."""

    def __init__(self, start: Anything, end: Anything) -> None:
        self.start = moment_of(start) if isinstance(start, datetime) else start
        self.end = moment_of(end) if isinstance(end, datetime) else end


def holds(  # noqa: C901 (a case for each form of a condition)
    condition: Condition, rows: Anything, edges: Edges
) -> Anything:
    library = ibis()
    match condition:
        case Always():
            return library.literal(True)
        case Truth(column=column):
            return rows[column.name].fill_null(False)
        case Known(column=column):
            return rows[column.name].notnull()
        case OneOf(column=column, among=among):
            if not among:
                return library.literal(False)
            return rows[column.name].isin(list(among)).fill_null(False)
        case Within(column=column, code=code):
            return rows[column.name].contains(f"/{code}/").fill_null(False)
        case Named(inner=inner):
            return holds(inner, rows, edges)
        case Not(inner=inner):
            return ~holds(inner, rows, edges)
        case All(parts=parts):
            return reduce(lambda one, more: one & more, (holds(p, rows, edges) for p in parts))
        case Any(parts=parts):
            return reduce(lambda one, more: one | more, (holds(p, rows, edges) for p in parts))
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


def _sides(left: Value, right: Value, rows: Anything, edges: Edges) -> tuple[Anything, Anything]:
    """Both sides; a bound of seconds moves to the earlier moment, where it is exact."""
    library = ibis()
    match left, right:
        case Between(later=later, earlier=earlier), Given(value=seconds):
            ends = _value(earlier, rows, edges) + library.interval(seconds=int(seconds))
            return _value(later, rows, edges), ends
        case Given(value=seconds), Between(later=later, earlier=earlier):
            ends = _value(earlier, rows, edges) + library.interval(seconds=int(seconds))
            return ends, _value(later, rows, edges)
    return _value(left, rows, edges), _value(right, rows, edges)


def _value(value: Value, rows: Anything, edges: Edges) -> Anything:
    match value:
        case Given(value=given):
            return ibis().literal(given)
        case Of(column=column):
            return rows[column.name]
        case Edge(name=name):
            return edges.start if name == "start" else edges.end
    raise TypeError(value)


def moment_of(moment: datetime) -> Anything:
    return ibis().literal(in_utc(moment), type="timestamp(6)")


@cache
def ibis() -> Anything:
    """The library, imported when it is first asked."""
    import ibis as library  # noqa: PLC0415 (half a second)

    class ForSpark(library.config.Config):  # type: ignore[misc]
        treat_nan_as_null: bool = False

    # Ibis gives Spark its options when it connects; it only writes here, and needs no pandas so.
    if library.options.pyspark is None:
        library.options.pyspark = ForSpark()
    return library
