"""Danger told of: on the desk at once, on every page sound, and while a resident types."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Event
from tests.browser.conftest import WIDTHS
from tests.browser.test_desk_queue import LANGUAGES
from tests.district import District

FIRE = "楼道着火了，有人晕倒 a fire in the stairs"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_danger_is_told_on_sound_pages_of_the_desk(
    district: District, window: Callable[..., Any], language: str
) -> None:
    report = district.report(words=FIRE, at=timezone.now())
    with window(language, WIDTHS) as w:
        w.sign_in("duty_chief")
        for name, path in (
            ("home", "/desk/"),
            ("queue", "/desk/queue/"),
            ("intake", "/desk/intake/"),
            ("case", f"/desk/cases/{report.case.number}/"),
        ):
            w.open(path)
            w.page.locator(".danger-told").wait_for()
            w.sound(f"danger-told-{name}")


def test_what_is_told_meanwhile_stands_there_by_itself_and_goes_with_one_press(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.page.locator("#words").fill("The caller tells of")
        assert w.page.locator(".danger-told").count() == 0
        number = district.report(words=FIRE, at=timezone.now()).case.number
        w.page.locator(".danger-told").get_by_text(number).first.wait_for()
        w.page.get_by_role("button", name="I have seen it").click()
        w.page.locator(".danger-told").wait_for(state="detached")
        assert w.page.locator("#words").input_value() == "The caller tells of", "nothing is lost"
        assert Event.objects.filter(verb="danger_seen").count() == 1


def test_a_set_phrase_shows_no_card_while_typing_and_danger_does(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.open("/report/")
        with w.page.expect_response("**/report/danger.json"):
            w.page.locator("#words").fill("消防通道被占，火灾隐患，fire hydrant blocked")
        w.page.wait_for_timeout(500)
        assert w.page.locator("#danger").is_hidden()
        w.page.locator("#words").fill("消防通道被占，楼道着火了")
        w.page.locator("#danger").wait_for(state="visible")
        assert w.page.locator("#danger a:visible").all_inner_texts() == ["119 fire"]
