"""Grades, time limits of law and figures in a real browser: every width, both languages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.grading import shipped_text
from commonward.disputes import actions as disputes
from commonward.disputes.access import party_by
from commonward.disputes.actions.grading import contest_grade
from commonward.disputes.actions.terms import tick_terms
from tests.browser.conftest import WIDTHS
from tests.district import District
from tests.talks import Talks, mediation


def performed(talks: Talks) -> tuple[str, str]:
    """Number, and the first side's link, of a dispute whose agreement was carried out."""
    made = talks.registered(facts={})
    disputes.take_step(made.number, "contact", talks.coordinator, talks.later(10))
    other = disputes.invite(made.number, "b", talks.coordinator, talks.later(20))
    disputes.answer(made.number, "b", "agreed", party_by(other, talks.at), talks.later(30))
    disputes.start_talks(made.number, "street", talks.coordinator, talks.later(40))
    for after, verb in ((50, "settle"), (60, "sign"), (70, "performed")):
        disputes.take_step(made.number, verb, talks.mediator, talks.later(after))
    return made.number, made.key


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_desk_reads_why_by_when_and_how_many(
    window: Callable[..., Any], district: District, language: str
) -> None:
    talks = mediation(district)
    number, first, _ = talks.talking("street", facts={"minors": True, "households": 23})
    contest_grade(number, "The children moved out.", first, talks.later(50))
    for i in range(8):
        talks.registered(at=talks.later(i), kind="labour" if i % 3 else "property_service")
    tick_terms(talks.at + timedelta(days=28))
    with window(language, WIDTHS) as w:
        w.sign_in("coordinator")
        for name, path in (
            ("grade", f"/desk/disputes/{number}/grade/"),
            ("terms", f"/desk/disputes/{number}/terms/"),
            ("owed", "/desk/disputes/owed/"),
            ("figures", f"/desk/disputes/figures/?month={timezone.localtime(talks.at):%Y-%m}"),
        ):
            w.open(path)
            w.sound(f"dispute-{name}")
        w.open(f"/desk/disputes/{number}/grade/")
        w.page.locator("#fact-threat").select_option("yes")
        w.page.locator('button[value="state"]').click()
        w.page.wait_for_load_state()
        assert talks.dispute(number).case.grade == "red"
        w.sound("dispute-grade-stated")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_an_administrator_tries_a_table_before_it_holds(
    window: Callable[..., Any], district: District, language: str
) -> None:
    talks = mediation(district)
    for i in range(7):
        talks.registered(at=talks.later(i), facts={"amount": 900_000})
    with window(language, (320, 1280)) as w:
        w.sign_in("administrator")
        for kind in ("grading", "terms", "keeping"):
            w.open(f"/desk/admin/dispute-rules/{kind}/")
            w.sound(f"rules-{kind}")
        w.open("/desk/admin/dispute-rules/grading/")
        wanted = shipped_text().replace('at_least = "site"', "at_least = 500000")
        w.page.locator("#whole").fill(wanted)
        w.page.locator('button[value="look"]').click()
        w.page.wait_for_load_state()
        w.sound("rules-tried")
        w.page.locator('button[value="adopt"]').click()
        w.page.wait_for_load_state()
        w.sound("rules-adopted")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_side_objects_to_the_grade_and_says_whether_it_was_carried_out(
    window: Callable[..., Any], district: District, language: str
) -> None:
    talks = mediation(district)
    made = talks.registered(facts={"minors": True})
    number, key = performed(talks)
    with window(language, WIDTHS) as w:
        w.open(f"/disputes/my/{made.key}/grade/")
        w.sound("mine-grade")
        w.page.locator("#words").fill("现在更急了。It is more urgent now.")
        w.page.locator("form .btn-primary.btn-big").click()
        w.page.wait_for_load_state()
        w.sound("mine-grade-objected")
        w.open(f"/disputes/my/{key}/holds/")
        w.sound("mine-holds")
        w.page.locator('button[value="no"]').click()
        w.page.wait_for_load_state()
        w.sound("mine-holds-no")
    assert talks.dispute(number).case.stage == "follow"
