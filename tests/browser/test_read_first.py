"""A doubtful report: at the head of the intake's list, decided with one press, sound at every width."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import DangerAnswer
from tests.browser.conftest import WIDTHS
from tests.browser.test_desk_queue import LANGUAGES
from tests.district import District

MAYBE = "隔壁大爷今天一直没有出来拿报纸"


def test_what_may_be_urgent_comes_by_itself_and_is_decided_with_one_press(
    district: District, window: Callable[..., Any]
) -> None:
    with window() as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.page.locator("#words").fill("The caller tells of")
        assert w.page.locator(".read-first").count() == 0
        number = district.report(words=MAYBE, at=timezone.now()).case.number
        w.page.locator(".read-first").get_by_text(number).first.wait_for()
        assert w.page.locator(".danger-told").count() == 0, "it rings for nobody"
        w.page.get_by_role("button", name="Not urgent").click()
        w.page.locator(".read-first").wait_for(state="detached")
        assert w.page.locator("#words").input_value() == "The caller tells of", "nothing is lost"
        assert not DangerAnswer.objects.get().urgent
        other = district.report(words=MAYBE, at=timezone.now()).case.number
        w.page.locator(".read-first").get_by_text(other).first.wait_for()
        w.page.get_by_role("button", name=f"Urgent {other}", exact=True).click()
        w.page.wait_for_url(f"**/desk/cases/{other}/")
        w.page.locator(".danger-told").wait_for()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_read_first_stands_on_sound_pages(
    district: District, window: Callable[..., Any], language: str
) -> None:
    report = district.report(words=MAYBE, at=timezone.now())
    with window(language, WIDTHS) as w:
        w.sign_in("duty_chief")
        for name, path in (
            ("home", "/desk/"),
            ("queue", "/desk/queue/"),
            ("intake", "/desk/intake/"),
            ("case", f"/desk/cases/{report.case.number}/"),
            ("rule", "/desk/admin/words/danger/"),
        ):
            w.open(path)
            w.page.locator("main").get_by_role("heading").first.wait_for()
            w.sound(f"read-first-{name}")
