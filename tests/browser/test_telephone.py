"""A call in a real browser: answered at a telephone, its form opens; the number goes with the call."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.phoning import sit_at
from commonward.people.actions import issue_key
from tests.district import RUBBISH, District

NUMBER = "13912345678"


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 320), ("en-GB", 768), ("en-GB", 1280)])
def test_the_form_of_an_answered_call_opens_by_itself_and_forgets_the_number(
    window: Callable[..., Any], district: District, language: str, width: int
) -> None:
    _, key = issue_key(district.administrator, "PBX", ("telephony",), at=timezone.now())

    def told(**event: Any) -> None:
        answer = Client().post(
            "/telephony/events", json.dumps({"call": "a", **event}), "application/json",
            headers={"authorization": f"Bearer {key}"},
        )  # fmt: skip
        assert answer.status_code == 204

    sit_at("8012", district.intake_officer, timezone.now())
    with window(language, width) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        w.sound("telephone-waits")
        told(type="offered", number=NUMBER, queue="main")
        told(type="answered", extension="8012")
        line = w.page.locator("[data-telephone]")
        expect(line).to_contain_text(NUMBER, timeout=30_000)
        w.sound("telephone-call")
        w.page.locator("[data-keep-number]").click()
        expect(w.page.locator("#phone")).to_have_value(NUMBER)
        told(type="words", words="着火了，快来人")
        expect(line).to_contain_text("119", timeout=30_000)
        w.sound("telephone-danger")
        told(type="call_back")
        told(type="ended")
        expect(line).not_to_contain_text(NUMBER, timeout=30_000)
        w.open("/desk/lines/")
        w.sound("telephone-queue")
        w.page.locator("button[value=look]").click()
        expect(w.page.locator(".telephone-backs")).to_contain_text(NUMBER)
        w.sound("telephone-back")
        w.page.locator("button[value=reached]").click()
        expect(w.page.locator("main")).not_to_contain_text(NUMBER)


def test_a_call_opens_its_form_and_a_found_answer_goes_into_the_reply(
    window: Callable[..., Any], district: District
) -> None:
    at = timezone.now()
    _, key = issue_key(district.administrator, "PBX", ("telephony",), at=at)
    answer = "Order the truck at 12345-0."
    add_answer(district.duty_chief, "Who takes old furniture away?", answer, at, language="en")
    sit_at("8012", district.intake_officer, at)
    report = district.report(RUBBISH, "A sofa stands before the gate.")
    district.handled(report)

    def told(**event: Any) -> None:
        said = Client().post(
            "/telephony/events", json.dumps({"call": "a", **event}), "application/json",
            headers={"authorization": f"Bearer {key}"},
        )  # fmt: skip
        assert said.status_code == 204

    with window("en-GB", 768) as w:
        w.sign_in("intake_officer")
        w.open("/desk/intake/")
        told(type="offered", number=NUMBER, queue="main")
        told(type="answered", extension="8012")
        expect(w.page.locator("[data-telephone]")).to_contain_text(NUMBER, timeout=30_000)
        w.page.fill("#words", "Where does my old furniture go?")
        proposed = w.page.locator(".help-answer").first
        expect(proposed).to_contain_text(answer, timeout=60_000)
        told(type="ended")
        w.sign_out()
        w.sign_in("street_handler")
        w.open(f"/desk/cases/{report.case.number}/steps/finish/")
        w.page.fill("#find-answer", "old furniture")
        w.page.locator("[data-find] button").click()
        insert = w.page.locator("[data-found] [data-insert]")
        expect(insert).to_be_visible(timeout=60_000)
        insert.click()
        expect(w.page.locator("textarea[name=result]")).to_have_value(answer, timeout=30_000)
