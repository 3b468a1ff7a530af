"""The bar of the desk: never more than two lines, and all of it by keyboard, with or without script."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.district import District

MORE, MINE = ".desk-more > summary", ".desk-mine > summary"


def height(w: Any) -> int:
    """Of the bar, in pixels."""
    return int(w.page.locator(".desk-top").bounding_box()["height"])


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_on_a_telephone_the_bar_has_two_lines_and_the_rest_folds_away(
    district: District, window: Callable[..., Any], language: str
) -> None:
    with window(language, 320) as w:
        for login in ("duty_chief", "administrator", "intake_officer"):
            w.sign_out()
            w.sign_in(login)
            w.open("/desk/")
            assert height(w) <= 90, login
        rounds = w.page.locator(".desk-more a[href='/desk/answers/']")
        assert not rounds.is_visible()
        w.page.locator(MORE).click()
        rounds.wait_for()
        w.sound("desk-ways-more")
        w.page.locator(MINE).click()
        w.page.locator(".desk-mine button").wait_for()
        rounds.wait_for(state="hidden")
        w.sound("desk-ways-mine")


def test_the_folds_open_and_close_by_keyboard_and_give_the_focus_back(
    district: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 768) as w:
        w.sign_in("duty_chief")
        w.open("/desk/")
        fold = w.page.locator(".desk-more")
        w.page.locator(MORE).focus()
        w.page.keyboard.press("Enter")
        fold.locator("a").first.wait_for()
        w.page.keyboard.press("Tab")
        w.focus_on(".desk-more li:first-child a")
        w.page.keyboard.press("Escape")
        fold.locator("a").first.wait_for(state="hidden")
        w.focus_on(MORE)
        w.page.keyboard.press("Enter")
        fold.locator("a").first.wait_for()
        w.page.locator(MINE).focus()
        fold.locator("a").first.wait_for(state="hidden")
        w.page.keyboard.press("Enter")
        w.page.locator(".desk-mine [data-open=keys]").focus()
        w.page.keyboard.press("Enter")
        w.page.locator("dialog#keys").wait_for()
        w.page.keyboard.press("Escape")
        w.page.locator("dialog#keys").wait_for(state="hidden")
        w.focus_on(MINE)


def test_where_there_is_room_nothing_is_folded(
    district: District, window: Callable[..., Any]
) -> None:
    with window("en-GB", 1280) as w:
        w.sign_in("duty_chief")
        w.open("/desk/texts/")
        assert w.page.locator(".desk-ways a").count() == 9
        assert all(link.is_visible() for link in w.page.locator(".desk-ways a").all())
        assert not w.page.locator(MORE).is_visible()
        assert height(w) <= 60
        w.page.locator(".desk-ways a[href='/desk/answers/']").click()
        w.page.wait_for_url("**/desk/answers/")
        assert not w.faults


def test_without_script_the_folds_are_there(district: District, window: Callable[..., Any]) -> None:
    with window("en-GB", 320, script=False) as w:
        w.sign_in("duty_chief")
        w.open("/desk/")
        w.page.locator(MORE).click()
        w.page.locator(".desk-more a[href='/desk/rounds/']").click()
        w.page.wait_for_url("**/desk/rounds/")
        w.page.locator(MINE).click()
        w.page.locator(".desk-mine button").click()
        w.page.wait_for_url("**/account/login/*")
