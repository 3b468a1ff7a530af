"""Administration in a real browser: every page, both languages, three widths."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from commonward.people.models import Account, Team
from tests.district import POTHOLE, District

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(window: Any, login: str) -> None:
    """As if signed in a moment ago."""
    client = Client()
    client.force_login(Account.objects.get(login=login), BACKEND)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    window.page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": window.server}]
    )


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_of_administration_reads_well(
    window: Callable[..., Any], district: District, language: str, width: int
) -> None:
    account = Account.objects.get(login="dispatcher").pk
    team = Team.objects.get(code="roads").pk
    with window(language, width) as w:
        sign_in(w, "administrator")
        for name, path in {
            "changes": "",
            "accounts": "accounts/",
            "account": f"accounts/{account}/",
            "teams": "teams/",
            "team": f"teams/{team}/",
            "keys": "keys/",
            "categories": "categories/",
            "category": f"categories/{POTHOLE}/",
            "calendars": "calendars/",
            "calendar": "calendars/site/?year=2031",
            "procedures": "procedures/",
            "procedure": "procedures/service_matter/",
        }.items():
            w.open(f"/desk/admin/{path}")
            w.sound(f"admin-{name}")


def test_a_limit_is_tried_and_brought_into_force_by_hand(
    window: Callable[..., Any], district: District
) -> None:
    district.act(district.report(), "accept", district.intake_officer, 12)
    with window("en-GB", 1280) as w:
        sign_in(w, "administrator")
        w.open("/desk/admin/procedures/service_matter/")
        w.page.get_by_label("Limit of “Received”").fill("10 urgent_minute")
        w.press("See what that would change")
        w.sound("admin-procedure-tried")
        assert "1 more case of the last month would be late." in w.text
        w.press("Bring it into force now")
        assert "Version 2 is in force" in w.text
        w.sound("admin-procedure-adopted")
