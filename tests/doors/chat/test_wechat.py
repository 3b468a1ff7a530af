"""Recorded exchanges of a WeChat official account, in plain and sealed."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commonward.cases.models import Conversation, Photo, Report
from commonward.core.chat.flat_xml import read_xml, written_xml
from commonward.core.chat.sealed import key_of, opened, sealed, signature
from tests.doors.chat.conftest import AES, APP, name
from tests.doors.chat.platforms import Stand
from tests.doors.chat.test_telegram import jpeg

pytestmark = pytest.mark.usefixtures("district")
RECORDED = Path(__file__).parent / "recorded"
TOKEN = "QDG6eK"
SAYS = {
    "1_subscribe": ["服务中心", "出了什么问题"],
    "2_text": ["在什么地方", "1 跳过"],
    "3_location": ["有照片吗"],
    "4_image": ["照片：1", "1 提交"],
    "5_text": ["谢谢", "诉求编号"],
}


def recorded(which: str) -> str:
    return (RECORDED / f"wechat_{which}.xml").read_text(encoding="utf-8")


def query(**more: str) -> dict[str, str]:
    """What stands in the address of a signed call."""
    moment = more.pop("timestamp", str(int(time.time())))
    given = {"timestamp": moment, "nonce": "372623149"}
    return {**given, "signature": signature(TOKEN, moment, "372623149"), **more}


def post(client: Client, body: str, given: dict[str, str]) -> Any:
    where = "/chat/weixin?" + "&".join(f"{k}={v}" for k, v in given.items())
    return client.post(where, body, content_type="text/xml")


def tell(client: Client, plain: str, *, seal: bool, spoil: str = "", late: int = 0) -> Any:
    """One message as the platform sends it."""
    moment = str(int(time.time()) + late)
    if not seal:
        return post(client, plain, query(timestamp=moment))
    encrypted = sealed(plain, key_of(AES), APP, b"0123456789abcdef") + spoil
    drawn = signature(TOKEN, moment, "372623149", encrypted)
    body = written_xml({"ToUserName": "gh_0123456789ab", "Encrypt": encrypted})
    return post(client, body, query(timestamp=moment, msg_signature=drawn, encrypt_type="aes"))


def said(answer: Any, *, seal: bool) -> str:
    """The words of an answer; it is opened, and its signature checked, as the platform does."""
    assert answer.status_code == 200
    if answer.content == b"success":
        return ""
    told = read_xml(answer.content)
    if seal:
        assert told["MsgSignature"] == signature(
            TOKEN, told["TimeStamp"], told["Nonce"], told["Encrypt"]
        )
        told = read_xml(opened(told["Encrypt"], key_of(AES), APP).encode())
    assert told["ToUserName"] == "oSYNTHETIC_0001-abcdefghijkl"
    assert told["FromUserName"] == "gh_0123456789ab"
    return told["Content"]


@pytest.mark.parametrize("seal", [True, False])
def test_a_recorded_conversation_becomes_one_report(
    client: Client, stand: Stand, settings: Any, seal: bool
) -> None:
    name(settings, stand.host, aes=AES if seal else "")
    stand.answers["stable_token"] = [(200, b'{"access_token":"T1","expires_in":7200}')]
    stand.answers["get"] = [(200, jpeg())]
    for which, words in SAYS.items():
        for _again in range(3):  # whoever is not answered in five seconds asks twice more
            told = said(tell(client, recorded(which), seal=seal), seal=seal)
            for one in words:
                assert one in told, which
    report = Report.objects.get()
    assert report.channel == "wechat"
    assert report.lat == pytest.approx(27.805, abs=1e-5), "told in GCJ-02, kept in WGS-84"
    assert report.lon == pytest.approx(113.105, abs=1e-5)
    assert Photo.objects.count() == 1
    asked = [path for method, path, _body in stand.calls if method == "GET"]
    assert asked == ["/cgi-bin/media/get?access_token=T1&media_id=media-synthetic-01"]


def test_the_address_is_shown_to_be_the_accounts_by_its_echo(client: Client) -> None:
    given = query(echostr="5904783612345678901")
    answer = client.get("/chat/weixin", given)
    assert (answer.status_code, answer.content) == (200, b"5904783612345678901")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for spoilt in (
        {**given, "signature": "0" * 40}, {**given, "nonce": "1"}, {**given, "timestamp": "1"},
        {**given, "timestamp": "x"}, {"echostr": "1"}, {**given, "signature": "é"},
    ):  # fmt: skip
        assert client.get("/chat/weixin", spoilt).status_code == 401


def test_nothing_is_taken_in_plain_by_an_account_that_seals(client: Client) -> None:
    assert tell(client, recorded("2_text"), seal=False).status_code == 401
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "other", [{"spoil": "AAAA"}, {"spoil": "A" * 22}, {"late": -900}, {"late": 900}]
)
def test_what_is_replayed_or_cut_off_is_not_believed(client: Client, other: Any) -> None:
    assert tell(client, recorded("2_text"), seal=True, **other).status_code == 401
    assert not Conversation.objects.exists()


def test_a_wrong_signature_of_what_is_sealed_is_not_believed(client: Client) -> None:
    encrypted = sealed(recorded("2_text"), key_of(AES), APP, b"0" * 16)
    body = written_xml({"Encrypt": encrypted})
    assert post(client, body, query(msg_signature="0" * 40)).status_code == 401
    assert post(client, body, query()).status_code == 401


def test_a_bomb_of_entities_is_refused(client: Client, settings: Any) -> None:
    name(settings, "127.0.0.1:9", aes="")
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><xml><FromUserName>&a;</FromUserName></xml>'
    assert post(client, bomb, query()).status_code == 422
    assert post(client, "<xml>" + "a" * 300_000 + "</xml>", query()).status_code == 413
    assert post(client, "<xml><FromUserName>a b</FromUserName></xml>", query()).status_code == 422


def test_a_voice_is_said_to_be_taken_by_nobody_and_a_menu_is_passed_over(client: Client) -> None:
    tell(client, recorded("2_text"), seal=True)
    assert "收不了" in said(tell(client, recorded("voice"), seal=True), seal=True)
    assert said(tell(client, recorded("menu"), seal=True), seal=True) == ""


def test_who_leaves_is_answered_nothing_and_what_was_not_sent_is_forgotten(client: Client) -> None:
    tell(client, recorded("2_text"), seal=True)
    assert said(tell(client, recorded("unsubscribe"), seal=True), seal=True) == ""
    again = recorded("2_text").replace("40001", "49999").replace("小区门口的垃圾三天没人收了", "1")
    told = said(tell(client, again, seal=True), seal=True)
    assert "提交" not in told


def test_a_site_without_an_account_has_no_such_address(client: Client, settings: Any) -> None:
    settings.WECHAT = ""
    assert client.get("/chat/weixin", query(echostr="1")).status_code == 404


def test_an_answer_is_never_longer_than_the_platform_takes(client: Client) -> None:
    long = re.sub(r"小区.*?了", "路" * 3000, recorded("2_text"))
    told = said(tell(client, long, seal=True), seal=True)
    assert len(told.encode()) <= 2048
