"""Other programs are told of events: signed, at least once, and never inside our own network."""

import base64
import hashlib
import hmac
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.actions import delivering, hooking, suggesting, training, word_settings
from commonward.cases.actions.opening import Said
from commonward.cases.actions.seeing_danger import see_danger
from commonward.cases.models import Delivery, Event, Hook
from commonward.core.hooking import signature
from commonward.core.refusals import Forbidden, Invalid, Missing
from commonward.core.rights import SYSTEM
from commonward.people.models import Change
from tests.corpus import closed_cases
from tests.district import LAMP, RUBBISH, STREETS, District
from tests.doors.webhook.conftest import Other, called
from tests.talks import mediation

Hooked = Callable[..., tuple[Hook, bytes]]


def test_each_event_is_told_with_the_facts_of_the_case_and_a_signature(
    district: District, other: Other, hooked: Hooked
) -> None:
    _hook, key = hooked()
    report = district.report(words="张三 says: call me on 13800138000")
    district.act(report, "accept", district.intake_officer, 2)
    assert called().sent == 2
    opened, accepted = other.got
    assert opened.path == "/hook?a=1"
    assert opened.told["type"] == "commonward.case.opened"
    assert accepted.told["data"] | {"event": 0} == {
        "event": 0, "number": report.case.number, "verb": "accept",
        "from_stage": "collect", "to_stage": "file",
        "category": RUBBISH, "area": District.grid(0, 0), "grade": "ordinary",
        "team": accepted.told["data"]["team"], "public": report.case.public,
    }  # fmt: skip
    for got in other.got:
        signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode()
        drawn = hmac.new(key, signed + got.body, hashlib.sha256).digest()
        assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(drawn).decode()}"
        assert b"138" not in got.body
        assert "张三".encode() not in got.body
    assert called().sent == 0, "told once where the other program took it"


def test_a_hook_is_told_only_what_it_asks_for_and_nothing_from_before_it_was_made(
    district: District, other: Other, hooked: Hooked
) -> None:
    district.report(RUBBISH)
    hooked(verbs=["opened"], categories=["03"], area_path=f"/430298/{STREETS[0]}/")
    hooked(stages=["file"])
    district.report(LAMP)
    wanted = district.report(RUBBISH)
    north = district.inside(2, 0)
    district.report(RUBBISH, lat=north[0], lon=north[1])
    district.act(wanted, "accept", district.intake_officer, 2)
    called()
    told = [(got.told["data"]["number"], got.told["data"]["verb"]) for got in other.got]
    assert (wanted.case.number, "opened") in told
    assert [verb for _number, verb in told].count("opened") == 1
    assert all(number == wanted.case.number for number, _verb in told)


def test_no_hook_is_told_what_a_model_made_of_the_words(
    district: District, other: Other, hooked: Hooked, tmp_path: Path
) -> None:
    at = timezone.now()
    closed_cases(tmp_path, at - timedelta(days=1))
    training.train(at - timedelta(days=1))
    cases.set_category("0999", "其他", name_en="Other", parent="03")
    word_settings.set_reading(SYSTEM, at, on=True, unsorted="0999")
    word_settings.set_route(SYSTEM, LAMP, 0.6, "Lamps are plain.", at)
    hooked()
    lat, lon = District.inside()
    words = "北门的路灯整夜漆黑，灯泡不亮了，照明灯也一闪一闪，the street lamp is dark and flickers"
    said = Said(channel="portal", words=words, lat=lat, lon=lon)
    number = suggesting.open_unsorted(said, timezone.now()).case.number
    suggesting.take_back(number, district.duty_chief, timezone.now())
    suggesting.sort(number, LAMP, district.duty_chief, timezone.now())
    kept = set(Event.objects.filter(case__number=number).values_list("verb", flat=True))
    assert kept >= {suggesting.ROUTED, suggesting.GIVEN_BACK, suggesting.SORTED}
    called()
    told = [got.told["data"]["verb"] for got in other.got]
    assert sorted(told) == ["opened", "recategorise", "recategorise"]
    assert all(b"probab" not in got.body and b"words" not in got.body for got in other.got)


def test_no_hook_is_told_that_words_told_of_danger(
    district: District, other: Other, hooked: Hooked
) -> None:
    hooked()
    report = district.report(RUBBISH, "楼道着火了，快来人")
    see_danger(report.case.number, district.dispatcher, district.at)
    called()
    assert {got.told["data"]["verb"] for got in other.got} == {"opened"}
    assert all(b"danger" not in got.body for got in other.got)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_was_not_taken_is_tried_again_and_a_redirect_leads_nowhere(
    district: District, other: Other, hooked: Hooked, status: int
) -> None:
    hooked(verbs=["opened"])
    other.status, other.location = status, other.address.replace("/hook", "/elsewhere")
    district.report()
    assert called().put_off == 1
    assert [got.path for got in other.got] == ["/hook?a=1"]
    owed = Delivery.objects.get()
    assert (owed.state, owed.fault, owed.attempts) == ("waiting", f"HTTP {status}", 1)
    assert called().sent == 0, "it waits its pause"
    other.status = 200
    assert called(timezone.now() + timedelta(minutes=2)).sent == 1
    first, second = other.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_after_five_days_it_is_given_up_and_can_be_called_again_by_hand(
    district: District, other: Other, hooked: Hooked
) -> None:
    hook, _key = hooked(verbs=["opened"])
    other.status = 500
    district.report()
    called()
    called(timezone.now() + delivering.GIVE_UP_AFTER + timedelta(hours=1))
    owed = Delivery.objects.get()
    assert owed.state == "failed"
    other.status = 200
    hooking.call_again(SYSTEM, hook.pk, owed.pk, at=timezone.now())
    assert called().sent == 1
    owed.refresh_from_db()
    assert owed.state == "sent"
    with pytest.raises(Missing):
        hooking.call_again(SYSTEM, hook.pk, owed.pk + 1, at=timezone.now())


def test_a_program_that_is_away_keeps_no_other_waiting_and_is_asked_once_a_pass(
    district: District, other: Other, hooked: Hooked
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away, _ = hooked(address=f"http://127.0.0.1:{closed.getsockname()[1]}/", verbs=["opened"])
        hooked(verbs=["opened"])
        for _each in range(3):
            district.report()
        done = called()
    assert (done.sent, done.put_off, done.away) == (3, 3, {away.pk})
    faults = list(Delivery.objects.filter(hook=away).order_by("id").values_list("fault", flat=True))
    assert faults == ["ConnectionRefusedError", "", ""]
    assert set(Delivery.objects.filter(hook=away).values_list("attempts", flat=True)) == {0, 1}


def test_whoever_dies_before_the_end_leaves_the_call_to_be_made_again(
    district: District, other: Other, hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked(verbs=["opened"])
    district.report()

    def dies(_delivery: int, _at: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "taken", dies)
        with pytest.raises(KeyboardInterrupt):
            called()
    assert called().sent == 0, "it is leased"
    assert called(timezone.now() + delivering.LEASE + timedelta(seconds=1)).sent == 1
    assert len({got.headers["webhook-id"] for got in other.got}) == 1


def test_our_own_network_is_not_called_even_where_a_name_leads_to_it(
    district: District, other: Other, hooked: Hooked, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    hook, _key = hooked(verbs=["opened"])
    settings.HOOKS_PRIVATE = False
    district.report()
    called()
    assert Delivery.objects.get().fault == "Invalid", "http to an address that was allowed before"
    # A public name whose owner lets it stand for this machine.
    Hook.objects.filter(pk=hook.pk).update(address="https://rebound.example.org/hook")
    port = int(other.address.split(":")[2].split("/")[0])
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))],
    )  # fmt: skip
    called(timezone.now() + timedelta(minutes=5))
    assert Delivery.objects.get().fault == "own network"
    assert other.got == []


def test_a_demonstrations_hooks_call_this_machine_and_no_other(
    district: District, other: Other, hooked: Hooked, settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    hook, _key = hooked(verbs=["opened"])
    settings.HOOKS_STAY = True
    district.report()
    assert called().sent == 1
    Hook.objects.filter(pk=hook.pk).update(address="https://example.org/hook")
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *_a, **_k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))],
    )  # fmt: skip
    monkeypatch.setattr(socket, "create_connection", lambda *_a, **_k: pytest.fail("it went out"))
    district.report()
    assert called(timezone.now() + timedelta(minutes=5)).put_off == 1
    assert Delivery.objects.latest("pk").fault == "another machine"


def test_a_hook_that_has_ended_is_called_no_more_and_its_secret_can_be_renewed(
    district: District, other: Other, hooked: Hooked
) -> None:
    hook, key = hooked(verbs=["opened"])
    renewed = hooking.new_secret(SYSTEM, hook.pk, at=timezone.now())
    assert base64.b64decode(renewed.removeprefix("whsec_")) != key
    assert bytes(Hook.objects.get().secret).find(base64.b64decode(renewed[6:])) < 0
    district.report()
    hooking.prepare(timezone.now())
    hooking.end_hook(SYSTEM, hook.pk, at=timezone.now())
    assert Delivery.objects.get().state == "dropped"
    district.report()
    assert called().sent == 0
    assert other.got == []
    hooking.clean(timezone.now() + hooking.KEPT + timedelta(hours=1))
    assert not Delivery.objects.exists()


def test_many_events_are_told_over_several_passes_and_none_is_lost(
    district: District, other: Other, hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooked(verbs=["opened"])
    monkeypatch.setattr(hooking, "MOST_EVENTS", 2)
    numbers = {district.report().case.number for _each in range(5)}
    for _pass in range(4):
        called()
    assert {got.told["data"]["number"] for got in other.got} == numbers
    assert len(other.got) == 5


def test_only_an_administrator_of_the_whole_site_names_hooks_and_each_act_leaves_a_line(
    district: District, other: Other, hooked: Hooked
) -> None:
    hook, _key = hooked()
    for deed in (
        lambda: hooking.add_hook(district.dispatcher, "x", other.address, at=district.at),
        lambda: hooking.new_secret(district.leader, hook.pk, at=district.at),
        lambda: hooking.end_hook(district.duty_chief, hook.pk, at=district.at),
        lambda: hooking.try_hook(district.outsider, hook.pk, at=district.at),
    ):
        with pytest.raises(Forbidden):
            deed()
    for wrong in ({"verbs": ["Dance!"]}, {"stages": ["nowhere"]}, {"categories": ["77"]}):
        with pytest.raises(Invalid):
            hooked(**wrong)
    line = Change.objects.get(verb="set_hook")
    assert line.data["address"] == other.address.partition("?")[0], "a token may stand in a query"


def test_no_program_is_told_that_a_dispute_exists(
    district: District, other: Other, hooked: Hooked
) -> None:
    hooked()
    talks = mediation(district)
    talks.talking("street")
    report = district.report(RUBBISH)
    assert called().sent == 1
    assert [got.told["data"]["number"] for got in other.got] == [report.case.number]


REQUIRED = {"specversion", "id", "source", "type"}
"""CloudEvents 1.0, "REQUIRED attributes"."""


def test_what_is_sent_is_a_cloud_event_in_structured_json_mode(
    district: District, other: Other, hooked: Callable[..., tuple[Hook, bytes]]
) -> None:
    hook, _key = hooked()
    report = district.report()
    hooking.try_hook(SYSTEM, hook.pk, at=timezone.now())
    called()
    trial, opened = sorted(other.got, key=lambda one: one.told["type"], reverse=True)
    for got in (trial, opened):
        event = got.told
        assert got.headers["Content-Type"].startswith("application/cloudevents+json")
        assert set(event) >= REQUIRED
        assert all(isinstance(event[name], str) and event[name] for name in REQUIRED)
        assert event["specversion"] == "1.0"
        assert all(name.isalnum() and name.islower() for name in event), "names of attributes"
        assert datetime.fromisoformat(event["time"]).utcoffset() is not None
    assert opened.told["subject"] == f"cases/{report.case.number}"
    assert opened.told["datacontenttype"] == "application/json"


def signed(got: Any, key: bytes) -> bool:
    """Whether any of the signatures is this key's, as a receiver asks it."""
    name, moment = got.headers["webhook-id"], int(got.headers["webhook-timestamp"])
    return signature(key, name, moment, got.body) in got.headers["webhook-signature"].split(" ")


def test_while_a_secret_is_changed_both_sign_and_a_day_later_the_new_one_alone(
    district: District, other: Other, hooked: Callable[..., tuple[Hook, bytes]]
) -> None:
    hook, old = hooked()
    told = hooking.new_secret(SYSTEM, hook.pk, at=timezone.now())
    new = base64.b64decode(told.removeprefix("whsec_"))
    hooking.try_hook(SYSTEM, hook.pk, at=timezone.now())
    called()
    assert [signed(other.got[-1], key) for key in (old, new)] == [True, True]
    hooking.try_hook(SYSTEM, hook.pk, at=timezone.now())
    called(timezone.now() + timedelta(hours=25))
    assert [signed(other.got[-1], key) for key in (old, new)] == [False, True]
    last = hooking.new_secret(SYSTEM, hook.pk, at=timezone.now(), at_once=True)
    hooking.try_hook(SYSTEM, hook.pk, at=timezone.now())
    called()
    keys = (new, base64.b64decode(last.removeprefix("whsec_")))
    assert [signed(other.got[-1], key) for key in keys] == [False, True]


def test_a_span_is_told_again_under_the_same_ids_whether_its_calls_are_kept_or_not(
    district: District, other: Other, hooked: Callable[..., tuple[Hook, bytes]]
) -> None:
    hook, _key = hooked()
    district.handled(district.report())
    called()
    first = [(got.headers["webhook-id"], got.told["id"]) for got in other.got]
    Delivery.objects.filter(hook=hook, event=int(first[0][1])).delete()
    other.got.clear()
    span = (district.at - timedelta(minutes=1), district.at + timedelta(hours=1))
    assert hooking.replay_hook(SYSTEM, hook.pk, *span, at=timezone.now()) == len(first)
    for _each in first:
        called()
    again = [(got.headers["webhook-id"], got.told["id"]) for got in other.got]
    assert sorted(again) == sorted(first)
    with pytest.raises(Forbidden):
        hooking.replay_hook(district.leader, hook.pk, *span, at=timezone.now())
    with pytest.raises(Invalid):
        hooking.replay_hook(SYSTEM, hook.pk, span[1], span[0], at=timezone.now())
    assert Change.objects.filter(verb="replay_hook").count() == 1
