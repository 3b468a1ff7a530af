"""The conversation on the portal, without JavaScript: a form, a cookie, one report."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from commonward.cases.models import Conversation, Photo, Report, Subscription
from commonward.doors.chat import web
from tests.doors.chat.test_telegram import jpeg

pytestmark = pytest.mark.usefixtures("district")
EN = {"accept-language": "en"}


def say(client: Client, text: str = "", **more: Any) -> str:
    """Send the form; the page that follows."""
    answer = client.post("/chat/", {"text": text, **more}, follow=True, headers=EN)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_conversation_without_an_account_becomes_one_report(client: Client) -> None:
    first = client.get("/chat/", headers=EN)
    assert "What is wrong?" in first.content.decode()
    assert first.headers["Cache-Control"] == "no-store"
    assert not Conversation.objects.exists(), "who only looks begins nothing"
    assert "Where is it?" in say(client, "Rubbish at the gate", id="aaaaaaaa01")
    assert 'name="choice" value="Skip"' in say(client, "", lat="27.805", lon="113.105")
    photo = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    page = say(client, "", photo=photo)
    assert "Photos: 1" in page
    assert "News of it will come here" not in page
    for _twice in range(2):
        page = say(client, choice="Send it", id="aaaaaaaa02")
    assert "Thank you" in page
    report = Report.objects.get()
    assert (report.channel, report.public, report.lat) == ("web", False, 27.805)
    assert Photo.objects.count() == 1
    assert not Subscription.objects.exists(), "a page has no address"
    link = page.split("/my/")[1].split("/")[0]
    assert client.get(f"/my/{link}/receipt/", headers=EN).status_code == 200


def test_another_browser_sees_nothing_of_it_and_a_forged_cookie_is_none(client: Client) -> None:
    say(client, "Rubbish at the gate")
    assert "Rubbish at the gate" in client.get("/chat/", headers=EN).content.decode()
    other = Client()
    assert "Rubbish at the gate" not in other.get("/chat/", headers=EN).content.decode()
    cookie = client.cookies["chat"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/chat/"
    other.cookies["chat"] = cookie.value.replace(cookie.value[0], "x", 1) + "x"
    assert "Rubbish at the gate" not in other.get("/chat/", headers=EN).content.decode()


def test_what_is_written_is_shown_and_never_run(client: Client) -> None:
    page = say(client, "<script>alert(1)</script> http://evil.example")
    assert "<script>alert(1)" not in page
    assert 'href="http://evil.example"' not in page


def test_danger_is_shown_with_the_numbers_to_call(client: Client) -> None:
    page = say(client, "There is a fire in my kitchen, help")
    assert 'class="emergency-call" href="tel:119"' in page


def test_the_form_needs_its_token_and_nothing_is_sent_by_an_empty_one() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/chat/", {"text": "Rubbish"}).status_code == 403
    assert Client().post("/chat/", {"text": ""}).status_code == 302
    assert not Conversation.objects.exists()


def test_one_network_begins_so_many_conversations_an_hour(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = timezone.now()  # all on one day, whenever the test runs
    monkeypatch.setattr(web, "site_now", lambda: moment)
    settings.SENDINGS_AN_HOUR = 1
    say(client, "Rubbish at the gate")
    refused = Client().post("/chat/", {"text": "More rubbish"}, headers=EN)
    assert refused.status_code == 429
    assert "More rubbish" in refused.content.decode(), "what was written stands there still"
    assert Conversation.objects.count() == 1


def test_a_site_without_it_has_no_such_page(client: Client, settings: Any) -> None:
    settings.CHAT = ""
    assert client.get("/chat/").status_code == 404
    assert "/chat/" not in client.get("/").content.decode()


def test_every_page_of_the_portal_leads_there(client: Client) -> None:
    assert 'href="/chat/"' in client.get("/").content.decode()
