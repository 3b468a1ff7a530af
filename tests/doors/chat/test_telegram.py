"""Recorded exchanges of Telegram's bot API: what is told at the webhook becomes one report."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.chatting import forget_conversations
from commonward.cases.actions.photos import MOST_BYTES
from commonward.cases.actions.subscribing import opened
from commonward.cases.models import (
    Conversation,
    ConversationPicture,
    Delivery,
    Photo,
    Remark,
    Report,
    Subscription,
)
from commonward.doors.chat import telegram, views
from commonward.doors.outbox.sending import deliver
from tests.district import District
from tests.doors.chat.conftest import SECRET
from tests.doors.chat.platforms import Stand

pytestmark = pytest.mark.usefixtures("district")
RECORDED = Path(__file__).parent / "recorded"
CHAT = "700000001"


def jpeg(side: int = 40) -> bytes:
    kept = BytesIO()
    Image.new("RGB", (side, side), "green").save(kept, "JPEG")
    return kept.getvalue()


def recorded(name: str) -> list[Any]:
    return list(json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8")))


def post(client: Client, update: Any, secret: str = SECRET) -> Any:
    body = update if isinstance(update, bytes) else json.dumps(update)
    return client.post(
        "/chat/telegram", body, content_type="application/json",
        headers={"X-Telegram-Bot-Api-Secret-Token": secret},
    )  # fmt: skip


def update(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    told = {
        "message_id": number, "from": {"id": int(CHAT), "is_bot": False, "language_code": "en"},
        "chat": {"id": int(CHAT), "type": "private"}, "date": 1, **more,
    }  # fmt: skip
    return {"update_id": number, "message": {**told, **({"text": text} if text else {})}}


def say(client: Client, *texts: str, begin: int = 1) -> str:
    """Each text as a message; the last answer."""
    answer: Any = {}
    for number, text in enumerate(texts, begin):
        answer = post(client, update(number, text)).json()
    return str(answer.get("text", ""))


def keeps_a_picture(stand: Stand, content: bytes, path: str = "photos/file_1.jpg") -> None:
    told = {"ok": True, "result": {"file_id": "x", "file_path": path}}
    stand.answers["getFile"] = [(200, json.dumps(told).encode())]
    stand.answers["file_1.jpg"] = [(200, content)]


@pytest.mark.parametrize("name", ["telegram_zh", "telegram_en"])
def test_a_recorded_conversation_becomes_one_report(
    client: Client, stand: Stand, name: str
) -> None:
    keeps_a_picture(stand, jpeg())
    for step in recorded(name):
        for _twice in range(2):  # the platform tells again what it heard no answer to
            answer = post(client, step["update"])
            assert answer.status_code == 200
            told = answer.json()
            assert told["method"] == "sendMessage"
            assert told["chat_id"] == int(CHAT)
            for words in step["says"]:
                assert words in told["text"], step
    report = Report.objects.get()
    assert (report.lat, report.lon, report.channel) == (27.805, 113.105, "telegram")
    assert report.language == ("zh-hans" if name.endswith("zh") else "en")
    assert report.public is False
    assert report.number in told["text"]
    assert Photo.objects.count() == (1 if name.endswith("zh") else 0)
    assert not ConversationPicture.objects.exists(), "filed, and kept in no other place"
    assert Remark.objects.filter(words="下午更多了").count() == (1 if name.endswith("zh") else 0)


def test_the_answers_offered_are_buttons_and_the_place_is_asked_of_the_phone(
    client: Client,
) -> None:
    rows = post(client, update(1, "Rubbish")).json()["reply_markup"]["keyboard"]
    assert {"text": "Share my place", "request_location": True} in rows[0]
    say(client, "at the gate", "skip", begin=2)
    rows = post(client, update(4, "x")).json()["reply_markup"]["keyboard"]
    assert [{"text": "Send it"}] in rows
    assert post(client, update(5, "STOP")).json()["reply_markup"] == {"remove_keyboard": True}


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1]])
def test_nobody_but_the_platform_is_believed(client: Client, secret: str) -> None:
    assert post(client, update(1, "Rubbish"), secret).status_code == 401
    assert client.post("/chat/telegram", {}).status_code == 401
    assert client.get("/chat/telegram").status_code == 405
    assert not Conversation.objects.exists()


def test_a_site_without_a_bot_has_no_such_address(client: Client, settings: Any) -> None:
    settings.TELEGRAM = ""
    assert post(client, update(1, "Rubbish")).status_code == 404


@pytest.mark.parametrize("told", recorded("telegram_other"))
def test_what_is_no_message_of_one_person_is_passed_over(client: Client, told: Any) -> None:
    answer = post(client, told)
    assert (answer.status_code, answer.json()) == (200, {})
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"[" * 5000])
def test_what_cannot_be_read_changes_nothing(client: Client, body: bytes) -> None:
    assert post(client, body).status_code == 422
    assert post(client, b'{"x":"' + b"a" * 300_000 + b'"}').status_code == 413


def test_half_a_sign_and_unseen_ones_are_kept_nowhere(client: Client) -> None:
    body = json.dumps(update(1, "a\ud800b\x00\u202ec"))
    assert post(client, body.encode()).status_code == 200
    say(client, "gate", "skip", "yes", begin=2)
    assert Report.objects.get().words == "a?bc"


def test_danger_is_told_before_anything_else(client: Client) -> None:
    text = say(client, "There is a fire in my kitchen, help")
    assert text.startswith("This sounds dangerous")
    assert "119" in text.split("\n")[0]


@pytest.mark.parametrize(
    ("size", "path", "content", "why"),
    [
        (MOST_BYTES + 1, "photos/file_1.jpg", b"", "too large"),
        (0, "photos/file_1.jpg", b"x" * (MOST_BYTES + 1), "too large"),
        (0, "photos/file_1.jpg", b"no picture", "could not be fetched or read"),
        (0, "photos/file_1.jpg", b"%PDF-1.7", "could not be fetched or read"),
        (0, "../../bot100:OTHER/x/file_1.jpg", jpeg(), "could not be fetched"),
        (0, "http://127.0.0.1/file_1.jpg", jpeg(), "could not be fetched"),
        (0, "photos/file_1.jpg?x=@evil", jpeg(), "could not be fetched"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_said_to_be_so(
    client: Client, stand: Stand, size: int, path: str, content: bytes, why: str
) -> None:
    keeps_a_picture(stand, content, path)
    photo = [{"file_id": "F", "file_size": size, "width": 9, "height": 9}]
    say(client, "Rubbish", "gate")
    assert why in post(client, update(9, photo=photo)).json()["text"]
    assert not ConversationPicture.objects.exists()
    fetched = [call for call in stand.calls if call[0] == "GET"]
    assert all(call[1] == "/file/bot100:SYNTHETIC/photos/file_1.jpg" for call in fetched)


def test_a_platform_that_keeps_no_picture_or_is_away_loses_no_words(client: Client) -> None:
    photo = [{"file_id": "F", "width": 9, "height": 9}]
    text = post(client, update(1, caption="Rubbish", photo=photo)).json()["text"]
    assert "Where is it?" in text or "could not be fetched" in text
    assert say(client, "gate", "skip", "yes", begin=2).startswith("Thank you")
    assert Report.objects.get().words == "Rubbish"


def test_the_answer_of_the_office_goes_back_to_the_chat_and_its_answer_to_the_report(
    client: Client, stand: Stand, district: District
) -> None:
    say(client, "Rubbish", "gate", "skip", "yes")
    report = Report.objects.select_related("case").get()
    owned = Subscription.objects.get()
    assert (owned.channel, owned.own, owned.confirmed_at is not None) == ("telegram", True, True)
    assert opened(owned, report.case) == CHAT
    stand.answers["sendMessage"] = [(200, b'{"ok":true,"result":{"message_id":77}}')]
    deliver(timezone.now, channel="telegram")
    assert not stand.calls, "nobody is asked again whether they want what they were told"
    ask_reporter(report.number, "Which gate?", district.grid_worker, timezone.now())
    assert deliver(timezone.now, channel="telegram").sent == 1
    told = json.loads(stand.calls[-1][2])
    assert told["chat_id"] == int(CHAT)
    assert "Which gate?" in told["text"]
    assert CHAT not in Delivery.objects.latest("id").provider_id
    answer = update(50, "The south one", reply_to_message={"message_id": 77})
    assert "Added" in post(client, answer).json()["text"]
    assert Remark.objects.filter(words="The south one").exists()
    stop = update(51, "STOP", reply_to_message={"message_id": 77})
    assert "No more news" in post(client, stop).json()["text"]
    owned.refresh_from_db()
    assert owned.ended_at is not None
    assert owned.address is None


def test_an_answer_from_another_chat_reaches_no_report(client: Client) -> None:
    say(client, "Rubbish", "gate", "skip", "yes")
    made = Delivery.objects.get()
    Delivery.objects.filter(pk=made.pk).update(provider_id=telegram.name_of(CHAT, 77))
    other = update(60, "Not mine", reply_to_message={"message_id": 77})
    other["message"]["chat"]["id"] = other["message"]["from"]["id"] = 700000002
    post(client, other)
    assert not Remark.objects.filter(words="Not mine").exists()


def test_status_is_told_by_number_and_code_and_to_nobody_else(client: Client) -> None:
    told = say(client, "Rubbish", "gate", "skip", "yes")
    number = Report.objects.get().number
    code = told.split("code ")[1][:6]
    assert f"Report {number}:" in say(client, f"status {number} {code}", begin=20)
    wrong = "222222" if code != "222222" else "333333"
    assert "do not belong together" in say(client, f"status {number} {wrong}", begin=30)


def test_a_person_is_asked_for_and_somebody_sorts_it(client: Client) -> None:
    assert "A person at the centre" in say(client, "I was sent from office to office", "person")
    assert "I would like a person to answer me." in Report.objects.get().words


def test_so_many_reports_a_day_and_no_more(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now()  # all on one day, whenever the test runs
    monkeypatch.setattr(views, "site_now", lambda: moment)
    settings.CHAT_A_DAY = 1
    say(client, "Rubbish", "gate", "skip", "yes", "new", "More rubbish", "gate", "skip")
    assert "1 reports came from this chat today" in say(client, "yes", begin=20)
    assert Report.objects.count() == 1
    settings.CHAT_A_DAY = 0
    assert say(client, "yes", begin=30).startswith("Thank you"), "nothing of it was lost"


def test_what_is_kept_of_who_it_is_names_nobody_and_ends_on_time(client: Client) -> None:
    say(client, "Rubbish at the gate", "gate")
    row = Conversation.objects.get()
    assert CHAT not in row.mark
    for kept in (bytes(row.kept), bytes(row.key)):
        assert CHAT.encode() not in kept
        assert b"Rubbish" not in kept
    assert forget_conversations(timezone.now()) == 0
    assert forget_conversations(timezone.now() + timedelta(hours=1, minutes=1)) == 1
    assert not Conversation.objects.exists()
    assert "What is wrong?" in say(client, "hello", begin=20)


def test_two_reports_of_one_chat_have_nothing_in_common(client: Client) -> None:
    say(client, "Rubbish", "gate", "skip", "yes", "new", "Noise", "roof", "skip", "yes")
    one, two = Report.objects.select_related("case").order_by("pk")
    first, second = Subscription.objects.order_by("pk")
    assert bytes(first.address or b"") != bytes(second.address or b"")
    for name in ("token", "idempotency", "contact", "marks", "content_mark"):
        kept = getattr(one, name)
        assert not kept or kept != getattr(two, name), name
