"""From counts to figures: formulas worked out per window and group, whoever has counted.

A counter (the slow reference, DuckDB, PostgreSQL, Spark) answers how many; everything after that
is done here once, so no two engines can differ in it: for all windows and groups at a time, by
column. The object of a single figure is made when somebody reads it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

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
from commonward.core.indicators.tallies import Group, Ints, Only, Reals, Tally
from commonward.core.indicators.windows import Window
from commonward.core.refusals import N_, Invalid

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


@dataclass(frozen=True, slots=True)
class _Told:
    """An indicator in all rows: its figure, its counts, its denominator."""

    indicator: Indicator
    value: Reals
    counts: Mapping[str, Reals]
    under: Reals | None

    def figures(self, rows: slice) -> list[Figure]:
        """Those of some rows, as objects."""
        value = self.value.at(rows).told()
        under = [None] * len(value) if self.under is None else self.under.at(rows).told()
        names = list(self.counts)
        told = [self.counts[name].at(rows).told() for name in names]
        counted = zip(*told, strict=True) if told else [()] * len(value)
        band = self.indicator.band if self.indicator.bands else lambda value: ""
        return [
            Figure(one, dict(zip(names, counts, strict=True)), below, band(one))
            for one, counts, below in zip(value, counted, under, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Inside:
    """The rows of one window: their groups in order, and what is told of each."""

    groups: Callable[[], list[Group]]
    rows: slice
    told: Mapping[str, _Told]

    def __len__(self) -> int:
        return int(self.rows.stop - self.rows.start)


class Groups(Mapping[Group, Mapping[str, Figure]]):
    """The figures of one window by group, in the order of the groups."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._inside: list[_Inside] = []
        self._made: dict[Group, dict[str, Figure]] | None = None

    def lacking(self, names: Sequence[str]) -> None:
        """These are told too, as unknown."""
        self._names = [*self._names, *(name for name in names if name not in self._names)]
        self._made = None

    def add(self, inside: _Inside) -> None:
        """Those of one cut of the day."""
        self._inside.append(inside)
        self._made = None

    def told(self, name: str) -> list[float | None]:
        """The values of one figure, a number for each group in their order."""
        if len(self._inside) == 1 and name in self._inside[0].told:
            inside = self._inside[0]
            return inside.told[name].value.at(inside.rows).told()
        return [found[name].value for found in self._all().values()]

    def __getitem__(self, group: Group) -> Mapping[str, Figure]:
        return self._all()[group]

    def __iter__(self) -> Iterator[Group]:
        if len(self._inside) == 1 and self._made is None:
            return iter(self._inside[0].groups())
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._inside[0]) if len(self._inside) == 1 else len(self._all())

    def _all(self) -> dict[Group, dict[str, Figure]]:
        if self._made is None:
            made: dict[Group, dict[str, Figure]] = {}
            for inside in self._inside:
                columns = [one.figures(inside.rows) for one in inside.told.values()]
                rows = zip(*columns, strict=True)
                for group, row in zip(inside.groups(), rows, strict=True):
                    made.setdefault(group, {}).update(zip(inside.told, row, strict=True))
            for found in made.values():
                if len(found) < len(self._names):  # a group that only another cut of the day has
                    found.update({n: _UNKNOWN for n in self._names if n not in found})
            self._made = made
        return self._made


def figures(book: Book, asked: Asked, counter: Counter) -> dict[Window, Groups]:
    """The figures of each window by group; a group is there when any count has a row in it.

    Ungrouped figures are always there, under (). Raises Invalid for an unknown name or column.
    """
    for name in asked.names:
        if name not in book.indicators:
            raise Invalid(N_("There is no indicator “{name}”."), name=name[:60])
    every = list(dict.fromkeys(asked.names))
    done = {window: Groups(every) for window in asked.windows}
    for cut in sorted({book.indicators[name].cut for name in every}):
        names = [name for name in every if book.indicators[name].cut == cut]
        worked = _Worked(book, asked, cut, counter, names)
        told = {name: worked.told(book.indicators[name]) for name in names}
        for window, groups in done.items():
            groups.add(_Inside(*worked.inside(window.cut_at(cut)), told))
    return done


class _Worked:
    """Counted once for all windows that the formulas of these indicators reach.

    A row is a group in one of the windows that are asked; formulas are worked out for all rows.
    """

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
        self.windows = tuple(dict.fromkeys(w.cut_at(cut) for w in asked.windows))
        reached: dict[Window, None] = dict.fromkeys(self.windows)
        whole = False
        for name in names:
            shifts, wholes = _reach(book, book.indicators[name].formula)
            whole = whole or wholes
            for steps in shifts:
                for window in self.windows:
                    reached.setdefault(_shifted(window, steps))
        only = asked.only or {}
        every = list(counts.values())
        self.rows = Tally.of(counter(every, list(reached), self.by, only), len(self.by))
        self.wholes = self.rows
        if whole and self.by:
            self.wholes = Tally.of(counter(every, list(reached), (), only), 0)
        self.slices, self.place, self.group = self._laid_out()
        self.works: dict[str, _Work] = {}
        self.scopes: dict[tuple[tuple[Window, ...], bool], _Scope] = {}

    def _laid_out(self) -> tuple[dict[Window, slice], Ints, Ints]:
        """Which rows each window has, and of each row the window's place and the group."""
        slices, groups, begin = {}, [], 0
        for window in self.windows:
            inside = self.rows.inside(window)
            group = self.rows.group[inside] if self.by else np.zeros(1, np.int64)
            slices[window] = slice(begin, begin + len(group))
            groups.append(group)
            begin += len(group)
        many = [len(group) for group in groups]
        place = np.repeat(np.arange(len(many), dtype=np.int64), many)
        return slices, place, np.concatenate(groups) if groups else np.zeros(0, np.int64)

    def inside(self, window: Window) -> tuple[Callable[[], list[Group]], slice]:
        """The groups of a window, told when they are asked for, and which rows those are."""
        if not self.by:
            return lambda: [()], self.slices[window]
        tally = self.rows
        return lambda: tally.groups(tally.inside(window)), self.slices[window]

    def told(self, indicator: Indicator) -> _Told:
        """An indicator worked out in all rows."""
        scope = self.scope(self.windows, whole=False)
        counts = {c.name: self.count(c.name)(scope) for c in self.book.counts_of(indicator.name)}
        under = None
        with np.errstate(all="ignore"):
            match indicator.formula:
                case Joined(sign="/", right=right):
                    under = self.work(right)(scope)
            return _Told(indicator, self.named(indicator.name)(scope), counts, under)

    def scope(self, windows: tuple[Window, ...], *, whole: bool) -> "_Scope":
        """These windows in the places of those that are asked; the row counted for each row."""
        key = windows, whole
        if key not in self.scopes:
            tally = self.wholes if whole else self.rows
            numbers = np.array([tally.windows.get(w, -1) for w in windows], np.int64)
            group = np.zeros_like(self.group) if whole else self.group
            rows = tally.rows(numbers[self.place], group)
            self.scopes[key] = _Scope(tally, windows, whole, rows)
        return self.scopes[key]

    def even(self, value: float | None) -> Reals:
        """The same in all rows."""
        many = len(self.place)
        known = np.full(many, value is not None)
        return Reals(np.full(many, 0.0 if value is None else value), known)

    def work(self, made: Formula) -> "_Work":  # noqa: C901 (a case for each form of a formula)
        """A formula as a function of the scope."""
        match made:
            case Number(value=value):
                return lambda scope: self.even(value)
            case Name(name=name) if name in self.book.constants:
                constant = self.book.constants[name]
                return lambda scope: self.even(constant)
            case Name(name=name) if name in self.counts:
                return self.count(name)
            case Name(name=name):
                return self.named(name)
            case Shifted(inner=inner, by=by):
                work, step = self.work(inner), (by,)
                return lambda s: work(
                    self.scope(tuple(_shifted(w, step) for w in s.windows), whole=s.whole)
                )
            case Whole(inner=inner):
                work = self.work(inner)
                return lambda scope: work(self.scope(scope.windows, whole=True))
            case Areas(level=level):
                many = None if level not in self.areas else float(self.areas[level])
                single = level in self.by
                return lambda scope: self.even(1.0 if single and not scope.whole else many)
            case Days():
                return self.days
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

    def days(self, scope: "_Scope") -> Reals:
        """How many days each row's window has."""
        days = np.array([(w.until - w.first).days for w in scope.windows], np.float64)
        return Reals(days[self.place], np.full(len(self.place), True))

    def count(self, name: str) -> "_Work":
        """What was counted; nothing counted is none, and no measure of anything."""
        none = self.counts[name].measure in ("count", "sum", "distinct")

        def found(scope: _Scope) -> Reals:
            _, told = scope.tally.counts.get(name, (None, None))
            if told is None or not len(told.values):
                return self.even(0.0 if none else None)
            known = told.known[scope.rows] & (scope.rows >= 0)
            return Reals(np.where(known, told.values[scope.rows], 0.0), known | none)

        return found


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a formula is worked out: in which windows, of each group or of all together, and the
    row of what was counted there for each row that is asked (-1 where nothing was)."""

    tally: Tally
    windows: tuple[Window, ...]
    whole: bool
    rows: Ints


_Work: TypeAlias = Callable[[_Scope], Reals]


def _bounded(work: _Work, by: str, bound: float) -> _Work:
    which = np.minimum if by == "at_most" else np.maximum

    def found(scope: _Scope) -> Reals:
        values, known = work(scope)
        return Reals(which(values, bound), known)

    return found


def _weighted(parts: Sequence[tuple[float, _Work]]) -> _Work:
    every = sum(weight for weight, _ in parts)

    def found(scope: _Scope) -> Reals:
        total = weights = np.zeros(len(scope.rows))
        for weight, work in parts:
            values, known = work(scope)
            total = np.where(known, total + weight * values, total)
            weights = np.where(known, weights + weight, weights)
        return Reals(total * every / weights, weights > 0)

    return found


def _joined(one: Reals, sign: str, other: Reals) -> Reals:
    known = one.known & other.known
    if sign == "+":
        return Reals(one.values + other.values, known)
    if sign == "-":
        return Reals(one.values - other.values, known)
    if sign == "*":
        return Reals(one.values * other.values, known)
    return Reals(one.values / other.values, known & (other.values != 0))


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
