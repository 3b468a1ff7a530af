"""Administration in a real browser: every page, both languages, three widths."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.areas.models import AnsweringRule
from commonward.cases.actions import delivering, hooking
from commonward.cases.models import Delivery
from commonward.core.rights import SYSTEM
from commonward.people.actions.breaking_glass import ask_break_glass
from commonward.people.actions.reviews import begin_review
from commonward.people.models import Account, DirectoryGroup, Team
from tests.browser.conftest import WIDTHS
from tests.district import POTHOLE, District


def called_hook() -> int:
    """A hook that was called three times: taken, put off, and not yet."""
    at = timezone.now()
    made, _secret = hooking.add_hook(
        SYSTEM, "City map", "https://map.example.org/hooks/commonward?site=tongli", at=at,
        verbs=["opened", "close"],
    )  # fmt: skip
    for _each in range(3):
        hooking.try_hook(SYSTEM, made.pk, at=at)
    first, second, _third = Delivery.objects.filter(hook=made).order_by("id")
    delivering.taken(first.pk, at)
    Delivery.objects.filter(pk=second.pk).update(attempts=1)
    delivering.put_off(second.pk, at, "HTTP 503")
    return int(made.pk)


def rights_looked_at(district: District) -> int:
    """A review of all grants that was begun, a group of the directory, and a right asked for."""
    at = timezone.now()
    DirectoryGroup.objects.create(name="Water staff", made_at=at, changed_at=at)
    ask_break_glass(
        district.duty_chief, "The administrator is ill and a key must be ended.", 4, at=at
    )
    made = begin_review(
        district.administrator, at + timedelta(days=20), at=at, ends=True, months=12,
        used={(district.accounts["handler"], "handler"): "2026-02"},
    )  # fmt: skip
    return int(made.pk)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_of_administration_reads_well(
    window: Callable[..., Any], district: District, language: str
) -> None:
    account = Account.objects.get(login="dispatcher").pk
    team = Team.objects.get(code="roads").pk
    rule = AnsweringRule.objects.get(name="roads").pk
    hook = called_hook()
    review = rights_looked_at(district)
    with window(language, WIDTHS) as w:
        w.sign_in("administrator")
        for name, path in {
            "changes": "",
            "accounts": "accounts/",
            "account": f"accounts/{account}/",
            "teams": "teams/",
            "team": f"teams/{team}/",
            "keys": "keys/",
            "rules": f"answering/?ask_duty=handle&ask_category={POTHOLE}",
            "rule": f"answering/{rule}/",
            "hooks": "hooks/",
            "hook": f"hooks/{hook}/",
            "categories": "categories/",
            "category": f"categories/{POTHOLE}/",
            "calendars": "calendars/",
            "calendar": "calendars/site/?year=2031",
            "procedures": "procedures/",
            "procedure": "procedures/service_matter/",
            "directory": "directory/",
            "reviews": "reviews/",
            "review": f"reviews/{review}/",
            "to-review": "../access/",
            "emergency": "../emergency/",
            "signed-in": "../signed-in/",
        }.items():
            w.open(f"/desk/admin/{path}")
            w.sound(f"admin-{name}")


def test_a_limit_is_tried_and_brought_into_force_by_hand(
    window: Callable[..., Any], district: District
) -> None:
    district.act(district.report(), "accept", district.intake_officer, 12)
    with window("en-GB", 1280) as w:
        w.sign_in("administrator")
        w.open("/desk/admin/procedures/service_matter/")
        w.page.get_by_label("Received: number").fill("10")
        w.press("See what that would change")
        w.sound("admin-procedure-tried")
        assert "1 more case of the last month would be late." in w.text
        w.press("Bring it into force now")
        assert "Version 2 is in force" in w.text
        w.sound("admin-procedure-adopted")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_a_change_of_a_rule_is_tried_and_seeing_as_somebody_is_never_overlooked(
    window: Callable[..., Any], district: District, language: str
) -> None:
    district.report(POTHOLE, answers={"HOWDEEP": "5"})
    other = Account.objects.get(login="dispatcher")
    rule = AnsweringRule.objects.get(name="roads").pk
    with window(language, (320, 1280)) as w:
        w.sign_in("administrator")
        w.open(f"/desk/admin/answering/{rule}/")
        w.page.locator("#team").fill("street")
        w.page.locator("button[value=preview]").click()
        w.page.wait_for_selector("#tried")
        w.sound("admin-rule-tried")
        w.open(f"/desk/admin/accounts/{other.pk}/")
        w.page.locator("button[value=see]").click()
        w.page.wait_for_selector(".seeing-strip")
        w.sound("seeing-home")
        w.open("/desk/queue/")
        w.sound("seeing-queue")
        w.page.locator(".seeing-strip button").click()
        w.page.wait_for_url(f"**/desk/admin/accounts/{other.pk}/")
        assert w.page.locator(".seeing-strip").count() == 0
