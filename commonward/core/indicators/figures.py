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
            for name in asked.names:
                found.setdefault(name, Figure(None, {}, None))
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
        self.counted = counter(every, list(reached), self.by, only)
        needs_whole = whole and self.by
        self.whole = counter(every, list(reached), (), only) if needs_whole else self.counted

    def window(self, window: Window, names: Sequence[str]) -> dict[Group, dict[str, Figure]]:
        groups: dict[Group, None] = {} if self.by else {(): None}
        groups.update({g: None for w, g in self.counted if w == window})
        return {
            group: {name: self.figure(self.book.indicators[name], window, group) for name in names}
            for group in sorted(groups)
        }

    def figure(self, indicator: Indicator, window: Window, group: Group) -> Figure:
        value = self.value(indicator.formula, window, group, whole=False)
        counts = {
            c.name: self.count(c.name, window, group, whole=False)
            for c in self.book.counts_of(indicator.name)
        }
        under = None
        match indicator.formula:
            case Joined(sign="/", right=right):
                under = self.value(right, window, group, whole=False)
        return Figure(value, counts, under, indicator.band(value))

    def value(  # noqa: C901 (a case for each form of a formula)
        self, made: Formula, window: Window, group: Group, *, whole: bool
    ) -> float | None:
        match made:
            case Number(value=value):
                return value
            case Name(name=name) if name in self.book.constants:
                return self.book.constants[name]
            case Name(name=name) if name in self.counts:
                return self.count(name, window, group, whole=whole)
            case Name(name=name):
                return self.value(self.book.indicators[name].formula, window, group, whole=whole)
            case Shifted(inner=inner, by=by):
                return self.value(inner, _shifted(window, (by,)), group, whole=whole)
            case Whole(inner=inner):
                return self.value(inner, window, (), whole=True)
            case Areas(level=level):
                if level in self.by and not whole:
                    return 1.0
                found = self.areas.get(level)
                return None if found is None else float(found)
            case Days():
                return float((window.until - window.first).days)
            case Bounded(inner=inner, by=by, bound=bound):
                free = self.value(inner, window, group, whole=whole)
                if free is None:
                    return None
                return min(free, bound) if by == "at_most" else max(free, bound)
            case Weighted(parts=parts):
                known = [
                    (weight, worth)
                    for weight, part in parts
                    if (worth := self.value(part, window, group, whole=whole)) is not None
                ]
                if not known:
                    return None
                weights = sum(weight for weight, _ in known)
                all_weights = sum(weight for weight, _ in parts)
                return sum(w * v for w, v in known) * all_weights / weights
            case Joined(left=left, sign=sign, right=right):
                one = self.value(left, window, group, whole=whole)
                other = self.value(right, window, group, whole=whole)
                return _joined(one, sign, other)

    def count(self, name: str, window: Window, group: Group, *, whole: bool) -> float | None:
        counted = self.whole if whole else self.counted
        count = self.counts[name]
        found = counted.get((window, () if whole else group), {}).get(name)
        if found is None and count.measure in ("count", "sum", "distinct"):
            return 0.0
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
