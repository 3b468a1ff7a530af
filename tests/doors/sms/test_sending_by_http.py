"""A provider by HTTP may lie, hang up, be full or answer twice: only a named message was taken."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions import Said, open_case
from commonward.cases.models import Delivery
from commonward.core.channels import Later, Message, Refused, Sent
from commonward.doors.look.calling import exchange
from commonward.doors.outbox.asking import ask
from commonward.doors.outbox.sending import deliver
from commonward.doors.sms import by_http
from commonward.doors.sms.channel import CHANNEL
from tests.district import RUBBISH, District
from tests.doors.sms.centre import Gateway

NOW = timezone.now()


def message(key: str = "key-1") -> Message:
    return Message(key, "+8613812345678", "zh-hans", "", "已办结", NOW)


def test_a_message_goes_out_under_its_key(gateway: Gateway) -> None:
    assert CHANNEL.send(message()) == Sent("m-1")
    assert gateway.taken["key-1"] == {
        "to": "+8613812345678", "from": "Tongli", "text": "已办结", "reference": "key-1",
        "status_url": "https://tongli.example.org/sms/receipts",
    }  # fmt: skip
    assert gateway.posts[0]["authorization"] == "Basic c2l0ZTpzZWNyZXQ="


@pytest.mark.parametrize(
    ("mood", "provider"),
    [("lies", False), ("empty", True), ("page", True), ("down", True), ("throttled", True),
     ("forgets", True), ("locked", True)],
)  # fmt: skip
def test_only_a_name_without_an_error_is_a_yes(gateway: Gateway, mood: str, provider: bool) -> None:
    gateway.moods = [mood]
    with pytest.raises(Later) as later:
        CHANNEL.send(message())
    assert later.value.provider is provider
    assert CHANNEL.send(message()) == Sent("m-1")
    assert len(gateway.taken) == 1, "the same key twice is one message"


def test_an_answer_that_does_not_come_is_not_waited_for_and_the_message_stays_one(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        exchange, "__kwdefaults__", {**(exchange.__kwdefaults__ or {}), "longest": 0.3}
    )
    gateway.moods = ["slow"]
    with pytest.raises(Later) as later:
        CHANNEL.send(message())
    assert later.value.provider
    monkeypatch.undo()
    assert CHANNEL.send(message()) == Sent("m-1")
    assert len(gateway.posts) == 2
    assert len(gateway.taken) == 1, "it had it already, and knows it by its key"


def test_a_number_that_is_nobody_s_is_refused_without_being_repeated(gateway: Gateway) -> None:
    gateway.moods = ["lies nobody"]
    with pytest.raises(Refused) as refused:
        CHANNEL.send(message())
    assert str(refused.value) == "HTTP 200 unknown_subscriber"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"id": "1"}, None),
        ({"id": "1", "status": "queued"}, None),
        ({"id": "1", "error": None}, None),
        ({"id": "1", "status": "REJECTED"}, "rejected"),
        ({"id": "1", "success": False}, "error"),
        ({"errors": [{"code": "no_credit"}]}, "no_credit"),
        ({"error": "13812345678 is not known"}, "error"),
        ({"error": {"code": 4711}}, "error"),
    ],
)
def test_an_error_is_seen_wherever_it_stands(told: dict[str, Any], code: str | None) -> None:
    assert by_http.error_in(told) == code


def test_nothing_is_lost_and_nobody_told_twice_whatever_it_does(
    gateway: Gateway, district: District
) -> None:
    said = Said(channel="portal", words="Rubbish", lat=27.805, lon=113.105)
    report = open_case(RUBBISH, said, district.at)
    for number in ("13812345678", "13912345678"):
        ask(report.pk, "sms", number, "zh-hans", NOW, own=True)
    gateway.moods = ["forgets", "down", "lies", "throttled", "page", "empty", "forgets"]
    at = NOW
    for _each in range(14):
        deliver(partial(lambda moment: moment, at), channel="sms")
        at += timedelta(hours=2)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(gateway.taken) == 2
    assert sorted(one["to"] for one in gateway.taken.values()) == [
        "+8613812345678", "+8613912345678",
    ]  # fmt: skip
