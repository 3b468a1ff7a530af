"""The locator says exactly what testing every polygon says, on borders too."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from bench.tiling import tiling
from commonward.core import geo
from commonward.core.locator import Locator


def brute(polygons: Any, x: Any, y: Any) -> Any:
    """The lowest polygon that has each point inside or on its border, by shapely alone."""
    found = np.full(len(x), -1)
    for number in range(len(polygons) - 1, -1, -1):
        found[shapely.intersects_xy(polygons[number], x, y)] = number
    return found


def border_points(polygons: Any, seed: int) -> tuple[Any, Any]:
    """All vertices, midpoints of edges, and points a hair beside both."""
    chance = np.random.default_rng(seed)
    points = shapely.get_coordinates(polygons)
    middles = (points[1:] + points[:-1]) / 2
    both = np.concatenate((points, middles))
    hairs = both + chance.choice([-1, 1], both.shape) * np.spacing(both)
    every = np.concatenate((both, hairs))
    return every[:, 0], every[:, 1]


def test_random_points_among_irregular_polygons_get_the_brute_force_answer() -> None:
    polygons = tiling(400, seed=3)
    chance = np.random.default_rng(4)
    west, south, east, north = shapely.total_bounds(polygons)
    x = chance.uniform(west - 0.1, east + 0.1, 20_000)
    y = chance.uniform(south - 0.1, north + 0.1, 20_000)
    locator = Locator.build(polygons)
    expected = brute(polygons, x, y)
    assert (locator.find(x, y) == expected).all()
    assert [locator.at(a, b) for a, b in zip(x[:2000].tolist(), y.tolist(), strict=False)] == list(
        expected[:2000]
    )
    assert (expected == -1).any()


def test_points_on_vertices_and_edges_get_the_lowest_polygon_that_has_them() -> None:
    polygons = tiling(100, seed=5)
    x, y = border_points(polygons, 6)
    assert (Locator.build(polygons).find(x, y) == brute(polygons, x, y)).all()


def test_a_point_on_the_corner_of_four_squares_belongs_to_the_first() -> None:
    squares = [shapely.box(i, j, i + 1, j + 1) for i in (0, 1) for j in (0, 1)]
    assert Locator.build(squares).at(1.0, 1.0) == 0
    assert Locator.build(squares[::-1]).at(1.0, 1.0) == 0
    assert Locator.build(squares).find([1.0, 1.0, 2.0], [1.0, 1.5, 2.0]).tolist() == [0, 1, 3]


coordinates = st.tuples(st.integers(0, 12), st.integers(0, 12))


@st.composite
def shapes(draw: st.DrawFn) -> list[Any]:
    """Overlapping, touching, holed polygons on a small lattice: every degenerate case."""
    found = []
    for corners in draw(st.lists(st.lists(coordinates, min_size=3, max_size=7), max_size=6)):
        found.append(geo.mend(shapely.Polygon(corners)).geometry)
    return found


@given(shapes(), st.lists(st.tuples(st.integers(-2, 50), st.integers(-2, 50)), max_size=40))
def test_any_polygons_on_a_lattice_get_the_brute_force_answer(
    polygons: list[Any], quarters: list[tuple[int, int]]
) -> None:
    x = np.array([a / 4 for a, _ in quarters])
    y = np.array([b / 4 for _, b in quarters])
    locator = Locator.build(polygons)
    expected = brute(polygons, x, y)
    assert (locator.find(x, y) == expected).all()
    assert [locator.at(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)] == list(expected)


def test_holes_and_islands_are_outside_and_inside() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(3, 3, 7, 7).exterior])
    island = shapely.MultiPolygon([shapely.box(4, 4, 6, 6), shapely.box(20, 0, 21, 1)])
    locator = Locator.build([ring, island])
    found = locator.find([1, 3.5, 5, 20.5, 15], [1, 3.5, 5, 0.5, 0.5])
    assert found.tolist() == [0, -1, 1, 1, -1]


def test_what_is_saved_and_mapped_answers_alike(tmp_path: Path) -> None:
    polygons = tiling(100, seed=8)
    built = Locator.build(polygons)
    built.save(tmp_path)
    loaded = Locator.load(tmp_path)
    chance = np.random.default_rng(9)
    x, y = chance.uniform(111, 115, 5_000), chance.uniform(26, 29, 5_000)
    assert (loaded.find(x, y) == built.find(x, y)).all()
    assert len(loaded) == 100


def test_nothing_is_found_where_there_are_no_polygons(tmp_path: Path) -> None:
    for polygons in ([], [shapely.Polygon()]):
        Locator.build(polygons).save(tmp_path)
        for locator in (Locator.build(polygons), Locator.load(tmp_path)):
            assert locator.find([0.5], [0.5]).tolist() == [-1]
            assert locator.at(0.5, 0.5) == -1
            assert locator.near(0.5, 0.5, 100) == []
            assert locator.nearest(0.5, 0.5) is None


def test_not_a_number_and_far_away_are_nowhere() -> None:
    locator = Locator.build(tiling(25))
    assert locator.find([np.nan, np.inf, 1e300], [27, 27, 27]).tolist() == [-1, -1, -1]
    assert locator.at(float("nan"), 27.0) == -1


def test_borders_within_reach_are_named_with_their_distance() -> None:
    squares = [shapely.box(113.0, 28.0, 113.01, 28.01), shapely.box(113.01, 28.0, 113.02, 28.01)]
    locator = Locator.build(squares)
    ten_metres = 10 / geo.metres_per_degree(28.005)[0]
    near = locator.near(113.01 - ten_metres, 28.005, 15)
    assert [number for number, _ in near] == [0, 1]
    assert [metres for _, metres in near] == pytest.approx([10, 10], rel=1e-6)
    assert locator.near(113.01 - ten_metres, 28.005, 9.9) == []
    far = dict(locator.near(113.004, 28.005, 5_000))
    assert far == pytest.approx({0: 40 * metres_of(0.0001), 1: 60 * metres_of(0.0001)})


def metres_of(degrees: float) -> float:
    """So many degrees of longitude at 28.005° north, in metres."""
    return degrees * geo.metres_per_degree(28.005)[0]


@given(st.floats(110, 116), st.floats(25, 30))
def test_the_nearest_polygon_is_the_one_with_the_smallest_distance(lon: float, lat: float) -> None:
    polygons = tiling(64, seed=2)
    found = Locator.build(polygons).nearest(lon, lat)
    per_lon, per_lat = geo.metres_per_degree(lat)
    flat = shapely.transform(polygons, lambda xy: (xy - (lon, lat)) * (per_lon, per_lat))
    away = shapely.distance(shapely.boundary(flat), shapely.Point(0, 0))
    assert found is not None
    assert found[1] == pytest.approx(away.min(), rel=1e-9, abs=1e-6)
    assert away[found[0]] == pytest.approx(away.min(), rel=1e-9, abs=1e-6)


def test_the_exact_side_is_taken_where_floats_cannot_tell() -> None:
    # A long thin edge: these points lie within rounding of it, on either side.
    edge = shapely.Polygon([(0, 0), (3, 1), (0, 1)])
    x = np.array([0.3 * k for k in range(1, 10)])
    y = x / 3
    on_or_above = [
        3 * Fraction(b) >= Fraction(a) for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    found = Locator.build([edge]).find(x, y)
    assert [number == 0 for number in found.tolist()] == on_or_above
    assert len(set(on_or_above)) == 2


def test_zhuzhous_counties_are_located_as_shapely_does(shared: Path) -> None:
    whole = json.loads((shared / "data" / "geo" / "citys_430200.json").read_text())
    polygons = [
        geo.mend(geo.geometry_to_wgs84(shapely.geometry.shape(f["geometry"]))).geometry
        for f in whole["features"]
    ]
    west, south, east, north = shapely.total_bounds(polygons)
    chance = np.random.default_rng(1)
    x, y = chance.uniform(west, east, 20_000), chance.uniform(south, north, 20_000)
    vx, vy = border_points(polygons, 2)
    x, y = np.concatenate((x, vx)), np.concatenate((y, vy))
    assert (Locator.build(polygons).find(x, y) == brute(polygons, x, y)).all()


@pytest.mark.parametrize("apart", [1.0, 100.0])
def test_small_places_far_apart_cover_no_whole_cell_and_are_found(apart: float) -> None:
    polygons = [
        shapely.box(8.5, 47.3, 8.5004, 47.3004),
        shapely.box(8.5 + apart, 27, 8.5002 + apart, 27.0002),
    ]
    locator = Locator.build(polygons)
    x = np.array([8.5002, 8.5, 8.5001 + apart, 8.6, 8.5 + apart / 2])
    y = np.array([47.3002, 47.3, 27.0001, 47.3, 30])
    assert locator.find(x, y).tolist() == brute(polygons, x, y).tolist() == [0, 0, 1, -1, -1]
    bx, by = border_points(polygons, 5)
    assert (locator.find(bx, by) == brute(polygons, bx, by)).all()
