"""Tiles as a browser asks for them: what is in them, who may see what, and how they are sent."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from commonward.areas.actions import redraw
from commonward.areas.models import Area, Shape
from commonward.cases.queries.on_map import keeping
from commonward.core import roads
from commonward.core.refusals import Invalid
from commonward.core.tiles import EXTENT, Tile, steps
from commonward.doors.look.pages import POLICY
from commonward.doors.tiles import encoding, views
from commonward.people.models import Account
from tests.district import (
    CELL,
    COMMUNITIES,
    DISTRICT,
    SOUTH,
    STREETS,
    WEST,
    District,
    small_district,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def set_up(django_db_setup: None, django_db_blocker: Any) -> Iterator[District]:
    """The small district two days ago."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield small_district(timezone.now() - timedelta(days=2))
        transaction.set_rollback(True)


@pytest.fixture
def district(set_up: District, db: None, monkeypatch: pytest.MonkeyPatch) -> District:
    """The small district, nothing of it in memory yet."""
    monkeypatch.setattr(keeping, "_keeper", keeping._Keeper())
    monkeypatch.setattr(views, "_cases", type(views._cases)(1_000_000))
    monkeypatch.setattr(views, "_ground", type(views._ground)(1_000_000))
    return set_up


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(Account.objects.get(login=login), BACKEND)
    return client


def tile_of(z: int, lat: float = SOUTH + CELL, lon: float = WEST + CELL) -> Tile:
    x, y = (int(one) >> (30 - z) for one in steps(lon, lat))
    return Tile.at(z, x, y)


def read(response: Any) -> Any:
    assert response.status_code == 200
    content = response.content
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})


def at(kind: str, tile: Tile) -> str:
    return f"/tiles/{kind}/{tile.z}/{tile.x}/{tile.y}.mvt"


@pytest.mark.parametrize("z", [3, 11, 12, 14, 16])
def test_areas_are_drawn_where_they_are_and_as_deep_as_the_zoom_has_room(
    district: District, z: int
) -> None:
    tile = tile_of(z)
    found = read(signed_in("").get(at("areas", tile)))
    levels = set(encoding.levels_at(z))
    west, south, east, north = tile.bounds(encoding.RIM / EXTENT)
    frame = shapely.box(west, south, east, north)
    expected = {}
    for shape in Shape.objects.filter(valid_until=None).select_related("area"):
        outline = shapely.from_wkb(bytes(shape.wkb))
        if shape.area.level in levels and shapely.intersection(outline, frame).area > 0:
            expected[shape.area.code] = shapely.intersection(outline, frame)
    drawn = {f["properties"]["code"]: f for f in found["areas"]["features"]}
    # What is smaller than a step of the tile is not there.
    assert set(drawn) <= set(expected)
    step = 360 / 2**z / EXTENT
    assert {code for code, part in expected.items() if part.area > (20 * step) ** 2} <= set(drawn)
    for code, feature in drawn.items():
        area = Area.objects.get(code=code)
        told = feature["properties"]
        assert (told["name"], told["name_en"], told["level"]) == (
            area.name, area.name_en or area.name, area.level,
        )  # fmt: skip
        expected_in_tile = shapely.transform(
            expected[code], lambda xy: tile.inside(xy[:, 0], xy[:, 1])
        )
        got = shapely.geometry.shape(feature["geometry"])
        assert shapely.hausdorff_distance(got, expected_in_tile) < 8
    names = {f["properties"]["code"] for f in found.get("names", {}).get("features", [])}
    assert names <= set(drawn)


def test_a_redrawn_area_is_drawn_anew_and_its_address_says_so(district: District) -> None:
    client = signed_in("")
    tile = tile_of(12)
    before = client.get("/tiles/style/none/light.json").json()["sources"]["areas"]["tiles"]
    first = client.get(at("areas", tile))
    south = shapely.box(WEST, SOUTH, WEST + 3 * CELL, SOUTH + 1.5 * CELL)
    north = shapely.box(WEST, SOUTH + 1.5 * CELL, WEST + 3 * CELL, SOUTH + 3 * CELL)
    redraw(STREETS[0], south, at=timezone.now() - timedelta(seconds=5))
    redraw(STREETS[1], north, at=timezone.now() - timedelta(seconds=5))
    assert client.get(at("areas", tile)).headers["ETag"] != first.headers["ETag"]
    after = client.get("/tiles/style/none/light.json").json()["sources"]["areas"]["tiles"]
    assert before != after


PUBLIC = ("areas", "roads", "cases")


@pytest.mark.parametrize("kind", [*PUBLIC, "desk"])
@pytest.mark.parametrize("place", ["19/0/0", "3/8/0", "3/0/8", "0/0/1", "99999999999/1/1"])
def test_a_tile_that_is_none_is_refused_in_words(district: District, kind: str, place: str) -> None:
    response = signed_in("dispatcher").get(f"/tiles/{kind}/{place}.mvt")
    assert response.status_code == 404
    assert "There is no tile" in response.content.decode()


@pytest.mark.parametrize("kind", PUBLIC)
def test_tiles_are_packed_marked_and_not_sent_twice(district: District, kind: str) -> None:
    for n in range(15):
        district.report(words=f"Rubbish {n}")
    path = at(kind, tile_of(16, *District.inside()))
    plain = signed_in("").get(path)
    packed = signed_in("").get(path, headers={"accept-encoding": "gzip, br"})
    assert plain.headers["Content-Type"] == views.MEDIA_TYPE
    assert "Content-Encoding" not in plain.headers
    if kind != "roads":
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.content) == plain.content
        assert len(packed.content) < len(plain.content)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert plain.headers["Cache-Control"] == "no-cache"
    again = signed_in("").get(path, headers={"if-none-match": plain.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert signed_in("").post(path).status_code == 405


def test_everybody_sees_public_cases_and_no_other_and_no_words(district: District) -> None:
    shown = district.report(words="Rubbish, ring Alice on 139 1234 5678")
    hidden = district.report(words="Quiet", public=False)
    response = signed_in("").get(at("cases", tile_of(18, *District.inside())))
    found = read(response)["cases"]["features"]
    assert [f["properties"]["number"] for f in found] == [shown.number]
    assert set(found[0]["properties"]) == {
        "number", "category", "category_en", "stage", "stage_en", "light",
    }  # fmt: skip
    assert hidden.number.encode() not in response.content
    both = read(signed_in("dispatcher").get(at("desk", tile_of(18, *District.inside()))))
    assert {f["properties"]["number"] for f in both["cases"]["features"]} == {
        shown.number, hidden.number,
    }  # fmt: skip


def test_the_desk_s_tiles_are_for_those_who_may_see_the_cases(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = district.report()
    path = at("desk", tile_of(18, *District.inside()))
    nobody = signed_in("").get(path)
    assert nobody.status_code == 401
    assert nobody.content == b"Sign in to see the cases that you work on."
    response = signed_in("dispatcher").get(path)
    assert [f["properties"]["number"] for f in read(response)["cases"]["features"]] == [
        report.number
    ]
    assert "private" in response.headers["Cache-Control"]
    assert "Cookie" in response.headers["Vary"]
    # No grant, or a handler of another team: an empty tile, not a hint that something is there.
    for login in ("outsider", "handler", "administrator"):
        assert signed_in(login).get(path).content == b""
    district.handled(report)
    monkeypatch.setattr(keeping, "OLDEST_SECONDS", 0.0)
    found = read(signed_in("street_handler").get(path))
    assert [f["properties"]["number"] for f in found["cases"]["features"]] == [report.number]


def test_an_account_that_was_closed_sees_nothing(district: District) -> None:
    district.report()
    client = signed_in("dispatcher")
    Account.objects.filter(login="dispatcher").update(is_active=False)
    assert client.get(at("desk", tile_of(16))).status_code == 401


def test_a_tile_asks_the_database_little_and_from_memory_nothing(
    district: District, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow the machine: nothing grows old meanwhile.
    monkeypatch.setattr(keeping, "OLDEST_SECONDS", 10_000.0)
    monkeypatch.setattr(views, "LIGHTS_SECONDS", 10_000_000)
    for n in range(12):
        district.report(words=f"Rubbish {n}")
    path = at("cases", tile_of(12))
    signed_in("").get(path)
    with django_assert_max_num_queries(0):
        signed_in("").get(path)
    signed_in("").get(at("areas", tile_of(12)))
    with django_assert_max_num_queries(1):  # whether something was redrawn
        signed_in("").get(at("areas", tile_of(12)))
    with django_assert_max_num_queries(2):  # and the outlines of a tile not yet made
        signed_in("").get(at("areas", tile_of(13)))
    staff = signed_in("dispatcher")
    staff.get(at("desk", tile_of(12)))
    with django_assert_max_num_queries(5):  # session, account, rights, teams
        staff.get(at("desk", tile_of(12)))


def lines(path: Path) -> Path:
    """Three roads, one of them in two parts, and what is no road."""
    middle = SOUTH + 1.5 * CELL

    def road(kind: str, name: str, *parts: list[list[float]]) -> dict[str, Any]:
        shape = {"type": "LineString", "coordinates": parts[0]}
        if len(parts) > 1:
            shape = {"type": "MultiLineString", "coordinates": list(parts)}
        return {"type": "Feature", "properties": {"highway": kind, "name": name}, "geometry": shape}

    across = [[WEST, middle], [WEST + 3 * CELL, middle]]
    file = path / "roads.geojson"
    features = [
        road("primary", "人民路", across),
        road("residential", "", [[WEST, SOUTH], [WEST + CELL, SOUTH]], [[WEST, SOUTH], [WEST, middle]]),
        road("footway", "小路", [[WEST, SOUTH], [WEST + CELL / 10, SOUTH]]),
        road("proposed", "None", across),
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}},
        road("primary", "broken", [[WEST, 900.0], [WEST, SOUTH]]),
    ]  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def test_roads_are_drawn_after_they_were_imported_the_wide_ones_first(
    district: District, tmp_path: Path, settings: Any
) -> None:
    settings.VAR = tmp_path
    client = signed_in("")
    assert client.get(at("roads", tile_of(12))).content == b""
    assert "roads" not in client.get("/tiles/style/none/light.json").json()["sources"]
    call_command("roads", "import", lines(tmp_path), credit="The land office")
    style = client.get("/tiles/style/none/light.json").json()
    assert style["sources"]["roads"]["attribution"] == "The land office"
    far = read(client.get(at("roads", tile_of(9))))["roads"]["features"]
    assert [f["properties"] for f in far] == [{"class": "primary"}]
    west, south, *_ = tile_of(15, SOUTH, WEST).bounds()
    near = read(client.get(at("roads", tile_of(15, SOUTH, WEST))))["roads"]["features"]
    assert {f["properties"]["class"] for f in near} == {"street", "path"}
    (path,) = (f for f in near if f["properties"]["class"] == "path")
    assert path["properties"]["name"] == "小路"
    tile = tile_of(15, SOUTH, WEST)
    expected = tile.inside([WEST, WEST + CELL / 10], [SOUTH, SOUTH])
    assert shapely.hausdorff_distance(
        shapely.LineString(path["geometry"]["coordinates"]), shapely.LineString(expected)
    ) < 2  # fmt: skip
    (tmp_path / "bad.geojson").write_text("{}")
    with pytest.raises(CommandError, match="bad.geojson"):
        call_command("roads", "import", tmp_path / "bad.geojson")
    with pytest.raises(Invalid, match="no road"):
        roads.roads([])


def test_an_extract_of_openstreetmap_gives_its_roads_and_their_credit(shared: Path) -> None:
    pytest.importorskip("osmium", reason="osmium is not installed")
    found = roads.read(shared / "data" / "roads" / "liechtenstein.osm.pbf")
    assert found.credit == roads.OSM_CREDIT
    assert len(found) > 4_000
    vaduz = found.reaching((9.50, 47.12, 9.54, 47.16), 3)
    assert {found.words[found.names[n]] for n in vaduz} > {"Landstrasse"}


def test_the_style_names_this_site_only_and_both_languages(district: District) -> None:
    told = {}
    for language in ("en", "zh-CN"):
        client = Client(headers={"accept-language": language})
        for cases in ("public", "desk", "none"):
            for theme in ("light", "dark"):
                response = client.get(f"/tiles/style/{cases}/{theme}.json")
                style = response.json()
                assert b"http" not in response.content
                assert "glyphs" not in style and "sprite" not in style
                assert ("cases" in style["sources"]) == (cases != "none")
                told[language] = json.dumps(style["layers"])
    assert "name_en" in told["en"] and "name_en" not in told["zh-CN"]
    style = client.get("/tiles/style/none/light.json").json()
    assert style["metadata"]["bounds"] == pytest.approx(
        [WEST, SOUTH, WEST + 3 * CELL, SOUTH + 3 * CELL]
    )
    one = client.get(f"/tiles/style/public/light.json?area={COMMUNITIES[0]}").json()
    assert one["metadata"]["bounds"][3] == pytest.approx(SOUTH + CELL)
    assert client.get("/tiles/style/other/light.json").status_code == 404
    assert client.get("/tiles/style/public/pink.json").status_code == 404
    none = client.get(f"/tiles/style/public/light.json?area={DISTRICT}999").json()
    assert none["metadata"]["bounds"] == style["metadata"]["bounds"]


def test_only_a_configured_base_map_is_let_in(district: District, settings: Any) -> None:
    client = signed_in("")
    assert client.get("/areas/").headers["Content-Security-Policy"] == POLICY
    settings.BASEMAP = "https://tiles.example.org:8443/{z}/{x}/{y}.png"
    settings.BASEMAP_CREDIT = "Example"
    allowed = client.get("/areas/").headers["Content-Security-Policy"]
    assert "img-src 'self' https://tiles.example.org:8443 data: blob:;" in allowed
    assert "connect-src 'self' https://tiles.example.org:8443;" in allowed
    assert "script-src 'self';" in allowed
    base = client.get("/tiles/style/none/light.json").json()["sources"]["base"]
    assert base["attribution"] == "Example"
    for wrong in ("tiles/{z}", "javascript:alert(1)/", "https://a.example; script-src */"):
        settings.BASEMAP = wrong
        assert client.get("/areas/").headers["Content-Security-Policy"] == POLICY


def test_a_map_says_what_it_is_for_and_nothing_is_loaded_where_there_is_none(
    district: District,
) -> None:
    client = signed_in("")
    for path in ("/areas/", f"/areas/{DISTRICT}/"):
        html = client.get(path).content.decode()
        assert html.count("data-map") == 1 and "tiles/map.js" in html
    for path in ("/", "/report/", "/follow/"):
        assert "tiles/" not in client.get(path).content.decode()
