"""Outlines of cells: the same ground as the union of the squares, and polygons that are valid."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from commonward.core.plans.roads.generating import generated
from commonward.core.plans.roads.outline import outline

CELLS = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@given(CELLS)
def test_the_outline_of_cells_is_the_union_of_their_squares(cells: np.ndarray) -> None:
    row, column = np.nonzero(cells)
    squares = shapely.union_all(shapely.box(column, row, column + 1, row + 1))
    found = outline(cells)
    assert found.is_valid, shapely.is_valid_reason(found)
    assert found.equals(squares) or (found.is_empty and squares.is_empty)


def test_a_ring_that_meets_itself_in_a_corner_has_a_hole_and_is_valid() -> None:
    cells = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 1]], np.bool_)
    (one,) = outline(cells).geoms
    assert one.is_valid and len(one.interiors) == 1 and one.area == 7


def test_the_share_of_the_streets_that_is_reached_grows_to_all_of_them() -> None:
    graph = generated(5, rows=12, columns=12)
    shares = [graph.isochrone([0], seconds).share() for seconds in (0, 60, 240, 100_000)]
    assert shares == sorted(shares) and shares[0] == 0.0
    assert 0 < shares[1] < shares[2] < 1
    assert shares[3] == pytest.approx(1.0)


def test_the_ground_reached_holds_every_stretch_of_street_that_is_reached() -> None:
    reached = generated(5, rows=12, columns=12).isochrone([3, 77], 200)
    ground = shapely.buffer(reached.area(), 1e-9)
    assert shapely.covers(ground, shapely.linestrings(reached.segments())).all()
