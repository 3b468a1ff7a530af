"""Send what is owed: lease, write, hand to the mail server, end (投递).

Nothing here marks a mail as sent before the server has it: whatever dies in between is sent
again, under the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage, get_connection

from commonward.cases.actions import delivering
from commonward.doors.email.writing import mail_of

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Delivered:
    """What one pass did; `unreachable` says that the mail server was not there."""

    prepared: int = 0
    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    refused: int = 0
    unreachable: bool = False


def deliver(now: Callable[[], datetime], *, most: int = 500) -> Delivered:
    """Owe what events ask for, then send what is due, at most so many mails.

    Where the mail server cannot be reached, or takes nothing from us, the pass ends there: one
    delivery waits longer for it, and the others lose no attempt.
    """
    done = Delivered(prepared=delivering.prepare(now()))
    delivering.clean(now())
    connection = None
    try:
        for leased in delivering.all_due(now, most):
            if connection is None:
                connection = get_connection()
            if not _one(leased, connection, now, done):
                done.unreachable = True
                break
    finally:
        if connection is not None:
            connection.close()
    return done


def _one(delivery: int, connection: Any, now: Callable[[], datetime], done: Delivered) -> bool:
    """Send one; False where the server itself is at fault."""
    try:
        mail = mail_of(delivery, now())
    except Exception as fault:  # one that cannot be written must never stop the rest
        log.exception("The delivery %s could not be written", delivery)
        delivering.put_off(delivery, now(), type(fault).__name__)
        done.put_off += 1
        return True
    if mail is None:
        delivering.dropped(delivery, now())
        done.dropped += 1
        return True
    try:
        _hand_over(mail, connection)
    except smtplib.SMTPRecipientsRefused as fault:
        return _recipient_refused(delivery, fault, now(), done)
    except smtplib.SMTPDataError as fault:
        # What they hold against the text is ours to mend: the address may still be good.
        delivering.put_off(delivery, now(), _code(fault.smtp_code))
        done.put_off += 1
        return True
    except (OSError, smtplib.SMTPException) as fault:
        delivering.put_off(delivery, now(), _server_fault(fault))
        done.put_off += 1
        return False
    delivering.taken(delivery, now())
    done.sent += 1
    return True


def _hand_over(mail: EmailMessage, connection: Any) -> None:
    connection.open()
    connection.send_messages([mail])


def _recipient_refused(
    delivery: int, fault: smtplib.SMTPRecipientsRefused, at: datetime, done: Delivered
) -> bool:
    code = next((int(code) for code, _words in fault.recipients.values()), 0)
    if code >= 500:
        delivering.refused(delivery, at, _code(code))
        done.refused += 1
    else:
        delivering.put_off(delivery, at, _code(code))
        done.put_off += 1
    return code != 421  # "closing": nothing more is taken in this connection


def _code(code: int) -> str:
    """The reply's number alone: its words often repeat the address."""
    return f"SMTP {code}"


def _server_fault(fault: Exception) -> str:
    code = getattr(fault, "smtp_code", None)
    return type(fault).__name__ if code is None else f"{type(fault).__name__} {code}"
