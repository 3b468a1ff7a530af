"""What was asked and not answered (未答问题), and what residents say of the answers.

Shown only where at least `FEWEST` askings came from different networks or days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from commonward.cases.models import AnswerHelped, AnswerMissing, AskedInVain
from commonward.cases.queries.answers import both
from commonward.cases.queries.texts import may_edit, require_staff
from commonward.core.knowledge.finding import Found
from commonward.core.rights import Actor

FEWEST = 5
MOST_SHOWN = 200
_HELPED_DAYS = 365


@dataclass(frozen=True, slots=True)
class Gap:
    """A set of words that was asked in vain; `answer` did not help, None where nothing was found.

    `answered` is an answer that would be found today.
    """

    id: int
    words: str
    language: str
    answer: int | None
    question: str
    times: int
    since: date
    last: date
    answered: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """What residents said of an answer in the last year: how often it helped and did not; and what
    they missed in it, of the last month."""

    helped: int
    not_helped: int
    missing: tuple[tuple[date, str], ...]


def may_settle(actor: Actor) -> bool:
    """Whether this person takes vain questions off the list."""
    return may_edit(actor, "edit_answers")


def gaps(actor: Actor, at: datetime) -> tuple[Gap, ...]:
    """The sets of words that were asked in vain most often (2 queries). Raises Forbidden."""
    require_staff(actor)
    base = both().residents
    rows = (
        AskedInVain.objects.filter(times__gte=FEWEST)
        .order_by("-times", "id")
        .values_list("id", "words", "language", "answer_id", "times", "first_day", "last_day")
    )
    found = []
    for pk, words, language, answer, times, first, last in rows[:MOST_SHOWN]:
        line = base.by_id.get(answer) if answer else None
        # An answer that did not help is not looked for once more.
        hit: tuple[Found, ...] = (
            () if answer else base.index.find(words, 1, lambda place: base.lines[place].valid(at))
        )
        found.append(
            Gap(
                pk, words, language, answer, line.question if line else "", times, first, last,
                base.lines[hit[0].place].id if hit else None,
            )
        )  # fmt: skip
    return tuple(found)


def said_of(actor: Actor, answer: int, at: datetime) -> Said:
    """What residents said of an answer (2 queries). Raises Forbidden."""
    require_staff(actor)
    since = timezone.localdate(at) - timedelta(days=_HELPED_DAYS)
    sums = AnswerHelped.objects.filter(answer_id=answer, month__gte=since).aggregate(
        helped=Sum("helped"), not_helped=Sum("not_helped")
    )
    missing = AnswerMissing.objects.filter(answer_id=answer).order_by("-day", "-id")
    return Said(
        sums["helped"] or 0,
        sums["not_helped"] or 0,
        tuple(missing.values_list("day", "words")[:50]),
    )
