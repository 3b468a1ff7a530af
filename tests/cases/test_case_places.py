"""Places that many cases name come into the gazetteer; a home, a person or a rare name never."""

from datetime import timedelta

from commonward.areas.models import PlaceName
from commonward.cases.actions.placing import FEWEST, adopt_case_places
from commonward.cases.models import Case
from commonward.cases.queries.places import places_named
from tests.district import District


def told(here: District, address: str, times: int, *, days: int = 1, row: int = 0) -> None:
    """So many cases at an address, so many days apart."""
    lat, lon = here.inside(row, 0)
    for at in range(times):
        report = here.report(address=address, lat=lat, lon=lon)
        opened = here.at - timedelta(days=1 + at * days)
        Case.objects.filter(pk=report.case_id).update(opened_at=opened)


def test_a_place_of_five_cases_is_known_and_one_of_four_is_not(here: District) -> None:
    told(here, "橘郡小区北门", FEWEST)
    told(here, "丽发新城东门", FEWEST - 1)
    found = adopt_case_places(here.at)
    assert [one.name for one in found] == ["橘郡"]
    assert PlaceName.objects.get().source == "cases"


def test_five_cases_of_one_day_may_be_one_household(here: District) -> None:
    told(here, "橘郡小区北门", FEWEST, days=0)
    assert adopt_case_places(here.at) == []


def test_rooms_numbers_and_people_are_in_no_name(here: District) -> None:
    told(here, "橘郡小区3栋2单元501室张女士 13912345678", FEWEST)
    (found,) = adopt_case_places(here.at)
    assert found.name == "橘郡"
    row = PlaceName.objects.values().get()
    assert not any(part in str(row) for part in ("501", "3栋", "张", "139"))


def test_two_estates_of_one_name_are_two_and_what_was_taken_before_goes(here: District) -> None:
    told(here, "橘郡小区北门", FEWEST)
    told(here, "橘郡小区北门", FEWEST, row=2)
    assert len(adopt_case_places(here.at)) == 2
    Case.objects.update(public=False)
    assert adopt_case_places(here.at) == []
    assert not PlaceName.objects.exists()


def test_whoever_takes_a_call_finds_the_place_with_where_it_lies(here: District) -> None:
    told(here, "橘郡小区北门", FEWEST)
    adopt_case_places(here.at)
    found = places_named(here.intake_officer, "橘郡小区", here.at)
    place = next(one for one in found if one.within)
    assert (place.name, place.alike, place.cases) == ("橘郡", 1.0, 0)
    assert place.within.endswith(f"{here.grid(0, 0)}/")
