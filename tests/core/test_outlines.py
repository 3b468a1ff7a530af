"""Files of areas: what is read, what is mended, and what is left out in which words."""

import json
import math
from typing import Any

import pytest
import shapely

from commonward.core import geo, outlines
from commonward.core.outlines import Given, geojson
from commonward.core.refusals import Invalid

SQUARE = [[113.0, 27.8], [113.1, 27.8], [113.1, 27.9], [113.0, 27.9], [113.0, 27.8]]


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"adcode": 430211, "name": "天元区", **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def read(*features: Any, **options: Any) -> Given:
    whole = {"type": "FeatureCollection", "features": list(features)}
    return outlines.read("x.json", json.dumps(whole).encode(), **options)


def reason(given: Given) -> str:
    assert not given.rows
    (reject,) = given.rejected
    return f"{reject.where}: {reject.refusal}"


def test_a_feature_becomes_a_row_with_code_name_and_outline() -> None:
    given = read(feature([SQUARE], name_en="Tianyuan", level="district", parent={"adcode": 430200}))
    row = given.rows["430211"]
    assert (row.name, row.name_en, row.code.parent) == ("天元区", "Tianyuan", "4302")
    assert row.geometry.equals(shapely.box(113.0, 27.8, 113.1, 27.9))
    assert given.rejected == []
    assert given.mended == []


def test_gcj02_outlines_are_moved_to_wgs84() -> None:
    row = read(feature([SQUARE]), gcj02=True).rows["430211"]
    lons, lats = geo.to_gcj02(*row.geometry.exterior.coords.xy)
    assert list(zip(lons.tolist(), lats.tolist(), strict=True)) == pytest.approx(
        [pytest.approx(tuple(point), abs=1e-7) for point in SQUARE]
    )
    assert row.geometry.bounds[0] < 112.996


def test_a_ring_that_is_not_closed_is_closed_and_said_so() -> None:
    given = read(feature([SQUARE[:-1]]))
    assert given.rows["430211"].geometry.equals(shapely.Polygon(SQUARE))
    assert [m.fault for m in given.mended] == ["a ring was not closed"]


def test_a_ring_that_crosses_itself_is_mended_with_fault_and_size() -> None:
    tie = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    given = read(feature([tie]))
    assert given.rows["430211"].geometry.is_valid
    (mending,) = given.mended
    assert mending.fault.startswith("Self-intersection")
    assert mending.square_metres > 1e6


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ([[[lat, lon] for lon, lat in SQUARE]], "latitude and longitude are swapped"),
        ([[[x * 111_000, y * 111_000] for x, y in SQUARE]], "convert metres"),
        ([[[x - 180, y] for x, y in SQUARE]], "a code of China"),
        ([], "empty"),
        ([[]], "empty"),
        ([[[113.0, 27.8], [113.1, 27.8]]], "fewer than three corners"),
        ([[[113.0, 27.8], [113.0, 27.8], [113.0, 27.8], [113.0, 27.8]]], "encloses nothing"),
        ([[[113.0, 27.8], [113.1]]], "differ in their number of values"),
        ([[["113.0", "27.8"], ["113.1", "27.8"]]], "in numbers"),
        ([[[113.0, math.nan], [113.1, 27.8], [113.1, 27.9]]], "not a finite number"),
        ([SQUARE[0]], "in numbers"),
        ("SQUARE", "not lists"),
        ([["SQUARE"]], "in numbers"),
    ],
)
def test_an_impossible_outline_is_left_out_with_the_reason(geometry: Any, words: str) -> None:
    said = reason(read(feature(geometry)))
    assert said.startswith("x.json, feature 1: ")
    assert words in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (feature(SQUARE, kind="LineString"), "LineString"),
        (feature([SQUARE], adcode=None), "is missing"),
        (feature([SQUARE], adcode="4302x"), "only digits"),
        (feature([SQUARE], name="  "), "name is missing"),
        (feature([SQUARE], name="a\u202eb"), "no name"),
        (feature([SQUARE], level="city"), "said to be city"),
        (feature([SQUARE], parent="4401"), "said to lie in 4401"),
        ({"type": "Feature"}, "no Feature"),
        (17, "no Feature"),
    ],
)
def test_a_wrong_feature_is_left_out_and_the_next_one_read(wrong: Any, words: str) -> None:
    given = read(wrong, feature([SQUARE], adcode=430212, name="渌口区"))
    assert list(given.rows) == ["430212"]
    (reject,) = given.rejected
    assert words in str(reject.refusal)
    assert reject.where == "x.json, feature 1"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "not JSON"),
        (b'{"type": "Topology"}', "no GeoJSON FeatureCollection"),
        (b"[1, 2]", "no GeoJSON FeatureCollection"),
        (b"[" * 100_000, "nested deeper"),
        (b"", "columns code and name"),
        (b"hello\nworld", "columns code and name"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        (b"\xff\xff\xff\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(raw: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        outlines.read("x.json", raw)


def test_a_file_above_the_limit_is_refused_with_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonward.core.outlines.reading.MOST_BYTES", 2**20)
    with pytest.raises(Invalid, match="up to 1 MB"):
        outlines.read("x.json", b" " * (2**20 + 1))


def wavy(vertices: int) -> list[list[float]]:
    turns = [math.tau * i / vertices for i in range(vertices)]
    return [
        [
            113 + (0.2 + 1e-5 * math.sin(i % 7)) * math.cos(turn),
            28 + (0.2 + 1e-5 * math.sin(i % 7)) * math.sin(turn),
        ]
        for i, turn in enumerate(turns)
    ]


def test_an_outline_with_two_million_vertices_is_read_and_thinned_with_a_report() -> None:
    ring = json.dumps(wavy(2_000_000))
    raw = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        '{"code": "430211", "name": "天元区"}, "geometry": {"type": "Polygon", "coordinates": ['
        f"{ring}]}}}}]}}"
    )
    given = outlines.read("big.json", raw.encode())
    geometry = given.rows["430211"].geometry
    assert geometry.is_valid
    assert shapely.get_num_coordinates(geometry) <= geojson.MOST_VERTICES_PER_SHAPE
    report = next(m for m in given.mended if m.values.get("before") == 2_000_001)
    assert report.values["after"] == shapely.get_num_coordinates(geometry)
    assert report.square_metres < 1e-4 * geo.square_metres(geometry)


def test_more_vertices_than_the_limit_are_refused_with_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(geojson, "MOST_VERTICES", 7)
    with pytest.raises(Invalid, match="more than 7 vertices; split the file"):
        read(feature([SQUARE]), feature([SQUARE], adcode=430212))


LIST = 'code,name,areaCode\n430211001,"嵩山路街道",430211\n430211002,泰山路街道,430211\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_codes_is_read_in_its_encoding(encoding: str) -> None:
    given = outlines.read("streets.csv", LIST.encode(encoding))
    assert {code: row.name for code, row in given.rows.items()} == {
        "430211001": "嵩山路街道",
        "430211002": "泰山路街道",
    }
    assert all(row.geometry is None for row in given.rows.values())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('430211003,"栗雨街道,430211', "quotes are broken"),
        ('430211003,"栗雨"街道,430211', "quotes are broken"),
        ("430211003,栗雨街道", "2 values, but the first line names 3"),
        ("43021,栗雨街道,430211", "5 digits"),
        ("430211003,栗雨街道,430212", "said to lie in 430212"),
        ("430211003,,430211", "name is missing"),
        ("430211001,别名,430211", "is called 嵩山路街道"),
    ],
)
def test_a_broken_line_is_left_out_with_its_number_and_the_others_read(
    line: str, words: str
) -> None:
    given = outlines.read("streets.csv", f"{LIST}{line}\n430211004,马家河街道,430211\n".encode())
    assert sorted(given.rows) == ["430211001", "430211002", "430211004"]
    (reject,) = given.rejected
    assert reject.where == "streets.csv, line 4"
    assert words in str(reject.refusal)


def test_rows_of_another_level_are_left_out_when_one_is_asked_for() -> None:
    given = outlines.read("x.csv", LIST.encode(), level="district")
    assert given.rows == {}
    assert "is a street, not a district" in str(given.rejected[0].refusal)
    with pytest.raises(Invalid, match="no level with a code"):
        outlines.read("x.csv", LIST.encode(), level="galaxy")


def test_a_list_gives_names_and_another_file_the_outline_of_the_same_code() -> None:
    given = outlines.read("a.csv", "code,name,name_en\n430211,天元区,Tianyuan\n".encode())
    given.merge(read(feature([SQUARE])))
    assert given.rows["430211"].name_en == "Tianyuan"
    assert given.rows["430211"].geometry is not None
    given.merge(read(feature([[[x + 0.01, y] for x, y in SQUARE]])))
    assert "another outline" in str(given.rejected[0].refusal)


def test_only_one_areas_rows_and_those_above_and_below_are_kept() -> None:
    text = "code,name\n43,湖南省\n4302,株洲市\n4301,长沙市\n430211,天元区\n430211001,嵩山路街道\n"
    given = outlines.read("x.csv", text.encode())
    given.keep_within("430211")
    assert sorted(given.rows) == ["43", "4302", "430211", "430211001"]
