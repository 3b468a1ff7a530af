"""The live map at the desk: its table without JavaScript, its figures, and what it never tells."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.plans.roads.generating import generated
from commonward.doors.desk.views.response import live_map
from commonward.people.models import Grant
from commonward.people.queries import actor_for
from commonward.response.actions.reporting import report_position, write_positions
from commonward.response.actions.units import go_off_duty
from commonward.response.models import Duty, Unit
from commonward.response.queries import reaching
from commonward.response.queries.on_map import picture, sight_of
from tests.district import ACCOUNTS, STREETS
from tests.doors.desk.conftest import Office, key_of
from tests.help import Help, urgent_help
from tests.response.test_reporting import seen

MAP, NOW, REACH = "/desk/response/map/", "/desk/response/map/now/", "/desk/response/map/reach/"


@pytest.fixture
def aid(office: Office, monkeypatch: pytest.MonkeyPatch) -> Help:
    """Urgent help in the district of the office, its shifts of now, and nothing worked out yet."""
    monkeypatch.setattr(reaching, "_kept", reaching._Kept())
    made = urgent_help(office.district)
    now = timezone.now()
    Duty.objects.update(on_at=now - timedelta(hours=1), until=now + timedelta(hours=7))
    return made


def page(login: str = "response_coordinator", path: str = MAP, **asked: str) -> Any:
    """What somebody is answered, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(*key_of(login))
    return client.get(path, asked)


@pytest.mark.parametrize("path", [MAP, NOW, REACH])
def test_only_who_coordinates_sees_the_map(aid: Help, path: str) -> None:
    assert page(path=path).status_code == 200
    for login in (*ACCOUNTS, "fire-1", "teller", "other_centre"):
        assert page(login, path).status_code == 403, login
    assert Client().get(path).status_code == 302


def test_the_table_says_of_each_unit_its_name_force_status_and_place(aid: Help) -> None:
    lat, lon = aid.here.inside(1, 1)
    report_position("fire-1", lat, lon, aid.crews["fire-1"], timezone.now())
    text = page().content.decode()
    assert "7 units on duty, 7 free" in text
    for code in aid.units:
        assert code.title() in text
    assert (
        text.count("counted at its station") == 6 + 1
    )  # the seventh stands with the script's words
    assert 'class="because" data-seen=' in text
    go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
    text = page().content.decode()
    assert "6 units on duty" in text and "Fire-1" not in text


def test_the_table_is_filtered_by_force_and_status_and_parted_into_pages(
    aid: Help, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page(kind="fire").content.decode()
    assert "Fire-1" in text and "Police-1" not in text
    assert "No unit on duty is of this force and status." in page(status="rest").content.decode()
    monkeypatch.setattr(live_map, "ROWS", 3)
    found: list[str] = []
    after = ""
    for _ in range(3):
        shown = page(after=after) if after else page()
        found += [row["radio"] for row in shown.context["units"]]
        after = str(shown.context["following"])
    assert found == sorted(code.title() for code in aid.units) and after == "0"


def test_a_drill_and_an_incident_are_marked_and_lead_to_their_pages(aid: Help) -> None:
    drill = aid.ordered("fire", drill=True).incident.case.number
    real = aid.call("other").case.number
    text = page().content.decode()
    assert f'href="/desk/response/incidents/{drill}/"' in text
    assert f'href="/desk/response/incidents/{real}/"' in text
    assert '<strong class="drill-mark">DRILL</strong> <a' in text
    told = page(path=NOW).json()
    assert {(one["number"], one["drill"]) for one in told["incidents"]} == {
        (drill, True), (real, False),
    }  # fmt: skip
    (fire,) = [one for one in told["units"] if one["agency"] == "fire"]
    assert (fire["status"], fire["drill"]) == ("sent", True)


def test_nobody_and_no_words_stand_on_the_map(aid: Help) -> None:
    aid.call("fire")
    told = page(path=NOW).content.decode() + page().content.decode()
    for word in ("13912345678", "赵小梅", "South lane", "Fire 1"):
        assert word not in told
    assert set(page(path=NOW).json()["units"][0]) == {
        "id", "radio", "radio_en", "agency", "lat", "lon", "seen", "status", "since", "drill",
    }  # fmt: skip


def test_a_coordinator_of_one_street_is_told_of_its_units_only(aid: Help) -> None:
    account = aid.accounts["response_coordinator"]
    Grant.objects.filter(account_id=account).update(area_code=STREETS[0])
    Unit.objects.update(area=STREETS[1], areas=[])
    Unit.objects.filter(code="fire-1").update(area=STREETS[0])
    told = page(path=NOW).json()["units"]
    assert [one["id"] for one in told] == [aid.units["fire-1"].pk]
    assert "1 unit on duty" in page().content.decode()


def test_without_roads_the_reach_is_by_the_straight_line_and_says_so(aid: Help) -> None:
    told = page(path=REACH, minutes="3").json()
    assert told["ground"]["type"] in ("Polygon", "MultiPolygon")
    assert "% of the ground is within 3 minutes" in told["words"][0]
    assert "straight line at 30 km/h" in told["words"][1]
    for code in aid.crews:
        go_off_duty(code, aid.crews[code], timezone.now())
    reaching._kept = reaching._Kept()
    assert page(path=REACH).json()["words"] == ["No unit of it is free."]


def test_with_roads_the_reach_is_by_road_of_one_force_or_all(
    aid: Help, settings: Any, tmp_path: Path
) -> None:
    lat, lon = aid.here.inside(1, 1)
    generated(3, rows=30, columns=30, lat=lat, lon=lon).save(tmp_path / "roads.npz")
    settings.ROAD_GRAPH = str(tmp_path / "roads.npz")
    everybody = page(path=REACH, minutes="3").json()
    fire = page(path=REACH, minutes="3", force="fire").json()
    assert "% of the streets are within 3 minutes" in everybody["words"][0]
    assert "By road" in everybody["words"][1]
    share = [float(told["words"][0].partition(" ")[0]) for told in (everybody, fire)]
    assert 0 < share[1] <= share[0] <= 100
    settings.ROAD_GRAPH = str(tmp_path / "none.npz")
    assert "no saved road graph" in page(path=REACH).json()["words"][0]
    assert "no saved road graph" in page().content.decode()


def test_the_reach_is_worked_out_once_a_minute_and_only_for_another_fleet(
    aid: Help, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(reaching, "_kept", reaching._Kept(lambda: clock[0]))
    made: list[int] = []
    plain = reaching._straight

    def counted(*given: Any) -> reaching.Reach:
        made.append(1)
        return plain(*given)

    monkeypatch.setattr(reaching, "_straight", counted)
    actor = actor_for(aid.accounts["response_coordinator"], timezone.now())
    sight = sight_of(actor)
    assert sight is not None

    def asked(agency: str = "") -> reaching.Reach:
        assert sight is not None
        return reaching.reach(picture(timezone.now()).for_sight(sight), sight, agency, 5)

    assert asked().units == 7 and asked().units == 7 and len(made) == 1
    go_off_duty("fire-1", aid.crews["fire-1"], timezone.now())
    assert asked().units == 7 and len(made) == 1  # as it was up to a minute ago
    clock[0] = 61.0
    assert asked().units == 6 and len(made) == 2
    clock[0] = 1_000.0
    assert asked().units == 6 and len(made) == 2  # the same fleet is the same answer
    assert asked("police").units == 1 and len(made) == 3


def test_the_ground_is_bounded_in_size(aid: Help, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = generated(3, rows=40, columns=40)
    nodes = tuple(range(0, len(graph), 50))
    whole = reaching._by_road(graph, nodes, len(nodes), 3, timezone.now())
    monkeypatch.setattr(reaching, "MOST_CHARACTERS", len(whole.ground) // 2)
    less = reaching._by_road(graph, nodes, len(nodes), 3, timezone.now())
    assert len(less.ground) <= len(whole.ground) // 2
    assert json.loads(less.ground)["type"] in ("Polygon", "MultiPolygon")
    assert less.share == whole.share


def test_the_page_asks_as_many_questions_for_seven_units_as_for_one(
    aid: Help, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = Client()
    client.force_login(*key_of("response_coordinator"))
    client.get(MAP)
    write_positions([seen(aid, code, 0) for code in aid.units])
    with django_assert_max_num_queries(24):
        client.get(MAP)
    with django_assert_max_num_queries(18):
        client.get(NOW)


def test_a_phone_sends_what_it_kept_without_a_network_at_once(aid: Help) -> None:
    client = Client()
    client.force_login(*key_of("fire-1"))
    sent = json.dumps([[27.8, 113.1, 30], [27.81, 113.1, 12], [27.82, 113.1, 0]])
    told = client.post("/desk/response/unit/place/", {"positions": sent})
    assert told.json() == {"kept": True, "taken": 3}
    assert Unit.objects.get(code="fire-1").lat == 27.82
    for wrong in ("[[1]]", "[[1,2,3,4]]", "{}", "[", '[["a",1,1]]', "[[true,1,1]]", "[]", "3"):
        answer = client.post("/desk/response/unit/place/", {"positions": wrong})
        assert answer.status_code == 422, wrong
