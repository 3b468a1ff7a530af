"""Where a case is, set at the desk: by a search, on the map, or in numbers."""

from django.urls import reverse

from commonward.cases.models import Case, Event, Report
from tests.doors.desk.conftest import Office, Page


def unplaced(office: Office) -> tuple[Report, Page, str]:
    """A case without a place, and the form of its officer."""
    report = office.district.report(lat=None, lon=None, address="Somewhere")
    path = reverse("desk:step", args=[report.case.number, "locate"])
    return report, office.intake_officer.open(path), path


def test_the_form_has_the_same_map_as_the_report_with_a_pin_for_its_numbers(office: Office) -> None:
    _, form, _ = unplaced(office)
    assert 'data-pin="lat lon"' in form.html and 'id="lat"' in form.html and 'id="lon"' in form.html
    assert form.html.count("tiles/map.js") == 1


def test_a_place_is_searched_taken_and_sent_without_any_script(office: Office) -> None:
    lat, lon = office.district.inside(1, 2)
    office.district.report(lat=lat, lon=lon, address="Lotus Road 12")
    report, form, path = unplaced(office)
    found = office.intake_officer.send(form, path, find="Lotus Road", look="1")
    value = f"{lat:.6f}|{lon:.6f}|Lotus Road 12"
    assert ("place_found", value) in found.form(path).buttons
    taken = office.intake_officer.send(found, path, place_found=value)
    fields = taken.form(path).fields
    assert (fields["lat"], fields["lon"]) == ([f"{lat:.6f}"], [f"{lon:.6f}"])
    assert fields["address"] == ["Lotus Road 12"]
    assert not Event.objects.filter(case=report.case, verb="locate").exists(), "nothing is sent yet"
    office.intake_officer.send(taken, path)
    located = Case.objects.get(pk=report.case_id)
    assert (located.lat, located.lon, located.address) == (lat, lon, "Lotus Road 12")
    assert located.area_path.endswith(f"/{office.district.grid(1, 2)}/")


def test_an_area_is_found_by_its_name_and_leaves_the_address_to_the_officer(office: Office) -> None:
    _, form, path = unplaced(office)
    area = office.intake_officer.send(form, path, find="街道", look="1")
    places = [value for name, value in area.form(path).buttons if name == "place_found"]
    assert places and all(value.endswith("|") for value in places)


def test_what_was_typed_stays_when_nothing_is_found(office: Office) -> None:
    _, form, path = unplaced(office)
    none = office.intake_officer.send(form, path, find="Atlantis", look="1", address="By the sea")
    assert "No place of that name is known here" in none.text
    assert none.form(path).fields["address"] == ["By the sea"]
    assert none.form(path).fields["find"] == ["Atlantis"]


def test_a_broken_place_is_refused_in_words(office: Office) -> None:
    _, form, path = unplaced(office)
    taken = office.intake_officer.send(form, path, place_found="north|pole|Here")
    assert taken.status == 200
    back = office.intake_officer.send(taken, path)
    assert "Give the position in degrees" in back.text
