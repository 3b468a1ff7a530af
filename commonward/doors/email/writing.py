"""Write one mail: plain words in its reader's language, and nothing of anybody else."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import dateformat, timezone, translation

from commonward.cases.queries.letters import Letter, letter
from commonward.disputes.queries.telling import ToOffice, message
from commonward.doors.email.address import address, headers
from commonward.doors.email.pledged import to_unit
from commonward.doors.email.talks import to_office, to_side
from commonward.doors.look.happening import heading, plain
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import due_words, named
from commonward.programmes.queries.pledges import unit_mail


def mail_of(delivery: int, at: datetime) -> EmailMessage | None:
    """The mail of whatever is owed; None where there is nothing (any more) to send."""
    found = letter(delivery, at)
    if found is not None:
        return written(found)
    told = message(delivery, at)
    if told is None:
        unit = unit_mail(delivery, timezone.localdate(at))
        return None if unit is None else to_unit(unit)
    return to_office(told) if isinstance(told, ToOffice) else to_side(told)


def written(letter: Letter) -> EmailMessage:
    """The mail; written again it is the same, down to its Message-ID and date.

    The link in it confirms or ends; it opens no report. Whoever holds the receipt has that one.
    """
    with translation.override(letter.language if _known(letter.language) else None):
        context = _context(letter)
        subject = render_to_string("email/subject.txt", context)
        body = render_to_string("email/body.txt", context)
        given = headers(letter.delivery, letter.made_at)
    given |= {
        "List-Unsubscribe": f"<{address('portal:mail_stop', letter.token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=settings.MAIL_FROM,
        to=[letter.to],
        headers=given,
    )


def _context(letter: Letter) -> dict[str, Any]:
    stands = letter.standing
    shared: dict[str, Any] = {
        "letter": letter,
        "link": address("portal:mail", letter.token),
        "until": _moment(letter.until),
        "contact": settings.CONTACT,
    }
    if letter.step is None or stands is None:
        return shared
    return {
        **shared,
        "heading": heading(letter.step),
        "plain": plain(letter.step.verb, letter.step.stage),
        "asks": letter.step.asks,
        "has": named(*stands.has) if stands.has else "",
        "has_contact": stands.contact,
        "due": due_words(stands.due_at) if stands.due_at and not stands.closed_at else "",
        "reopen": _moment(stands.reopen_until) if stands.reopen_until else "",
        "follow": f"{settings.SITE_URL.rstrip('/')}{reverse('portal:follow')}?number={letter.number}",
        "page": address("portal:case", letter.number) if letter.public else "",
    }


def _moment(at: Any) -> str:
    return dateformat.format(timezone.localtime(at), moment_format())


def _known(language: str) -> bool:
    return language in dict(settings.LANGUAGES)
