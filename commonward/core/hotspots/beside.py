"""What a map of cells may show beside the tables of the same month (与统计表的差分).

Whoever has both takes the cells of a street away from the street's number, the cells of a class
from the class's, and what hidden streets have at least from what their town has together. No
such rest may be of one to four cases, and nothing that the tables hide may be bounded below five.
Where it would be, the smallest cell that takes part is not shown.

Who takes cells away is given more than anybody outside has: in which street and community every
case of a cell was filed. What no such person finds, nobody finds who only sees the cells' outlines.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from commonward.core.hotspots.outsider import Outsider
from commonward.core.hotspots.publishing import LEAST, Shown, shown

Key: TypeAlias = tuple[str, ...]
"""A cell of a table, as in core.publishing: ("street", "430298001")."""
SITE: Key = ("site",)
_AREAS = ("street", "community")


@dataclass(frozen=True, slots=True)
class Spot:
    """One class of problems in one cell: the number that the map would show."""

    part: str
    cell: str


@dataclass(frozen=True, slots=True)
class Tables:
    """What is published of the month: a number by key, None where it is held back, nothing where
    there is none."""

    numbers: Mapping[Key, int | None]

    def told(self, key: Key) -> int | None:
        """The number of a key; nought where no case is, None where it is not told."""
        return self.numbers.get(key, 0)

    def below(self, key: Key, level: str) -> list[Key]:
        """The keys of one level right below another."""
        if key == SITE:
            return [one for one in self.numbers if len(one) == 2 and one[0] == level]
        return [one for one in self.numbers if one[:2] == key and len(one) == 4 and one[2] == level]


def beside(
    counts: Mapping[str, Mapping[str, int]],
    filed: Mapping[Spot, Mapping[tuple[str, str], int]],
    tables: Tables,
) -> dict[str, Shown]:
    """What may be shown of each class (its counts by cell) beside these tables.

    `filed` tells for each number in which (street, community) its cases were filed.
    """
    given_up: set[Spot] = set()
    silent: set[str] = set()
    while True:
        told = {
            part: shown(of_cells, {one.cell for one in given_up if one.part == part})
            for part, of_cells in counts.items()
        }
        for part in silent:
            told[part] = replace(told[part], elsewhere=None)
        look = _Look(told, filed, tables)
        if part := look.talkative():
            silent.add(part)
            continue
        caught = next(look.betrayals(), None) or look.found_out()
        if not caught:
            return told
        given_up.add(min(caught, key=lambda one: (look.shown[one], one.part, one.cell)))


def stands(
    told: Mapping[str, Shown], filed: Mapping[Spot, Mapping[tuple[str, str], int]], tables: Tables
) -> bool:
    """Whether what was shown may go on standing beside these tables."""
    look = _Look(told, filed, tables)
    return not look.talkative() and next(look.betrayals(), None) is None and not look.found_out()


class _Look:
    """Somebody who has the map as it would be shown, and the tables."""

    def __init__(
        self,
        told: Mapping[str, Shown],
        filed: Mapping[Spot, Mapping[tuple[str, str], int]],
        tables: Tables,
    ) -> None:
        self.told = told
        self.filed = filed
        self.tables = tables
        self.shown = {
            Spot(part, cell): n for part, one in told.items() for cell, n in one.counts.items()
        }
        self.at: dict[str, dict[Spot, frozenset[Key]]] = {level: {} for level in _AREAS}
        for one in self.shown:
            for depth, level in enumerate(_AREAS):
                self.at[level][one] = frozenset(
                    ("street", place[0]) if depth == 0 else ("street", place[0], level, place[1])
                    for place in filed.get(one, {})
                )

    def talkative(self) -> str:
        """A class whose sum of all cells would tell too much: its number is held back, or the sum
        taken from it leaves a few; "" for none."""
        for part, one in sorted(self.told.items()):
            if one.elsewhere is None:
                continue
            every = sum(one.counts.values()) + one.elsewhere
            number = self.tables.told(("part", part))
            if number is None or _small(number, every):
                return part
        whole = [p for p, one in self.told.items() if one.elsewhere]
        every = sum(self.shown.values()) + sum(self.told[p].elsewhere or 0 for p in whole)
        if whole and _small(self.tables.told(SITE), every):
            return min(whole)
        return ""

    def betrayals(self) -> Iterator[list[Spot]]:
        """The spots that together tell of one to four cases, or bound a hidden number below five."""
        if _small(self.tables.told(SITE), sum(self.shown.values())):
            yield list(self.shown)
        for part in self.told:
            own = [one for one in self.shown if one.part == part]
            if own and _small(self.tables.told(("part", part)), self.sum(own)):
                yield own
        for level in _AREAS:
            for places in sorted({*self.at[level].values()}, key=sorted):
                own = [one for one, its in self.at[level].items() if its <= places]
                if _small(self.number(places), self.sum(own)):
                    yield own
        for level, inner in (("street", "community"), ("part", "category")):
            yield from self.bounded(SITE, self.most(SITE, inf), (level, inner))

    def bounded(self, whole: Key, most: float, levels: Sequence[str]) -> Iterator[list[Spot]]:
        """What is hidden below a key that is at most so many, and known to be few by the spots."""
        parts = self.tables.below(whole, levels[0])
        hidden = [key for key in parts if self.tables.told(key) is None]
        left = most - sum(self.tables.told(key) or 0 for key in parts)
        for key in hidden:
            others = [one for other in hidden if other != key for one in self.inside(other)]
            bound = left - self.sum(others) if most < inf else inf
            if others and left >= LEAST > bound:
                yield others
            if levels[1:]:
                yield from self.bounded(key, bound, levels[1:])
        for key in parts if levels[1:] else ():
            if key not in hidden:
                yield from self.bounded(key, self.most(key, inf), levels[1:])

    def found_out(self) -> list[Spot]:
        """The spots around what an outsider reckons from map and tables; [] where that is nothing."""
        if not self.shown:
            return []
        outsider = Outsider(
            self.tables.numbers,
            {
                (one.part, one.cell): (n, self.filed.get(one, {}).keys())
                for one, n in self.shown.items()
            },
            {part: one.elsewhere for part, one in self.told.items()},
        )
        for key in outsider.finds(LEAST):
            level = key[-2] if len(key) > 1 else ""
            if level == "part":
                return [one for one in self.shown if one.part == key[1]] or list(self.shown)
            beside_it = self.at.get(level, {})
            near = {key, *(k for k in self.tables.below(key[:-2] or SITE, level)
                           if self.tables.told(k) is None)}  # fmt: skip
            return [one for one, its in beside_it.items() if its & near] or list(self.shown)
        return []

    def most(self, key: Key, otherwise: float) -> float:
        """The number of a key where it is told."""
        number = self.tables.told(key)
        return otherwise if number is None else number

    def inside(self, key: Key) -> list[Spot]:
        """The spots all of whose cases count in a key."""
        if key[0] == "part":
            return [one for one in self.shown if len(key) == 2 and one.part == key[1]]
        level = _AREAS[len(key) // 2 - 1]
        return [one for one, its in self.at[level].items() if its == frozenset({key})]

    def number(self, places: Collection[Key]) -> int | None:
        """What these places have together; None where one of them is not told."""
        found = [self.tables.told(key) for key in places]
        return None if None in found else sum(n for n in found if n is not None)

    def sum(self, spots: Collection[Spot]) -> int:
        """How many cases these spots show."""
        return sum(self.shown[one] for one in spots)


def _small(number: int | None, taken: int) -> bool:
    """Whether what is left is one to four."""
    return number is not None and 0 < number - taken < LEAST
