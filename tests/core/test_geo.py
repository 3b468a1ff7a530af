"""GCJ-02, metres, and the mending of polygons."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from commonward.core import geo


def test_gcj02_shifts_beijing_as_published() -> None:
    # Tiananmen as both systems give it, from the test values of the public implementations.
    lon, lat = geo.to_gcj02(116.404, 39.915)
    assert (float(lon), float(lat)) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )


@given(st.floats(73.0, 134.9), st.floats(3.0, 53.5))
def test_converting_there_and_back_moves_a_point_by_less_than_a_centimetre(
    lon: float, lat: float
) -> None:
    back = geo.to_wgs84(*geo.to_gcj02(lon, lat))
    assert float(back[0]) == pytest.approx(lon, abs=1e-7)
    assert float(back[1]) == pytest.approx(lat, abs=1e-7)


def test_points_outside_china_stay_where_they_are() -> None:
    lons, lats = np.array([-71.06, 8.54, 151.2]), np.array([42.36, 47.37, -33.9])
    for converted in (geo.to_gcj02(lons, lats), geo.to_wgs84(lons, lats)):
        assert (converted[0] == lons).all()
        assert (converted[1] == lats).all()


def test_a_degree_has_the_lengths_of_the_ellipsoid() -> None:
    assert geo.metres_per_degree(0.0) == pytest.approx((111_319.491, 110_574.276), abs=0.01)
    assert geo.metres_per_degree(45.0)[1] == pytest.approx(111_131.745, abs=1.0)


def test_ninety_degrees_northwards_are_the_quarter_meridian() -> None:
    # WGS-84: 10,001,965.729 m from the equator to the pole.
    steps = sum(geo.metres_between(lat, 8.0, lat + 1, 8.0) for lat in range(90))
    assert steps == pytest.approx(10_001_965.729, rel=1e-6)


def test_distance_eastwards_is_counted_at_the_middle_latitude() -> None:
    assert geo.metres_between(0.0, 8.0, 0.0, 9.0) == pytest.approx(111_319.491, abs=0.01)
    assert geo.metres_between(60.0, 8.0, 60.0, 8.1) == pytest.approx(5_580.0, rel=1e-3)


@pytest.mark.parametrize("south", [0, 28, 60, -45])
def test_area_agrees_with_the_closed_form_of_the_ellipsoid(south: int) -> None:
    def zone(lat: float) -> float:
        sine, e = math.sin(math.radians(lat)), math.sqrt(0.00669437999014)
        return 6356752.3142**2 / 2 * (sine / (1 - (e * sine) ** 2) + math.atanh(e * sine) / e)

    expected = math.radians(0.1) * (zone(south + 0.1) - zone(south))
    cell = shapely.box(10, south, 10.1, south + 0.1)
    assert geo.square_metres(cell) == pytest.approx(expected, rel=1e-6)


def test_a_bow_tie_becomes_two_triangles_and_the_fault_is_named() -> None:
    tie = shapely.Polygon([(112, 28), (112.01, 28.01), (112.01, 28), (112, 28.01)])
    mended = geo.mend(tie)
    assert mended.geometry.is_valid
    assert mended.geometry.geom_type == "MultiPolygon"
    assert "Self-intersection" in mended.fault
    assert mended.square_metres > 100_000


def test_a_valid_polygon_is_left_as_it_is() -> None:
    square = shapely.box(112, 28, 112.1, 28.1)
    assert geo.mend(square) == geo.Mended(square, "", 0.0)


def test_spikes_and_lines_are_dropped_from_a_mended_outline() -> None:
    spiked = shapely.Polygon([(0, 0), (1, 0), (2, 0), (1, 0), (1, 1), (0, 1)])
    mended = geo.mend(spiked)
    assert mended.geometry.geom_type == "Polygon"
    assert mended.geometry.area == pytest.approx(1.0)
    assert geo.mend(shapely.Polygon([(0, 0), (1, 1), (0, 0), (1, 1)])).geometry.is_empty
