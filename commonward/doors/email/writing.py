"""Write one mail: plain words in its reader's language, and nothing of anybody else."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import dateformat, timezone, translation
from django.utils.crypto import salted_hmac

from commonward.cases.queries.letters import Letter
from commonward.doors.look.happening import heading, plain
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import due_words, named


def written(letter: Letter) -> EmailMessage:
    """The mail; written again it is the same, down to its Message-ID and date.

    The link in it confirms or ends; it opens no report. Whoever holds the receipt has that one.
    """
    with translation.override(letter.language if _known(letter.language) else None):
        context = _context(letter)
        subject = render_to_string("email/subject.txt", context)
        body = render_to_string("email/body.txt", context)
    stop = _address("portal:mail_stop", letter.token)
    headers = {
        "Message-ID": f"<{_name(letter.delivery)}@{_host()}>",
        "Date": dateformat.format(letter.made_at, "r"),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "zh-Hans" if letter.language.startswith("zh") else "en",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=settings.MAIL_FROM,
        to=[letter.to],
        headers=headers,
    )


def _context(letter: Letter) -> dict[str, Any]:
    stands = letter.standing
    shared: dict[str, Any] = {
        "letter": letter,
        "link": _address("portal:mail", letter.token),
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
        "page": _address("portal:case", letter.number) if letter.public else "",
    }


def _moment(at: Any) -> str:
    return dateformat.format(timezone.localtime(at), moment_format())


def _address(name: str, argument: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name, args=[argument])}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _name(delivery: int) -> str:
    """The same for each attempt, and no count of the mails that were sent."""
    drawn = salted_hmac("commonward.mail", str(delivery), algorithm="sha256").hexdigest()
    return f"commonward.{drawn[:32]}"


def _known(language: str) -> bool:
    return language in dict(settings.LANGUAGES)
