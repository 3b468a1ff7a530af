"""Somebody of the staff who may sign in, and the authenticator app in their pocket."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from commonward.core.rights import SYSTEM
from commonward.doors.sign_in import limits
from commonward.people import actions
from commonward.people.models import Account

PASSWORD = "three grey herons 7"


def code_of(secret: str, step: int = 0) -> str:
    """The six digits that an authenticator app shows (RFC 6238), `step` half-minutes from now.

    Whoever sees that the half-minute is about to end waits for the next one, as people do.
    """
    if (left := 30 - time.time() % 30) < 8:
        time.sleep(left)
    count = struct.pack(">Q", int(time.time()) // 30 + step)
    mac = hmac.new(base64.b32decode(secret), count, hashlib.sha1).digest()
    start = mac[-1] & 15
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.fixture(autouse=True)
def _passwords_are_hashed_quickly(settings: LazySettings) -> None:
    """Dozens of sign-ins: how slow a hash is, is not what is tested here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _wrong_tries_come_in_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes for a password, no wait is over in between."""
    moment = timezone.now()
    monkeypatch.setattr(limits, "world", lambda: moment)


@pytest.fixture
def dan(db: None) -> Account:
    """A dispatcher with a password of his own."""
    now = timezone.now()
    account = actions.add_account(SYSTEM, "dan", "Dan", at=now)
    actions.grant(SYSTEM, account.pk, "dispatcher", at=now)
    actions.own_password(account.pk, PASSWORD)
    return account


@pytest.fixture
def client() -> Client:
    """A browser that speaks English."""
    return Client(headers={"accept-language": "en"})
