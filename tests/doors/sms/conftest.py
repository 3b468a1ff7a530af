"""Providers that listen, a district that takes texts, and messages that are owed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonward.doors.sms import channel as sms_channel
from commonward.doors.sms import session, taking
from tests.district import RUBBISH, District, small_district
from tests.doors.sms.centre import Centre, Gateway, serve, serve_http


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder for parts of its own, no session left, and little patience."""
    settings.VAR = tmp_path
    settings.SITE_URL = "https://tongli.example.org"
    settings.SMS_A_DAY = 20
    monkeypatch.setattr(session.Session.__init__, "__kwdefaults__", {"longest": 1.5})
    taking._unknown.clear()
    yield
    sms_channel.close()


@pytest.fixture
def centre(settings: Any) -> Iterator[Centre]:
    """A message centre, and settings that name it."""
    made = Centre()
    serve(made)
    settings.SMS = f"{made.url}&category={RUBBISH}"
    yield made
    sms_channel.close()
    made.stop()


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """A provider by HTTP, and settings that name it."""
    made = Gateway()
    serve_http(made)
    settings.SMS = f"{made.url}&category={RUBBISH}"
    yield made
    made.stop()


@pytest.fixture
def district(db: None) -> District:
    """The small district two days ago."""
    return small_district(timezone.now() - timedelta(days=2))
