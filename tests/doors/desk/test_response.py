"""Urgent help at the desk: a call is taken, seven are sent, each answers from its own page."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from commonward.cases.models import Event
from commonward.response.models import Assignment, Duty, Incident, Position, Unit
from tests.doors.desk.conftest import Colleague, Office
from tests.help import FORCES, Help, urgent_help

INCIDENTS, CALL, OWN, PLACE = (
    "/desk/response/", "/desk/response/call/", "/desk/response/unit/", "/desk/response/unit/place/",
)  # fmt: skip


@pytest.fixture
def aid(office: Office) -> Help:
    """Urgent help in the district of the office; the shifts are of now."""
    made = urgent_help(office.district)
    for code in FORCES:
        Duty.objects.filter(unit__code=code).delete()
        crew = Colleague(code)
        crew.send(crew.open(OWN), OWN, do="on", hours="8")
    return made


def taken(office: Office, aid: Help, who: str = "response_coordinator", **filled: str) -> str:
    """A call is taken by somebody at the desk; the number it got."""
    desk = Colleague(who)
    lat, lon = aid.here.inside()
    page = desk.open(CALL, kind=filled.pop("kind", "assembly"))
    told = desk.send(
        page, CALL, do="take", words="Come to the square", callback="13912345678",
        place="Town square", lat=str(lat), lon=str(lon), **filled,
    )  # fmt: skip
    found = re.search(r"Taken as ([0-9A-Z]{10})", told.text)
    assert found, told.text
    return found.group(1)


def sent(office: Office, aid: Help, **filled: str) -> str:
    """The same, with all recommended units sent by one order."""
    number = taken(office, aid, **filled)
    here = f"/desk/response/incidents/{number}/"
    desk = Colleague("response_coordinator")
    page = desk.send(desk.open(here), here, do="recommend")
    form = next(f for f in page.forms if "upon" in f.fields)
    chosen = [str(u.pk) for u in aid.units.values()]
    assert "By the straight line at 30 km/h" in page.text
    told = desk.post(here, {**form.fields, "unit": chosen, "do": "send"})
    assert "Order 1 was given." in told.text and "0 of 7 units have answered" in told.text
    return number


def test_seven_forces_are_sent_by_one_order_and_all_answer(office: Office, aid: Help) -> None:
    number = sent(office, aid)
    desk = Colleague("response_coordinator")
    for code in FORCES:
        crew = Colleague(code)
        page = crew.open(OWN)
        assert "Town square" in page.text and "13912345678" in page.text
        after = crew.send(page, OWN, do="answer")
        assert "has answered" in after.text and "We are on our way" in after.text
    page = desk.open(f"/desk/response/incidents/{number}/assembly/")
    assert "7 of 7 units have answered" in page.text and "silent" not in page.text
    assert Incident.objects.get(case__number=number).case.stage == "acknowledged"


def test_a_silent_unit_stands_in_words_and_shape(office: Office, aid: Help) -> None:
    number = sent(office, aid)
    Assignment.objects.exclude(unit__code="fire-1").update(step="acknowledged")
    late = Assignment.objects.get(unit__code="fire-1")
    assert late.sent_at is not None
    Assignment.objects.filter(pk=late.pk).update(sent_at=late.sent_at - timedelta(seconds=60))
    page = Colleague("response_coordinator").open(f"/desk/response/incidents/{number}/assembly/")
    assert page.html.count("is-silent") == 1
    assert re.search(r"Fire-1 Fire brigade ▲ silent for 1 min 0\d s", page.text), page.text
    assert "1 silent" in Colleague("response_coordinator").open(INCIDENTS).text


def test_whoever_takes_a_call_is_told_its_number_and_no_more(office: Office, aid: Help) -> None:
    number = taken(office, aid, "intake_officer", kind="fire", q_inside="yes")
    assert Incident.objects.get(case__number=number).case.grade == "critical"
    page = Colleague("intake_officer").open(f"/desk/response/incidents/{number}/")
    assert page.status == 403 and "Come to the square" not in page.html


def test_a_second_call_near_there_is_asked_about_and_joins(office: Office, aid: Help) -> None:
    number = taken(office, aid, kind="fire")
    desk = Colleague("duty_chief")
    lat, lon = aid.here.inside()
    page = desk.open(CALL, kind="fire")
    asked = desk.send(page, CALL, do="take", words="Smoke!", lat=str(lat), lon=str(lon))
    assert asked.status == 422 and "Is it one of these?" in asked.text and number in asked.text
    form = asked.form(CALL)
    again = desk.post(CALL, {**form.fields, "joins": number, "do": "take"})
    assert f"Added to {number}." in again.text
    assert Incident.objects.count() == 1


def test_a_welfare_call_is_not_told_to_the_next_caller(office: Office, aid: Help) -> None:
    number = taken(office, aid, kind="welfare")
    desk = Colleague("duty_chief")
    lat, lon = aid.here.inside()
    page = desk.open(CALL, kind="other")
    told = desk.send(page, CALL, do="take", words="Noise", lat=str(lat), lon=str(lon))
    assert "Taken as" in told.text and number not in told.text


def test_a_drill_says_so_on_every_page(office: Office, aid: Help) -> None:
    number = sent(office, aid, drill="1")
    desk = Colleague("response_coordinator")
    here = f"/desk/response/incidents/{number}/"
    for path in (INCIDENTS, here, f"{here}assembly/", f"{here}report/"):
        assert "DRILL" in desk.open(path).text, path
    assert "DRILL" in Colleague("fire-1").open(OWN).text


def test_it_ends_with_a_note_and_a_report_that_names_each_moment(office: Office, aid: Help) -> None:
    number = sent(office, aid)
    here = f"/desk/response/incidents/{number}/"
    crew, desk = Colleague("fire-1"), Colleague("response_coordinator")
    for _step in range(3):
        crew.send(crew.open(OWN), OWN, do="answer")
    page = desk.open(here)
    ended = desk.post(here, {**page.forms[-1].fields, "do": "end"})
    assert "after-action note" in ended.text
    report = desk.post(here, {**ended.forms[-1].fields, "do": "keep", "note": "All went home."})
    assert report.path.endswith("/report/") and "All went home." in report.text
    assert "decided by Response Coordinator · upon the recommendation straight 2" in report.text
    assert "Ended on the spot" in report.text and "fire-1" in report.text
    assert Colleague("fire-1").open(OWN).text.count("No order now.") == 1


def test_a_unit_sends_where_it_is_only_on_duty(office: Office, aid: Help) -> None:
    crew = Client(headers={"accept-language": "en"})
    crew.force_login(*office.key_of("fire-1"))
    assert crew.post(PLACE, {"lat": "27.81", "lon": "113.11"}).json()["kept"] is True
    assert Unit.objects.get(code="fire-1").lat == 27.81
    colleague = Colleague("fire-1")
    colleague.send(colleague.open(OWN), OWN, do="off", note="The pump drips.")
    refused = crew.post(PLACE, {"lat": "27.82", "lon": "113.11"})
    assert refused.status_code == 422 and "not on duty" in refused.json()["refused"]
    assert Position.objects.count() == 1 and Unit.objects.get(code="fire-1").lat is None
    back = colleague.send(colleague.open(OWN), OWN, do="on", hours="4")
    assert "The pump drips." in back.text


def test_what_was_pressed_twice_happened_once(office: Office, aid: Help) -> None:
    sent(office, aid)
    crew = Colleague("fire-1")
    form = crew.open(OWN).form(OWN)
    for _twice in range(2):
        told = crew.post(OWN, {**form.fields, "do": "answer"})
        assert told.status == 200
    events = Event.objects.filter(verb="unit_acknowledged", data__unit="fire-1")
    assert events.count() == 1


def test_units_and_cards_are_changed_in_the_administration(office: Office, aid: Help) -> None:
    chief = office.administrator
    page = chief.open("/desk/admin/units/fire-1/")
    form = page.form("/desk/admin/units/fire-1/")
    after = chief.post("/desk/admin/units/fire-1/", {**form.fields, "gear": "ladder 18 m", "do": "change"})  # fmt: skip
    assert after.path == "/desk/admin/units/" and "Kept." in after.text
    assert Unit.objects.get(code="fire-1").gear == "ladder 18 m"
    cards = chief.open("/desk/admin/cards/")
    whole = cards.form("/desk/admin/cards/").fields["whole"][0]
    bad = chief.post("/desk/admin/cards/", {**cards.forms[-1].fields, "whole": whole.replace("Does a building burn?", "Any criminal record?"), "do": "look"})  # fmt: skip
    assert bad.status == 422 and "about people" in bad.text
    tried = chief.post("/desk/admin/cards/", {**cards.forms[-1].fields, "whole": whole + "\n# ours\n", "do": "look"})  # fmt: skip
    form = next(f for f in tried.forms if "upon" in f.fields)
    adopted = chief.post("/desk/admin/cards/", {**form.fields, "do": "adopt"})
    assert "Version 1 is in force." in adopted.text


def test_an_incident_goes_to_the_next_centre_and_comes_back_with_its_receipt(
    office: Office, aid: Help
) -> None:
    number = sent(office, aid)
    here = f"/desk/response/incidents/{number}/"
    desk, other = Colleague("response_coordinator"), Colleague("other_centre")
    page = desk.open(here)
    team = next(f.fields["team"][0] for f in page.forms if "team" in f.fields)
    desk.post(here, {**page.forms[-1].fields, "do": "hand", "team": team, "reason": "Beyond the river"})  # fmt: skip
    box = other.open("/desk/response/centres/")
    assert "Town square" in box.text and "Come to the square" in box.text
    told = other.send(box, "/desk/response/centres/", do="receive", reference="N-1")
    assert "The receipt is given." in told.text
    assert Incident.objects.get(case__number=number).case.outcome == "handed_on"
