"""Tiles against slow ways of saying the same, and what is written against a general reader."""

import math
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core import mvt
from commonward.core.refusals import Missing
from commonward.core.tiles import DEEPEST, EXTENT, Tile, steps, unweave, weave, woven, zoom_for

STEP = st.integers(0, (1 << 30) - 1)
LAT = st.floats(-85.0, 85.0)
LON = st.floats(-180.0, 179.999)
ZOOM = st.integers(0, DEEPEST)
PLACE = st.tuples(st.integers(-64, EXTENT + 64), st.integers(-64, EXTENT + 64))


def bit_by_bit(x: int, y: int) -> int:
    """The Z-order as Morton wrote it down."""
    return sum(((x >> n) & 1) << 2 * n | ((y >> n) & 1) << 2 * n + 1 for n in range(30))


def slow_tile(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The usual formula of slippy maps."""
    radians = math.radians(lat)
    x = (lon + 180.0) / 360.0 * 2**z
    y = (1.0 - math.asinh(math.tan(radians)) / math.pi) / 2.0 * 2**z
    return math.floor(x), math.floor(y)


@given(x=STEP, y=STEP)
def test_two_numbers_are_woven_bit_by_bit_and_come_apart_again(x: int, y: int) -> None:
    place = weave(np.array([x]), np.array([y]))
    assert int(place[0]) == bit_by_bit(x, y)
    assert [int(one[0]) for one in unweave(place)] == [x, y]


@given(lon=LON, lat=LAT, z=ZOOM)
def test_a_place_lies_in_the_tile_of_the_usual_formula(lon: float, lat: float, z: int) -> None:
    east, south = (int(one) for one in steps(lon, lat))
    x, y = east >> (30 - z), south >> (30 - z)
    slow_x, slow_y = slow_tile(lon, lat, z)
    # On an edge the two may round apart by one step of the world, never by more.
    assert abs(x - slow_x) + abs(y - slow_y) <= (east << z) % (1 << 30) + 1
    tile = Tile.at(z, x, y)
    first, after = tile.places
    assert first <= int(woven(lon, lat)) < after
    west, low, east_edge, high = tile.bounds()
    assert west - 1e-6 <= lon <= east_edge + 1e-6
    assert low - 1e-6 <= lat <= high + 1e-6


@given(lon=LON, lat=LAT, z=ZOOM)
def test_a_woven_place_is_drawn_where_its_degrees_are(lon: float, lat: float, z: int) -> None:
    east, south = (int(one) for one in steps(lon, lat))
    tile = Tile.at(z, east >> (30 - z), south >> (30 - z))
    (whole,) = tile.inside_woven(np.array([int(woven(lon, lat))])).tolist()
    exact = tile.inside(lon, lat).tolist()
    assert all(abs(a + 0.5 - b) <= 0.51 for a, b in zip(whole, exact, strict=True))


@given(z=ZOOM, places=st.lists(st.tuples(LON, LAT), max_size=30))
def test_the_places_of_a_tile_are_side_by_side_in_the_sorted_ones(
    z: int, places: list[tuple[float, float]]
) -> None:
    lons, lats = [p[0] for p in places], [p[1] for p in places]
    if not places:
        return
    x, y = (column >> (30 - z) for column in steps(lons, lats))
    tile = Tile.at(z, int(x[0]), int(y[0]))
    first, after = tile.places
    everything = woven(lons, lats)
    inside = (everything >= first) & (everything < after)
    assert inside.tolist() == ((x == tile.x) & (y == tile.y)).tolist()


@pytest.mark.parametrize(("z", "x", "y"), [(19, 0, 0), (0, 1, 0), (3, 0, 8), (-1, 0, 0)])
def test_a_tile_that_is_none_is_refused(z: int, x: int, y: int) -> None:
    with pytest.raises(Missing):
        Tile.at(z, x, y)


def test_a_district_of_some_kilometres_fits_into_its_zoom() -> None:
    assert zoom_for(40_075_016.7, 0) == 0.0
    assert 9 < zoom_for(30_000, 27.8) < 11
    assert zoom_for(0, 0) == float(DEEPEST)


def read(content: bytes) -> Any:
    """What the reference library finds in it, y to the south as written."""
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})


TOLD = st.dictionaries(
    st.text(min_size=1, max_size=8),
    st.one_of(st.text(max_size=12), st.integers(-(2**40), 2**40), st.booleans(), st.floats(-9, 9)),
    max_size=4,
)


@given(points=st.lists(st.tuples(PLACE, TOLD), min_size=1, max_size=12))
def test_points_are_read_back_with_what_they_tell(
    points: list[tuple[tuple[int, int], dict[str, Any]]],
) -> None:
    layer = mvt.Layer("cases")
    for (x, y), told in points:
        layer.point(x, y, told)
    found = read(mvt.tile([layer]))["cases"]
    assert found["extent"] == EXTENT
    assert [tuple(f["geometry"]["coordinates"]) for f in found["features"]] == [
        p for p, _ in points
    ]
    assert [f["properties"] for f in found["features"]] == [told for _, told in points]


def test_true_and_one_stay_two_values() -> None:
    layer = mvt.Layer("one")
    layer.point(1, 1, {"a": True, "b": 1, "c": 1.0})
    told = read(mvt.tile([layer]))["one"]["features"][0]["properties"]
    assert [type(told[key]) for key in "abc"] == [bool, int, float]


def test_polygons_keep_their_holes_and_lines_their_corners() -> None:
    layer = mvt.Layer("areas")
    shell = [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)]
    hole = [(20, 20), (20, 40), (40, 40), (40, 20), (20, 20)]
    layer.polygon([[shell, hole], [[(200, 200), (210, 200), (210, 210)]]], {"code": "1"})
    layer.polygon([[[(5, 5), (6, 6), (5, 5)]]], {"code": "nothing"})
    roads = mvt.Layer("roads")
    roads.lines([[(0, 0), (10, 0), (10, 0), (10, 10)], [(5, 5), (5, 5)]], {"class": "street"})
    found = read(mvt.tile([layer, roads, mvt.Layer("empty")]))
    assert set(found) == {"areas", "roads"}
    (area,) = found["areas"]["features"]
    assert area["geometry"]["type"] == "MultiPolygon"
    first, second = area["geometry"]["coordinates"]
    assert len(first) == 2 and {tuple(p) for p in first[1]} == set(map(tuple, hole))
    assert len(second) == 1
    (road,) = found["roads"]["features"]
    assert road["geometry"]["coordinates"] == [[0, 0], [10, 0], [10, 10]]


def test_shells_run_clockwise_on_the_map_and_holes_against_it() -> None:
    box = [(0, 0), (100, 0), (100, 100), (0, 100)]
    ways = []
    for given_ring in (box, box[::-1]):
        layer = mvt.Layer("areas")
        layer.polygon([[given_ring]], {})
        ways.append(layer.to_bytes())
    assert read(ways[0]) != {}
    # Whichever way it was drawn, it goes out as the format asks.
    assert len({frozenset(map(tuple, read(w)["areas"]["features"][0]["geometry"]["coordinates"][0]))
                for w in ways}) == 1  # fmt: skip
