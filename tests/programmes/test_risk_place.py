"""Where a project lies: given in the draft, shown to everybody on a map and in words."""

import json
from datetime import timedelta

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.programmes.actions.risk import placing, stepping
from commonward.programmes.models import RiskReview
from tests.district import DISTRICT, small_district
from tests.doors.desk.conftest import key_of
from tests.programmes.risk_office import Reviews, reviews


@pytest.fixture
def office(db: None) -> Reviews:
    """Reviews that began a month ago."""
    return reviews(small_district(timezone.now() - timedelta(days=30)))


@pytest.fixture
def desk(office: Reviews) -> Client:
    """The programme officer's browser, in English."""
    found = Client(headers={"accept-language": "en"})
    found.force_login(*key_of("programme_officer"))
    return found


def square(office: Reviews, side: float = 0.002) -> str:
    """A small square around a place inside the district, as GeoJSON."""
    lat, lon = office.here.inside()
    return str(shapely.to_geojson(shapely.box(lon, lat, lon + side, lat + side)))


def page(review: RiskReview) -> str:
    """What everybody reads of it."""
    client = Client(headers={"accept-language": "en"})
    return client.get(f"/together/risk/{review.case.number}/").content.decode()


def test_an_outline_is_on_the_public_page_as_a_map_and_in_words(
    office: Reviews, desk: Client
) -> None:
    made = office.drafted()
    facts = f"/desk/programmes/risk/{made.case.number}/facts/"
    sent = {"do": "outline", "file": SimpleUploadedFile("a.geojson", square(office).encode())}
    assert desk.post(facts, sent).status_code == 302
    assert b"An outline of about" in desk.get(facts).content
    stepping.announce(made.case.number, office.officer, office.later(1))
    text = page(made)
    assert "Where it lies" in text and "An outline of about 4.4 hectares, in " in text
    assert 'id="outline"' in text and "look/outline" in text and "data-map" in text
    told = json.loads(text.partition('id="outline" type="application/json">')[2].partition("<")[0])
    assert told["type"] == "Polygon"


def test_a_point_is_a_mark_on_the_map_and_a_position_in_words(
    office: Reviews, desk: Client
) -> None:
    made = office.drafted()
    lat, lon = office.here.inside()
    facts = f"/desk/programmes/risk/{made.case.number}/facts/"
    assert desk.post(facts, {"do": "point", "lat": f"{lat}", "lon": f"{lon}"}).status_code == 302
    stepping.announce(made.case.number, office.officer, office.later(1))
    text = page(made)
    assert f'data-marker="{lat:.5f},{lon:.5f}"' in text and "A place in " in text


def test_an_area_lends_its_outline(office: Reviews) -> None:
    made = office.drafted()
    placing.place_by_area(made.case.number, DISTRICT, office.officer, office.later(0.5))
    made.refresh_from_db()
    assert made.outline is not None and made.outline["type"] == "Polygon"
    with pytest.raises(Invalid, match="no area"):
        placing.place_by_area(made.case.number, "nowhere", office.officer, office.later(0.5))


def test_what_is_refused_says_why_on_the_page_and_keeps_what_was_pasted(
    office: Reviews, desk: Client
) -> None:
    made = office.drafted()
    facts = f"/desk/programmes/risk/{made.case.number}/facts/"
    answer = desk.post(facts, {"do": "outline", "outline": "by the river"})
    assert answer.status_code == 422
    assert b"This is no GeoJSON" in answer.content and b"by the river" in answer.content
    lat, lon = office.here.inside()
    answer = desk.post(facts, {"do": "point", "lat": f"{lon}", "lon": f"{lat}"})
    assert answer.status_code == 422 and b"in degrees" in answer.content
    answer = desk.post(facts, {"do": "point", "lat": "1", "lon": "1"})
    assert answer.status_code == 422 and b"outside the map of this site" in answer.content
    binary = {"do": "outline", "file": SimpleUploadedFile("a.geojson", b"\xff\xfe\x00")}
    assert b"no text in UTF-8" in desk.post(facts, binary).content
    made.refresh_from_db()
    assert made.outline is None


def test_once_announced_a_place_stays_but_a_missing_one_can_be_added(office: Reviews) -> None:
    made = office.announced()
    number = made.case.number
    placing.place_by_outline(number, square(office), office.officer, office.later(2))
    with pytest.raises(Refusal, match="stays as it was read"):
        placing.place_by_outline(number, square(office, 0.001), office.officer, office.later(3))
    with pytest.raises(Refusal, match="stays as it was read"):
        placing.take_place_away(number, office.officer, office.later(3))


def test_only_who_keeps_the_review_says_where_it_lies(office: Reviews) -> None:
    made = office.drafted()
    with pytest.raises((Forbidden, Missing)):
        placing.place_by_outline(
            made.case.number, square(office), office.here.resident, office.later(0.5)
        )
    placing.place_by_outline(made.case.number, square(office), office.officer, office.later(0.5))
    placing.take_place_away(made.case.number, office.officer, office.later(0.6))
    made.refresh_from_db()
    assert made.outline is None
