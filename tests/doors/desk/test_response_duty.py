"""Shifts through pages: a unit's leader checks the gear and leaves a note, who coordinates reads
both; a drill ends for a unit that a real call needs, and its own page says so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.response.models import Assignment, Duty, Unit
from tests.district import DISTRICT, SINCE, STREETS
from tests.doors.desk.conftest import Colleague, Office
from tests.doors.desk.test_response import OWN, sent, taken
from tests.help import FORCES, Help, urgent_help

DUTY, BOARD = "/desk/response/duty/", "/desk/response/"


@pytest.fixture
def aid(office: Office) -> Help:
    """Urgent help in the district of the office; nobody is on duty yet."""
    return urgent_help(office.district, on_duty=False)


def on(code: str, **filled: str) -> str:
    """A crew begins its shift on its own page; what the page then says."""
    crew = Colleague(code)
    return crew.send(crew.open(OWN), OWN, do="on", hours="8", **filled).text


def test_a_crew_checks_its_gear_and_who_coordinates_sees_what_is_missing(
    office: Office, aid: Help
) -> None:
    Unit.objects.filter(code="fire-1").update(vehicles="Pump truck", gear="ladder 6 m, saw")
    told = on("fire-1", checked="1", defects="The saw is at the workshop.")
    assert "Missing or broken : The saw is at the workshop." in told
    assert "Pump truck" in told and "ladder 6 m, saw" in told
    on("police-1", checked="1")
    page = Colleague("response_coordinator").open(DUTY)
    assert "The saw is at the workshop." in page.text and "ladder 6 m, saw" in page.text
    assert page.text.count("Vehicle and gear checked at the start") == 1
    for stranger in ("police-1", "duty_chief", "leader"):
        assert "saw is at" not in Colleague(stranger).open(OWN).text


def test_what_a_shift_leaves_is_read_by_the_next_and_by_who_coordinates(
    office: Office, aid: Help
) -> None:
    on("fire-1")
    crew, desk = Colleague("fire-1"), Colleague("response_coordinator")
    crew.send(crew.open(OWN), OWN, do="off", note="Hydrant 12 is frozen.")
    assert "Hydrant 12 is frozen." in desk.open(DUTY).text
    assert "Hydrant 12 is frozen." in on("fire-1")


def test_who_coordinates_puts_a_unit_on_duty_and_off_again(office: Office, aid: Help) -> None:
    desk = Colleague("response_coordinator")
    made = desk.post(
        DUTY, {**desk.open(DUTY).forms[-1].fields, "unit": "fire-1", "hours": "4", "do": "on"}
    )
    assert "On duty." in made.text and Duty.objects.get(off_at=None).unit.code == "fire-1"
    form = next(f for f in made.forms if ("do", "off") in f.buttons)
    ended = desk.post(DUTY, {**form.fields, "do": "off", "note": "From the desk"})
    assert "Off duty." in ended.text and not Duty.objects.filter(off_at=None).exists()
    long = desk.post(DUTY, {**form.fields, "unit": "fire-1", "hours": "25", "do": "on"})
    assert long.status == 422


def test_a_neighbour_sees_and_changes_the_shifts_of_the_own_area_alone(
    office: Office, aid: Help
) -> None:
    account = people.add_account(SYSTEM, "neighbour", "Neighbour", at=SINCE).pk
    people.grant(
        SYSTEM, account, "response_coordinator", at=SINCE, area_path=f"/{DISTRICT}/{STREETS[1]}/"
    )
    for code in ("fire-1", "police-1"):
        on(code, defects=f"{code} lacks a lamp")
    there = Colleague("neighbour")
    page = there.open(DUTY)
    assert "Fire-1" in page.text and "Police-1" not in page.text
    assert "police-1 lacks" not in page.text and "Police-1" not in there.open(BOARD).text
    form = next(f for f in page.forms if ("do", "off") in f.buttons)
    tried = there.post(DUTY, {**form.fields, "unit": "police-1", "do": "off"})
    assert tried.status == 422 and Duty.objects.filter(off_at=None).count() == 2


def test_the_page_of_shifts_asks_the_database_no_more_the_more_units_there_are(
    office: Office, aid: Help
) -> None:
    desk = Colleague("response_coordinator")
    asked = []
    for codes in (("fire-1",), ("police-1", "traffic-1", "street-1")):
        for code in codes:
            on(code, defects="lamp")
            crew = Colleague(code)
            crew.send(crew.open(OWN), OWN, do="off", note="fuel")
            on(code, defects="rope")
        desk.open(DUTY)
        with CaptureQueriesContext(connection) as queries:
            page = desk.open(DUTY)
        asked.append(len(queries))
        assert page.text.count("fuel") == page.text.count("rope") == len(asked) ** 2
    assert asked[0] == asked[1]


def test_two_units_on_duty_never_go_by_one_radio_name(office: Office, aid: Help) -> None:
    Unit.objects.filter(code="fire-1").update(radio_name="police-1 号")
    on("police-1")
    told = on("fire-1")
    assert "Another unit on duty is called “police-1 号”" in told
    assert Duty.objects.filter(off_at=None).count() == 1


def test_the_area_of_a_unit_is_set_in_the_administration(office: Office, aid: Help) -> None:
    path = "/desk/admin/units/fire-1/"
    chief = office.administrator
    form = chief.open(path).form(path)
    assert form.fields["area"] == [aid.units["fire-1"].area]
    chief.post(path, {**form.fields, "area": STREETS[0], "do": "change"})
    assert Unit.objects.get(code="fire-1").area == STREETS[0]
    wrong = chief.post(path, {**form.fields, "area": "99", "do": "change"})
    assert wrong.status == 422 and "99" in wrong.text


def test_a_real_call_takes_the_units_of_a_drill_and_their_pages_say_so(
    office: Office, aid: Help
) -> None:
    for code in FORCES:
        on(code)
    sent(office, aid, drill="1")
    board = Colleague("response_coordinator").open(BOARD).text
    assert board.count("in a drill") == 7 and "7 units, 0 free" in board
    assert "DRILL" in Colleague("police-1").open(OWN).text
    number = taken(office, aid, kind="other", joins="new")
    here, desk = f"/desk/response/incidents/{number}/", Colleague("response_coordinator")
    page = desk.send(desk.open(here), here, do="recommend")
    assert "A drill holds it now; the order releases it." in page.text
    form = next(f for f in page.forms if "upon" in f.fields)
    police = str(aid.units["police-1"].pk)
    desk.post(here, {**form.fields, "unit": [police], "do": "send"})
    own = Colleague("police-1").open(OWN).text
    assert "The drill has ended for you: this is a real call." in own and "DRILL" not in own
    assert "DRILL" in Colleague("fire-1").open(OWN).text
    left = Assignment.objects.get(unit__code="police-1", step="free")
    drill = desk.open(f"/desk/response/incidents/{left.order.incident.case.number}/assembly/")
    assert "called to a real incident" in drill.text
