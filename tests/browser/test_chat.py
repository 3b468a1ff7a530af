"""The conversation on the portal, in a real browser: said, answered without leaving, filed once."""

from collections.abc import Callable
from typing import Any

import pytest

from commonward.cases.models import Report
from tests.district import RUBBISH, District

SAID = {
    "zh-CN": ("小区门口的垃圾三天没人收了", "南门", "跳过", "提交", "谢谢！"),
    "en-GB": (
        "Rubbish lies at the gate since Monday",
        "South gate",
        "Skip",
        "Send it",
        "Thank you.",
    ),
}


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 320), ("en-GB", 1280)])
def test_a_problem_is_told_in_a_conversation(
    window: Callable[..., Any], district: District, settings: Any, language: str, width: int
) -> None:
    settings.CHAT = RUBBISH
    words, where, skip, yes, thanks = SAID[language]
    with window(language, width) as w:
        w.open("/chat/")
        w.sound("chat-first")
        w.page.evaluate("document.body.dataset.stays = 'yes'")
        lines = w.page.locator(".chat-lines > li")
        for text in (words, where):
            w.page.fill("#text", text)
            w.page.locator("#chat-send").click()
            lines.filter(has_text=text).first.wait_for()
        w.page.get_by_role("button", name=skip, exact=True).click()
        w.page.get_by_role("button", name=yes, exact=True).wait_for()
        w.sound("chat-summary")
        w.page.get_by_role("button", name=yes, exact=True).click()
        lines.filter(has_text=thanks).first.wait_for()
        w.sound("chat-filed")
        assert w.page.evaluate("document.body.dataset.stays") == "yes", "the page was never left"
    report = Report.objects.get()
    assert (report.words, report.address, report.channel) == (words, where, "web")
