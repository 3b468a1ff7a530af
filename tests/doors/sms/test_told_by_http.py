"""What a provider tells by HTTP counts with its signature only, and once however often it comes."""

import json
import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions import delivering
from commonward.cases.models import Delivery, Report
from commonward.core.hooking import signature
from tests.district import District

pytestmark = pytest.mark.usefixtures("gateway", "district")
TEXT = {"id": "in-1", "from": "+8613812345678", "to": "Tongli", "text": "路灯坏了"}


def post(client: Client, where: str, told: Any, **other: Any) -> int:
    """One signed call; what is told of it otherwise spoils it."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    moment = int(time.time()) + other.get("late", 0)
    drawn = signature(other.get("key", b"secret"), "call-1", moment, other.get("signed", body))
    headers = {
        "webhook-id": "call-1", "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,AAAA {drawn}",
    }  # fmt: skip
    address = f"/sms/{where}"
    answer = client.post(address, body, content_type="application/json", headers=headers)
    return answer.status_code


def test_a_text_is_a_report_and_the_same_one_again_is_not(client: Client) -> None:
    assert [post(client, "incoming", TEXT) for _each in range(3)] == [204] * 3
    assert Report.objects.get().words == "路灯坏了"
    assert Delivery.objects.count() == 1


def test_the_same_words_under_another_name_are_another_text(client: Client) -> None:
    post(client, "incoming", TEXT)
    post(client, "incoming", {**TEXT, "id": "in-2"})
    assert Report.objects.count() == 2


@pytest.mark.parametrize(
    "spoilt",
    [{"key": b"other"}, {"signed": b"{}"}, {"late": -900}, {"late": 900}],
)
@pytest.mark.parametrize("where", ["incoming", "receipts"])
def test_what_is_not_signed_by_the_provider_now_is_not_believed(
    client: Client, spoilt: dict[str, Any], where: str
) -> None:
    assert post(client, where, TEXT, **spoilt) == 401
    assert not Report.objects.exists()


def test_a_call_without_a_signature_is_not_believed(client: Client) -> None:
    assert client.post("/sms/incoming", TEXT, content_type="application/json").status_code == 401
    assert client.get("/sms/incoming").status_code == 405


@pytest.mark.parametrize(
    "told",
    [b"{", b"[]", {"id": "1"}, {**TEXT, "id": ""}, {**TEXT, "text": 7}, {**TEXT, "from": "1" * 41}],
)
def test_what_cannot_be_read_is_said_to_be_so(client: Client, told: Any) -> None:
    assert post(client, "incoming", told) == 422
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("text", "kept"), [("a\ud800b", "a?b"), ("lamp\x00 dark\u202e", "lamp dark")]
)
def test_signs_that_cannot_be_kept_lose_no_text(client: Client, text: str, kept: str) -> None:
    told = json.dumps({**TEXT, "text": text, "in_reply_to": "m\x00"}).encode()
    assert post(client, "incoming", told) == 204
    assert Report.objects.get().words == kept
    assert post(client, "receipts", {"id": "m\x00", "status": "delivered"}) == 204


def test_what_cannot_be_filed_now_is_to_be_told_again(client: Client, settings: Any) -> None:
    settings.SMS = settings.SMS.replace("category=0301", "category=none")
    assert post(client, "incoming", TEXT) == 503
    settings.SMS = settings.SMS.replace("category=none", "category=0301")
    assert post(client, "incoming", TEXT) == 204
    assert Report.objects.count() == 1


def test_a_receipt_is_noted_in_any_order_and_asked_for_again_before_its_message(
    client: Client, district: District
) -> None:
    assert post(client, "receipts", {"id": "m-1", "status": "delivered"}) == 503
    made = delivering.owe("test", timezone.now(), channel="sms")
    delivering.taken(made.pk, timezone.now(), "m-1")
    assert post(client, "receipts", {"id": "m-1", "status": "delivered"}) == 204
    assert post(client, "receipts", {"id": "m-1", "status": "sent"}) == 204
    assert post(client, "receipts", {"message_uuid": "m-1", "status": "failed"}) == 204
    assert Delivery.objects.get().receipt == "delivered", "the last word stays"


def test_a_receipt_that_nobody_was_reached_says_why_without_the_number(
    client: Client, district: District
) -> None:
    for name, code in (("m-1", "13812345678"), ("m-2", "absent_subscriber")):
        made = delivering.owe("test", timezone.now(), channel="sms")
        delivering.taken(made.pk, timezone.now(), name)
        told = {"id": name, "status": "undeliverable", "error": {"code": code}}
        assert post(client, "receipts", told) == 204
    faults = list(Delivery.objects.order_by("id").values_list("fault", flat=True))
    assert faults == ["undeliverable", "absent_subscriber"]


def test_a_site_with_a_message_centre_has_no_such_address(client: Client, settings: Any) -> None:
    settings.SMS = "smpp://site:secret@127.0.0.1:1?source=1"
    assert post(client, "incoming", TEXT) == 404
