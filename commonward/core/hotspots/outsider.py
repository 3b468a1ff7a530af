"""Somebody who has the map of cells and the month's tables, and reckons (地图与统计表的联合推断).

Unknown are how many cases of each shown cell lie in each community that it reaches into, and how
many of each class and community lie in no shown cell. Whole numbers of which every published one
is a sum: a mixed-integer program (HiGHS) says how large what is hidden could be.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Key: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[str, str]
"""(street, community)."""


class Outsider:
    """What follows from these numbers.

    `numbers` are the tables' (None: held back), `shown` each (class, cell) with its number and
    the places that it reaches into, `elsewhere` what is told of a class beyond its cells.
    """

    def __init__(
        self,
        numbers: Mapping[Key, int | None],
        shown: Mapping[tuple[str, str], tuple[int, Collection[Place]]],
        elsewhere: Mapping[str, int | None],
    ) -> None:
        self.numbers = numbers
        parts = sorted({k[1] for k in numbers if k[0] == "part"} | {part for part, _ in shown})
        places = {place for _, at in shown.values() for place in at}
        places |= {(k[1], k[3]) for k in numbers if len(k) == 4 and k[2] == "community"}
        streets = {street for street, _ in places}
        places |= {(k[1], "") for k in numbers if k[0] == "street" and k[1] not in streets}
        self.spots = [
            (part, place, cell) for (part, cell), (_, at) in shown.items() for place in sorted(at)
        ]
        self.size = len(self.spots)
        self.unknown = self.spots + [(p, place, "") for p in parts for place in sorted(places)]
        rows: list[list[int]] = []
        low: list[float] = []
        high: list[float] = []

        def say(which: Iterable[int], least: float, most: float) -> None:
            rows.append(list(which))
            low.append(least)
            high.append(most)

        self.inside = {key: list(self._holding(key)) for key in numbers if "category" not in key}
        for key, which in self.inside.items():
            told = numbers[key]
            if told is not None:
                say(which, told, told)
        for (part, cell), (n, _) in shown.items():
            say((i for i, one in enumerate(self.spots) if one[::2] == (part, cell)), n, n)
        for part, told in elsewhere.items():
            if told:
                rest = (i for i, one in self._rests() if one[0] == part)
                say(rest, told, np.inf)
        self.rows, self.low, self.high = rows, low, high
        self.most = 4.0 * sum(n for n, _ in shown.values()) + 4.0 * max(
            (n for n in numbers.values() if n is not None), default=0
        )

    def _rests(self) -> Iterator[tuple[int, tuple[str, Place, str]]]:
        yield from enumerate(self.unknown[self.size :], self.size)

    def _holding(self, key: Key) -> Iterator[int]:
        for i, (part, (street, community), _) in enumerate(self.unknown):
            if (
                key[0] == "site"
                or (key[0] == "part" and part == key[1])
                or key[0] == "street"
                and key[1] == street
                and key[3:] in ((), (community,))
            ):
                yield i

    def finds(self, least: int) -> list[Key]:
        """The keys of which this one knows that it, or what lies outside its cells, is of one to
        so many less one."""
        secrets: list[tuple[Key, list[int]]] = []
        for key, which in self.inside.items():
            if self.numbers[key] is None:
                secrets.append((key, which))
            rest = [i for i in which if i >= self.size]
            if len(rest) < len(which):
                secrets.append((key, rest))
        left = secrets
        while left:
            values = self._reach([which for _, which in left], least)
            safe = [] if values is None else [sum(values[which]) >= least for _, which in left]
            if not any(safe):
                break
            left = [one for one, fine in zip(left, safe, strict=True) if not fine]
        found = []
        for key, which in left:
            values = self._reach([which], least)
            if values is None or 0 < round(float(sum(values[which]))) < least:
                found.append(key)
        return found

    def _reach(self, wanted: Sequence[Sequence[int]], least: int) -> Any:
        """Agreeing numbers in which these sums come nearest to `least`, all together; None where
        the solver gives up, which counts as found."""
        size, more = len(self.unknown), len(wanted)
        rows = [*self.rows, *wanted]
        entries = [(r, c, 1.0) for r, row in enumerate(rows) for c in row]
        entries += [(len(self.rows) + i, size + i, -1.0) for i in range(more)]
        r, c, v = zip(*entries, strict=True)
        goal = np.zeros(size + more)
        goal[size:] = -1.0
        high = np.full(size + more, self.most + least)
        high[size:] = least
        found = milp(
            goal,
            integrality=np.ones(size + more),
            bounds=Bounds(np.zeros(size + more), high),
            constraints=LinearConstraint(
                csr_array((v, (r, c)), shape=(len(rows), size + more)),
                np.array([*self.low, *([0.0] * more)]),
                np.array([*self.high, *([np.inf] * more)]),
            ),
            options={"node_limit": 20_000, "mip_rel_gap": 0.0},
        )
        return None if found.x is None else np.round(found.x[:size])
