"""Another system tells of danger: once, joined to its own alarm, and never read back."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from commonward.response.actions.calling import ask_card, join_incidents, locate_incident
from commonward.response.actions.ending import call_off
from commonward.response.actions.ordering import answer, give_order
from commonward.response.actions.recommending import recommend
from commonward.response.models import Assignment, Call, Incident
from commonward.response.queries.incidents import calls_of
from tests.district import SINCE, small_district
from tests.help import Help, urgent_help

SECRET = "Smoke on floor 7, Mr Zhao lies there"


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help in the district of now."""
    return urgent_help(small_district(timezone.now()))


@pytest.fixture
def key(aid: Help) -> str:
    """The key of an alarm centre."""
    return issue_key(SYSTEM, "alarm centre", ["calls"], at=SINCE, per_minute=100_000)[1]


def ask(key: str, method: str, path: str, body: Any = None, once: str = "") -> tuple[int, Any]:
    """One request; the status and what came back."""
    sent = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    if once:
        sent["Idempotency-Key"] = once
    got = Client(headers=sent).generic(
        method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json"
    )
    return got.status_code, got.json()


def alarm(aid: Help, **more: Any) -> Mapping[str, Any]:
    """Fire in the middle of the first grid."""
    lat, lon = aid.here.inside()
    return {"kind": "fire", "words": SECRET, "place": "Tower 2", "lat": lat, "lon": lon,
            "callback": "13912345678", **more}  # fmt: skip


def test_an_alarm_is_taken_once_and_answered_with_number_and_status_alone(
    aid: Help, key: str
) -> None:
    first = ask(key, "POST", "/calls", alarm(aid), once="panel-7-1")
    again = ask(key, "POST", "/calls", alarm(aid), once="panel-7-1")
    made = Incident.objects.select_related("case").get()
    assert first == again == (201, {"number": made.case.number, "status": "taken"})
    assert (made.kind, made.source, made.case.stage) == ("fire", "api", "located")
    assert [(c.words, c.callback) for c in calls_of(made)] == [(SECRET, "13912345678")]
    assert ask(key, "GET", f"/calls/{made.case.number}") == (200, first[1])


def test_its_status_follows_the_units_and_nothing_of_what_was_told_is_read_back(
    aid: Help, key: str
) -> None:
    now = timezone.now()
    number = ask(key, "POST", "/calls", alarm(aid), once="panel")[1]["number"]
    ask_card(number, {}, aid.coordinator, now)
    picks = recommend(number, aid.coordinator, now).data["picks"]
    give_order(number, [p["unit"] for p in picks], aid.coordinator, now, key="k" * 16)
    told = [ask(key, "GET", f"/calls/{number}")]
    sent = Assignment.objects.select_related("unit").first()
    assert sent is not None
    answer(sent.pk, "on_scene", aid.crews[sent.unit.code], now)
    told.append(ask(key, "GET", f"/calls/{number}"))
    call_off(number, "False alarm", aid.coordinator, now)
    told.append(ask(key, "GET", f"/calls/{number}"))
    assert [one["status"] for _, one in told] == ["on_the_way", "there", "ended"]
    assert all(set(one) == {"number", "status"} for _, one in told)
    assert SECRET not in json.dumps(told)


def test_a_repeated_alarm_of_one_panel_is_one_incident_and_another_system_s_is_its_own(
    aid: Help, key: str
) -> None:
    other = issue_key(SYSTEM, "lifts", ["calls"], at=SINCE, per_minute=100_000)[1]
    first = ask(key, "POST", "/calls", alarm(aid), once="1")[1]["number"]
    assert ask(key, "POST", "/calls", alarm(aid), once="2")[1]["number"] == first
    assert Call.objects.filter(incident__case__number=first).count() == 2
    others = [
        ask(key, "POST", "/calls", alarm(aid, kind="medical"), once="3"),
        ask(key, "POST", "/calls", alarm(aid, lat=aid.here.inside()[0] + 0.002), once="4"),
        ask(key, "POST", "/calls", alarm(aid, drill=True), once="5"),
        ask(other, "POST", "/calls", alarm(aid), once="1"),
    ]
    assert len({first, *(told["number"] for _, told in others)}) == 5
    call_off(first, "False alarm", aid.coordinator, timezone.now())
    assert ask(key, "POST", "/calls", alarm(aid), once="6")[1]["number"] != first


def test_a_later_call_joins_the_one_that_it_names_and_only_an_own_one(aid: Help, key: str) -> None:
    other = issue_key(SYSTEM, "lifts", ["calls"], at=SINCE)[1]
    first = ask(key, "POST", "/calls", alarm(aid), once="1")[1]["number"]
    more = {"words": "The sprinkler runs.", "joins": first}
    assert ask(key, "POST", "/calls", more, once="2")[1]["number"] == first
    assert ask(other, "POST", "/calls", more, once="2")[0] == 404
    assert Call.objects.count() == 2


def test_joined_by_who_coordinates_it_is_still_followed_under_its_number(
    aid: Help, key: str
) -> None:
    first = ask(key, "POST", "/calls", alarm(aid), once="1")[1]["number"]
    main = aid.call("fire", at=timezone.now()).case.number
    join_incidents(first, main, aid.coordinator, timezone.now())
    assert ask(key, "GET", f"/calls/{first}")[1]["number"] == main


def test_nobody_else_reads_its_status(aid: Help, key: str) -> None:
    number = ask(key, "POST", "/calls", alarm(aid), once="1")[1]["number"]
    desk = aid.call("fire", at=timezone.now()).case.number
    other = issue_key(SYSTEM, "lifts", ["calls"], at=SINCE)[1]
    answers = [ask(who, "GET", f"/calls/{asked}") for who, asked in
               ((other, number), (key, desk), (key, "0000000000"))]  # fmt: skip
    assert {status for status, _ in answers} == {404}
    assert len({one["detail"].replace(number, "N").replace(desk, "N").replace("0000000000", "N")
                for _, one in answers}) == 1  # fmt: skip


def test_the_key_opens_nothing_else_and_no_other_key_opens_this(aid: Help, key: str) -> None:
    for path in ("/cases", "/areas", "/handovers", "/keys"):
        assert ask(key, "GET", path)[0] in (403, 405), path
    officer = issue_key(SYSTEM, "desk", ["api"], at=SINCE, account=aid.here.accounts["duty_chief"])
    status, told = ask(officer[1], "POST", "/calls", alarm(aid), once="1")
    assert (status, told["code"]) == (403, "right") and not Incident.objects.exists()


def test_a_kind_that_is_unknown_is_a_hint_and_refuses_no_alarm(aid: Help, key: str) -> None:
    told = {
        "lift-stuck": ("有人困在电梯", "fire"),
        "": ("Somebody fainted", "medical"),
        "assembly": ("All to the square", "other"),
    }
    for n, (kind, (words, taken)) in enumerate(told.items()):
        status, answered = ask(key, "POST", "/calls", {"kind": kind, "words": words}, once=f"n{n}")
        assert status == 201, answered
        assert Incident.objects.get(case__number=answered["number"]).kind == taken


def test_what_is_missing_is_named(aid: Help, key: str) -> None:
    lat, _ = aid.here.inside()
    for body, once, field in (
        (alarm(aid), "", "Idempotency-Key"),
        (alarm(aid), "x" * 41, "Idempotency-Key"),
        ({"lat": lat}, "1", "lat"),
        ({}, "2", "words"),
    ):
        status, told = ask(key, "POST", "/calls", body, once=once)
        assert (status, told["field"]) == (422, field)
    assert not Incident.objects.exists()


def test_a_call_without_a_point_waits_to_be_located(aid: Help, key: str) -> None:
    number = ask(key, "POST", "/calls", {"place": "Market hall"}, once="1")[1]["number"]
    assert Incident.objects.get(case__number=number).case.stage == "call"
    locate_incident(number, *aid.here.inside(), "", aid.coordinator, timezone.now())
    assert ask(key, "GET", f"/calls/{number}")[1]["status"] == "taken"
