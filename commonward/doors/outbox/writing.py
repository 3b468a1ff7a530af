"""Write one message: plain words in its reader's language, and nothing of anybody else."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import dateformat, timezone, translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from commonward.cases.queries.letter_texts import Key, words_for
from commonward.cases.queries.letters import Letter
from commonward.core.channels import Channel, Message
from commonward.core.letter_texts import LetterWords, fill, uses_of
from commonward.doors.look.happening import heading, plain
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import due_words, named
from commonward.doors.outbox.address import address, key_of

Own = Mapping[Key, tuple[int, LetterWords | None]]

_URL = re.compile(r"https?://[^\s<>\"']+")


def message_of(
    delivery: int, found: Letter | None, channel: Channel, at: datetime, own: Own
) -> Message | None:
    """What is owed, written: a letter, or what a room says; None where there is nothing to send."""
    if found is not None:
        return written(found, channel, own)
    return None if channel.write is None else channel.write(delivery, at)


def written(letter: Letter, channel: Channel, own: Own | None = None) -> Message:
    """The message; written again it is the same, down to its key and date.

    The link in it confirms or ends; it opens no report. Whoever holds the receipt has that one.
    """
    with translation.override(_reads(letter.language)):
        long = channel.speaks_html
        chosen = words_for(uses(letter), "long" if long else "short", letter.language, own)
        words = fill(chosen.words, values(letter), channel.longest)
        html = html_of(words) if long else ""
    return Message(
        key=key_of(letter.delivery),
        to=letter.to,
        language=letter.language,
        title=words.title,
        text=words.body,
        made_at=letter.made_at,
        html=html,
        stop=address("portal:mail_stop", letter.token),
        answer=letter.answer,
    )


def uses(letter: Letter) -> tuple[str, ...]:
    """The uses of words that this letter may have, the nearest first."""
    step = letter.step
    if step is None:
        return ("mailed", "confirm") if letter.receipt else ("confirm",)
    stage = step.stage
    ends = stage is not None and (stage.closed or stage.ends)
    return uses_of(step.verb, stage.name if stage else "", asks=step.asks, ends=ends)


def values(letter: Letter) -> dict[str, str]:
    """What may be put into the words; "" for what there is not. In the language that is set."""
    found = {
        "number": letter.number,
        "link": address("portal:mail", letter.token),
        "until": _moment(letter.until),
        "site_contact": settings.CONTACT,
        "receipt": address("portal:receipt", letter.receipt) if letter.receipt else "",
    }
    step, stands = letter.step, letter.standing
    if step is None or stands is None:
        return found
    team = named(*stands.has) if stands.has else ""
    worked = ", ".join(one for one in (team, stands.contact) if one) if team else ""
    due = due_words(stands.due_at) if stands.due_at and not stands.closed_at else ""
    if stands.paused:
        due = _("The clock stands still until the suspension ends.")
    return found | {
        "heading": heading(step),
        "plain": plain(step.verb, step.stage),
        "words": step.words,
        "has": "" if stands.closed_at else worked,
        "had": worked if stands.closed_at else "",
        "due": due,
        "reopen": _moment(stands.reopen_until) if letter.own and stands.reopen_until else "",
        "follow": f"{settings.SITE_URL.rstrip('/')}{reverse('portal:follow')}?number={letter.number}"
        if letter.own
        else "",
        "page": address("portal:case", letter.number) if letter.public and not letter.own else "",
    }


def html_of(words: LetterWords) -> str:
    """The same words as a page: every sign of them escaped, addresses of pages can be pressed."""
    context = {"title": words.title, "parts": parts_of(words)}
    return render_to_string("outbox/mail.html", context)


def parts_of(words: LetterWords) -> list[SafeString]:
    """Its paragraphs, escaped."""
    return [_linked(part) for part in words.body.split("\n\n")]


def _linked(words: str) -> SafeString:
    made, last = "", 0
    for found in _URL.finditer(words):
        url = escape(found[0])
        made += f'{escape(words[last : found.start()])}<a href="{url}">{url}</a>'
        last = found.end()
    # Each piece above went through escape().
    return mark_safe((made + escape(words[last:])).replace("\n", "<br>\n"))  # noqa: S308 (escaped piece by piece)


def _moment(at: datetime) -> str:
    return dateformat.format(timezone.localtime(at), moment_format())


def _reads(language: str) -> str | None:
    return language if language in dict(settings.LANGUAGES) else None
