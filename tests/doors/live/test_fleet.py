"""The live map's part of the stream: the whole first, then what changes, to those who may see it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.doors.live.fleet import difference
from commonward.people.models import Account, Grant
from commonward.people.queries import actor_for
from commonward.response.actions.reporting import report_position
from commonward.response.actions.units import go_off_duty, go_on_duty
from commonward.response.models import Unit
from commonward.response.queries.on_map import Picture, picture, sight_of
from tests.district import STREETS, small_district
from tests.doors.live.conftest import Ear, session_of, until
from tests.help import Help, urgent_help

Opens = Callable[..., Ear]
FLEET = "1"


@pytest.fixture
def aid(transactional_db: None, settings: Any) -> Help:
    """Urgent help at this very moment, committed, so that the other process sees it."""
    settings.SECOND_FACTOR = False
    return urgent_help(small_district(timezone.now() - timedelta(seconds=5)))


def known(heard: Ear) -> dict[int, dict[str, Any]]:
    """The units that a page which heard all this shows."""
    units: dict[int, dict[str, Any]] = {}
    for told in list(heard.heard):
        if told.name == "fleet":
            units = {one["id"]: one for one in told.data["units"]}
        if told.name == "units":
            for one in told.data.get("changed", ()):
                units[one["id"]] = one
            for id_, lat, lon, seen in told.data.get("moved", ()):
                units[id_] = units[id_] | {"lat": lat, "lon": lon, "seen": seen}
            for id_ in told.data.get("gone", ()):
                del units[id_]
    return units


def test_a_listener_is_told_the_whole_and_then_who_moved_and_who_went_off_duty(
    aid: Help, ear: Opens
) -> None:
    heard = ear("response_coordinator", fleet=FLEET)
    until(lambda: len(known(heard)) == 7, "seven units")
    fire = aid.units["fire-1"].pk
    report_position("fire-1", 27.8123456, 113.1, aid.crews["fire-1"], timezone.now())
    until(lambda: known(heard)[fire]["lat"] == 27.812346, "the new place")
    report_position("fire-1", 27.82, 113.1, aid.crews["fire-1"], timezone.now())
    until(lambda: known(heard)[fire]["lat"] == 27.82, "the next place")
    # Who only moved is told by four values, and nobody else with them.
    told = [t.data for t in heard.heard if t.name == "units"]
    assert [[one[:3] for one in t["moved"]] for t in told] == [
        [[fire, 27.812346, 113.1]], [[fire, 27.82, 113.1]],
    ]  # fmt: skip
    assert not any("changed" in t for t in told)
    go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
    until(lambda: fire not in known(heard), "nobody where it was")


def test_an_incident_comes_and_goes_with_its_priority_and_no_words(aid: Help, ear: Opens) -> None:
    heard = ear("response_coordinator", fleet=FLEET)
    made = aid.call("fire", at=timezone.now())

    def incidents() -> list[dict[str, Any]]:
        told = [t.data["incidents"] for t in list(heard.heard) if "incidents" in t.data]
        return told[-1] if told else []

    (one,) = until(incidents, "the incident")
    assert set(one) == {"number", "kind", "priority", "lat", "lon", "called", "drill"}
    assert one["number"] == made.case.number
    assert "Zhao" not in str(heard.heard) and "13912345678" not in str(heard.heard)


def test_whoever_does_not_coordinate_is_refused_and_told_of_no_unit(aid: Help, ear: Opens) -> None:
    for login in ("dispatcher", "leader", "administrator", "fire-1"):
        assert ear(login, fleet=FLEET).status == 403, login
    assert ear("", fleet=FLEET).status == 401
    other = ear("dispatcher")
    report_position("fire-1", 27.81, 113.1, aid.crews["fire-1"], timezone.now())
    listening = ear("response_coordinator", fleet=FLEET)
    until(lambda: known(listening), "the units")
    assert not [t for t in other.heard if t.name in ("fleet", "units")]


def test_after_a_gap_the_whole_is_told_anew(aid: Help, ear: Opens) -> None:
    heard = ear("response_coordinator", fleet=FLEET)
    until(lambda: known(heard), "the units")
    place = heard.cut()
    go_off_duty("police-1", aid.crews["police-1"], timezone.now())
    again = ear("response_coordinator", fleet=FLEET, since=place)
    until(lambda: len(known(again)) == 6, "those who are still on duty")
    assert next(t.name for t in again.heard if t.name in ("fleet", "units")) == "fleet"


def test_a_right_that_ends_takes_the_units_from_the_page(aid: Help, ear: Opens) -> None:
    heard = ear("response_coordinator", fleet=FLEET)
    until(lambda: known(heard), "the units")
    account = aid.accounts["response_coordinator"]
    Grant.objects.create(account_id=account, role="leader", since=timezone.now())
    Grant.objects.filter(account_id=account, role="response_coordinator").update(
        until=timezone.now()
    )
    until(lambda: [t for t in heard.heard if t.name == "fleet"][1:], "an empty map")
    assert known(heard) == {}


def test_whoever_asks_again_and_again_is_told_the_whole(aid: Help, client: Client) -> None:
    client.cookies["sessionid"] = session_of("response_coordinator")
    told = client.get("/live/since?fleet=1").json()
    assert {one["id"] for one in told["fleet"]["units"]} == {u.pk for u in aid.units.values()}
    again = client.get("/live/since", {"fleet": "1", "id": told["id"]})
    assert again.status_code == 200 and len(again.json()["fleet"]["units"]) == 7
    client.cookies["sessionid"] = session_of("dispatcher")
    assert client.get("/live/since?fleet=1").status_code == 403


@pytest.fixture
def seen(aid: Help) -> Iterator[Callable[[], Picture]]:
    """The whole map as it is now."""
    yield lambda: picture(timezone.now())


def test_a_coordinator_of_one_street_sees_its_units_and_those_that_serve_it(
    aid: Help, seen: Callable[[], Picture]
) -> None:
    account = Account.objects.get(login="response_coordinator").pk
    Grant.objects.filter(account_id=account).update(area_code=STREETS[0])
    Unit.objects.update(area=STREETS[1], areas=[])
    Unit.objects.filter(code="fire-1").update(area=STREETS[0])
    Unit.objects.filter(code="police-1").update(areas=[STREETS[0]])
    sight = sight_of(actor_for(account, timezone.now()))
    assert sight is not None
    found = seen().for_sight(sight).units
    assert set(found) == {aid.units["fire-1"].pk, aid.units["police-1"].pk}


def test_nothing_is_told_where_nothing_is_different(aid: Help, seen: Callable[[], Picture]) -> None:
    before = seen()
    assert difference(before, seen()) == {}
    go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
    fire = aid.units["fire-1"].pk
    assert difference(before, seen()) == {"gone": [fire]}
    after = seen()
    go_on_duty("fire-1", timezone.now() + timedelta(hours=1), aid.crews["fire-1"], timezone.now())
    assert [one["id"] for one in difference(after, seen())["changed"]] == [fire]
