"""A district, a platform that listens, and settings that name it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.doors.chat import wechat_calls
from tests.district import RUBBISH, District, small_district
from tests.doors.chat.platforms import Stand

SECRET = "synthetic-secret-0001"
AES = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
APP = "wx5823bf96d3bd56c7"


@pytest.fixture(autouse=True)
def _site(settings: Any, tmp_path: Any) -> Iterator[None]:
    """Everything is told to the closed port of this machine until a platform stands there."""
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_URL = "https://tongli.example.org"
    settings.CONTACT = ""
    settings.CHAT = RUBBISH
    settings.CHAT_A_DAY = 10
    settings.SENDINGS_AN_HOUR = 60
    name(settings, "127.0.0.1:9")
    wechat_calls.forget_tokens()
    yield
    wechat_calls.forget_tokens()


def name(settings: Any, host: str, *, aes: str = AES) -> None:
    """Let the site's platforms be at this host."""
    settings.TELEGRAM = f"http://100:SYNTHETIC@{host}?secret={SECRET}&category={RUBBISH}"
    sealed = f"&aes={aes}" if aes else ""
    settings.WECHAT = f"http://{APP}:synthetic@{host}?token=QDG6eK&category={RUBBISH}{sealed}"


@pytest.fixture
def stand(settings: Any) -> Iterator[Stand]:
    """A platform that listens."""
    made = Stand()
    name(settings, made.host)
    yield made
    made.stop()


@pytest.fixture
def district(db: None) -> District:
    """The small district two days ago."""
    return small_district(timezone.now() - timedelta(days=2))
