"""A plan's month in browsers: officer, owner, checker and leader, each in a window of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.programmes.models import ReviewLine
from tests.district import District
from tests.programmes.plan_office import AFTER_FEBRUARY, CODE, ESTATES, Office, plan_office

PLAN = f"/desk/programmes/plans/{CODE}/"
MONTH = f"{PLAN}2026-02/"


@pytest.fixture
def office(district: District, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The plan as it stands on a Monday at the beginning of March, when the site's clock is."""
    real, begun = timezone.now, timezone.now()

    def then() -> datetime:
        return AFTER_FEBRUARY + (real() - begun)

    made = plan_office(district, AFTER_FEBRUARY)
    monkeypatch.setattr("commonward.people.queries.clock.timezone.now", then)
    assert then() - AFTER_FEBRUARY < timedelta(hours=1)
    return made


def test_a_month_from_the_report_to_the_decided_appeal(
    office: Office, window: Callable[..., Any]
) -> None:
    estates = office.target(ESTATES)
    with window("en-GB", 1280) as officer, window("en-GB", 320) as owner, \
            window("en-GB", 768) as checker, window("zh-CN", 1280) as leader:  # fmt: skip
        for one, login in ((officer, "programme_officer"), (owner, "handler"),
                           (checker, "second_handler"), (leader, "leader")):  # fmt: skip
            one.sign_in(login)
        officer.open("/desk/programmes/plans/")
        officer.sound("plan-list")
        officer.press("Plan of 2026")
        officer.sound("plan-closed")
        officer.page.locator("#group-1 > summary").click()
        officer.page.get_by_text("Estates renewed").first.wait_for()
        officer.sound("plan-open")
        officer.open(MONTH)
        officer.press("Open the review")
        officer.sound("plan-month-open")
        owner.open(MONTH)
        owner.sound("plan-month-owed")
        owner.page.fill(f"#value-{estates}", "1")
        owner.page.fill(f"#words-{estates}", "One is done, paper 12.")
        owner.page.locator(f"#target-{estates} button").click()
        owner.page.get_by_text("Another team will check it.").wait_for()
        officer.open(MONTH)
        officer.page.get_by_role("button", name="Order a reply").first.click()
        officer.page.get_by_text("a reply is owed").first.wait_for()
        owner.open(MONTH)
        owner.page.locator("[id^=answer-]").fill("The wall was wet.")
        owner.press("Reply")
        owner.page.get_by_text("The wall was wet.").first.wait_for()
        officer.open(MONTH)
        officer.press("Begin the check")
        checker.open(MONTH)
        checker.sound("plan-month-check")
        checker.page.locator(f"#target-{estates} button").click()
        checker.page.get_by_text("Confirmed").first.wait_for()
        officer.open(MONTH)
        officer.press("Reckon the scores")
        officer.page.fill("#notice", "Well begun.")
        officer.press("Give notice")
        officer.page.get_by_text("Well begun.").wait_for()
        officer.sound("plan-month-notified")
        owner.open(MONTH)
        owner.page.locator(f"summary:has-text('{'1.1.1'}')").click()
        owner.page.fill(f"#appeal-{estates}", "Two were accepted.")
        owner.page.locator(f"details:has(#appeal-{estates}) button").click()
        owner.page.get_by_text("Two were accepted.").wait_for()
        leader.open(MONTH)
        leader.page.fill(f"#dvalue-{estates}", "2")
        leader.page.fill(f"#dwords-{estates}", "验收单日期为二月。")
        leader.page.locator("button[name=upheld][value=yes]").click()
        leader.page.get_by_text("验收单日期为二月。").wait_for()
        leader.sound("plan-month-decided")
    assert ReviewLine.objects.get(target=estates).score == 100


@pytest.mark.parametrize(("language", "width"), [("en-GB", 320), ("zh-CN", 768)])
def test_the_pages_of_a_plan_are_sound(
    office: Office, window: Callable[..., Any], language: str, width: int
) -> None:
    with window(language, width) as desk:
        desk.sign_in("programme_officer")
        for name, address in (
            ("tree", f"{PLAN}?open=all"), ("bars", f"{PLAN}bars/?open=1"), ("import", f"{PLAN}import/"),
            ("target", f"{PLAN}1.1.1/"), ("filtered", f"{PLAN}?state=unknown"), ("month", MONTH),
        ):  # fmt: skip
            desk.open(address)
            desk.sound(f"plan-{name}")
    with window(language, width, script=False) as plain:
        plain.open(f"/together/plans/{CODE}/")
        plain.page.locator("#group-1 a").first.click()
        assert "1.1" in plain.text
    with window(language, width) as public:
        public.open("/together/plans/")
        public.sound("plans-public")
        public.open(f"/together/plans/{CODE}/?group=1")
        public.sound("plan-public")
