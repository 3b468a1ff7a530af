"""What an office outside answers by mail: one word on its first line, and a ruling as a PDF (收件)."""

import logging
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from commonward.core.answering_by_mail import Mailed, read_answer
from commonward.core.mailed.pages import text_of
from commonward.core.refusals import Refusal
from commonward.disputes.actions.mailing import answer_by_mail

MOST_PAPERS = 5

log = logging.getLogger(__name__)


def answered_by_office(raw: bytes, meant: int, at: datetime) -> str:
    """Take its answer to a hand-over: "taken", or "unread" where the office is told what was wrong."""
    mail = message_from_bytes(raw, policy=policy.default)
    answer, papers = _said(mail)
    try:
        says = answer_by_mail(meant, answer, at, papers=papers)
    except Refusal as why:  # such as a broken PDF: without it the words still count
        log.warning("A paper beside a mail was not kept: %s", why)
        says = answer_by_mail(meant, answer, at)
    return "taken" if says else "unread"


def _said(mail: EmailMessage) -> tuple[Mailed | None, list[bytes]]:
    """What it answers and the PDFs beside it; None where its text cannot be read at all: nothing
    is guessed of an office's answer, not even its characters."""
    try:
        return read_answer(_text(mail)), _papers(mail)
    except Exception:  # such as a character set that nobody knows: the office is told
        log.exception("An office's mail could not be read")
        return None, []


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())
    return text_of(text) if body.get_content_subtype() == "html" else text


def _papers(mail: EmailMessage) -> list[bytes]:
    found = [
        part.get_content()
        for part in mail.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]
    return [one for one in found if isinstance(one, bytes)][:MOST_PAPERS]
