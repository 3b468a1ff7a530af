"""The work list in a real browser: by keyboard alone, at three widths, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from commonward.cases import actions as cases
from commonward.cases.models import Case
from tests.browser.conftest import WIDTHS
from tests.district import LAMP, District

LANGUAGES = {"en-GB": "en", "zh-CN": "zh-hans"}


def say(language: str, text: str) -> str:
    """The page's own words in one language."""
    with translation.override(LANGUAGES[language]):
        return gettext(text)


def busy(district: District) -> list[str]:
    """Cases in several stages, some late, one that nobody answers for; those to be sent on."""
    waiting = []
    for n in range(3):
        report = district.report(
            words=f"Rubbish behind the school {n} 学校后面有垃圾", address="School road 7 学校路7号"
        )
        district.act(report, "accept", district.intake_officer, 2)
        district.act(report, "file", district.duty_chief, 3)
        waiting.append(report.case.number)
    lamp = district.report(LAMP, words="The lamp is dark 路灯不亮", grade="urgent")
    district.handled(lamp)
    district.handled(district.report(words="A heap at the market 菜市场垃圾堆"))
    Case.objects.filter(pk=lamp.case_id).update(unrouted=True)
    return waiting


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_of_the_work_list_is_sound(
    district: District, window: Callable[..., Any], language: str
) -> None:
    [first, second, _] = busy(district)
    with window(language, WIDTHS) as w:
        w.sign_in("dispatcher")
        w.open("/desk/")
        w.sound("desk-home")
        w.open("/desk/queue/")
        w.sound("desk-queue")
        w.page.locator("details.queue-filters > summary").click()
        w.sound("desk-queue-filters")
        w.open("/desk/queue/?q=school")
        w.sound("desk-queue-search")
        w.open("/desk/queue/?team=nobody")
        w.faults = [f for f in w.faults if "400" not in f]  # the browser reports the refusal
        w.sound("desk-queue-refused")
        w.open(f"/desk/several/?case={first}&case={second}")
        w.sound("desk-several")
        w.open(f"/desk/several/?case={first}&case={second}&verb=dispatch")
        w.sound("desk-several-form")
        w.open(f"/desk/several/?case={first}&case={second}&verb=dispatch&team=roads&step=preview")
        w.sound("desk-several-preview")
        w.press(w.page.locator("form.bulk-run button").inner_text())
        w.sound("desk-several-done")
        w.open("/desk/views/?light=red&mine=yes")
        w.sound("desk-views")
        w.page.locator("main #name").fill("Red 红灯")
        w.page.locator("main section button").click()
        w.page.wait_for_load_state()
        assert "Red 红灯" in w.text
        w.open("/desk/go/?q=a")
        w.sound("desk-go")
        w.open("/desk/keys/")
        w.sound("desk-keys")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_main_job_is_done_by_keyboard_alone(
    district: District, window: Callable[..., Any], language: str
) -> None:
    waiting = busy(district)
    with window(language, 1280) as w:
        w.sign_in("dispatcher")
        w.open("/desk/")
        keys = w.page.keyboard
        w.go_by_keys("g", "c", "**/desk/queue/")
        keys.press("/")
        w.focus_on("#q")
        keys.type("school")
        keys.press("Enter")
        w.page.wait_for_url("**q=school*")
        for _ in range(2):
            keys.press("j")
            keys.press("x")
        keys.press("j")
        keys.press("k")
        assert w.page.locator(".cell-select input:checked").count() == 2
        number = w.page.locator("tr[aria-current]").get_attribute("data-row")
        preview = w.page.locator("[data-pane=preview]")
        preview.get_by_text(number).first.wait_for()
        w.page.locator("[data-pane=beside] .beside-steps li").first.wait_for()
        w.sound("desk-queue-panes")
        keys.press("a")
        w.page.wait_for_url("**/desk/several/")
        w.page.locator("#team").focus()
        keys.type("roads")
        keys.press("Enter")
        w.page.locator("form.bulk-run button").wait_for()
        w.page.locator("form.bulk-run button").focus()
        keys.press("Enter")
        w.page.locator(".notice-good").wait_for()
        assert Case.objects.filter(number__in=waiting, stage="handle").count() == 2
        assert not w.faults, w.faults


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_keys_and_palette_open_close_and_give_the_focus_back(
    district: District, window: Callable[..., Any], language: str
) -> None:
    [number, *_] = busy(district)
    with window(language, 1280) as w:
        w.sign_in("dispatcher")
        w.open("/desk/queue/?order=newest")
        keys = w.page.keyboard
        keys.press("j")
        keys.press("?")
        w.page.locator("dialog#keys").wait_for()
        w.sound("desk-keys-dialog")
        at = w.page.locator("tr[aria-current]").get_attribute("data-row")
        keys.press("j")  # nothing moves behind an open dialog
        keys.press("Escape")
        # The browser closes it and gives the focus back when it comes to it.
        w.page.locator("dialog#keys").wait_for(state="hidden")
        w.focus_on(f"tr[data-row='{at}'] .row-open")
        keys.press("Control+k")
        w.focus_on("#palette-q")
        w.page.locator("#palette .goals a").first.wait_for()
        w.sound("desk-palette")
        keys.type(number.lower())
        w.page.locator("#palette .goals a").first.get_by_text(number).wait_for()
        keys.press("Enter")
        w.page.wait_for_url(f"**/desk/cases/{number}/")


def test_without_script_the_same_is_done_with_links_and_buttons(
    district: District, window: Callable[..., Any]
) -> None:
    waiting = busy(district)
    with window("en-GB", 768, script=False) as w:
        w.sign_in("dispatcher")
        w.open("/desk/queue/?stage=dispatch")
        for tick in w.page.locator(".cell-select input").all():
            tick.check()
        w.press("Do with the selected…")
        w.press("Send to the department")
        w.page.locator("#team").fill("roads")
        w.press("See what it would do")
        w.page.locator("form.bulk-run button").click()
        w.page.wait_for_load_state()
        assert "3 of 3 done." in w.text
        assert Case.objects.filter(number__in=waiting, stage="handle").count() == 3


def test_a_line_that_a_colleague_changes_is_shown_as_it_is_now(
    district: District, window: Callable[..., Any]
) -> None:
    [number, *_] = busy(district)
    with window("en-GB", 1280) as w:
        w.sign_in("dispatcher")
        w.open("/desk/queue/?order=newest")
        row = w.page.locator(f"tr[data-row='{number}']")
        row.locator(".row-open").focus()
        w.page.keyboard.press("?")
        w.page.locator("dialog#keys").wait_for()
        team = district.teams["roads"]
        case = cases.act(number, "dispatch", district.dispatcher, timezone.now(), {"team": team})
        told = {"case": number, "version": case.version, "verb": "dispatch"}
        w.page.evaluate(
            "(detail) => document.dispatchEvent(new CustomEvent('commonward:event', {detail}))",
            told,
        )
        row.get_by_text("Being handled").wait_for()
        assert "changed" in row.inner_text()
        w.page.keyboard.press("Escape")
        w.page.locator("dialog#keys").wait_for(state="hidden")
        w.focus_on(f"tr[data-row='{number}'] .row-open")
        told = {"case": "ZZZZZZZZZZ", "version": 1, "verb": "opened"}
        w.page.evaluate(
            "(detail) => document.dispatchEvent(new CustomEvent('commonward:event', {detail}))",
            told,
        )
        w.page.locator("[data-news]").wait_for()
        assert not w.faults, w.faults
