"""What is told later goes back to the chat; a 200 alone proves nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as django_settings

from commonward.core.channels import Channel, Later, Message, Refused
from commonward.core.refusals import Invalid
from commonward.doors.chat import telegram, wechat_calls
from commonward.doors.chat.channel import CHANNELS
from commonward.doors.outbox.channels import channels, offered, set_up
from tests.doors.chat.platforms import Stand

OPENID = "oSYNTHETIC_0001-abcdefghijkl"
TOKEN = (200, b'{"access_token":"T1","expires_in":7200}')
SECOND = (200, b'{"access_token":"T2","expires_in":7200}')
pytestmark = pytest.mark.usefixtures("db")


def message(to: str, text: str = "路灯修好了") -> Message:
    return Message("key", to, "zh-hans", "", text, datetime(2026, 3, 2, tzinfo=UTC))


def fault_of(send: Any, to: str) -> Refused | Later:
    """What a sending raises; nothing of it names the address or a secret."""
    with pytest.raises((Refused, Later)) as raised:
        send(message(to))
    assert to not in str(raised.value)
    assert "SYNTHETIC" not in str(raised.value)
    found = raised.value
    assert isinstance(found, Refused | Later)
    return found


@pytest.mark.parametrize(
    ("status", "told", "kind", "provider"),
    [
        (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, Refused, False),
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, Refused, False),
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}, Later, False),
        (200, {"ok": False, "error_code": 403, "description": "Forbidden"}, Refused, False),
        (200, {"ok": False, "description": "?"}, Later, False),
        (200, [], Later, False),
        (429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}, Later, True),
        (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, Later, True),
        (502, {}, Later, True),
    ],
)  # fmt: skip
def test_what_telegram_holds_against_a_message(
    stand: Stand, status: int, told: Any, kind: type[Exception], provider: bool
) -> None:
    stand.answers["sendMessage"] = [(status, json.dumps(told).encode())]
    fault = fault_of(telegram.send, "700000001")
    assert type(fault) is kind
    assert getattr(fault, "provider", False) is provider
    if status == 429:
        assert "retry_after 35" in str(fault)


def test_telegram_has_it_when_it_says_so(stand: Stand) -> None:
    stand.answers["sendMessage"] = [(200, b'{"ok":true,"result":{"message_id":5}}')]
    sent = telegram.send(message("700000001"))
    assert sent.provider_id == telegram.name_of("700000001", 5)
    method, path, body = stand.calls[0]
    assert (method, path) == ("POST", "/bot100:SYNTHETIC/sendMessage")
    assert json.loads(body)["text"] == "路灯修好了"


@pytest.mark.parametrize(
    ("code", "kind", "provider"),
    [
        (40003, Refused, False), (43004, Refused, False), (48002, Refused, False),
        (45009, Later, True), (45011, Later, True), (-1, Later, True), (48001, Later, True),
        (45015, Later, False), (45047, Later, False),
    ],
)  # fmt: skip
def test_a_200_with_an_error_in_it_is_a_failure(
    stand: Stand, code: int, kind: type[Exception], provider: bool
) -> None:
    told = {"errcode": code, "errmsg": f"for {OPENID} rid: 1"}
    stand.answers = {"stable_token": [TOKEN], "send": [(200, json.dumps(told).encode())]}
    fault = fault_of(wechat_calls.send, OPENID)
    assert type(fault) is kind
    assert getattr(fault, "provider", False) is provider


def test_a_token_is_kept_and_where_it_is_over_asked_for_once_more(stand: Stand) -> None:
    over, done = (200, b'{"errcode":40001,"errmsg":"invalid credential"}'), (200, b'{"errcode":0}')
    stand.answers = {"stable_token": [TOKEN, SECOND], "send": [done, done, over, done]}
    for _each in range(3):
        wechat_calls.send(message(OPENID))
    paths = [path for _method, path, _body in stand.calls]
    assert [path.rpartition("/")[2] for path in paths] == [
        "stable_token", "send?access_token=T1", "send?access_token=T1", "send?access_token=T1",
        "stable_token", "send?access_token=T2",
    ]  # fmt: skip
    asked = [json.loads(body) for _m, path, body in stand.calls if "stable" in path]
    assert [one["force_refresh"] for one in asked] == [False, True]
    assert "路灯修好了".encode() in stand.calls[1][2], "its signs as they are, not as escapes"


def test_a_token_that_never_holds_is_the_accounts_fault_and_asks_no_third_time(
    stand: Stand,
) -> None:
    over = (200, b'{"errcode":40001,"errmsg":"invalid credential"}')
    stand.answers = {"stable_token": [TOKEN], "send": [over]}
    fault = fault_of(wechat_calls.send, OPENID)
    assert isinstance(fault, Later)
    assert fault.provider
    assert len(stand.calls) == 4


@pytest.mark.parametrize(
    "answer", [(200, b"{}"), (200, b"<html>"), (500, b""), (200, b'{"errcode":40125}')]
)
def test_an_account_that_gets_no_token_is_at_fault_itself(
    stand: Stand, answer: tuple[int, bytes]
) -> None:
    stand.answers = {"stable_token": [answer]}
    fault = fault_of(wechat_calls.send, OPENID)
    assert isinstance(fault, Later)
    assert fault.provider


@pytest.mark.parametrize(
    ("send", "to"), [(telegram.send, "700000001"), (wechat_calls.send, OPENID)]
)
def test_a_platform_that_does_not_answer_is_at_fault_itself(send: Any, to: str) -> None:
    fault = fault_of(send, to)
    assert isinstance(fault, Later)
    assert fault.provider


def test_both_are_channels_and_no_page_asks_for_an_address(settings: Any) -> None:
    found = channels()
    for one in CHANNELS:
        assert isinstance(one, Channel)
        assert found[one.code] is one
        assert one.ready()
        with pytest.raises(Invalid):
            one.check("700000001")
    settings.SMS, settings.MAIL = "", False
    assert offered() == ()
    assert set_up()
    assert django_settings.WECHAT
