"""A question that nobody answered becomes an answer that helps, in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.answers_checking import check_answer
from commonward.cases.actions.answers_helping import note_vain
from commonward.cases.models import AnswerHelped, AskedInVain
from commonward.core.knowledge.sources import Source
from tests.district import STREETS, District

ASKED = "beekeeping permit"


def test_from_a_vain_question_to_an_answer_that_helped(
    window: Callable[..., Any], district: District
) -> None:
    for number in range(4):
        note_vain(f"10.1.0.{number}", ASKED, "en", timezone.now())
    with window("en-GB", 320) as w:
        w.open("/")
        w.page.locator("a.door[href='/answers/']").click()
        w.page.wait_for_load_state()
        w.page.fill("#q", ASKED)
        w.press("Search")
        w.page.get_by_role("heading", name="No answer fits these words").wait_for()
        w.sound("answers-none")
    assert AskedInVain.objects.get().times == 5
    with window("en-GB", 1280) as w:
        w.sign_in("duty_chief")
        w.open("/desk/answers/gaps/")
        w.sound("answer-gaps")
        w.page.locator("a.btn-primary", has_text="Write an answer").first.click()
        w.page.locator("#words").wait_for()
        w.page.fill("#question", "Do I need a permit for beekeeping?")
        w.page.fill("#words", "No. Tell the veterinary office how many hives you keep.")
        w.page.select_option("#language", "en")
        w.page.fill("#sn-1", "Example rule 3")
        w.page.fill("#sl-1", "https://example.org/bees")
        w.sound("answer-add")
        w.press("Keep it")
        w.page.get_by_text("This version waits until somebody else has checked it.").wait_for()
        w.sound("answer-waits")
        w.sign_out()
        w.sign_in("administrator")
        w.open("/desk/answers/kept/")
        w.sound("answers-kept")
        w.page.get_by_role("link", name="Do I need a permit for beekeeping?").first.click()
        w.press("I agree: show it to residents")
        w.page.get_by_text("Residents read version 1").wait_for()
        w.sound("answer-checked")
        w.open("/desk/answers/gaps/")
        w.page.get_by_text("Found by now:").wait_for()
    with window("en-GB", 320) as w:
        w.open(f"/answers/?q={ASKED.replace(' ', '+')}")
        w.page.get_by_role("link", name="Do I need a permit for beekeeping?").click()
        w.page.get_by_role("heading", name="Did this help?").wait_for()
        w.sound("answer-one")
        w.press("Yes, it helped")
        w.page.get_by_text("nothing of you is kept").wait_for()
    assert AnswerHelped.objects.get().helped == 1


@pytest.mark.parametrize(("language", "width"), [("zh-CN", (320, 1280)), ("en-GB", 768)])
def test_answers_are_read_at_every_width_in_both_languages(
    window: Callable[..., Any], district: District, language: str, width: int | tuple[int, ...]
) -> None:
    at = timezone.now()
    first = 0
    for tongue, area, question, words in (
        ("zh-hans", "", "服务大厅几点开门？", "周一至周五9:00–17:00。周末休息。"),
        ("en", "", "When is the service hall open?", "Monday to Friday 9:00–17:00. Closed at weekends."),
        ("zh-hans", STREETS[1], "服务大厅几点开门？", "周一至周五8:30–16:30。周末休息。"),
    ):  # fmt: skip
        made = add_answer(
            district.duty_chief, question, words, at, language=tongue, area=area, of=first or None,
            public=True, valid_until=at + timedelta(days=9), keywords="opening hours 上班时间",
            sources=[Source("address", "示例 example", "https://example.org/hall", timezone.localdate())],
        ).pk  # fmt: skip
        first = first or made
        check_answer(district.administrator, made, at, version=1, agree=True)
    with window(language, width) as w:
        for name, path in (
            ("answers", ""), ("answers-found", "?q=大厅开门+opening+hours"), ("answer", f"{first}/"),
            ("answer-street", f"{first}/?area={STREETS[1]}"),
        ):  # fmt: skip
            w.open(f"/answers/{path}")
            w.sound(name)
        w.sign_in("duty_chief")
        for name, path in (
            ("desk-answers", ""), ("desk-answer", f"{first}/"), ("desk-kept", "kept/"),
            ("desk-add", f"new/?of={first}"), ("desk-import", "import/"),
        ):  # fmt: skip
            w.open(f"/desk/answers/{path}")
            w.sound(name)
