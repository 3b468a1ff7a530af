"""What residents say of an answer, and what they asked in vain: counted, and joined to nobody.

Each network counts once a day for an answer or a set of words; how that is known is deleted with
the day (`allowing`). Words are kept without names and numbers, those of a vain question only once
five have asked the same.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from commonward.cases.actions.allowing import first_today, spend
from commonward.cases.models import Answer, AnswerHelped, AnswerMissing, AskedInVain
from commonward.cases.queries.gaps import FEWEST, may_settle
from commonward.cases.queries.spelling import table
from commonward.core.finding import hidden
from commonward.core.knowledge.reading import word_set
from commonward.core.masking import mask
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker

LONGEST_MISSING = 300
FEEDBACK_AN_HOUR = 20
VAIN_A_DAY = 30
"""Vain questions of one network that are counted in a day: a program that asks all day is not."""
MOST_KEPT = 20_000
MISSING_DAYS, VAIN_DAYS, COUNT_DAYS = 30, 60, 730


def say_helped(
    address: str, answer: int, helped: bool, at: datetime, *, missing: str = "", asked: str = "",
    language: str = "",
) -> bool:  # fmt: skip
    """Count that an answer helped, or did not; says whether it was counted (once a day).

    `missing` is what was not found in it, `asked` the words that led to it. Raises Refusal
    "allowance" for too much from one network, Missing for an answer that residents do not read.
    """
    if len(missing) > LONGEST_MISSING or "\x00" in missing:
        raise Invalid(
            N_("{which} is too long: at most {most} characters are taken."),
            which="missing", most=LONGEST_MISSING, field="missing",
        )  # fmt: skip
    spend(address, at, FEEDBACK_AN_HOUR, "answers")
    found = Answer.objects.filter(pk=answer, active=True, shown__gt=0).first()
    if found is None:
        raise Missing(N_("There is no such answer."), field="answer")
    today = timezone.localdate(at)
    with transaction.atomic():
        if not first_today(address, at, f"helped {answer}"):
            return False
        month = today.replace(day=1)
        AnswerHelped.objects.get_or_create(answer=found, month=month)
        counted = "helped" if helped else "not_helped"
        AnswerHelped.objects.filter(answer=found, month=month).update(**{counted: F(counted) + 1})
        if not helped:
            kept = mask(hidden(" ".join(missing.split())))[:LONGEST_MISSING]
            if kept:
                AnswerMissing.objects.create(answer=found, day=today, words=kept)
            _count(asked, language, today, found)
    return True


def note_vain(address: str, asked: str, language: str, at: datetime) -> bool:
    """Count a question that found nothing; says whether it was counted."""
    words = word_set(asked, table())
    if not words:
        return False
    with transaction.atomic():
        if not first_today(address, at, f"vain {words}"):
            return False
        if not any(first_today(address, at, f"vain no. {n}") for n in range(VAIN_A_DAY)):
            return False
        return _count(asked, language, timezone.localdate(at), None)


def settle_vain(actor: Actor, gap: int) -> None:
    """Take a vain question off the list: it was answered, or it is none. Raises Forbidden."""
    refuse_onlooker(actor)
    if not may_settle(actor):
        raise Forbidden(N_("Texts and answers are written by administrators and duty chiefs of the whole site."))  # fmt: skip
    AskedInVain.objects.filter(pk=gap).delete()


def forget_asked(at: datetime) -> None:
    """Delete what is too old: words after a month, vain questions after two, counts after two
    years (到期删除)."""
    today = timezone.localdate(at)
    AnswerMissing.objects.filter(day__lt=today - timedelta(days=MISSING_DAYS)).delete()
    AskedInVain.objects.filter(last_day__lt=today - timedelta(days=VAIN_DAYS)).delete()
    AnswerHelped.objects.filter(month__lt=today - timedelta(days=COUNT_DAYS)).delete()


def _count(asked: str, language: str, today: date, answer: Answer | None) -> bool:
    words = word_set(asked, table())
    if not words:
        return False
    told = f"{answer.pk if answer else ''} {words}"
    digest = salted_hmac("commonward.asked", told, algorithm="sha256").hexdigest()
    kept = AskedInVain.objects.select_for_update().filter(digest=digest).first()
    if kept is None:
        if AskedInVain.objects.count() >= MOST_KEPT:
            return False
        AskedInVain.objects.get_or_create(
            digest=digest,
            defaults={
                "language": language[:10], "answer": answer, "first_day": today, "last_day": today,
            },
        )  # fmt: skip
        return True
    kept.times += 1
    kept.last_day = max(today, kept.last_day)
    if kept.times >= FEWEST:
        kept.words = words[:200]
    kept.save(update_fields=["times", "last_day", "words"])
    return True
