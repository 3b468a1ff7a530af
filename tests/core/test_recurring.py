"""Recurring disputes by place: never fewer than five, and nothing to be had by taking away."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.disputes import place_cell
from commonward.core.recurring import K, Lying, above, common, middle, recurring

GRID = "/d/s/c/g1/"
OTHER = "/d/s/c/g2/"


def lying(path: str, cell: str, count: int, kind: str = "neighbours") -> list[Lying]:
    """So many disputes at one place."""
    return [Lying(path, cell, kind)] * count


def test_a_place_with_five_is_told_and_one_with_four_is_not() -> None:
    found = recurring([*lying(GRID, "1:1", 5), *lying(GRID, "1:2", 4)])
    assert [(one.cell, one.at_least) for one in found] == [("1:1", 5)]


def test_figures_are_told_in_steps_of_five() -> None:
    for count, told in ((5, 5), (9, 5), (10, 10), (14, 10), (23, 20)):
        assert [one.at_least for one in recurring(lying(GRID, "1:1", count))] == [told]


def test_too_few_are_taken_up_into_the_place_around_them() -> None:
    found = recurring([*lying(GRID, "1:1", 4), *lying(GRID, "1:2", 4), *lying(OTHER, "9:9", 3)])
    assert [(one.path, one.cell, one.at_least) for one in found] == [(GRID, "", 5)]
    found = recurring([*lying(GRID, "1:1", 3), *lying(OTHER, "9:9", 3)])
    assert [(one.path, one.cell, one.at_least) for one in found] == [("/d/s/c/", "", 5)]
    assert recurring([*lying("/d/s/", "", 2), *lying("/e/", "", 2)]) == ()


def test_kinds_are_told_apart_only_from_five_of_a_kind() -> None:
    found = recurring([*lying(GRID, "1:1", 5), *lying(GRID, "1:1", 3, "property_service")])
    assert [(one.cell, one.kind) for one in found] == [("1:1", "neighbours")]
    found = recurring([*lying(GRID, "1:1", 3), *lying(GRID, "1:1", 3, "property_service")])
    assert [(one.cell, one.kind, one.at_least) for one in found] == [("1:1", "", 5)]


def test_a_wall_on_a_border_is_one_place() -> None:
    found = recurring([*lying(GRID, "1:1", 3), *lying(OTHER, "1:1", 2)])
    assert [(one.path, one.cell) for one in found] == [("/d/s/c/", "1:1")]


BUCKETS = ((GRID, "1:1", "a"), (GRID, "1:1", "b"), (GRID, "1:2", "a"), (OTHER, "2:1", "a"))


def test_no_small_count_can_be_had_from_all_that_is_told() -> None:
    """The attack: somebody who knows the rule tries every way in which the figures could come
    about. Of no bucket under five can the number be had: at least three numbers stay possible."""
    by_told: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(8), repeat=len(BUCKETS)):
        disputes = [
            Lying(*bucket) for bucket, n in zip(BUCKETS, counts, strict=True) for _ in range(n)
        ]
        by_told[recurring(disputes)].append(counts)
    assert len(by_told) > 20
    for told, possible in by_told.items():
        for place in range(len(BUCKETS)):
            values = {counts[place] for counts in possible}
            if values & set(range(1, K)):
                assert len(values) >= 3, (told, BUCKETS[place], values)


def test_one_more_dispute_shows_at_most_one_step_and_only_at_a_full_five() -> None:
    """Looking every day and comparing tells of a fifth, a tenth …, never of each one."""
    told = [recurring(lying(GRID, "1:1", n)) for n in range(21)]
    assert [n for n in range(1, 21) if told[n] != told[n - 1]] == [5, 10, 15, 20]


PLACES = st.tuples(
    st.sampled_from([GRID, OTHER, "/d/s/c/", "/d/s/", "/d/"]),
    st.sampled_from(["", "1:1", "1:2", "7:7"]),
    st.sampled_from(["a", "b", "c"]),
)


@given(st.lists(PLACES, max_size=60))
def test_no_dispute_is_counted_twice_and_no_count_is_under_five(
    places: list[tuple[str, str, str]],
) -> None:
    found = recurring([Lying(*place) for place in places])
    assert sum(one.at_least for one in found) <= len(places)
    assert all(one.at_least >= K and one.at_least % K == 0 for one in found)
    assert len({(one.path, one.cell, one.kind) for one in found}) == len(found)
    assert recurring([Lying(*place) for place in reversed(places)]) == found


@given(st.floats(-60, 60), st.floats(-179, 179))
def test_the_middle_of_a_cell_lies_in_it(lat: float, lon: float) -> None:
    cell = place_cell(lat, lon)
    assert place_cell(*middle(cell)) == cell


@pytest.mark.parametrize(
    ("paths", "shared"),
    [(["/d/s/c/"], "/d/s/c/"), ([GRID, OTHER], "/d/s/c/"), (["/d/", "/e/"], ""), (["/dx/", "/d/"], "")],
)  # fmt: skip
def test_the_area_around_several_is_the_smallest_that_holds_them(
    paths: list[str], shared: str
) -> None:
    assert common(paths) == shared


def test_above_the_highest_there_is_nothing() -> None:
    assert [above("/d/s/"), above("/d/"), above("")] == ["/d/", "", ""]
