"""Outlines of projects: taken as map programs write them, refused in words."""

import json
from typing import Any

import pytest
import shapely

from commonward.core.refusals import Invalid
from commonward.core.risk.outline import MOST_CORNERS, outline_of, point, read_outline, shape_of

SQUARE = [[112.0, 30.0], [112.01, 30.0], [112.01, 30.01], [112.0, 30.01], [112.0, 30.0]]


def geojson(kind: str, coordinates: Any) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})


def test_a_polygon_a_feature_and_a_collection_are_the_same_outline() -> None:
    bare = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": {}, "geometry": bare}
    whole = {"type": "FeatureCollection", "features": [feature]}
    found = [read_outline(json.dumps(one)) for one in (bare, feature, whole)]
    assert found[0] == found[1] == found[2]
    assert shape_of(found[0]).equals(shapely.Polygon(SQUARE))


def test_two_polygons_of_a_file_become_one_outline() -> None:
    other = [[lon + 0.1, lat] for lon, lat in SQUARE]
    features = [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for ring in (SQUARE, other)
    ]
    found = read_outline(json.dumps({"type": "FeatureCollection", "features": features}))
    assert found["type"] == "MultiPolygon" and len(found["coordinates"]) == 2


def test_heights_are_dropped_and_positions_are_fine_to_a_decimetre() -> None:
    found = read_outline(geojson("Point", [112.123456789, 30.5, 12.0]))
    assert found == {"type": "Point", "coordinates": [112.123457, 30.5]}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("河滨路", "no GeoJSON"),
        ("[1, 2]", "no point and no polygon"),
        (geojson("LineString", SQUARE), "no point and no polygon"),
        (geojson("Polygon", [[[112.0, 30.0], [112.01, 30.01]]]), "three corners"),
        (geojson("Polygon", [[["112", "30"]]]), "in numbers"),
        (geojson("Polygon", [[[True, False]]]), "in numbers"),
        (geojson("Polygon", 7), "in numbers"),
        (f'{{"type": "Point", "coordinates": [{"9" * 400}, 1]}}', "in numbers"),
        (f'{{"type": "Point", "coordinates": [{"9" * 5000}, 1]}}', "in numbers"),
        (geojson("Polygon", [[[1e400, 30.0]]]).replace("Infinity", "1e400"), "in numbers"),
        (geojson("Polygon", [[[500000, 3300000], [500001, 3300000], [500001, 3300001]]]), "±180"),
        (
            geojson("Polygon", [[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]]),
            "crosses or touches itself",
        ),
        (geojson("Polygon", []), "encloses nothing"),
        (geojson("Polygon", [[[0, 0], [40, 0], [40, 40], [0, 0]]]), "not a whole district"),
        ("[" * 100_000, "no GeoJSON"),
        (" " * 600_000, "larger than"),
    ],
)
def test_what_is_no_outline_is_refused_in_words(given: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_outline(given)
    assert says in refused.value.text and refused.value.values.get("field", "outline")


def test_a_point_among_polygons_is_refused() -> None:
    both = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": SQUARE[0]}},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
    ]
    with pytest.raises(Invalid, match="one point, or polygons"):
        read_outline(json.dumps({"type": "FeatureCollection", "features": both}))


def test_a_point_lies_on_the_earth() -> None:
    for lat, lon in ((91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0)):
        with pytest.raises(Invalid):
            point(lat, lon)


def test_a_fine_outline_is_thinned_and_stays_nearly_the_same() -> None:
    circle = shapely.Point(112.0, 30.0).buffer(0.02, quad_segs=5_000)
    kept = shape_of(outline_of(circle))
    assert shapely.get_num_coordinates(kept) <= MOST_CORNERS
    assert kept.symmetric_difference(circle).area < circle.area / 1_000
