"""Taking a call in a real browser: helped while typing, by keyboard, sound at every width."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.texts import add_text
from commonward.cases.models import Case, Event, Report
from tests.browser.conftest import WIDTHS
from tests.browser.test_desk_queue import LANGUAGES
from tests.district import LAMP, QUESTION, District

WORDS = "有个路灯不亮 the street lamp is dark"


def prepared(district: District) -> str:
    """An open lamp near by, an ended one whose callback is owed, texts and answers; its number."""
    now = timezone.now()
    near = district.report(LAMP, "路灯坏了 broken lamp", address="幸福路3号", at=now)
    ended = district.report(LAMP, "路灯杆歪了 crooked pole", contact={"phone": "13912345678"})
    district.closed(ended)
    for language, words in (
        ("en", "Your number is {number}."),
        ("zh-hans", "您的编号是{number}。"),
    ):
        add_text(
            district.administrator, "Filed 已登记", words, now, language=language, category=LAMP
        )
        add_answer(
            district.duty_chief,
            "Who mends street lamps? 路灯谁来修？",
            "The lamp office, within two working days. 路灯所，两个工作日内。",
            now,
            language=language,
            valid_until=now + timedelta(days=30),
        )
    return str(near.number)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_of_the_calls_is_sound(
    district: District, window: Callable[..., Any], language: str
) -> None:
    prepared(district)
    lat, lon = district.inside()
    ended = Case.objects.get(stage="evaluate")
    with window(language, WIDTHS) as w:
        w.sign_in("duty_chief")
        w.open("/desk/intake/")
        w.sound("intake-empty")
        w.page.locator("#words").fill(WORDS)
        w.page.locator("#find").fill("幸福路")
        w.page.locator("#category").select_option(LAMP)
        w.page.locator("#lat").fill(str(lat))
        w.page.locator("#lon").fill(str(lon))
        w.page.locator(".help-same").wait_for()
        w.sound("intake-helped")
        w.page.locator("[data-file]").click()
        w.page.locator(".number-big").first.wait_for()
        w.sound("intake-told")
        w.open("/desk/callbacks/")
        w.sound("callbacks")
        w.open(f"/desk/callbacks/{ended.number}/")
        w.sound("callback")
        for path in ("texts/", "texts/new/", "answers/", "answers/new/", "answers/?q=lamp"):
            w.open(f"/desk/{path}")
            w.sound(path.replace("/", "-").strip("-").replace("?", ""))
        w.page.locator(".words-list a").first.click()
        w.page.wait_for_load_state()
        w.page.locator("main details > summary").click()
        w.sound("answer")


def test_a_call_is_filed_by_keyboard_alone(district: District, window: Callable[..., Any]) -> None:
    prepared(district)
    with window("en-GB", 1280) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        keys = w.page.keyboard
        keys.type("The street lamp has been dark for three days.")
        w.page.locator('[data-category="0102"]').wait_for()
        keys.press("Tab")
        keys.type("幸福路")
        w.page.locator("[data-place]").first.wait_for()
        assert w.page.locator("#words").input_value().startswith("The street lamp")
        w.page.locator("[data-place]").first.focus()
        keys.press("Enter")
        assert w.page.locator("#address").input_value() == "幸福路3号"
        w.page.locator("[data-category]").first.focus()
        keys.press("Enter")
        w.page.locator(".help-same").wait_for()
        assert w.page.locator("#category").input_value() == LAMP
        keys.press("Control+Enter")
        w.page.locator(".number-big").first.wait_for()
        newest = Report.objects.order_by("-pk")[0]
        assert newest.number in w.text
        assert newest.address == "幸福路3号"
        assert not w.faults


def test_one_key_hands_a_danger_over(district: District, window: Callable[..., Any]) -> None:
    with window("zh-CN", 1280) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.page.keyboard.type("楼道着火了")
        w.page.locator("[data-call-now]").wait_for()
        w.page.keyboard.press("F2")
        w.page.keyboard.press("Enter")
        w.page.locator(".number-big").first.wait_for()
        assert Event.objects.get(verb="handed_over").data == {"emergency": "119"}
        assert not w.faults


def test_an_answer_that_is_typed_is_never_overwritten(
    district: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.page.locator("#category").select_option("0201")
        deep = w.page.locator('[name="answer-HOWDEEP"]')
        deep.wait_for()
        deep.fill("12")
        with w.page.expect_response("**/desk/intake/beside/"):
            w.page.locator("#words").fill("A pothole, and more words come.")
        w.page.locator("[data-category]").first.wait_for()
        assert deep.input_value() == "12"
        with w.page.expect_response("**/desk/intake/beside/"):
            w.page.locator("#category").select_option(QUESTION)
        deep.wait_for(state="detached")
        assert not w.faults


def test_everything_works_without_a_script(district: District, window: Callable[..., Any]) -> None:
    prepared(district)
    with window("en-GB", 320, script=False) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.page.locator("#words").fill("A street lamp is dark.")
        w.page.locator("#find").fill("幸福路")
        w.press("Find")
        w.page.locator('button[name="place"]').first.click()
        w.page.wait_for_load_state()
        w.page.locator('button[name="suggested"]').first.click()
        w.page.wait_for_load_state()
        assert "Perhaps the same" in w.text
        w.press("Take it in")
        assert Report.objects.order_by("-pk")[0].number in w.text
        assert Report.objects.order_by("-pk")[0].address == "幸福路3号"
