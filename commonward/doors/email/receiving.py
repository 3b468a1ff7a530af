"""Take mails as a mail server hands them over (SMTP): each is kept before it is said to be.

Nothing is passed on: only the site's own address takes anything, and whoever wrote what is not
taken learns it from their own server.
"""

import asyncio
import logging
from email.utils import parseaddr
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import close_old_connections

from commonward.core.mailed import MOST_BYTES
from commonward.doors.email.deciding import LEFT, MANY, decide
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Mails that are kept at the same time; the others wait in their connection."""
TIMEOUT = 60


class Intake:
    """What the server asks."""

    def __init__(self) -> None:
        self._turns: asyncio.Semaphore | None = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Only to us, with or without a mark after +."""
        if not ours(address):
            return "550 5.7.1 not here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep it, then say so."""
        if self._turns is None:
            self._turns = asyncio.Semaphore(AT_ONCE)
        async with self._turns:
            try:
                what = await asyncio.to_thread(kept, envelope.content, envelope)
            except Exception:  # the database is busy, say: whoever hands it over tries again
                log.exception("A mail could not be kept")
                return "451 4.3.0 try again later"
        if what == MANY:  # their own server keeps it, and brings it again
            return "451 4.7.1 very many reports came within the hour: it is taken later"
        if what == LEFT and _sender(envelope):
            return "550 5.7.1 not taken here"
        return "250 2.0.0 kept"


def kept(content: bytes, envelope: Any) -> str:
    """What becomes of it; with what the envelope says on top, where a mail server writes it."""
    top = [f"Return-Path: <{_sender(envelope)}>"]
    top += [f"Delivered-To: {one}" for one in envelope.rcpt_tos[:20]]
    lines = "\r\n".join("".join(c for c in one if c.isprintable()) for one in top)
    close_old_connections()
    try:
        return decide(lines.encode("utf-8", "replace") + b"\r\n" + content, site_now())
    finally:
        close_old_connections()


def _sender(envelope: Any) -> str:
    """Who hands it over; "" for what a mail server says by itself, to whom nothing is refused."""
    return (envelope.mail_from or "").strip("<> ")


def ours(address: str) -> bool:
    """Whether this is the address that the site's mails come from."""
    name, _, domain = parseaddr(settings.MAIL_FROM)[1].casefold().rpartition("@")
    told, _, where = address.casefold().rpartition("@")
    return bool(name) and where == domain and told.partition("+")[0] == name


def listening(host: str, port: int) -> Controller:
    """A server on this address; `start` and `stop` are the caller's."""
    return Controller(
        Intake(),
        hostname=host,
        port=port,
        ready_timeout=30,
        data_size_limit=MOST_BYTES,
        timeout=TIMEOUT,
        ident="mail",
        enable_SMTPUTF8=True,
    )
