"""Nobody who has the map of hotspots and the month's tables reads a cell of one to four from both.

The attacker of this test is not the product's: its unknowns are how many cases of each class lie
in each cell and community; it knows which cell reaches into which communities, writes every
number it reads as a sum of unknowns, and asks a linear program how large a secret could be.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from commonward.core.hotspots.beside import SITE, Spot, Tables, beside, stands
from commonward.core.hotspots.publishing import LEAST, Shown, shown
from commonward.core.publishing.hiding import protected
from commonward.core.publishing.sheets import Key, Sheet, Sum

PLACES = [(f"s{s}", f"s{s}c{c}") for s in range(3) for c in range(2)]
CELLS = {
    # Two cells inside each community, and one on the border to the next.
    **{f"{c}-{n}": ((s, c),) for s, c in PLACES for n in "ab"},
    **{f"{a[1]}+{b[1]}": (a, b) for a, b in zip(PLACES, PLACES[1:], strict=False)},
}
PARTS = ("01", "02")
SPOTS = [(part, cell, place) for part in PARTS for cell, at in CELLS.items() for place in at]


@dataclass(frozen=True)
class Town:
    """A month of cases by class, cell and (street, community)."""

    cases: Mapping[tuple[str, str, tuple[str, str]], int]

    def number(self, key: Key) -> int:
        """The true number of a key of the tables."""
        return sum(n for spot, n in self.cases.items() if holds(key, spot))

    @property
    def counts(self) -> dict[str, Counter[str]]:
        """By class and cell."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (part, cell, _), n in self.cases.items():
            found[part][cell] += n
        return found

    @property
    def filed(self) -> dict[Spot, Counter[tuple[str, str]]]:
        """By class and cell, where."""
        found: dict[Spot, Counter[tuple[str, str]]] = defaultdict(Counter)
        for (part, cell, place), n in self.cases.items():
            if n:
                found[Spot(part, cell)][place] += n
        return found

    @property
    def tables(self) -> Tables:
        """As they are published."""
        streets = [("street", s) for s in sorted({s for s, _ in PLACES})]
        parts = [("part", part) for part in PARTS]
        sums = [Sum(SITE, tuple(streets)), Sum(SITE, tuple(parts))]
        sums += [
            Sum(one, tuple((*one, "community", c) for s, c in PLACES if s == one[1]))
            for one in streets
        ]
        keys = {key for one in sums for key in (one.whole, *one.parts)}
        sheet = Sheet({key: {"opened": self.number(key)} for key in keys}, ("opened",), sums)
        told = protected(sheet)
        return Tables(
            {key: self.number(key) if (key, "opened") in told else None for key in sorted(keys)}
        )


def holds(key: Key, spot: tuple[str, str, tuple[str, str]]) -> bool:
    """Whether cases of a class, cell and place count in a key of the tables."""
    part, _, (street, community) = spot
    if key == SITE:
        return True
    if key[0] == "part":
        return key[1] == part
    return key[1] == street and (len(key) == 2 or key[3] == community)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Few cases in most cells, many in some."""
    sizes = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 25))
    return Town({spot: draw(sizes) for spot in SPOTS})


def most(town: Town, tables: Tables, told: Mapping[str, Shown], secret: Iterable[int]) -> float:
    """How large the sum of some unknowns could be."""
    rows, right = [], []
    for key, number in tables.numbers.items():
        if number is not None:
            rows.append([float(holds(key, spot)) for spot in SPOTS])
            right.append(float(number))
    for part, one in told.items():
        for cell, n in one.counts.items():
            rows.append([float(spot[:2] == (part, cell)) for spot in SPOTS])
            right.append(float(n))
        if one.elsewhere is not None:
            rows.append([float(p == part and c not in one.counts) for p, c, _ in SPOTS])
            right.append(float(one.elsewhere))
    goal = np.zeros(len(SPOTS))
    goal[list(secret)] = -1
    found = linprog(
        goal,
        A_eq=np.array(rows) if rows else None,
        b_eq=right or None,
        bounds=[(0, 500)] * len(SPOTS),
    )
    assert found.status == 0, found.message
    return float(-found.fun)


def secrets(town: Town, tables: Tables, told: Mapping[str, Shown]) -> dict[str, list[int]]:
    """Every number of the tables, and what is left of it without the cells shown, of one to four."""
    found = {}
    for key in tables.numbers:
        inside = [i for i, spot in enumerate(SPOTS) if holds(key, spot)]
        rest = [i for i in inside if SPOTS[i][1] not in told[SPOTS[i][0]].counts]
        for name, some in ((f"{key}", inside), (f"{key} without cells", rest)):
            if 0 < sum(town.cases[SPOTS[i]] for i in some) < LEAST:
                found[name] = some
    return found


@settings(max_examples=60, deadline=None)
@given(towns())
def test_no_number_of_one_to_four_follows_from_map_and_tables(town: Town) -> None:
    tables = town.tables
    told = beside(town.counts, town.filed, tables)
    for name, some in secrets(town, tables, told).items():
        assert most(town, tables, told, some) >= LEAST - 1e-6, name


def test_a_street_whose_cells_leave_two_cases_loses_a_cell() -> None:
    cases = dict.fromkeys(SPOTS, 0)
    for cell, n in (("s0c0-a", 9), ("s0c0-b", 2), ("s1c0-a", 9), ("s1c0-b", 9), ("s2c0-a", 7)):
        cases["01", cell, CELLS[cell][0]] = n
    town = Town(cases)
    alone = {part: shown(counts) for part, counts in town.counts.items()}
    assert alone["01"].elsewhere == 9, "the smallest shown cell went with the small one"
    assert town.tables.told(("street", "s0")) == 11
    caught = secrets(town, town.tables, alone)
    assert [n for n, some in caught.items() if most(town, town.tables, alone, some) < LEAST]
    told = beside(town.counts, town.filed, town.tables)
    assert "s0c0-a" not in told["01"].counts
    assert {"s1c0-a", "s1c0-b"} <= set(told["01"].counts), "nothing else had to go"


def test_a_hidden_street_is_not_bounded_by_the_cells_of_its_sister() -> None:
    cases = dict.fromkeys(SPOTS, 0)
    for cell, n in (("s0c0-a", 3), ("s1c0-a", 19), ("s1c0-b", 1), ("s2c0-a", 60)):
        cases["01", cell, CELLS[cell][0]] = n
    town = Town(cases)
    assert town.tables.told(("street", "s0")) is None
    assert town.tables.told(("street", "s1")) is None
    told = beside(town.counts, town.filed, town.tables)
    assert "s1c0-a" not in told["01"].counts


def test_where_all_is_large_every_cell_is_shown() -> None:
    town = Town(dict.fromkeys(SPOTS, 8))
    told = beside(town.counts, town.filed, town.tables)
    assert sum(len(one.counts) for one in told.values()) == len({spot[:2] for spot in SPOTS})
    assert {one.elsewhere for one in told.values()} == {0}


def test_later_tables_that_would_give_a_case_away_do_not_stand_beside_the_map() -> None:
    town = Town(dict.fromkeys(SPOTS, 8))
    told = beside(town.counts, town.filed, town.tables)
    assert stands(told, town.filed, town.tables)
    two_more = Tables({**town.tables.numbers, SITE: (town.tables.told(SITE) or 0) + 2})
    assert not stands(told, town.filed, two_more)
