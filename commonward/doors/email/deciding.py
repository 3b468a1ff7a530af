"""What one mail is, and what becomes of it: an office's answer, a reporter's, a report, or nothing.

Whatever it is, the same mail twice changes nothing: whoever dies between keeping and deleting it
leaves it to be decided again.
"""

import hashlib
import logging
import re
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from commonward.cases.actions.mailed_in import (
    Written,
    answer_by_mail,
    bounced_back,
    report_by_mail,
    subscription_of_key,
)
from commonward.cases.actions.mailed_marks import subscription_of_mark
from commonward.cases.actions.opening import LONGEST_WORDS
from commonward.cases.actions.photos import MOST_PHOTOS, Ready, prepare_photo
from commonward.core.mailed import LeftOut, Mail, checked_sender, read_mail
from commonward.core.refusals import N_, Refusal
from commonward.disputes.actions.mailing import from_its_office, hand_over_named
from commonward.doors.email.offices import answered_by_office

log = logging.getLogger(__name__)

TAKEN, UNREAD, REPORTED, ANSWERED, BOUNCED, DROPPED, LEFT, MANY = (
    "taken", "unread", "reported", "answered", "bounced", "dropped", "left", "many",
)  # fmt: skip

_MARK = re.compile(r"\+(r\d{1,18}-[0-9a-f]{24})@", re.IGNORECASE)
_PASSED_ON = re.compile(r"^\s*((re|fwd?|aw|回复|答复|回覆|转发|轉寄)\s*[:：]\s*)+", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
WHY = {
    "kind": N_("not a photo"),
    "tnef": N_("packed by Outlook in a form that cannot be read (winmail.dat)"),
    "sealed": N_("encrypted"),
    "mail": N_("another mail"),
    "many": N_("too many files"),
    "large": N_("too large"),
    "pdf": N_("PDF"),
    "unread": N_("cannot be read"),
}


def decide(raw: bytes, at: datetime) -> str:
    """Take one mail; what became of it. Raises what the database raises, and nothing for its text."""
    try:
        mail = read_mail(raw, host())
    except Refusal as why:
        log.warning("A mail was not read: %s", why)
        return LEFT
    if mail.kind == "loop":
        return DROPPED
    if mail.kind == "bounce" and mail.bounce is not None:
        return BOUNCED if bounced_back(mail.ours, mail.bounce, at) else LEFT
    marks = [hit[1].lower() for one in mail.to if (hit := _MARK.search(one))]
    if mail.kind == "auto":
        # What answers us by itself is kept nowhere; what else comes by itself is not ours to judge.
        return DROPPED if mail.ours or marks else LEFT
    meant = hand_over_named(mail.subject)
    if meant is not None:
        if not from_its_office(meant, mail.sender):
            return LEFT
        return answered_by_office(raw, meant, at)
    if not mail.sender or mail.sender.casefold() == _own_address():
        return LEFT
    if mail.ours or marks:
        return _answer(mail, marks, at)
    return _report(mail, at) if mail.kind == "words" and settings.MAIL_REPORTS else LEFT


def host() -> str:
    """The name after the @ in the Message-ID of our mails."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _own_address() -> str:
    return parseaddr(settings.MAIL_FROM)[1].casefold()


def _answer(mail: Mail, marks: list[str], at: datetime) -> str:
    found = subscription_of_key(mail.ours)
    if found is None:
        there = [one for mark in marks if (one := subscription_of_mark(mark)) is not None]
        if not there:
            return LEFT
        found = (there[0], None)
    photos, refused = _photos(mail)
    words = _with_note(mail.words, refused, mail)
    if not words and not photos:
        return LEFT
    # Where its pictures are refused (too many on this report, say) the words still count.
    for kept in (photos, ()) if photos and words else (photos,):
        try:
            answer_by_mail(found[0], _written(mail, words, kept), at, question=found[1])
        except Refusal as why:
            log.warning("An answer by mail was not taken: %s", why)
        else:
            return ANSWERED
    return LEFT


def _report(mail: Mail, at: datetime) -> str:
    photos, refused = _photos(mail)
    subject = _PASSED_ON.sub("", mail.subject).strip()
    text = mail.words or mail.whole
    words = text if text.startswith(subject) else f"{subject}\n\n{text}".strip()
    if not words:
        return LEFT
    category = "" if settings.MAIL_REPORTS == "unsorted" else settings.MAIL_REPORTS
    told = _written(mail, _with_note(words, refused, mail), photos)
    try:
        report_by_mail(
            told, category, at,
            a_day=settings.MAIL_REPORTS_A_DAY, an_hour=settings.MAIL_REPORTS_AN_HOUR,
        )  # fmt: skip
    except Refusal as why:
        log.warning("A mail was not taken as a report: %s", why)
        return MANY if why.code == "many" else LEFT
    return REPORTED


def _written(mail: Mail, words: str, photos: tuple[Ready, ...]) -> Written:
    digest = hashlib.sha256(mail.whole.encode("utf-8", "replace")).hexdigest()
    return Written(
        sender=mail.sender,
        words=words,
        key="\n".join((mail.message_id, mail.sender.casefold(), mail.subject, digest)),
        language=_language(mail),
        checked=checked_sender(mail.checks, settings.MAIL_CHECKER, mail.sender),
        photos=photos,
    )


def _photos(mail: Mail) -> tuple[tuple[Ready, ...], list[LeftOut]]:
    """The pictures, encoded anew, and what is not kept."""
    kept: list[Ready] = []
    refused = list(mail.left_out)
    for one in mail.files:
        if one.kind != "picture" or len(kept) >= MOST_PHOTOS:
            why = "pdf" if one.kind == "pdf" else "many"
            refused.append(LeftOut(one.name, len(one.data), why))
            continue
        try:
            kept.append(prepare_photo(one.data))
        except Refusal:
            refused.append(LeftOut(one.name, len(one.data), "unread"))
    return tuple(kept), refused


def _with_note(words: str, refused: list[LeftOut], mail: Mail) -> str:
    """The words, and below them the names of the files that were not kept."""
    if not refused or not (words or mail.files):
        return words[:LONGEST_WORDS]
    with translation.override(_language(mail)):
        named = _("; ").join(f"{one.name} ({_(WHY[one.why])})" for one in refused)
        note = _("[Not kept of this mail: {files}]").format(files=named[:600])
    return f"{words[: LONGEST_WORDS - len(note) - 2]}\n\n{note}".strip()


def _language(mail: Mail) -> str:
    return "zh-hans" if _CHINESE.search(mail.subject + mail.words[:2000]) else "en"
