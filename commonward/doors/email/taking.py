"""Take answers of other offices out of the mailbox (收件): a Maildir that a mail server fills.

Only a mail with the token of a hand-over, from the domain of the office it was sent to, is taken:
what it says is kept sealed with the case, and the mail is deleted. Every other one stays, unread,
for whoever keeps the mailbox.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

from commonward.core.answering_by_mail import Mailed, read_answer
from commonward.core.refusals import Refusal
from commonward.disputes.actions.mailing import answer_by_mail, from_its_office, hand_over_named

MOST_BYTES = 25_000_000
MOST_PAPERS = 5

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Took:
    """What one pass did: answers taken, mails about a hand-over that could not be read, others."""

    taken: int = 0
    unread: int = 0
    left: int = 0


def take(folder: str, now: Callable[[], datetime], *, most: int = 200) -> Took:
    """Read what is new in a Maildir folder; one that fails never stops the rest.

    What dies between keeping and deleting is read again, and changes nothing the second time.
    """
    done = Took()
    box = Path(folder)
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True, exist_ok=True)
    for file in sorted((box / "new").iterdir())[:most]:
        try:
            _one(file, now(), done)
        except Exception:  # such as two workers at the same mail
            log.exception("The mail %s could not be taken; it stays", file.name)
    return done


def _one(file: Path, at: datetime, done: Took) -> None:
    small = file.stat().st_size <= MOST_BYTES
    mail = message_from_bytes(file.read_bytes(), policy=policy.default) if small else None
    try:
        subject, sender = _of_whom(mail) if mail is not None else ("", "")
    except (
        Exception
    ):  # whatever a stranger can write into a header: it must not come first for ever
        log.exception("The headers of the mail %s could not be read; it is left", file.name)
        subject, sender = "", ""
    meant = hand_over_named(subject)
    if mail is None or meant is None or not from_its_office(meant, sender):
        _leave(file)
        done.left += 1
        return
    answer, papers = _said(mail, file.name)
    try:
        says = answer_by_mail(meant, answer, at, papers=papers)
    except Refusal as why:  # such as a broken PDF: without it the words still count
        log.warning("A paper beside the mail %s was not kept: %s", file.name, why)
        says = answer_by_mail(meant, answer, at)
    if says:
        file.unlink()
        done.taken += 1
    else:
        _leave(file)
        done.unread += 1


def _leave(file: Path) -> None:
    """Looked at by a program, read by nobody: it stays unread."""
    file.rename(file.parent.parent / "cur" / f"{file.name.partition(':')[0]}:2,")


def _of_whom(mail: EmailMessage) -> tuple[str, str]:
    """Subject and sender; empty for what a program sent."""
    if str(mail.get("Auto-Submitted", "no")).strip().lower() != "no":
        return "", ""
    return str(mail.get("Subject", "")), parseaddr(str(mail.get("From", "")))[1]


def _said(mail: EmailMessage, name: str) -> tuple[Mailed | None, list[bytes]]:
    """What it answers and the PDFs beside it; None where its text cannot be read at all."""
    try:
        return read_answer(_text(mail)), _papers(mail)
    except (
        Exception
    ):  # such as a character set that nobody knows: the office is told, as of any other
        log.exception("The mail %s could not be read", name)
        return None, []


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())
    return _plain(text) if body.get_content_subtype() == "html" else text


def _papers(mail: EmailMessage) -> list[bytes]:
    found = [
        part.get_content()
        for part in mail.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]
    return [one for one in found if isinstance(one, bytes)][:MOST_PAPERS]


class _Lines(HTMLParser):
    """The text of a mail that has no plain one."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in ("style", "script", "title", "blockquote")
        if tag in ("br", "p", "div", "tr", "hr"):
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("style", "script", "title", "blockquote")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text += " ".join(data.split()) if data.strip() else ""


def _plain(html: str) -> str:
    reader = _Lines()
    reader.feed(html)
    return reader.text
