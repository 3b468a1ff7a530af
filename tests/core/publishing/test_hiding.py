"""Nobody who has every published number can know of a cell of one to four that it is so small.

The attacker of this test is not the product's: it knows the leaves alone, writes each published
number as a sum of leaves, and asks a linear program how large a secret could be; on small tables
another one tries every table of whole numbers there is.
"""

import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from commonward.core.publishing.attack import given_away
from commonward.core.publishing.hiding import protected
from commonward.core.publishing.revising import may_follow, shown_numbers
from commonward.core.publishing.sheets import K, Key, Quantity, Sheet, Shown, Sum

TOP: Key = ("site",)


def tree(
    streets: Mapping[str, Mapping[str, tuple[int, ...]]],
) -> Sheet:
    """Streets of grids; in each grid the counts of a chain, the widest first."""
    names = tuple(f"n{i}" for i in range(_width(streets)))
    cells: dict[Key, dict[str, int]] = {}
    sums = []
    for street, grids in streets.items():
        for grid, counts in grids.items():
            cells[("grid", grid)] = dict(zip(names, counts, strict=True))
        parts = tuple(("grid", grid) for grid in grids)
        cells[("street", street)] = {n: sum(cells[p][n] for p in parts) for n in names}
        sums.append(Sum(("street", street), parts))
    parts = tuple(("street", street) for street in streets)
    cells[TOP] = {n: sum(cells[p][n] for p in parts) for n in names}
    sums.append(Sum(TOP, parts))
    inside = [(names[i + 1], names[i]) for i in range(len(names) - 1)]
    return Sheet(cells, names, sums, inside)


def _width(streets: Mapping[str, Mapping[str, tuple[int, ...]]]) -> int:
    return len(next(iter(next(iter(streets.values())).values())))


def leaves_of(sheet: Sheet) -> Mapping[Key, frozenset[Key]]:
    """Each cell as the leaves below it."""
    under = {one.whole: one.parts for one in sheet.sums}

    def follow(key: Key) -> frozenset[Key]:
        return frozenset().union(*map(follow, under[key])) if key in under else frozenset({key})

    return {key: follow(key) for key in sheet.cells}


def most(sheet: Sheet, shown: Shown, secret: Quantity) -> float:
    """How large a secret could be, for who has what is shown: over the leaves alone."""
    below = leaves_of(sheet)
    leaves = sorted(frozenset().union(*below.values()))
    at = {(leaf, n): i for i, (leaf, n) in enumerate(itertools.product(leaves, sheet.counts))}
    equal, right = [], []
    for key in sheet.cells:
        for name in sheet.counts:
            if (key, name) in shown:
                row = np.zeros(len(at))
                for leaf in below[key]:
                    row[at[leaf, name]] = 1
                equal.append(row)
                right.append(sheet.value(key, name))
    less = []
    for inner, outer in sheet.inside:
        for leaf in leaves:
            row = np.zeros(len(at))
            row[at[leaf, inner]], row[at[leaf, outer]] = 1, -1
            less.append(row)
    goal = np.zeros(len(at))
    for leaf in below[secret.key]:
        goal[at[leaf, secret.count]] -= 1
        if secret.without:
            goal[at[leaf, secret.without]] += 1
    found = linprog(
        goal,
        A_ub=np.array(less) if less else None,
        b_ub=np.zeros(len(less)) if less else None,
        A_eq=np.array(equal) if equal else None,
        b_eq=np.array(right) if equal else None,
        bounds=[(0, 1000)] * len(at),
    )
    assert found.status == 0, found.message
    return float(-found.fun)


numbers = st.one_of(st.integers(0, 9), st.integers(0, 60))


@st.composite
def trees(draw: st.DrawFn, counts: int = 3) -> Sheet:
    """A town of a few streets with a few grids each, with counts of which each is in the next."""
    streets = {}
    for s in range(draw(st.integers(1, 4))):
        grids = {}
        for g in range(draw(st.integers(1, 4))):
            line = [draw(numbers)]
            while len(line) < counts:
                line.append(draw(st.integers(max(0, line[-1] - 7), line[-1])))
            grids[f"s{s}g{g}"] = tuple(line)
        streets[f"s{s}"] = grids
    return tree(streets)


@settings(max_examples=30, deadline=None)
@given(trees())
def test_an_attacker_with_every_number_never_bounds_a_secret_below_five(sheet: Sheet) -> None:
    shown = protected(sheet)
    for secret in sheet.secrets():
        assert most(sheet, shown, secret) >= K - 1e-6, secret


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=4))
def test_a_table_of_two_ways_keeps_its_secrets(rows: list[list[int]]) -> None:
    sheet = two_ways(rows)
    shown = protected(sheet)
    for secret in sheet.secrets():
        assert most(sheet, shown, secret) >= K - 1e-6, secret


def two_ways(rows: list[list[int]]) -> Sheet:
    """Streets by kinds of problem, with both sums."""
    cells: dict[Key, dict[str, int]] = {}
    sums = []
    width = len(rows[0])
    for i, row in enumerate(rows):
        for j, n in enumerate(row):
            cells[(f"s{i}", f"k{j}")] = {"n": n}
        cells[(f"s{i}", "")] = {"n": sum(row)}
        sums.append(Sum((f"s{i}", ""), tuple((f"s{i}", f"k{j}") for j in range(width))))
    for j in range(width):
        cells[("", f"k{j}")] = {"n": sum(row[j] for row in rows)}
        sums.append(Sum(("", f"k{j}"), tuple((f"s{i}", f"k{j}") for i in range(len(rows)))))
    cells[("", "")] = {"n": sum(map(sum, rows))}
    sums.append(Sum(("", ""), tuple((f"s{i}", "") for i in range(len(rows)))))
    sums.append(Sum(("", ""), tuple(("", f"k{j}") for j in range(width))))
    return Sheet(cells, ("n",), sums)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2))
def test_every_table_of_whole_numbers_was_tried_and_some_agreeing_one_is_large(
    rows: list[list[int]],
) -> None:
    sheet = two_ways(rows)
    shown = protected(sheet)
    largest: dict[Key, int] = {}
    for guess in itertools.product(range(25), repeat=4):
        other = _sums([list(guess[:2]), list(guess[2:])])
        if all(other[key] == sheet.value(key, "n") for key, _ in shown):
            for key, n in other.items():
                largest[key] = max(largest.get(key, 0), n)
    for secret in sheet.secrets():
        assert largest[secret.key] >= K, secret


def _sums(rows: list[list[int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for i, row in enumerate(rows):
        for j, n in enumerate(row):
            for key in ((f"s{i}", f"k{j}"), (f"s{i}", ""), ("", f"k{j}"), ("", "")):
                found[key] = found.get(key, 0) + n
    return found


def test_a_lone_small_street_takes_the_smallest_other_one_with_it() -> None:
    sheet = tree({"a": {"a1": (40,)}, "b": {"b1": (3,)}, "c": {"c1": (9,)}, "d": {"d1": (50,)}})
    shown = {key for key, _ in protected(sheet) if key[0] == "street"}
    assert shown == {("street", "a"), ("street", "d")}


def test_a_rest_of_three_hides_the_inner_count_and_not_how_many_there_were() -> None:
    sheet = tree({"a": {"a1": (40, 37)}, "b": {"b1": (60, 40)}, "c": {"c1": (30, 20)}})
    shown = protected(sheet)
    assert (("street", "a"), "n0") in shown
    assert (("street", "a"), "n1") not in shown
    assert (("street", "c"), "n1") not in shown, "with it alone the first could be reckoned"
    assert (("street", "b"), "n1") in shown


def test_large_numbers_are_all_shown() -> None:
    sheet = tree({"a": {"a1": (40, 20), "a2": (30, 10)}, "b": {"b1": (60, 30), "b2": (0, 0)}})
    assert len(protected(sheet)) == len(sheet.cells) * 2


def test_the_attacker_finds_what_is_shown_carelessly() -> None:
    sheet = tree({"a": {"a1": (40,)}, "b": {"b1": (3,)}})
    careless = frozenset({(TOP, "n0"), (("street", "a"), "n0")})
    betrayed = {one.key for one in given_away(sheet, careless)}
    assert betrayed == {("street", "b"), ("grid", "b1")}


def test_what_is_known_of_a_hidden_cell_from_elsewhere_is_reckoned_with() -> None:
    sheet = tree({"a": {"a1": (20,)}, "b": {"b1": (3,)}, "c": {"c1": (60,)}})
    shown = protected(sheet)
    assert (("street", "a"), "n0") not in shown
    assert not given_away(sheet, shown)
    knows = replace(sheet, floors={(("street", "a"), "n0"): 19})
    assert ("street", "b") in {one.key for one in given_away(knows, shown)}


def test_a_sheet_whose_parts_do_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Sheet({("a",): {"n": 3}, ("b",): {"n": 2}}, ("n",), [Sum(("a",), (("b",),))])


# Two publications of one thing.


@settings(max_examples=30, deadline=None)
@given(trees(counts=2), st.data())
def test_two_publications_cannot_be_subtracted(sheet: Sheet, data: st.DataObject) -> None:
    """Some cases are filed anew; where both may be published, no difference is one to four."""
    leaf = data.draw(st.sampled_from(sorted(k for k in sheet.cells if k[0] == "grid")))
    more = data.draw(st.integers(1, 9))
    street = ("street", leaf[1].partition("g")[0])
    cells = {key: dict(counts) for key, counts in sheet.cells.items()}
    for key in (leaf, street, TOP):
        cells[key]["n0"] += more
    new = Sheet(cells, sheet.counts, sheet.sums, sheet.inside)
    old, shown = shown_numbers(sheet, protected(sheet)), protected(new)
    if not may_follow(old, new, shown):
        return
    now = shown_numbers(new, shown)
    for key, counts in now.items():
        for name, n in counts.items():
            assert not 0 < abs(n - old[key][name]) < K
    if (TOP, "n0") in shown:
        parts = [p for p in sheet.cells if p[0] == "street" and (p, "n0") in shown]
        rest = (now[TOP]["n0"] - old[TOP]["n0"]) - sum(now[p]["n0"] - old[p]["n0"] for p in parts)
        assert not 0 < abs(rest) < K


def test_a_case_that_is_taken_out_later_is_held_back_until_five_are() -> None:
    def town(of_a: int) -> Sheet:
        return tree({"a": {"a1": (of_a,)}, "b": {"b1": (60,)}})

    old = shown_numbers(town(40), protected(town(40)))
    assert not may_follow(old, town(39), protected(town(39)))
    assert not may_follow(old, town(44), protected(town(44)))
    assert may_follow(old, town(45), protected(town(45)))
    assert may_follow(old, town(40), protected(town(40)))


def test_a_number_that_was_hidden_is_not_shown_by_a_later_publication() -> None:
    first = tree({"a": {"a1": (3,)}, "b": {"b1": (9,)}, "c": {"c1": (60,)}})
    later = tree({"a": {"a1": (13,)}, "b": {"b1": (9,)}, "c": {"c1": (60,)}})
    assert not may_follow(shown_numbers(first, protected(first)), later, protected(later))
