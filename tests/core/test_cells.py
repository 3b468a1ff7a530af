"""Grown cells tile their outline exactly and keep their branches together."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core import cells, geo
from commonward.core.refusals import Invalid

OUTLINE = shapely.Polygon(
    [(113, 28), (113.2, 28.02), (113.25, 28.1), (113.12, 28.07), (113.1, 28.2), (112.97, 28.1)]
)
LEAVES = [(i, j, k) for i in range(3) for j in range(4) for k in range(5)]


def test_cells_cover_the_outline_without_gap_or_overlap() -> None:
    made = cells.tile(OUTLINE, LEAVES, 1)
    assert len(made) == 60
    assert shapely.coverage_is_valid(made)
    whole = cells.joined(made)
    assert whole.symmetric_difference(OUTLINE).area < 1e-14
    sizes = np.array([geo.square_metres(cell) for cell in made])
    assert sizes.max() / sizes.min() < 1.05


def test_every_street_and_community_is_in_one_piece_of_the_district() -> None:
    made = dict(zip(LEAVES, cells.tile(OUTLINE, LEAVES, 2), strict=True))
    for street in range(3):
        outline = cells.joined([cell for leaf, cell in made.items() if leaf[0] == street])
        others = cells.joined([cell for leaf, cell in made.items() if leaf[0] != street])
        assert outline.geom_type == "Polygon"
        assert outline.intersection(others).area == 0.0


def test_the_seed_decides_the_cells() -> None:
    first, again = cells.tile(OUTLINE, LEAVES, 5), cells.tile(OUTLINE, LEAVES, 5)
    other = cells.tile(OUTLINE, LEAVES, 6)
    assert all(a.equals_exact(b, 0) for a, b in zip(first, again, strict=True))
    assert not all(a.equals(b) for a, b in zip(first, other, strict=True))


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 1_000))
def test_any_number_of_cells_tiles_an_outline_with_a_hole(count: int, seed: int) -> None:
    holed = OUTLINE.difference(shapely.box(113.05, 28.05, 113.08, 28.08))
    made = cells.tile(holed, [(n,) for n in range(count)], seed)
    assert len(made) == count
    assert shapely.coverage_is_valid(made)
    assert cells.joined(made).symmetric_difference(holed).area < 1e-13


def test_no_cells_at_all_are_refused() -> None:
    with pytest.raises(Invalid, match="at least one"):
        cells.tile(OUTLINE, [], 1)
