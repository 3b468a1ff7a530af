"""The invented land: whole, without overlap, the same each time, and cut where its roads run."""

import json

import numpy as np
import pytest
import shapely

from commonward.core import geo
from commonward.doors.demo import land, names
from commonward.doors.demo.settling import SEED, roads_of


@pytest.fixture(scope="module")
def drawn() -> land.Land:
    return land.draw(names.SHARES, SEED, south=names.SOUTH)


def square_km(shape: shapely.Geometry) -> float:
    per_lon, per_lat = geo.metres_per_degree(land.CENTRE[0])
    return float(shapely.area(shape)) * per_lon * per_lat / 1e6


def test_484_grids_in_one_piece_each_cover_the_outline_and_nothing_twice(drawn: land.Land) -> None:
    grids = list(drawn.grids.values())
    assert len(grids) == names.GRIDS == 484
    assert {grid.geom_type for grid in grids} == {"Polygon"}
    assert all(grid.is_valid and not grid.interiors for grid in grids)
    assert shapely.coverage_is_valid(grids)
    assert sum(map(square_km, grids)) == pytest.approx(square_km(drawn.outline))
    assert shapely.coverage_union_all(grids).equals(drawn.outline)
    assert drawn.outline.geom_type == "Polygon"
    assert not drawn.outline.interiors


def test_each_community_and_each_street_is_one_piece(drawn: land.Land) -> None:
    for length in (1, 2):
        parts: dict[tuple[int, ...], list[shapely.Geometry]] = {}
        for leaf, grid in drawn.grids.items():
            parts.setdefault(leaf[:length], []).append(grid)
        assert {shapely.coverage_union_all(p).geom_type for p in parts.values()} == {"Polygon"}


def test_it_is_as_large_as_such_a_district_and_denser_in_the_town(drawn: land.Land) -> None:
    assert 1_100 < square_km(drawn.outline) < 1_500
    sizes = np.array([square_km(grid) for grid in drawn.grids.values()])
    assert sizes.max() > 8 * sizes.min()
    lat, lon = land.CENTRE
    near = shapely.distance(shapely.Point(lon, lat), list(drawn.grids.values()))
    assert sizes[np.argsort(near)[:20]].mean() < np.median(sizes) / 2


def test_the_same_seed_draws_the_same_land_and_another_seed_another(drawn: land.Land) -> None:
    again = land.draw(names.SHARES, SEED, south=names.SOUTH)
    assert {leaf: grid.wkb for leaf, grid in again.grids.items()} == {
        leaf: grid.wkb for leaf, grid in drawn.grids.items()
    }
    assert json.dumps(roads_of(again)) == json.dumps(roads_of(drawn))
    other = land.draw(names.SHARES, SEED + 1, south=names.SOUTH)
    assert other.outline.wkb != drawn.outline.wkb


def test_every_border_between_grids_is_a_road_and_no_two_roads_share_a_name(
    drawn: land.Land,
) -> None:
    between = shapely.difference(
        shapely.union_all([grid.boundary for grid in drawn.grids.values()]), drawn.outline.boundary
    )
    roads = shapely.union_all([road.line for road in drawn.roads])
    assert shapely.difference(between, shapely.buffer(roads, 1e-6)).length < 1e-3
    features = roads_of(drawn)["features"]
    told = [f["properties"]["name"] for f in features if f["properties"]["name"][:2] != "滨河"]
    assert len(told) == len(set(told)) > 300
    assert {f["properties"]["highway"] for f in features} == {"primary", "secondary", "residential"}
