"""Where it is, in words: places of that name are offered, and asked about when several may be."""

from collections.abc import Iterator

import pytest

from commonward.areas.actions.gazetteer import forget_gazetteer, take_gazetteer
from commonward.core.triage.places.boundaries import Kind
from commonward.core.triage.places.extract import Entry
from tests.district import District
from tests.doors.portal.conftest import Page, Resident, last_report

HERE, THERE = (27.805, 113.105), (27.825, 113.125)


@pytest.fixture(autouse=True)
def names(district: District) -> Iterator[None]:
    """One estate of its name, two gardens of one name, and a road."""
    take_gazetteer(
        [
            Entry("幸福小区", ("Happiness Estate",), Kind.ESTATE, *HERE),
            Entry("橘园", ("Orange Garden",), Kind.ESTATE, *HERE),
            Entry("橘园", ("Orange Garden",), Kind.ESTATE, *THERE),
            Entry("远方小区", ("Faraway Estate",), Kind.ESTATE, 10.0, 10.0),
        ],
        source="test",
        licence="CC0",
    )
    yield
    forget_gazetteer("test")


def where(resident: Resident, words: str, **given: str) -> Page:
    """The page after the place was told in words."""
    page = resident.told(words=words, until="where")
    return resident.send(page, **{"address": "", "lat": "", "lon": "", **given})


def test_one_clear_place_is_offered_with_its_areas_and_gives_the_point(
    resident: Resident, district: District
) -> None:
    page = where(resident, "The lamp is out", address="the lamp before Happiness Estate 3")
    assert (page.step, page.heading) == ("place", "Is it here?")
    assert "幸福小区 3" in page.text and "Grid 1" in page.text
    assert page.fields["place"] == "27.805000,113.105000", "the one clear place is chosen already"
    page = resident.send(page)
    while page.step != "check":
        page = resident.send(page, same="other", side="unknown")
    resident.send(page)
    kept = last_report()
    assert (kept.lat, kept.lon, kept.address) == (*HERE, "the lamp before Happiness Estate 3")
    assert kept.case.area is not None and kept.case.area.code == district.grid(0, 0)


def test_two_places_of_one_name_are_asked_about_and_none_is_chosen_beforehand(
    resident: Resident,
) -> None:
    page = where(resident, "The lamp is out", address="橘园西门")
    assert page.heading == "Which place is it?"
    assert "place" not in page.fields
    refused = resident.send(page)
    assert refused.step == "place" and "Please choose a place" in refused.text
    after = resident.send(page, place="27.825000,113.125000")
    assert after.step != "place"
    back = resident.send(after, go="edit-where")
    assert (back.fields["lat"], back.fields["lon"]) == ("27.825000", "113.125000")


def test_none_of_these_leaves_the_words_for_a_person(resident: Resident) -> None:
    page = resident.send(where(resident, "x", address="橘园西门"), place="none")
    while page.step != "check":
        page = resident.send(page)
    resident.send(page)
    assert (last_report().lat, last_report().address) == (None, "橘园西门")


def test_the_description_alone_offers_its_place_on_the_page_that_asks(resident: Resident) -> None:
    page = resident.told(words="幸福小区门口路灯不亮", until="where")
    assert "From your words it may be here:" in page.text
    page = resident.send(page, place="27.805000,113.105000", address="", lat="", lon="")
    assert page.step == "place"
    assert resident.send(page).step == "contact"


def test_another_address_takes_the_position_of_the_first_away(resident: Resident) -> None:
    page = resident.send(where(resident, "x", address="橘园"), place="27.825000,113.125000")
    back = resident.send(page, go="edit-where")
    page = resident.send(back, address="Happiness Estate")
    assert (page.step, page.heading) == ("place", "Is it here?")


@pytest.mark.parametrize("address", ["East gate", "远方小区", "第2街道"])
def test_what_is_unknown_outside_or_too_large_to_go_to_is_not_asked_about(
    resident: Resident, address: str
) -> None:
    assert where(resident, "x", address=address).step == "contact"


def test_a_position_that_was_given_is_not_asked_about(resident: Resident) -> None:
    page = where(resident, "x", address="橘园", lat="27.805", lon="113.105")
    assert page.step == "contact"


def test_no_place_is_taken_that_was_not_offered(resident: Resident) -> None:
    page = resident.send(where(resident, "x", address="橘园"), place="27.801000,113.101000")
    assert page.step == "place" and "Please choose a place" in page.text
