"""The portal's later pages in a real browser: dark and light, mails, questions, what is typed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from commonward.areas.actions import publish_news
from commonward.cases.actions.asking import ask_reporter
from commonward.cases.actions.receipts import new_link
from commonward.cases.actions.subscribing import subscribe, token_of
from commonward.cases.models import Report, Subscription
from commonward.cases.queries.asked import questions_of
from tests.browser.conftest import WIDTHS
from tests.browser.test_portal import Say, closed_by_the_office, told
from tests.district import LAMP, RUBBISH, STREETS, District

NOW = timezone.now


def with_everything(district: District) -> tuple[Report, str]:
    """A closed report, an open one with a question, news: and the key of the open one's link."""
    closed = district.report(
        words="Rubbish at the school 学校旁有垃圾", address="School road 学校路"
    )
    closed_by_the_office(district, closed.number)
    report = district.report(words="Rubbish at the gate 大门旁有垃圾", address="East gate 东门")
    district.act(report, "accept", district.intake_officer, 1)
    ask_reporter(
        report.case.number,
        "Is it the gate at the school or at the market? 是学校门口还是市场门口？",
        district.intake_officer,
        NOW(),
    )
    for kind, title, english in (
        ("prevention", "夏季防溺水", "Children and water"),
        ("news", "周三停水", "No water on Wednesday"),
    ):
        publish_news(
            district.duty_chief,
            "430298",
            kind,
            title,
            "请注意。\n有问题请联系我们。",
            since=NOW(),
            until=NOW() + timedelta(days=7),
            at=NOW(),
            title_en=english,
            words_en="Please take note.\nAsk us if you have questions.",
        )
    return report, new_link(report.pk, NOW())


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
def test_every_later_page_is_sound_in_the_dark_too(
    district: District,
    window: Callable[..., Any],
    settings: Any,
    language: str,
    dark: bool,
) -> None:
    # Each width once in each language is enough.
    width = WIDTHS if dark or language == "en-GB" else WIDTHS[:1]
    settings.MAIL, settings.MAIL_FROM = True, "reports@example.org"
    report, key = with_everything(district)
    asked = subscribe(report.pk, "alice@example.org", "en", NOW(), own=True)
    assert asked is not None
    (question,) = questions_of(report.case_id)
    with window(language, width, dark=dark) as w:
        for path, name in (
            ("/", "40-home"),
            ("/report/", "41-words"),
            (f"/my/{key}/", "42-mine-asked"),
            (f"/my/{key}/answer/{question.id}/", "43-answer"),
            (f"/my/{key}/receipt/", "44-receipt"),
            (f"/my/{key}/mail/", "45-mail-ask"),
            (f"/mail/{token_of(asked.pk)}/", "46-mail-confirm"),
            (f"/areas/{STREETS[0]}/", "47-area-news"),
            (f"/cases/{report.number}/", "48-case"),
            (f"/cases/{report.number}/mail/", "49-case-mail"),
            ("/follow/?number=" + report.number, "50-follow"),
        ):
            w.open(path)
            w.sound(name)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_report_is_told_in_the_dark(
    district: District, window: Callable[..., Any], language: str
) -> None:
    with window(language, 320, dark=True) as w:
        told(w, Say(language))


def test_danger_is_said_while_it_is_typed(district: District, window: Callable[..., Any]) -> None:
    with window() as w:
        w.open("/report/")
        alert = w.page.locator("#danger")
        w.page.locator("#words").press_sequentially("The hydrant by the gunfire museum leaks")
        w.page.wait_for_timeout(600)
        assert not alert.is_visible()
        w.page.locator("#words").fill("The kitchen is on fire, 有人晕倒")
        alert.wait_for(state="visible")
        assert alert.get_by_role("link").all_inner_texts() == ["119 fire", "120 ambulance"]
        w.sound("51-danger-typed")
        w.page.locator("#words").fill("A lamp is out")
        alert.wait_for(state="hidden")


def test_what_was_reported_near_by_is_shown_while_the_place_is_typed(
    district: District, window: Callable[..., Any]
) -> None:
    district.report(LAMP, "The lamp at the corner is out", at=NOW())
    with window() as w:
        w.open("/report/")
        w.page.locator("#words").fill("Lamp dark")
        w.press("Next")
        w.page.locator(f"#kind-{LAMP}").check()
        w.press("Next")
        w.page.get_by_text("I know the position in numbers", exact=True).click()
        w.page.locator("#lat").fill("27.805")
        w.page.locator("#lon").fill("113.105")
        w.page.get_by_text("The lamp at the corner is out").wait_for()
        assert "This was reported near by already:" in w.text
        w.sound("52-near")


def test_a_photo_taken_with_the_camera_is_made_smaller_and_sent_at_once(
    district: District, window: Callable[..., Any], tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    taken = tmp_path / "taken.png"
    Image.effect_noise((3000, 1500), 80).convert("RGB").save(taken)
    with window() as w:
        w.open("/report/")
        w.page.locator("#words").fill("Rubbish")
        w.press("Next")
        w.page.locator(f"#kind-{RUBBISH}").check()
        w.press("Next")
        w.press("I can't say where")
        w.press("Next")
        assert w.page.locator("#camera").get_attribute("capture") == "environment"
        w.page.locator("#camera").set_input_files(str(taken))
        w.press("Send")
        w.page.wait_for_url("**/receipt/")
        assert "Your receipt" in w.text
        assert not w.faults


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_question_of_the_office_is_answered(
    district: District, window: Callable[..., Any], script: bool
) -> None:
    report, key = with_everything(district)
    with window(script=script) as w:
        w.open(f"/my/{key}/")
        assert w.text.startswith("The office asks you: Is it the gate")
        w.press("Answer this question")
        w.press("Send my answer")
        assert "Please say it in a few words." in w.text
        w.page.locator("#words").fill("At the market.")
        w.press("Send my answer")
        assert "Thank you. The office can read your answer now." in w.text
    (question,) = questions_of(report.case_id)
    assert question.answer == "At the market."


def test_mails_are_wanted_only_after_the_button_is_pressed(
    district: District, window: Callable[..., Any], settings: Any
) -> None:
    settings.MAIL, settings.MAIL_FROM = True, "reports@example.org"
    _report, key = with_everything(district)
    with window() as w:
        w.open(f"/my/{key}/")
        w.press("Tell me by e-mail")
        w.page.locator("#address").fill("alice at example.org")
        w.page.locator("main form button").click()
        assert "looks like name@example.org" in w.text
        w.page.locator("#address").fill("alice@example.org")
        w.page.locator("main form button").click()
        assert "Please look into your mail" in w.text
        w.sound("53-mail-sent")
        made = Subscription.objects.get()
        w.open(f"/mail/{token_of(made.pk)}/")
        made.refresh_from_db()
        assert made.confirmed_at is None, "opening the page is not pressing the button"
        w.press("Yes, write to me")
        w.sound("54-mail-confirmed")
        w.press("No more mails, please")
        w.sound("55-mail-ended")
    kept = Subscription.objects.get(pk=made.pk)
    assert kept.confirmed_at is not None
    assert kept.ended_at is not None
