"""The desk's pages of all open needs together, moves to other stations, and the rules of sending."""

from pathlib import Path
from typing import Any

import pytest

from commonward.core.plans.roads import generated
from commonward.people.queries import now
from commonward.response.models import Assignment, Duty, MoveUp, Order, RulesVersion, Unit
from tests.doors.desk.conftest import Colleague, Office
from tests.doors.desk.test_response import OWN, taken
from tests.help import FORCES, Help, urgent_help

BOARD, TOGETHER, RULES = "/desk/response/", "/desk/response/together/", "/desk/admin/sending/"


@pytest.fixture
def aid(office: Office, settings: Any, tmp_path: Path) -> Help:
    """Urgent help in the district of the office, on duty since now, with roads."""
    made = urgent_help(office.district, on_duty=False)
    lat, lon = made.here.inside(1, 1)
    generated(3, rows=24, columns=24, lat=lat, lon=lon).save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    for code in FORCES:
        crew = Colleague(code)
        crew.send(crew.open(OWN), OWN, do="on", hours="8")
    return made


def token(page: Any) -> dict[str, str]:
    """What a form of a page must carry besides its own fields."""
    name = "csrfmiddlewaretoken"
    return {name: next(f.fields[name][0] for f in page.forms if name in f.fields)}


def test_each_open_incident_is_ordered_from_one_page_with_one_press(
    office: Office, aid: Help
) -> None:
    first = taken(office, aid, kind="fire")
    desk = Colleague("response_coordinator")
    page = desk.open(TOGETHER)
    assert "Proven: no other choice brings all units sooner." in page.text
    assert first in page.text and "Order this 1 unit" in page.text
    form = next(f for f in page.forms if "key" in f.fields)
    told = desk.post(TOGETHER, {**form.fields, "do": "order"})
    assert "Order 1 was given." in told.text and "No open incident needs units now." in told.text
    assert Order.objects.get().upon.method == "together"  # type: ignore[union-attr]
    # The same press again, and the same page of a second coordinator: nothing happens twice.
    desk.post(TOGETHER, {**form.fields, "do": "order"})
    late = desk.post(TOGETHER, {**form.fields, "key": "another press of it", "do": "order"})
    assert late.status == 422 and "The plan is another by now" in late.text
    assert Assignment.objects.count() == 1


def test_without_roads_the_page_says_what_is_missing(
    office: Office, aid: Help, settings: Any
) -> None:
    settings.ROAD_GRAPH = ""
    taken(office, aid, kind="fire")
    text = Colleague("response_coordinator").open(TOGETHER).text
    assert "this site has no road graph yet" in text


def test_a_unit_is_told_to_wait_elsewhere_answers_and_arrives(office: Office, aid: Help) -> None:
    far = aid.here.inside(2, 2)
    Unit.objects.filter(code="police-1").update(station="north post")
    Unit.objects.filter(code="traffic-1").update(
        station="south post", base_lat=far[0], base_lon=far[1]
    )
    desk = Colleague("response_coordinator")
    fields = token(desk.open(BOARD)) | {
        "unit": str(aid.units["police-1"].pk),
        "station": "south post",
        "from": "board",
    }
    desk.post(TOGETHER, {**fields, "do": "move", "number": ""})
    board = desk.open(BOARD)
    assert "Police-1 → south post · ○ told, no answer yet" in board.text
    crew = Colleague("police-1")
    page = crew.open(OWN)
    assert "Wait at south post" in page.text and "you stay free" in page.text
    page = crew.send(page, OWN, do="moving", step="acknowledged")
    assert "◑ on the way there" in desk.open(BOARD).text
    page = crew.send(page, OWN, do="moving", step="arrived")
    assert "You wait at south post." in page.text
    assert "● waits there" in desk.open(BOARD).text
    move = MoveUp.objects.get()
    desk.post(TOGETHER, {**fields, "do": "stop", "move": str(move.pk)})
    assert "south post" not in desk.open(BOARD).text
    # A crew's own button reaches no other crew's move.
    desk.post(TOGETHER, {**fields, "do": "move", "number": ""})
    other = MoveUp.objects.get(over_at=None)
    stranger = Colleague("fire-1")
    refused = stranger.post(
        OWN,
        {**token(stranger.open(OWN)), "do": "moving", "move": str(other.pk), "step": "arrived"},
    )
    assert refused.status == 404 and MoveUp.objects.get(pk=other.pk).arrived_at is None


def filled(**more: str) -> dict[str, str]:
    """The form of the rules as a browser sends it, with one line of a minimum."""
    lines = {
        "minimums-0-station": "south", "minimums-0-agency": "fire", "minimums-0-kind": "",
        "minimums-0-least": "1", "minimums-0-yields": "critical",
        "minimums-1-station": "", "minimums-1-agency": "", "minimums-1-kind": "",
        "minimums-1-least": "", "minimums-1-yields": "",
        "rests-0-agency": "", "rests-0-due": "12", "rests-0-ends": "16",
        "borders-0-home": "", "borders-0-into": "", "borders-0-priority": "routine",
        "within": "5",
    }  # fmt: skip
    return {**lines, **more}


def test_rules_are_tried_at_a_point_before_they_come_into_force(office: Office, aid: Help) -> None:
    Unit.objects.filter(code="fire-1").update(station="south")
    taken(office, aid, kind="fire")
    admin = Colleague("administrator")
    page = admin.open(RULES)
    assert "Nothing was decided yet" in page.text
    lat, lon = aid.here.inside()
    tried = admin.post(RULES, {**token(page), **filled(lat=str(lat), lon=str(lon)), "do": "look"})
    assert "≠ otherwise" in tried.text and "if their stations kept fewer" in tried.text
    assert "Of the latest 1 incidents 1 would be recommended otherwise." in tried.text
    assert not RulesVersion.objects.exists()
    form = next(f for f in tried.forms if "upon" in f.fields)
    told = admin.post(RULES, {**form.fields, "do": "adopt"})
    assert "Version 1 is in force." in told.text
    assert 'value="south"' in told.html
    again = admin.post(RULES, {**form.fields, "do": "adopt"})
    assert again.status == 422 and "Somebody else changed these rules" in again.text
    assert RulesVersion.objects.get().data["minimums"][0]["station"] == "south"


def test_a_faulty_line_is_named_by_its_table_and_what_was_written_stays(
    office: Office, aid: Help
) -> None:
    admin = Colleague("administrator")
    lat, lon = aid.here.inside()
    wrong = filled(lat=str(lat), lon=str(lon), **{"minimums-0-least": "many"})
    sent = token(admin.open(RULES))
    told = admin.post(RULES, {**sent, **wrong, "do": "look"})
    assert told.status == 422
    assert "What stations keep, line 1: give a whole number from 1 to 99." in told.text
    assert 'value="many"' in told.html and 'value="south"' in told.html
    nowhere = admin.post(RULES, {**sent, **filled(lat="", lon=""), "do": "look"})
    assert "Give the point at which to try them." in nowhere.text
    forged = admin.post(RULES, {**sent, "do": "adopt", "upon": "0", "proposed": "[]"})
    assert forged.status == 422 and not RulesVersion.objects.exists()


def test_the_board_asks_the_database_no_oftener_for_more_units(
    office: Office, aid: Help, django_assert_max_num_queries: Any
) -> None:
    taken(office, aid, kind="fire")
    desk = Colleague("response_coordinator")
    desk.open(BOARD)
    desk.open(TOGETHER)
    with django_assert_max_num_queries(45):
        desk.open(BOARD)
    with django_assert_max_num_queries(45):
        desk.open(TOGETHER)
    assert Duty.objects.filter(off_at=None, on_at__lte=now()).count() == 7
