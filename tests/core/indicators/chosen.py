"""Indicators and rows that hypothesis chooses: well typed, small, and awkward where it can be.

`books()` gives the plain data of a whole set, `tables()` rows for every table of facts; `windows()`
lie where the rows do. Reals are multiples of 1/64 and moments whole seconds, so that sums and
differences are exact and an engine has no excuse.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from commonward.core.indicators.conditions import LONGEST
from commonward.core.indicators.facts import LEVELS, TABLES, Column, Facts, Kind
from commonward.core.indicators.formulas import Unit
from commonward.core.indicators.windows import Window, span, window

ZONES = ("Asia/Shanghai", "America/New_York", "UTC")
FIRST = datetime(2025, 10, 1, tzinfo=UTC)
SPAN = 200 * 86400
"""Seconds in which everything happens: two turns of the clock in New York, and a turn of the year."""
WORDS = ("", "solved", "void", "o'clock", "响应", "100%_\\", '"', "a")
"""Few, so that conditions meet rows; awkward, so that a badly quoted one is found."""
AREAS = ("430298", "430298001", "430298001002", "430298001002-1")
_NUMBERS = (Kind.WHOLE, Kind.SECONDS, Kind.REAL)
_SIGNS = ("==", "!=", "<", "<=", ">", ">=")

wholes = st.integers(0, 5)
seconds = st.integers(0, 12).map(lambda hours: hours * 3600) | st.integers(0, SPAN)
reals = st.integers(-64 * 90, 64 * 90).map(lambda parts: parts / 64)
moments = st.integers(0, SPAN).map(lambda after: FIRST + timedelta(seconds=after)) | st.integers(
    0, SPAN // 3600
).map(lambda hours: FIRST + timedelta(hours=hours))
"""Often at a full hour, where windows begin and end."""
_VALUES: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.sampled_from(WORDS),
    Kind.YES_NO: st.booleans(),
    Kind.WHOLE: wholes,
    Kind.SECONDS: seconds,
    Kind.REAL: reals,
    Kind.MOMENT: moments,
}


# --- rows ----------------------------------------------------------------------------------------


@st.composite
def rows(draw: st.DrawFn, facts: Facts, most: int = 12) -> list[dict[str, Any]]:
    """Rows of one table: every column there, optional ones sometimes None, keys from 1."""
    found = []
    for key in range(1, draw(st.integers(0, most)) + 1):
        row = {
            column.name: draw(
                _VALUES[column.kind] | st.none() if column.optional else _VALUES[column.kind]
            )
            for column in facts.columns.values()
        }
        deep = draw(st.integers(0, len(AREAS)))
        if "path" in facts.columns:
            row["path"] = "".join(f"/{code}" for code in AREAS[:deep]) + "/" if deep else ""
            row["area"] = AREAS[deep - 1] if deep else ""
        row |= {
            level: AREAS[place] if place < deep else ""
            for place, level in enumerate(LEVELS)
            if level in facts.columns
        }
        found.append(row | {facts.key: key})
    return found


def tables(most: int = 12) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Rows for every table of facts, by its name."""
    return st.fixed_dictionaries({name: rows(facts, most) for name, facts in TABLES.items()})


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """A window where rows may lie, of any kind, cut at midnight or at noon."""
    zone = draw(st.sampled_from(ZONES))
    cut = draw(st.sampled_from(("calendar", "noon")))
    day = date(2025, 10, 1) + timedelta(days=draw(st.integers(0, 200)))
    grain = draw(st.sampled_from(("day", "week", "month", "quarter", "year", "")))
    if grain:
        return window(grain, day, zone, cut)
    return span(day, day + timedelta(days=draw(st.integers(0, 40))), zone, cut)


# --- conditions ----------------------------------------------------------------------------------


def _of(facts: Facts, *kinds: Kind) -> list[Column]:
    return [c for c in facts.columns.values() if c.kind in kinds and not c.private]


def _column(facts: Facts, *kinds: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from([column.name for column in _of(facts, *kinds)])


_given = st.integers(-2, 5).map(str) | reals.map(str) | seconds.map(str)


@st.composite
def _compared(draw: st.DrawFn, facts: Facts) -> str:
    """Two values of one kind; at most one of them is written out."""
    kind = draw(st.sampled_from(("text", "number", "moment")))
    sign = draw(st.sampled_from(_SIGNS[:2] if kind == "text" else _SIGNS))
    if kind == "text":
        of = _column(facts, Kind.TEXT)
        sides = [draw(of), draw(of | st.sampled_from(WORDS).map(repr))]
    elif kind == "moment":
        at = _column(facts, Kind.MOMENT)
        sides = [draw(at), draw(at | st.sampled_from(("start", "end")))]
    else:
        at = _column(facts, Kind.MOMENT) | st.sampled_from(("start", "end"))
        if draw(st.booleans()):  # the time between two moments stands against whole seconds
            sides = [draw(st.tuples(at, at).map(" - ".join)), draw(seconds.map(str))]
        else:
            of = _column(facts, *_NUMBERS)
            sides = [draw(of), draw(of | _given)]
    if draw(st.booleans()):
        sides.reverse()
    return f"{sides[0]} {sign} {sides[1]}"


@st.composite
def _among(draw: st.DrawFn, facts: Facts) -> str:
    words = [repr(one) for one in draw(st.lists(st.sampled_from(WORDS), max_size=3))]
    inside = f"({', '.join(words)}{',' if len(words) == 1 else ''})"
    return f"{draw(_column(facts, Kind.TEXT))} {draw(st.sampled_from(('in', 'not in')))} {inside}"


def _bare(facts: Facts, named: Sequence[str]) -> st.SearchStrategy[str]:
    every = st.sampled_from(list(facts.columns))
    found = [
        _compared(facts),
        _among(facts),
        _column(facts, Kind.YES_NO),
        every.map("known({})".format),
    ]
    if "path" in facts.columns:
        found.append(st.sampled_from(AREAS).map("within(path, {!r})".format))
    if named:
        found.append(st.sampled_from(list(named)))
    return st.one_of(found)


def conditions(facts: Facts, named: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """A condition on rows of a table, as it is written; `named` are those it may use."""
    found = st.recursive(
        _bare(facts, named),
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({' and '.join(p)})"),
            st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({' or '.join(p)})"),
        ),
        max_leaves=5,
    )
    return st.just("") | found.filter(lambda text: len(text) < LONGEST)


# --- counts and formulas -------------------------------------------------------------------------


@st.composite
def counts(draw: st.DrawFn, named: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], Unit]:
    """One count and its unit. `named` are the named conditions by table."""
    facts = TABLES[draw(st.sampled_from(list(TABLES)))]
    entry = {"of": facts.name, "where": draw(conditions(facts, named.get(facts.name, ())))}
    if draw(st.integers(0, 4)):
        entry["moment"] = draw(_column(facts, Kind.MOMENT))
    measure = draw(st.sampled_from(("", "median", "p90", "p95", "mean", "sum", "distinct")))
    if not measure:
        return entry, Unit.COUNT
    kinds = (Kind.TEXT, Kind.WHOLE) if measure == "distinct" else _NUMBERS
    column = facts.columns[draw(_column(facts, *kinds))]
    entry["measure"] = f"{measure}({column.name})"
    if measure == "distinct":
        return entry, Unit.COUNT
    if column.kind is Kind.SECONDS:
        return entry, Unit.SECONDS
    return entry, Unit.COUNT if measure == "sum" else Unit.NUMBER


@st.composite
def formulas(draw: st.DrawFn, units: Mapping[str, Unit], unit: Unit, deep: int = 3) -> str:
    """A formula whose figure has this unit, of these names."""
    names = [name for name, one in units.items() if one is unit]
    if deep <= 0 or not draw(st.integers(0, 3)):
        return draw(_leaf(names, unit, units, deep))

    def part(of: Unit) -> str:
        return draw(formulas(units, of, deep - 1))

    way = draw(st.sampled_from(("same", "shift", "whole", "bound", "scale", "own")))
    if way == "same":
        return f"({part(unit)} {draw(st.sampled_from('+-'))} {part(unit)})"
    if way == "shift":
        return f"{draw(st.sampled_from(('previous', 'year_before')))}({part(unit)})"
    if way == "whole":
        return f"total({part(unit)})"
    if way == "bound":
        bound = draw(st.integers(0, 100))
        return f"{draw(st.sampled_from(('at_most', 'at_least')))}({part(unit)}, {bound})"
    if way == "scale" and unit is not Unit.SHARE:  # a number times a share is a score
        return f"({part(Unit.NUMBER)} * {part(unit)})"
    return draw(_leaf(names, unit, units, deep))


@st.composite
def _leaf(
    draw: st.DrawFn, names: Sequence[str], unit: Unit, units: Mapping[str, Unit], deep: int
) -> str:
    made: list[st.SearchStrategy[str]] = []
    if names:
        made.append(st.sampled_from(list(names)))
    if unit is Unit.NUMBER:
        made.append(st.integers(0, 100).map(str))
        made.append(reals.map(abs).map(str))
    if unit is Unit.COUNT:
        made.append(st.sampled_from(LEVELS).map("areas({!r})".format))
    if unit is Unit.SHARE:
        count = formulas(units, Unit.COUNT, deep - 1)
        made.append(st.tuples(count, count).map(lambda p: f"({p[0]} / {p[1]})"))
    if unit is Unit.SCORE:
        weighed = st.tuples(st.integers(1, 60), formulas(units, Unit.SHARE, deep - 1))
        made.append(
            st.lists(weighed, min_size=1, max_size=3).map(
                lambda parts: "weighted(" + ", ".join(f"{w}, {p}" for w, p in parts) + ")"
            )
        )
    return draw(st.one_of(made))


# --- whole sets ----------------------------------------------------------------------------------


@st.composite
def books(draw: st.DrawFn, indicators: int = 3) -> dict[str, Any]:
    """The plain data of a whole set: conditions, counts, constants, and so many indicators."""
    conditions_of: dict[str, dict[str, str]] = {}
    named: dict[str, list[str]] = {}
    for table in draw(st.lists(st.sampled_from(list(TABLES)), unique=True, max_size=2)):
        for place in range(draw(st.integers(1, 2))):
            text = draw(conditions(TABLES[table], named.get(table, ())))
            conditions_of.setdefault(table, {})[f"named_{place}"] = text
            named.setdefault(table, []).append(f"named_{place}")
    units: dict[str, Unit] = {"ideal": Unit.NUMBER}
    entries: dict[str, dict[str, str]] = {}
    for place in range(draw(st.integers(1, 4))):
        entry, unit = draw(counts(named))
        entries[f"count_{place}"], units[f"count_{place}"] = entry, unit
    made: dict[str, dict[str, Any]] = {}
    for place in range(indicators):
        open_to = [
            unit for unit in Unit if unit is not Unit.SECONDS or Unit.SECONDS in units.values()
        ]
        unit = draw(st.sampled_from(open_to))
        made[f"figure_{place}"] = {
            "formula": draw(formulas(units, unit)),
            "cut": draw(st.sampled_from(("calendar", "noon"))),
        }
        units[f"figure_{place}"] = unit
    return {
        "conditions": conditions_of,
        "counts": entries,
        "constants": {"ideal": draw(st.integers(1, 50))},
        "indicators": made,
    }


def groupings(data: Mapping[str, Any]) -> st.SearchStrategy[list[str]]:
    """Columns by which every figure of a set can be grouped; often none."""
    tables_used = [TABLES[entry["of"]] for entry in data["counts"].values()]
    shared = [
        name
        for name, column in TABLES["cases"].columns.items()
        if column.kind is Kind.TEXT and all(name in facts.columns for facts in tables_used)
    ]
    return st.lists(st.sampled_from(shared), unique=True, max_size=2) if shared else st.just([])
