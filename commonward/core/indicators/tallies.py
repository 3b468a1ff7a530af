"""What was counted, by column (列式): one array for each count, a row for each window and group.

Engines answer tens of thousands of groups in columns; an object for each would take longer than
the counting. To whom asks for a single one it is a mapping like any other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from commonward.core.indicators.windows import Window

Group: TypeAlias = tuple[str, ...]
"""The values of the columns that figures are grouped by, in their order; () for all together."""
Only: TypeAlias = Mapping[str, tuple[str | int, ...]]
"""Which rows at all: a column, and the values it may have. Rows of a table without the column
do not count."""
Ints: TypeAlias = npt.NDArray[np.int64]
_ROOM = 2**62


class Reals(NamedTuple):
    """Numbers, and which of them there are: what is unknown has any value."""

    values: npt.NDArray[np.float64]
    known: npt.NDArray[np.bool_]

    def at(self, rows: Any) -> "Reals":
        """Those of some rows."""
        return Reals(self.values[rows], self.known[rows])

    def or_none(self) -> "Reals":
        """The same, an unknown one being 0."""
        return Reals(np.where(self.known, self.values, 0.0), np.full(len(self.known), True))

    def told(self) -> list[float | None]:
        """Each number, or None."""
        if self.known.all():
            return list(self.values.tolist())
        pairs = zip(self.values.tolist(), self.known.tolist(), strict=True)
        return [value if known else None for value, known in pairs]


class Labels(NamedTuple):
    """Texts by number: the number of each row's, and the texts."""

    codes: Ints
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """Some counts as one statement answered them: the place of each row's window, its group, and
    for each count how many rows there were and what is told of them."""

    windows: Sequence[Window]
    place: Ints
    labels: Sequence[Labels]
    counts: Mapping[str, tuple[npt.NDArray[np.bool_], Reals]]


class Tally(Mapping[tuple[Window, Group], Mapping[str, float | None]]):
    """All that was counted; nothing for a group without a row.

    Rows lie in the order of the windows' numbers and, inside, of the groups.
    """

    def __init__(self, by: int, parts: Iterable[Part]) -> None:
        some = [_with_rows(part) for part in parts]
        self.windows = {w: n for n, w in enumerate(dict.fromkeys(w for p in some for w in p.windows))}  # fmt: skip
        window = _joined([np.array([self.windows[w] for w in p.windows], np.int64)[p.place] for p in some])  # fmt: skip
        labels = [_united([p.labels[n] for p in some]) for n in range(by)]
        group, self.size = _numbered(labels, len(window))
        self.numbers, first, inverse = np.unique(
            window * self.size + group, return_index=True, return_inverse=True
        )
        self.window, self.group = window[first], group[first]
        self.labels = [Labels(one.codes[first], one.names) for one in labels]
        self.counts: dict[str, tuple[npt.NDArray[np.bool_], Reals]] = {}
        begin = 0
        for part in some:
            rows = inverse[begin : begin + len(part.place)]
            begin += len(part.place)
            for name, (there, told) in part.counts.items():
                kept = self.counts.get(name) or self._empty()
                kept[0][rows] |= there
                kept[1].values[rows] = np.where(there, told.values, kept[1].values[rows])
                kept[1].known[rows] |= there & told.known
                self.counts[name] = kept
        self._told: dict[tuple[Window, Group], dict[str, float | None]] | None = None

    def _empty(self) -> tuple[npt.NDArray[np.bool_], Reals]:
        many = len(self.numbers)
        return np.zeros(many, np.bool_), Reals(np.zeros(many), np.zeros(many, np.bool_))

    @classmethod
    def of(cls, counted: Mapping[tuple[Window, Group], Mapping[str, float | None]], by: int) -> "Tally":  # fmt: skip
        """The same from a mapping."""
        if isinstance(counted, Tally):
            return counted
        windows = list(dict.fromkeys(window for window, _ in counted))
        numbers = {window: n for n, window in enumerate(windows)}
        place = np.array([numbers[window] for window, _ in counted], np.int64)
        labels = [labels_of([group[n] for _, group in counted]) for n in range(by)]
        rows = list(counted.values())
        counts = {
            name: (
                np.array([name in row for row in rows], np.bool_),
                reals_of([row.get(name) for row in rows]),
            )
            for name in dict.fromkeys(name for row in rows for name in row)
        }
        return cls(by, [Part(windows, place, labels, counts)] if rows else [])

    def renamed(self, names: Mapping[Window, Window]) -> "Tally":
        """The same, its windows called otherwise."""
        made = object.__new__(Tally)
        made.__dict__ |= self.__dict__ | {
            "windows": {names[window]: n for window, n in self.windows.items()},
            "_told": None,
        }
        return made

    def inside(self, window: Window) -> slice:
        """The rows of a window."""
        number = self.windows.get(window)
        if number is None:
            return slice(0, 0)
        begin, end = np.searchsorted(self.window, [number, number + 1])
        return slice(int(begin), int(end))

    def rows(self, window: Ints, group: Ints) -> Ints:
        """The row of each window (by its number, -1 for none) and group; -1 where there is none."""
        if not len(self.numbers):
            return np.full(len(window), -1, np.int64)
        wanted = window * self.size + group
        found = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        return np.where((self.numbers[found] == wanted) & (window >= 0), found, -1)

    def groups(self, rows: slice) -> list[Group]:
        """The groups of some rows, in their order."""
        if not self.labels:
            return [()] * len(self.numbers[rows])
        columns = [[names[n] for n in codes[rows].tolist()] for codes, names in self.labels]
        return list(zip(*columns, strict=True))

    def __getitem__(self, key: tuple[Window, Group]) -> Mapping[str, float | None]:
        return self._mapped()[key]

    def __iter__(self) -> Iterator[tuple[Window, Group]]:
        return iter(self._mapped())

    def __len__(self) -> int:
        return len(self.numbers)

    def _mapped(self) -> dict[tuple[Window, Group], dict[str, float | None]]:
        if self._told is None:
            windows = list(self.windows)
            of_row = [windows[n] for n in self.window.tolist()]
            self._told = {k: {} for k in zip(of_row, self.groups(slice(None)), strict=True)}
            for name, (there, told) in self.counts.items():
                for row, yes, value in zip(
                    self._told.values(), there.tolist(), told.told(), strict=True
                ):
                    if yes:
                        row[name] = value
        return self._told


def labels_of(column: Any) -> Labels:
    """A column of texts by number."""
    if isinstance(column, Labels):
        return column
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(str(one), len(numbers)) for one in column]
    return Labels(np.array(codes, np.int64), list(numbers))


def reals_of(column: Any) -> Reals:
    """A column of numbers, some of which may be None."""
    if isinstance(column, Reals):
        return column
    known = np.array([one is not None for one in column], np.bool_)
    return Reals(np.array([0.0 if v is None else float(v) for v in column], np.float64), known)


def _with_rows(part: Part) -> Part:
    """The rows in which anything was counted."""
    many = len(part.place)
    keep = np.zeros(many, np.bool_)
    for there, _ in part.counts.values():
        keep |= there
    if keep.all():
        return part
    return Part(
        part.windows,
        part.place[keep],
        [Labels(codes[keep], names) for codes, names in part.labels],
        {name: (there[keep], told.at(keep)) for name, (there, told) in part.counts.items()},
    )


def _joined(some: Sequence[Ints]) -> Ints:
    return np.concatenate(some) if some else np.zeros(0, np.int64)


def _united(some: Sequence[Labels]) -> Labels:
    """The rows of all, their texts in one order: that of the texts themselves."""
    names = sorted({name for one in some for name in one.names})
    numbers = {name: n for n, name in enumerate(names)}
    codes = [np.array([numbers[n] for n in one.names], np.int64)[one.codes] for one in some]
    return Labels(_joined(codes), names)


def _numbered(labels: Sequence[Labels], many: int) -> tuple[Ints, int]:
    """One number for each group, in the groups' order, and how many there may be."""
    group, size = np.zeros(many, np.int64), 1
    for codes, names in labels:
        if size * len(names) > _ROOM // max(many, 1):  # numbers would be too large: close the gaps
            group = np.unique(group, return_inverse=True)[1].astype(np.int64)
            size = int(group.max(initial=-1)) + 1
        group, size = group * len(names) + codes, size * max(len(names), 1)
    return group, size
