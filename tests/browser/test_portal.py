"""The resident's way through the portal in a real browser, with and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from PIL import Image

from commonward.cases import actions as cases
from commonward.cases.models import Case, Photo, Report
from tests.browser.conftest import WIDTHS
from tests.district import LAMP, POTHOLE, RUBBISH, District

LANGUAGES = {"en-GB": "en", "zh-CN": "zh-hans"}


class Say:
    """The page's own words in one language: `say("Next")` is what the button says there."""

    def __init__(self, browser_language: str) -> None:
        self.language = LANGUAGES[browser_language]

    def __call__(self, text: str) -> str:
        with translation.override(self.language):
            return gettext(text)


def closed_by_the_office(district: District, number: str) -> None:
    """The staff take the case all the way to its closing."""
    report = Report.objects.select_related("case__category").get(number=number)
    at = timezone.now()
    steps: list[tuple[str, Any, dict[str, Any]]] = [
        ("accept", district.intake_officer, {}),
        ("file", district.duty_chief, {}),
        ("dispatch", district.dispatcher, {"team": district.teams["street"]}),
        ("finish", district.street_handler, {"result": "The rubbish was taken away. 垃圾已清运。"}),
        ("pass_on", district.dispatcher, {}),
        ("pass_check", district.second_grid_worker, {}),
        ("close", district.duty_chief, {"outcome": "solved"}),
    ]
    for after, (verb, who, given) in enumerate(steps):
        cases.act(report.case.number, verb, who, at + timedelta(milliseconds=after), given)


def told(w: Any, say: Say) -> None:
    """From the first question to the receipt, each page looked over."""
    w.open("/report/")
    w.sound("01-words")
    w.page.locator("#words").fill("大门旁有垃圾 Rubbish beside the gate, ring 139 1234 5678")
    w.press(say("Next"))
    w.sound("02-category")
    kind = w.page.locator(f"#kind-{RUBBISH}")
    if not kind.is_visible():
        w.page.locator("summary").first.click()
    kind.check()
    w.press(say("Next"))
    w.sound("03-where")
    w.page.locator("#address").fill("East gate 东门")
    w.page.get_by_text(say("I know the position in numbers"), exact=True).click()
    w.page.locator("#lat").fill("27.805")
    w.page.locator("#lon").fill("113.105")
    w.press(say("Next"))
    w.sound("04-contact")
    w.page.locator("#phone").fill("13912345678")
    w.press(say("Next"))
    w.sound("05-check")
    assert "•••" in w.page.locator("#public-words").inner_text()
    w.press(say("Send"))
    assert say("Your receipt") in w.text
    w.sound("06-receipt")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_resident_reports_follows_and_is_not_content(
    district: District, window: Callable[..., Any], language: str, script: bool
) -> None:
    say = Say(language)
    with window(language, 320, script=script) as w:
        told(w, say)
        kept = Report.objects.get()
        w.press(say("Follow this report"))
        w.sound("07-mine-open")
        mine = w.path
        w.press(say("Add something"))
        w.sound("08-add")
        w.page.locator("#words").fill("It smells <b>bad</b>.")
        w.page.locator("main form button").click()
        w.page.wait_for_load_state()
        assert "It smells <b>bad</b>." in w.text
        closed_by_the_office(district, kept.number)
        w.open(mine)
        w.sound("09-mine-closed")
        w.press(say("I am not content"))
        w.sound("10-not-content")
        w.page.locator("#words").fill("Half of it is still there.")
        w.page.locator("#point-2").check()
        w.page.locator("main form button").click()
        w.page.wait_for_load_state()
        assert say("Thank you for saying so. You are owed a second answer.") in w.text
        w.sound("11-mine-owed")
        case = Case.objects.get(number=kept.number)
        assert case.stage == "answer_again"
        kept.refresh_from_db()
        assert (kept.satisfied, kept.solved) == (2, False)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_is_sound_at_every_width(
    district: District, window: Callable[..., Any], language: str
) -> None:
    say = Say(language)
    for words in ("Rubbish behind the school 学校后面有垃圾", "Rubbish at the market 菜市场有垃圾"):
        district.report(words=words, address="School road 7 学校路7号")
    with window(language, WIDTHS) as w:
        w.open("/")
        w.sound("00-home")
        told(w, say)
        key = w.path.split("/")[2]
        for path, name in (
            (f"/my/{key}/raise/", "12-next-level"),
            (f"/my/{key}/link/", "13-link"),
            ("/follow/", "14-follow"),
            ("/areas/", "15-areas"),
            ("/areas/430298/", "16-area"),
            (f"/cases/{Report.objects.latest('id').number}/", "17-case"),
        ):
            w.open(path)
            w.sound(name)
        w.faults.clear()
        w.open("/my/0123456789/")
        assert w.faults.pop().startswith("Failed to load resource")  # the 404 that was asked for
        w.sound("18-opens-nothing")


def test_danger_is_answered_before_anything_else(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.open("/report/")
        w.page.locator("#words").fill("The kitchen is on fire and a neighbour fainted")
        w.press("Next")
        alert = w.page.get_by_role("alert")
        assert "call now" in alert.inner_text()
        assert alert.get_by_role("link").all_inner_texts() == ["119 fire", "120 ambulance"]
        w.sound("19-danger")


def test_where_i_am_fills_in_the_position(district: District, window: Callable[..., Any]) -> None:
    with window() as w:
        w.page.context.grant_permissions(["geolocation"], origin=w.server)
        w.page.context.set_geolocation({"latitude": 27.825, "longitude": 113.115})
        w.open("/report/")
        w.page.locator("#words").fill("A lamp is out")
        w.press("Next")
        w.page.locator("#kind-0102").check()
        w.press("Next")
        w.press("Where I am now")
        w.page.get_by_text("Found. It is filled in below.").wait_for()
        assert w.page.locator("#lat").input_value() == "27.825000"
        w.sound("20-where-i-am")


def test_a_report_is_told_with_the_keyboard_alone(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.open("/report/")
        w.page.locator("#words").focus()
        w.page.keyboard.type("Rubbish on the pavement")
        w.page.keyboard.press("Tab")
        w.page.keyboard.press("Enter")
        w.page.wait_for_selector("details")
        w.page.locator("summary").focus()
        if not w.page.locator(f"#kind-{RUBBISH}").is_visible():
            w.page.keyboard.press("Enter")
        w.page.locator(f"#kind-{RUBBISH}").wait_for()
        w.page.locator(f"#kind-{RUBBISH}").focus()
        w.page.keyboard.press("Space")
        w.page.keyboard.press("Enter")
        w.page.wait_for_selector("#address")
        w.page.locator("#address").focus()
        w.page.keyboard.type("East gate")
        w.page.keyboard.press("Enter")
        w.page.wait_for_selector("#phone")
        assert not w.faults


def test_each_kind_of_question_and_each_error_is_sound(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.open("/report/")
        w.press("Next")
        w.focus_on("#error")
        w.sound("21-error")
        w.page.locator("#words").fill("A hole in the road, a pothole")
        w.press("Next")
        assert "because of: pothole" in w.text
        w.sound("22-suggested")
        w.page.locator(f"#kind-{POTHOLE}").check()
        w.press("Next")
        w.page.get_by_text("I know the position in numbers", exact=True).click()
        w.page.locator("#lat").fill("27.805")
        w.page.locator("#lon").fill("113.11003")
        w.press("Next")
        w.sound("23-side")
        w.page.locator("#side-unknown").check()
        w.press("Next")
        w.page.locator("#answer").fill("deep")
        w.press("Next")
        assert "Please write a number" in w.text
        w.sound("24-number")
        w.page.locator("#answer").fill("12")
        answers: list[tuple[str, Callable[[], Any]]] = [
            ("25-one-of", lambda: w.page.locator("#answer-1").check()),
            ("26-several-of", lambda: w.page.locator("#answer-2").check()),
            ("27-when", lambda: w.page.locator("#answer").fill("2026-03-01T08:30")),
            ("28-text", lambda: w.page.locator("#answer").fill("Beside the drain")),
        ]
        for name, choose in answers:
            w.press("Next")
            w.sound(name)
            choose()
        w.press("Next")
        w.press("Next")
        assert "Beside the drain" in w.text
        w.press("Send")
        assert Report.objects.get().answers["HARMS"] == ["cyclists"]


def test_a_problem_near_by_is_offered_and_joined(
    district: District, window: Callable[..., Any]
) -> None:
    known = district.report(LAMP, "The lamp is out", at=timezone.now())
    with window() as w:
        w.open("/report/")
        w.page.locator("#words").fill("Lamp dark")
        w.press("Next")
        w.page.locator(f"#kind-{LAMP}").check()
        w.press("Next")
        w.page.get_by_text("I know the position in numbers", exact=True).click()
        w.page.locator("#lat").fill("27.805")
        w.page.locator("#lon").fill("113.105")
        w.press("Next")
        w.sound("29-same")
        w.page.locator(f"#same-{known.number}").check()
        w.press("Next")
        w.press("Next")
        w.sound("30-check-joined")
        w.press("Send")
        assert Report.objects.latest("id").case_id == known.case_id


def test_a_large_photo_is_made_smaller_before_it_is_sent(
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
        w.page.locator("#photos").set_input_files(str(taken))
        w.page.wait_for_function(
            "() => document.getElementById('photos').files[0].name === 'photo.jpg'"
        )
        size = w.page.evaluate("() => document.getElementById('photos').files[0].size")
        assert size < taken.stat().st_size / 2
        w.press("Send")
        kept = Photo.objects.get()
        assert (kept.width, kept.height) == (1600, 800)
        assert not w.faults
