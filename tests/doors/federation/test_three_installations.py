"""Three installations with real databases and real HTTP: a matter goes over and comes home."""

from datetime import datetime
from typing import Any

import pytest

from tests.doors.federation.conftest import Installation, Region

# The processes begin with a copy of the migrated database, which is made for such tests alone.
pytestmark = pytest.mark.django_db


def offered(region: Region, giver: Installation, taker: Installation, number: str) -> str:
    """The key of an offer from one to the other."""
    key = giver.ask("offer", number=number, to=giver.ids[taker.name])
    assert isinstance(key, str), key
    return key


def until(region: Region, one: Installation, key: str, *states: str) -> dict[str, Any]:
    """Pass until this side of the hand-over stands there."""
    for _round in range(40):
        found = one.ask("stands")["handings"].get(key)
        if found is not None and found["state"] in states:
            return dict(found)
        region.passes()
    raise AssertionError((states, found))


def closes(one: Installation, number: str) -> None:
    """The taker's own people solve it and close the case."""
    assert one.ask("step", number=number, verb="accept", login="intake_officer") == "file"
    one.ask("step", number=number, verb="file", login="duty_chief")
    one.ask("step", number=number, verb="dispatch", login="dispatcher", team="street")
    one.ask("step", number=number, verb="finish", login="street_handler", result="It is swept.")
    one.ask("step", number=number, verb="pass_on", login="dispatcher")
    one.ask("step", number=number, verb="pass_check", login="second_grid_worker")
    said = one.ask("step", number=number, verb="close", login="duty_chief", outcome="solved")
    assert said == "evaluate", said


def test_a_matter_goes_by_way_of_two_and_its_answer_comes_home(region: Region) -> None:
    a, b, c = region.a, region.b, region.c
    region.line.badness = 0.0
    region.line.seen.clear()
    number = a.ask("told", words="Rubbish on the border.", photo=True)
    key = offered(region, a, b, number)
    assert a.ask("step", number=number, verb="accept", login="intake_officer") == "file"
    a.ask("consent", key=key, report=number, given=True)
    asked = until(region, b, key, "asked")
    assert "13800138000" not in str(asked), "no detail stands in an offer"
    assert asked["content"]["reports"][0]["words"] == "Rubbish on the border."
    promised = datetime.fromisoformat(asked["promised"])
    late = b.ask("accept", key=key, hours=24 * 90)
    assert late["error"] == "Invalid", "later than promised needs a reason"
    b.ask("accept", key=key)
    until(region, a, key, "away")
    active = until(region, b, key, "active")
    held = b.ask("stands")["cases"][active["case"]]
    assert held["words"] == "Rubbish on the border." and "taken_over" in held["verbs"]
    assert b.ask("contact", number=active["case"]) == {"phone": "13800138000"}
    due = a.ask("stands")["handings"][key]
    assert abs((datetime.fromisoformat(due["agreed"]) - promised).total_seconds()) <= 1
    assert due["receipt"], "the taker's receipt is kept as it was signed"
    gone = a.ask("step", number=number, verb="file", login="duty_chief")
    assert gone["code"] == "away", "the giver decides nothing any more"
    region.passes(2)
    assert b.ask("stands")["cases"][active["case"]]["photos"] == 1
    assert all(done == size for done, size, _f in a.ask("stands")["handings"][key]["parts"])

    on = offered(region, b, c, active["case"])
    until(region, c, on, "asked")
    circles = b.ask("offer", number=active["case"], to=b.ids[a.name])
    assert circles.get("code") in ("loop", "away")
    c.ask("accept", key=on)
    third = until(region, c, on, "active")
    loop = c.ask("offer", number=third["case"], to=c.ids[a.name])
    assert loop["code"] == "loop", "it was at the first one already"
    assert b.ask("stands")["cases"][active["case"]]["away"]
    assert c.ask("contact", number=third["case"]) == {}, "nobody agreed to the third"

    closes(c, third["case"])
    assert until(region, b, on, "home")["told"] == "It is swept."
    closes(b, active["case"])
    assert until(region, a, key, "home")["told"] == "It is swept."
    assert until(region, c, on, "ended") and until(region, b, key, "ended")
    assert a.ask("stands")["cases"][number]["away"] is None
    assert a.ask("step", number=number, verb="file", login="duty_chief") == "dispatch"
    assert c.ask("stands")["cases"][third["case"]]["open"] is False


def test_a_bad_line_and_machines_that_die_change_nothing(region: Region) -> None:
    a, b = region.a, region.b
    number = a.ask("told", words="A heap behind the wall.", photo=True)
    region.line.badness = 0.7
    key = offered(region, a, b, number)
    until(region, b, key, "asked")
    b.ask("accept", key=key)
    a.kill()
    region.passes(3)
    a.begin()
    a.ready()
    a.ask("move_on", days=3)
    until(region, a, key, "committed", "away")
    b.kill()
    b.begin()
    b.ready()
    b.ask("move_on", days=3)
    active = until(region, b, key, "active")
    until(region, a, key, "away")
    opened = [n for n, case in b.ask("stands")["cases"].items()
              if case["words"] == "A heap behind the wall."]  # fmt: skip
    assert opened == [active["case"]], "opened once, however often the letters came"
    assert b.ask("contact", number=active["case"]) == {}, "nobody agreed"
    for _round in range(40):
        if b.ask("stands")["cases"][active["case"]]["photos"] == 1:
            break
        region.passes()
    assert b.ask("stands")["cases"][active["case"]]["photos"] == 1
    a.ask("consent", key=key, report=number, given=True)
    for _round in range(20):
        if b.ask("contact", number=active["case"]):
            break
        region.passes()
    assert b.ask("contact", number=active["case"]) == {"phone": "13800138000"}, "agreed later"
    void = b.ask("step", number=active["case"], verb="void", login="duty_chief", reason="No heap.")
    assert void == "void", void
    back = until(region, a, key, "back")
    assert back["told"] == "No heap."
    assert until(region, b, key, "ended")
    region.line.badness = 0.0


def test_an_offer_that_is_declined_or_taken_back_stays_where_it_was(region: Region) -> None:
    a, b = region.a, region.b
    region.line.badness = 0.0
    number = a.ask("told", words="A broken bench.")
    key = offered(region, a, b, number)
    until(region, b, key, "asked")
    b.ask("decline", key=key)
    assert until(region, a, key, "declined")["told"] == "Not ours either."
    again = offered(region, a, b, number)
    until(region, b, again, "asked")
    a.ask("withdraw", key=again)
    b.ask("accept", key=again)
    assert until(region, b, again, "dropped")["content"] == {}
    assert a.ask("stands")["cases"][number]["away"] is None
    assert a.ask("step", number=number, verb="accept", login="intake_officer") == "file"
