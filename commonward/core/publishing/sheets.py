"""A table of counts with its sums, as it is before anything is hidden (汇总表).

One sheet is one closed period. Its cells are places or kinds of problem (a key each); in each,
several counts of the same rows. Which keys add up to which, and which count is a part of which,
is what an attacker knows without being told: the tree is public, and so are the formulas.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from commonward.core.outcomes import K

Key: TypeAlias = tuple[str, ...]
"""What a cell is about: ("street", "430298001"), or ("street", "430298001", "03")."""
Shown: TypeAlias = frozenset[tuple[Key, str]]
"""The numbers that are published: of each, its cell and its count."""

__all__ = ["K", "Key", "Quantity", "Sheet", "Shown", "Sum"]


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts add up to the whole, in every count: no row is in two parts, none in no part."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is protected: a count in a cell, or what is left of it without an inner count."""

    key: Key
    count: str
    without: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Counts by cell; a count that a cell does not name is nought there.

    `inside` are pairs (inner, outer): every row of the inner count is a row of the outer one.
    `floors` are what somebody knows to be in a cell at least, from elsewhere: how many of its
    rows a map of cells shows, say.
    """

    cells: Mapping[Key, Mapping[str, int]]
    counts: tuple[str, ...]
    sums: Sequence[Sum] = ()
    inside: Sequence[tuple[str, str]] = ()
    floors: Mapping[tuple[Key, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.sums:
            for name in self.counts:
                if self.value(one.whole, name) != sum(self.value(p, name) for p in one.parts):
                    raise ValueError(f"the parts of {one.whole} do not add up in {name}")
        for inner, outer in self.inside:
            for key in self.cells:
                if self.value(key, inner) > self.value(key, outer):
                    raise ValueError(f"{inner} is more than {outer} in {key}")

    def value(self, key: Key, count: str) -> int:
        """A count in a cell."""
        return self.cells.get(key, {}).get(count, 0)

    def of(self, one: Quantity) -> int:
        """What a quantity is in truth."""
        return self.value(one.key, one.count) - (
            self.value(one.key, one.without) if one.without else 0
        )

    def quantities(self) -> Iterator[Quantity]:
        """All that is protected."""
        for key in self.cells:
            for name in self.counts:
                yield Quantity(key, name)
            for inner, outer in self.inside:
                yield Quantity(key, outer, inner)

    def secrets(self, k: int = K) -> list[Quantity]:
        """The quantities of one to k − 1: nobody may learn that they are so small."""
        return [one for one in self.quantities() if 0 < self.of(one) < k]

    def parts_of(self) -> "list[Sheet]":
        """The sheet by groups of counts that have nothing to do with each other."""
        groups: list[set[str]] = [{name} for name in self.counts]
        for inner, outer in self.inside:
            joined = [group for group in groups if inner in group or outer in group]
            groups = [group for group in groups if group not in joined]
            groups.append(set().union(*joined))
        return [
            Sheet(
                self.cells,
                tuple(name for name in self.counts if name in group),
                self.sums,
                [(a, b) for a, b in self.inside if a in group],
                {spot: n for spot, n in self.floors.items() if spot[1] in group},
            )
            for group in sorted(groups, key=lambda g: min(self.counts.index(n) for n in g))
        ]
