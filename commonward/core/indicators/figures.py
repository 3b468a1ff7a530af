"""From counts to figures: formulas worked out per window and group, whoever has counted.

A counter (the slow reference, DuckDB, PostgreSQL, Spark) answers how many; everything after that
is done here once, so no two engines can differ in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from commonward.core.indicators.book import Book, Count, Indicator
from commonward.core.indicators.facts import LEVELS, Kind
from commonward.core.indicators.formulas import (
    Areas,
    Bounded,
    Days,
    Formula,
    Joined,
    Name,
    Number,
    Shifted,
    Weighted,
    Whole,
)
from commonward.core.indicators.windows import Window
from commonward.core.refusals import N_, Invalid

Group: TypeAlias = tuple[str, ...]
"""The values of the columns that figures are grouped by, in their order; () for all together."""
Only: TypeAlias = Mapping[str, tuple[str | int, ...]]
"""Which rows at all: a column, and the values it may have. Rows of a table without the column
do not count."""
Counted: TypeAlias = Mapping[tuple[Window, Group], Mapping[str, float | None]]
"""What was counted: nothing for a group without a row."""
Counter: TypeAlias = Callable[[Sequence[Count], Sequence[Window], Sequence[str], Only], Counted]
"""Counts in each of some windows, grouped by some columns of text."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value (None where it has nothing to stand on), and the counts behind it.

    `counts` are those of its own window. `under` is the denominator of a plain rate, else None.
    """

    value: float | None
    counts: Mapping[str, float | None]
    under: float | None
    band: str = ""


_UNKNOWN = Figure(None, {}, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: indicators by name, windows, columns to group by, which rows at all.

    `areas` says how many areas of a level lie in what is looked at (for `areas(…)`).
    """

    names: Sequence[str]
    windows: Sequence[Window]
    by: Sequence[str] = ()
    only: Only | None = None
    areas: Mapping[str, int] | None = None


def figures(
    book: Book, asked: Asked, counter: Counter
) -> dict[Window, dict[Group, dict[str, Figure]]]:
    """The figures of each window by group; a group is there when any count has a row in it.

    Ungrouped figures are always there, under (). Raises Invalid for an unknown name or column.
    """
    for name in asked.names:
        if name not in book.indicators:
            raise Invalid(N_("There is no indicator “{name}”."), name=name[:60])
    done: dict[Window, dict[Group, dict[str, Figure]]] = {}
    for cut in sorted({book.indicators[name].cut for name in asked.names}):
        names = [name for name in asked.names if book.indicators[name].cut == cut]
        worked = _Worked(book, asked, cut, counter, names)
        for window in asked.windows:
            groups = done.setdefault(window, {})
            for group, found in worked.window(window.cut_at(cut), names).items():
                groups.setdefault(group, {}).update(found)
    for groups in done.values():
        for found in groups.values():
            if len(found) < len(asked.names):  # a group that only another cut of the day has
                found.update({n: _UNKNOWN for n in asked.names if n not in found})
    return done


class _Worked:
    """Counted once for all windows that the formulas of these indicators reach."""

    def __init__(
        self, book: Book, asked: Asked, cut: str, counter: Counter, names: Sequence[str]
    ) -> None:
        self.book = book
        self.areas = asked.areas or {}
        self.by = tuple(asked.by)
        counts = {c.name: c for name in names for c in book.counts_of(name)}
        self.counts = counts
        for count in counts.values():
            for column in self.by:
                found = count.facts.columns.get(column)
                if found is None or found.kind is not Kind.TEXT:
                    raise Invalid(
                        N_("“{name}” cannot be grouped by “{column}”."),
                        name=count.name,
                        column=column[:40],
                    )
        windows = [w.cut_at(cut) for w in asked.windows]
        reached: dict[Window, None] = dict.fromkeys(windows)
        whole = False
        for name in names:
            shifts, wholes = _reach(book, book.indicators[name].formula)
            whole = whole or wholes
            for steps in shifts:
                for window in windows:
                    reached.setdefault(_shifted(window, steps))
        only = asked.only or {}
        every = list(counts.values())
        self.rows = _by_window(counter(every, list(reached), self.by, only))
        needs_whole = whole and self.by
        self.wholes = (
            _by_window(counter(every, list(reached), (), only)) if needs_whole else self.rows
        )
        self.works: dict[str, _Work] = {}

    def window(self, window: Window, names: Sequence[str]) -> dict[Group, dict[str, Figure]]:
        groups: dict[Group, None] = {} if self.by else {(): None}
        groups.update(dict.fromkeys(self.rows.get(window, {})))
        asked = [self.asked(self.book.indicators[name]) for name in names]
        done: dict[Group, dict[str, Figure]] = {}
        for group in sorted(groups):
            scope = self.scope(window, group, whole=False)
            found = {}
            for indicator, work, counts, under in asked:
                value = work(scope)
                found[indicator.name] = Figure(
                    value,
                    {name: count(scope) for name, count in counts},
                    under(scope) if under is not None else None,
                    indicator.band(value) if indicator.bands else "",
                )
            done[group] = found
        return done

    def asked(
        self, indicator: Indicator
    ) -> "tuple[Indicator, _Work, list[tuple[str, _Work]], _Work | None]":
        """What is worked out for each group: the figure, its counts, and its denominator."""
        counts = [(c.name, self.count(c.name)) for c in self.book.counts_of(indicator.name)]
        under = None
        match indicator.formula:
            case Joined(sign="/", right=right):
                under = self.work(right)
        return indicator, self.named(indicator.name), counts, under

    def scope(self, window: Window, group: Group, *, whole: bool) -> "_Scope":
        rows = self.wholes if whole else self.rows
        return _Scope(rows.get(window, _NONE).get(group, _NOTHING), window, group, whole)

    def work(self, made: Formula) -> "_Work":  # noqa: C901 (a case for each form of a formula)
        """A formula as a function of the scope: it is read once, and worked out for each group."""
        match made:
            case Number(value=value):
                return lambda scope: value
            case Name(name=name) if name in self.book.constants:
                constant = self.book.constants[name]
                return lambda scope: constant
            case Name(name=name) if name in self.counts:
                return self.count(name)
            case Name(name=name):
                return self.named(name)
            case Shifted(inner=inner, by=by):
                work, step = self.work(inner), (by,)
                return lambda s: work(self.scope(_shifted(s.window, step), s.group, whole=s.whole))
            case Whole(inner=inner):
                work = self.work(inner)
                return lambda scope: work(self.scope(scope.window, (), whole=True))
            case Areas(level=level):
                many = None if level not in self.areas else float(self.areas[level])
                single = level in self.by
                return lambda scope: 1.0 if single and not scope.whole else many
            case Days():
                return lambda scope: float((scope.window.until - scope.window.first).days)
            case Bounded(inner=inner, by=by, bound=bound):
                return _bounded(self.work(inner), by, bound)
            case Weighted(parts=parts):
                return _weighted([(weight, self.work(part)) for weight, part in parts])
            case Joined(left=left, sign=sign, right=right):
                one, other = self.work(left), self.work(right)
                return lambda scope: _joined(one(scope), sign, other(scope))

    def named(self, name: str) -> "_Work":
        if name not in self.works:
            self.works[name] = self.work(self.book.indicators[name].formula)
        return self.works[name]

    def count(self, name: str) -> "_Work":
        """What was counted; nothing counted is none, and no measure of anything."""
        empty = 0.0 if self.counts[name].measure in ("count", "sum", "distinct") else None

        def found(scope: _Scope) -> float | None:
            value = scope.row.get(name)
            return empty if value is None else value

        return found


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a formula is worked out: what was counted there, in which window, of which group."""

    row: Mapping[str, float | None]
    window: Window
    group: Group
    whole: bool


_Work: TypeAlias = Callable[[_Scope], float | None]
_NOTHING: Mapping[str, float | None] = {}
_NONE: Mapping[Group, Mapping[str, float | None]] = {}


def _by_window(counted: Counted) -> dict[Window, dict[Group, Mapping[str, float | None]]]:
    found: dict[Window, dict[Group, Mapping[str, float | None]]] = {}
    for (window, group), row in counted.items():
        found.setdefault(window, {})[group] = row
    return found


def _bounded(work: _Work, by: str, bound: float) -> _Work:
    which = min if by == "at_most" else max

    def found(scope: _Scope) -> float | None:
        free = work(scope)
        return None if free is None else which(free, bound)

    return found


def _weighted(parts: Sequence[tuple[float, _Work]]) -> _Work:
    every = sum(weight for weight, _ in parts)

    def found(scope: _Scope) -> float | None:
        known = [(w, worth) for w, work in parts if (worth := work(scope)) is not None]
        if not known:
            return None
        return sum(w * worth for w, worth in known) * every / sum(w for w, _ in known)

    return found


def _joined(one: float | None, sign: str, other: float | None) -> float | None:
    if one is None or other is None:
        return None
    if sign == "+":
        return one + other
    if sign == "-":
        return one - other
    if sign == "*":
        return one * other
    return one / other if other else None


def _reach(
    book: Book, made: Formula, steps: tuple[str, ...] = ()
) -> tuple[set[tuple[str, ...]], bool]:
    """The shifts of the window under which a formula reads counts, and whether it asks the whole."""
    match made:
        case Name(name=name) if name in book.indicators:
            return _reach(book, book.indicators[name].formula, steps)
        case Shifted(inner=inner, by=by):
            return _reach(book, inner, (*steps, by))
        case Whole(inner=inner):
            return _reach(book, inner, steps)[0], True
        case Bounded(inner=inner):
            return _reach(book, inner, steps)
        case Joined(left=left, right=right):
            one, other = _reach(book, left, steps), _reach(book, right, steps)
            return one[0] | other[0], one[1] or other[1]
        case Weighted(parts=parts):
            found = [_reach(book, part, steps) for _, part in parts]
            return {s for shifts, _ in found for s in shifts}, any(w for _, w in found)
    return {steps}, False


def _shifted(window: Window, steps: Sequence[str]) -> Window:
    for step in steps:
        window = window.before() if step == "previous" else window.year_before()
    return window


def level_of(only: Only) -> str:
    """The smallest level of areas that `only` names; "" for none."""
    return next((level for level in reversed(LEVELS) if level in only), "")
