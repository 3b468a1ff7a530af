"""A real mail server on this machine, which answers as a test wishes."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from commonward.cases.actions import Said, open_case
from commonward.cases.actions.subscribing import confirm, subscribe, token_of
from commonward.cases.models import Delivery, Report, Subscription
from commonward.doors.outbox.sending import Delivered, deliver
from tests.district import RUBBISH, District, small_district


@dataclass
class Box:
    """What the server took, and what it answers: `says` by address, `after` to the whole mail."""

    host: str = ""
    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    tos: list[list[str]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    after: str = "250 taken"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        said = self.says.get(address, "250 fine")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.after.startswith("250"):
            read = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(read, EmailMessage)
            self.taken.append(read)
            self.tos.append(list(envelope.rcpt_tos))
        return self.after


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    """A mail server that listens, and settings that name it."""
    made = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.host, made.port = free.getsockname()
    server = Controller(made, hostname=made.host, port=made.port, ready_timeout=30)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = made.host, made.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.MAIL, settings.MAIL_FROM = True, "Commonward <reports@example.org>"
    settings.SITE_URL = "https://tongli.example.org"
    yield made
    server.stop()


@pytest.fixture
def district(db: None) -> District:
    """The small district two days ago."""
    return small_district(timezone.now() - timedelta(days=2))


def reported(district: District, *, language: str = "en", public: bool = True) -> Report:
    """A report two days ago."""
    said = Said(channel="portal", words="Rubbish 垃圾", lat=27.805, lon=113.105, language=language)
    return open_case(RUBBISH, said, district.at, public=public)


def wanted(
    report: Report, address: str = "alice@example.org", language: str = "en", *, own: bool = True
) -> Subscription:
    """Somebody asked for mails, and confirmed it."""
    made = subscribe(report.pk, address, language, timezone.now(), own=own)
    assert made is not None
    confirmed = confirm(token_of(made.pk), timezone.now())
    Delivery.objects.filter(subscription=made, event=None).update(
        state="sent", next_at=None, ended_at=timezone.now()
    )
    return confirmed


def sent(at: datetime | None = None) -> Delivered:
    """One pass of the sender, now or at another moment."""
    return deliver(lambda: at or timezone.now())


def words_of(mail: EmailMessage) -> str:
    """The text of a mail in one line."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())
