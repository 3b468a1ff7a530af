"""E-mail as a channel: one connection a pass, and the server's replies as what they mean."""

import smtplib
import threading
from datetime import datetime
from email.utils import formataddr, parseaddr
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.utils import translation

from commonward.cases.actions.subscribing import checked_address
from commonward.core.channels import MAIL, Channel, Later, Message, Refused, Sent
from commonward.core.refusals import N_
from commonward.doors.email.address import headers_of
from commonward.doors.email.writing import mail_of

_THIS_MAIL = (400, 413, 415, 422)
"""Statuses with which a provider's interface refuses one mail; the next one may be taken."""

_line = threading.local()


def write(delivery: int, at: datetime) -> Message | None:
    """The mail of a room above; None where there is nothing to send."""
    mail = mail_of(delivery, at)
    if mail is None:
        return None
    return Message("", mail.to[0], "", str(mail.subject), "", at, own=mail)


def send(message: Message) -> Sent:
    """Hand one mail to the server; what it holds against it, as `Refused` or `Later`."""
    mail = message.own if isinstance(message.own, EmailMessage) else mail_from(message)
    try:
        connection = _connection()
        connection.open()
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as fault:
        raise _recipient_refused(fault) from fault
    except smtplib.SMTPDataError as fault:
        if fault.smtp_code < 400:
            _hang_up()
        # What they hold against the text is ours to mend: the address may still be good.
        raise Later(_code(fault.smtp_code)) from fault
    except _refusals() as fault:  # of a backend that is another program's
        raise Refused(type(fault).__name__) from fault
    except (OSError, smtplib.SMTPException) as fault:
        close()
        # A provider's own interface says by its status whether it holds something against this one.
        status = getattr(fault, "status_code", None)
        raise Later(_server_fault(fault), provider=status not in _THIS_MAIL) from fault
    # What a receipt or an answer will name it by.
    return Sent(key_in(mail))


def mail_from(message: Message) -> EmailMultiAlternatives:
    """Plain words and the same as a page, with what ends them in the mail program itself."""
    with translation.override(message.language or None):
        given = headers_of(message.key, message.made_at)
    if message.stop:
        given |= {
            "List-Unsubscribe": f"<{message.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    reply = [with_mark(message.answer)] if message.answer and settings.MAIL_PLUS else None
    mail = EmailMultiAlternatives(
        subject=message.title,
        body=message.text + "\n",
        from_email=settings.MAIL_FROM,
        to=[message.to],
        reply_to=reply,
        headers=given | dict(message.headers),
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail


def key_in(mail: EmailMessage) -> str:
    """The name of a mail, before its host."""
    return str(mail.extra_headers.get("Message-ID", "")).strip("<>").partition("@")[0]


def with_mark(mark: str) -> str:
    """The address that answers go to, with what they are known by.

    The mail server must deliver what has more after + to the same mailbox.
    """
    name, address = parseaddr(settings.MAIL_FROM)
    local, _, host = address.rpartition("@")
    return formataddr((name, f"{local}+{mark}@{host}"))


def _refusals() -> tuple[type[Exception], ...]:
    """How django-anymail says that no recipient is taken, where that backend is used."""
    if not settings.EMAIL_BACKEND.startswith("anymail."):
        return ()
    found: type[Exception] = import_module("anymail.exceptions").AnymailRecipientsRefused
    return (found,)


def close() -> None:
    """End the connection of this pass."""
    connection = getattr(_line, "connection", None)
    if connection is not None:
        connection.close()
        _line.connection = None


def _hang_up() -> None:
    """End the connection without a word, for another one. A server that answered something twice
    is one answer ahead of us from then on, and would keep us waiting for what it said before."""
    connection = getattr(_line, "connection", None)
    line = getattr(connection, "connection", None)
    if connection is not None and line is not None:
        line.close()
        connection.connection = None
    _line.connection = None


def masked(address: str) -> str:
    """Enough for its owner to know it again.

    >>> masked("alice@example.org")
    'a…@example.org'
    """
    name, _, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"


def _connection() -> Any:
    if getattr(_line, "connection", None) is None:
        _line.connection = get_connection()
    return _line.connection


def _recipient_refused(fault: smtplib.SMTPRecipientsRefused) -> Exception:
    code = next((int(code) for code, _words in fault.recipients.values()), 0)
    if code >= 500:
        return Refused(_code(code))
    return Later(_code(code), provider=code == 421)  # "closing": it takes nothing more now


def _code(code: int) -> str:
    """The reply's number alone: its words often repeat the address."""
    return f"SMTP {code}"


def _server_fault(fault: Exception) -> str:
    code = getattr(fault, "smtp_code", None) or getattr(fault, "status_code", None)
    return type(fault).__name__ if code is None else f"{type(fault).__name__} {code}"


CHANNEL = Channel(
    code=MAIL,
    title=N_("E-mail"),
    asked=N_("E-mail address"),
    kind="email",
    example="name@example.org",
    check=checked_address,
    mask=masked,
    send=send,
    close=close,
    write=write,
    ready=lambda: bool(settings.MAIL),
    speaks_html=True,
)
