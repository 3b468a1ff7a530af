"""Signing in with a real browser: password, passkey, and each of its pages looked at."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone, translation

from commonward.core.rights import SYSTEM
from commonward.people import actions
from commonward.people.models import Account
from tests.browser.conftest import WIDTHS

PASSWORD = "three grey herons 7"


@pytest.fixture
def dan(transactional_db: None, browser: Any) -> Account:
    cache.clear()
    now = timezone.now()
    account = actions.add_account(SYSTEM, "dan", "Dan", at=now)
    actions.grant(SYSTEM, account.pk, "dispatcher", at=now)
    actions.own_password(account.pk, PASSWORD)
    return account


def sign_in(w: Any) -> None:
    w.page.fill("#id_login", "dan")
    w.page.fill("#id_password", PASSWORD)
    w.page.press("#id_password", "Enter")
    w.page.wait_for_load_state()


def test_a_passkey_is_set_up_and_opens_the_desk_without_a_password(
    window: Callable[..., Any], dan: Account
) -> None:
    with override_settings(SECOND_FACTOR=True), window("en-GB", 768) as w:
        devices = w.page.context.new_cdp_session(w.page)
        devices.send("WebAuthn.enable")
        devices.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        # A passkey belongs to a name, not to a bare address of the network.
        w.server = w.server.replace("127.0.0.1", "localhost")
        w.open("/desk/")
        sign_in(w)
        assert w.path == "/account/2fa/"
        w.open("/account/2fa/webauthn/add/")
        w.page.fill("#id_name", "phone")
        w.page.check("#id_passwordless")
        w.page.click("#mfa_webauthn_add")
        w.page.wait_for_url("**/recovery-codes/**")
        w.open("/desk/")
        assert w.page.title().startswith("My work")
        w.page.locator(".desk-mine > summary").click()
        w.press("Sign out")
        w.open("/account/login/")
        with w.page.expect_navigation(url="**/desk/"):
            w.press("Sign in with a passkey")
        assert w.page.title().startswith("My work")


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_every_page_of_signing_in_reads_well(
    window: Callable[..., Any], dan: Account, language: str
) -> None:
    with translation.override(None), window(language, WIDTHS) as w:
        w.open("/account/login/")
        w.sound("sign-in")
        sign_in(w)
        for name, path in {
            "second-factor": "2fa/",
            "authenticator-app": "2fa/totp/activate/",
            "passkey": "2fa/webauthn/add/",
            "keys": "2fa/webauthn/",
            "password": "password/change/",
            "again": "reauthenticate/",
        }.items():
            w.open(f"/account/{path}")
            w.sound(f"sign-in-{name}")
