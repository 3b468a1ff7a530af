"""A call for help from a phone without network: kept, plainly not sent, then sent once."""

from collections.abc import Callable
from typing import Any

import pytest

from commonward.response.models import Incident
from commonward.response.queries.incidents import calls_of
from tests.browser.test_field import phone, without_network
from tests.district import District
from tests.help import Help, urgent_help

__all__ = ["phone"]


@pytest.fixture
def aid(district: District) -> Help:
    """Urgent help in the browser's district."""
    return urgent_help(district, on_duty=False)


@pytest.mark.parametrize(("language", "width"), [("en-GB", 320), ("zh-CN", 768)])
def test_without_network_it_says_that_nobody_has_it_and_whom_to_call(
    aid: Help, phone: Callable[..., Any], language: str, width: int
) -> None:
    with phone(language=language, width=width) as w:
        w.page.locator('a[href="#help"]').click()
        w.page.locator("#field-category").wait_for()
        w.sound("field-help")
        with without_network(w):
            w.page.reload()
            w.page.locator("[data-cut]").wait_for()
            w.page.select_option("#field-category", value="fire")
            w.page.fill("#field-address", "South lane 4")
            w.page.fill("#field-words", "Smoke from the kiosk")
            w.page.locator("form button.field-wide").click()
            w.page.locator(".field-help").wait_for()
            numbers = w.page.locator("#place a[href^='tel:']").all_inner_texts()
            assert numbers == ["110", "119", "120"]
            w.faults[:] = [f for f in w.faults if "ERR_INTERNET_DISCONNECTED" not in f]
            w.sound("field-help-waits")
            assert not Incident.objects.exists()
        w.page.locator(".field-help").wait_for(state="detached")
        made = Incident.objects.select_related("case").get()
        w.page.locator("#told", has_text=made.case.number).wait_for()
        w.sound("field-help-sent")
        assert [call.words.split("\n")[0] for call in calls_of(made)] == ["Smoke from the kiosk"]
        assert not w.faults
