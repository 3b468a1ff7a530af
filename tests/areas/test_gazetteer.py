"""Words lead to points and areas: exact names, typos, several of one name, and names unknown."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.areas import actions
from commonward.areas.actions.gazetteer import forget_gazetteer
from commonward.areas.models import PlaceName
from commonward.areas.queries.gazetteer import candidates, sources
from commonward.core.refusals import Invalid
from commonward.core.triage.places.boundaries import Kind
from commonward.core.triage.places.extract import Entry, metres, together
from commonward.core.triage.places.gazetteer import Gazetteer

pytestmark = pytest.mark.django_db

AT = datetime(2024, 1, 1, tzinfo=UTC)


def place(name: str, kind: str, lat: float, lon: float, *aliases: str) -> None:
    PlaceName.objects.create(
        name=name, aliases=list(aliases), kind=kind, lat=lat, lon=lon, source="test", licence="CC0"
    )


@pytest.fixture
def town() -> None:
    """A district of two streets, an estate in each of the same name, and one road."""
    whole = shapely.box(113.00, 27.80, 113.02, 27.81)
    actions.add_area("430211", "天元区", at=AT, top=True, polygon=whole)
    west, east = (
        shapely.box(113.00, 27.80, 113.01, 27.81),
        shapely.box(113.01, 27.80, 113.02, 27.81),
    )
    actions.add_area("430211001", "嵩山街道", at=AT, polygon=west)
    actions.add_area("430211002", "泰山街道", at=AT, polygon=east)
    place("丽发新城", "estate", 27.805, 113.005, "Lifa Estate")
    place("丽发新城", "estate", 27.805, 113.015)
    place("橘郡", "estate", 27.806, 113.016)
    place("珠江北路", "road", 27.807, 113.004)
    actions.bump("gazetteer")


@pytest.mark.usefixtures("town")
def test_a_known_place_has_its_point_and_its_area() -> None:
    (said,) = candidates("橘郡小区3栋停水", AT)
    (found,) = said.candidates
    assert (said.words, said.house, said.ambiguous) == ("橘郡小区", "3栋", False)
    assert (found.lat, found.lon, found.located.code) == (27.806, 113.016, "430211002")


@pytest.mark.usefixtures("town")
def test_two_places_of_one_name_are_both_told_and_asked_about() -> None:
    (said,) = candidates("丽发新城附近搅拌站噪音扰民", AT)
    assert said.ambiguous
    assert {one.located.code for one in said.candidates} == {"430211001", "430211002"}


@pytest.mark.usefixtures("town")
def test_the_street_named_beside_it_tells_which_is_meant() -> None:
    street, estate = candidates("天元区泰山街道丽发新城小区停水", AT)
    assert street.candidates[0].located.path.startswith("/430211")
    assert not estate.ambiguous
    assert [one.located.code for one in estate.candidates] == ["430211002"]


@pytest.mark.usefixtures("town")
def test_a_typo_is_offered_and_asked_about() -> None:
    (said,) = candidates("珠红北路路灯不亮", AT)
    assert said.ambiguous
    assert [one.name for one in said.candidates] == ["珠江北路"]
    assert said.candidates[0].alike < 1


@pytest.mark.usefixtures("town")
def test_a_name_that_nothing_is_known_of_has_no_candidate() -> None:
    (said,) = candidates("星沙大道修路", AT)
    assert (said.words, said.candidates, said.ambiguous) == ("星沙大道", (), False)
    assert candidates("路灯不亮", AT) == ()


@pytest.mark.usefixtures("town")
def test_an_english_name_is_found_whatever_its_case_and_only_as_whole_words() -> None:
    (said,) = candidates("Noise at lifa estate all night", AT)
    assert [one.name for one in said.candidates] == ["丽发新城"]
    assert candidates("about lifa estates", AT) == ()


@pytest.mark.usefixtures("town")
def test_what_is_written_today_is_found_today() -> None:
    assert candidates("橘郡停水", AT)[0].candidates
    assert forget_gazetteer("test") == 4
    assert not any(said.candidates for said in candidates("橘郡停水", AT))
    with pytest.raises(Invalid):
        forget_gazetteer("test")


def test_pieces_of_a_road_are_one_place_and_far_ones_another() -> None:
    one = Entry("珠江北路", (), Kind.ROAD, 27.8, 113.0)
    pieces = [replace(one, lat=27.8 + k * 0.005) for k in range(4)]
    far = replace(one, lat=28.8)
    found = together([*pieces, far])
    assert len(found) == 2
    assert metres(*found) > 100_000


def test_names_of_no_place_are_never_known() -> None:
    book = Gazetteer([Entry(name, (), Kind.ESTATE, 0, 0) for name in ("小区", "公园", "路灯", "a")])
    assert len(book) == 0 or not book.mentions("小区公园的路灯不亮")


def test_central_helsinki_is_imported_and_asked(shared: Path) -> None:
    pytest.importorskip("osmium", reason="reading .osm.pbf needs the package osmium")
    source = shared / "data" / "roads" / "helsinki_centre.osm.pbf"
    out = StringIO()
    with translation.override("en"):
        call_command("gazetteer", "import", str(source), stdout=out)
        call_command("gazetteer", "ask", "Lamppu rikki: mannerheimintie 12", stdout=out)
    ((name, licence, count),) = sources()
    assert (name, licence) == ("OpenStreetMap", "ODbL 1.0")
    assert count > 150
    assert "Mannerheimintie" in out.getvalue()
    (said,) = candidates("Broken bench in rautatientori", AT)
    assert abs(said.candidates[0].lat - 60.171) < 0.01
    assert candidates("Mannerheimintie 12", AT)[0].house == "12"
    assert not said.ambiguous, "a square and the road across it"
    (typo,) = candidates("pothole at Mannerhemintie 3", AT)
    assert (typo.ambiguous, typo.candidates[0].name) == (True, "Mannerheimintie")
    before = PlaceName.objects.count()
    call_command("gazetteer", "import", str(source), stdout=out)
    assert PlaceName.objects.count() == before


def test_a_file_that_is_none_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    place("橘郡", "estate", 27.806, 113.016)
    wrong = tmp_path / "x.osm.pbf"
    wrong.write_bytes(b"no extract")
    with translation.override("en"), pytest.raises(CommandError, match="cannot|can be read|needs"):
        call_command("gazetteer", "import", str(wrong), "--source", "test")
    assert PlaceName.objects.count() == 1
