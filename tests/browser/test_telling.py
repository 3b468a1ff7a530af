"""Needs, interpreting services, what is to be told, and mailboxes, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.disputes import actions as disputes
from commonward.disputes.actions.interpreting import put_service
from commonward.disputes.actions.mailing import set_office_mail
from commonward.disputes.actions.needs import Needs, say_needs
from tests.chosen import appointed, choosing
from tests.district import District
from tests.talks import mediation


@pytest.mark.parametrize(("language", "width"), [("en-GB", (320, 768)), ("zh-CN", (320, 1280))])
def test_what_sides_need_and_who_must_be_told_is_read_at_every_width(
    window: Callable[..., Any], district: District, language: str, width: int | tuple[int, ...]
) -> None:
    talks = mediation(district)
    case = choosing(talks)
    appointed(case)
    say_needs(
        case.number, "b",
        Needs("Keep the wall.", ("thu-pm",), (timezone.localdate(),), "ug", True),
        case.second, case.at(50),
    )  # fmt: skip
    put_service(talks.coordinator, "民族语言翻译中心", ["ug", "bo"], case.at(51), call="12345")
    waiting = talks.registered()
    disputes.take_step(waiting.number, "contact", talks.coordinator, talks.later(60))
    disputes.invite(waiting.number, "b", talks.coordinator, talks.later(61))
    set_office_mail(SYSTEM, talks.teams["court"], "court@court.example.org", talks.later(62))
    with window(language, width) as w:
        w.open(f"/disputes/my/{waiting.key}/needs/")
        w.page.locator("details summary").first.click()
        w.sound("dispute-needs-mine")
        w.page.locator("#n-wants").fill("Light again.")
        w.page.locator("#n-mon-am").check()
        w.page.locator("button.btn-primary").click()
        w.page.wait_for_load_state()
        assert w.page.locator("#n-mon-am").is_checked()
        w.sound("dispute-needs-kept")
        w.sign_in("coordinator")
        for name, path in (
            ("to-tell", "to-tell/"),
            ("sides-needs", f"{case.number}/sides/"),
            ("needs", f"{case.number}/sides/b/"),
            ("sessions-needs", f"{case.number}/sessions/"),
            ("services", "mediators/"),
        ):
            w.open(f"/desk/disputes/{path}")
            w.sound(f"dispute-{name}")
        w.sign_in("administrator")
        w.open(f"/desk/admin/teams/{talks.teams['court']}/")
        w.sound("admin-office-mail")
        w.open("/desk/admin/procedures/dispute/")
        w.page.locator("#ladder ~ div details summary").first.click()
        w.sound("admin-limits")
