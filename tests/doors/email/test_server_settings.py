"""COMMONWARD_SMTP names the mail server as one address."""

import json
import os
import subprocess
import sys

import pytest

from tests.architecture.tracked import ROOT

ASKED = (
    "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS",
    "EMAIL_USE_SSL", "MAIL",
)  # fmt: skip
PROGRAM = f"""
import json
from commonward.config import settings
print(json.dumps([getattr(settings, name) for name in {ASKED!r}]))
"""


def read(server: str, sender: str = "reports@example.org") -> list[object]:
    """The settings of a process that is started with this server."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "COMMONWARD_SMTP": server, "COMMONWARD_MAIL_FROM": sender},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(told.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("server", "settings"),
    [
        ("smtp://mail.example.org", ["mail.example.org", 25, "", "", False, False, True]),
        (
            "smtp+tls://me:p%40ss@mail.example.org",
            ["mail.example.org", 587, "me", "p@ss", True, False, True],
        ),
        (
            "smtps://me:x@mail.example.org:4650",
            ["mail.example.org", 4650, "me", "x", False, True, True],
        ),
    ],
)
def test_one_address_says_it_all(server: str, settings: list[object]) -> None:
    assert read(server) == settings


def test_without_a_server_or_a_sender_no_mail_is_offered() -> None:
    assert read("")[-1] is False
    assert read("smtp://mail.example.org", "")[-1] is False


def test_a_backend_in_the_place_of_a_server_sends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONWARD_MAIL_BACKEND", "anymail.backends.mailgun.EmailBackend")
    assert read("")[-1] is True
    assert read("", "")[-1] is False
