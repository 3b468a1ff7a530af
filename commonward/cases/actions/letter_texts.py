"""The site's own words for messages to people; each change is a version, nothing is overwritten."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from commonward.cases.models import LetterText
from commonward.cases.queries.letter_texts import known_uses
from commonward.core.letter_texts import LANGUAGES, LENGTHS, check_words
from commonward.core.refusals import N_, Missing, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions import record_change


def set_letter_text(
    actor: Actor,
    use: str,
    length: str,
    language: str,
    title: str,
    body: str,
    at: datetime,
    *,
    number: int,
) -> LetterText:
    """Put the site's own words in the place of what was there (the version `number`, 0 for none).

    Administrators for the whole site only. Raises Forbidden, Missing, Stale, and Invalid for a
    place that there is not, with the list of those that there are.
    """
    _check(actor, use, length, language)
    words = check_words(use, title, body)
    return _next(actor, use, length, language, words.title, words.body, at, number)


def reset_letter_text(
    actor: Actor, use: str, length: str, language: str, at: datetime, *, number: int
) -> LetterText:
    """Go back to the shipped words; what the site had stays as a version. Raises as above."""
    _check(actor, use, length, language)
    return _next(actor, use, length, language, "", "", at, number)


def _check(actor: Actor, use: str, length: str, language: str) -> None:
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_letter_text")
    if use not in known_uses() or length not in LENGTHS or language not in LANGUAGES:
        raise Missing(N_("There is no such text."), field="use")


@transaction.atomic
def _next(
    actor: Actor,
    use: str,
    length: str,
    language: str,
    title: str,
    body: str,
    at: datetime,
    number: int,
) -> LetterText:
    of = LetterText.objects.filter(use=use, length=length, language=language)
    now = of.aggregate(last=Max("number"))["last"] or 0
    stale = Stale(
        N_("“{name}” was changed in the meantime (version {now}, you had {had})."),
        name=use,
        now=now,
        had=number,
    )
    if now != number:
        raise stale
    try:
        with transaction.atomic():
            made = LetterText.objects.create(
                use=use, length=length, language=language, number=now + 1,
                title=title, body=body, by_id=actor.account, at=at,
            )  # fmt: skip
    except IntegrityError:
        raise stale from None
    record_change(
        actor, "set_letter_text", f"{use} {length} {language}", at, {"version": made.number}
    )
    return made
