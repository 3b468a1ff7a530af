"""What helps whoever answers: the text, the article and the solved cases that fit (答复参考).

Nothing is sent by itself: somebody reads, picks, changes and sends. Which text was used is kept
with the step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Remark, Report
from commonward.cases.queries.answers import AnswerLine, answers_matching
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.lists import planned
from commonward.cases.queries.reading import reading
from commonward.cases.queries.reference import book
from commonward.cases.queries.texts import TextLine, texts_for
from commonward.core.geo import metres_between
from commonward.core.masking import mask
from commonward.core.rights import APART, Actor
from commonward.people.queries import revisions as read_revisions

LOOKED_AT = 300
"""The newest solved cases of the category; older ones were answered under other rules."""
MOST = 3
_SOLVED = ("solved", "partly_solved")
_LONGEST = 1_000
_LONGEST_RESULT = 600


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved case of the same kind at another place: what was done there, masked, and why it
    is shown."""

    line: CaseLine
    result: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """All that may help with one answer."""

    texts: tuple[TextLine, ...] = ()
    answers: tuple[AnswerLine, ...] = ()
    solved: tuple[Solved, ...] = ()


def help_with(case: Case, actor: Actor, at: datetime, *, language: str) -> Help:
    """Texts, articles and solved cases that fit a case which the actor may see (8 queries).

    Where the reading of words is switched off, or the case is a dispute or an incident, the
    texts come in their own order and nothing else is looked for.
    """
    marks = read_revisions()
    code = book(marks).categories[case.category_id].code
    texts = texts_for(actor, language, category=code, stage=case.stage, marks=marks)
    words = told(case)
    if not reading(marks).on or code.startswith(APART) or not words:
        return Help(texts)
    return Help(
        ordered(words, texts),
        answers_matching(
            actor, words, at, language=language, category=code, area_path=case.area_path, most=MOST
        ),
        solved_alike(case, words, actor, at, marks),
    )


def told(case: Case) -> str:
    """What its reporters wrote, the first one's words first."""
    rows = Report.objects.filter(case=case).order_by("id").values_list("words", flat=True)[:3]
    return " ".join(rows)[:_LONGEST]


def ordered(words: str, texts: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """The standard texts, those that share words with the report first, then in their own order."""
    from commonward.core.triage.fitting import fitting  # noqa: PLC0415 (loads what reads words)

    fits = fitting(words, [f"{text.name} {text.words}" for text in texts], most=len(texts))
    first = [fit.place for fit in fits]
    rest = [place for place in range(len(texts)) if place not in set(first)]
    return tuple(texts[place] for place in (*first, *rest))


def solved_alike(
    case: Case, words: str, actor: Actor, at: datetime, marks: Mapping[str, int]
) -> tuple[Solved, ...]:
    """Solved cases of this category elsewhere whose words are alike; only those the actor may see."""
    from commonward.core.triage.fitting import fitting  # noqa: PLC0415 (as above)

    near = book(marks).categories[case.category_id].near_metres
    with planned():
        rows = list(
            Case.objects.filter(seen_by(actor, marks))
            .filter(category_id=case.category_id, opened_at__lte=at)
            .filter(closed_at__isnull=False, outcome__in=_SOLVED)
            .exclude(pk=case.pk)
            .order_by("-opened_at", "-id")
            .values_list("pk", "lat", "lon", "summary")[:LOOKED_AT]
        )
    elsewhere = [
        (pk, summary)
        for pk, lat, lon, summary in rows
        if summary
        and (
            case.lat is None
            or case.lon is None
            or lat is None
            or lon is None
            or metres_between(case.lat, case.lon, lat, lon) > near
        )
    ]
    fits = fitting(words, [summary for _, summary in elsewhere], most=MOST)
    found = {elsewhere[fit.place][0]: fit for fit in fits}
    results = _results(list(found))
    return tuple(
        Solved(line, results.get(line.id, ""), found[line.id].because)
        for line in lines(list(found), at, marks)
    )


def _results(cases: list[int]) -> dict[int, str]:
    """What the public was told last of each case, without telephones and the like (1 query)."""
    rows = (
        Remark.objects.filter(event__case_id__in=cases, public=True)
        .order_by("event_id")
        .values_list("event__case_id", "words")
    )
    return {case: mask(words)[:_LONGEST_RESULT] for case, words in rows}


def used(words: str, offered: tuple[TextLine, ...], answers: tuple[AnswerLine, ...],
         filled: Mapping[int, str]) -> list[dict[str, object]]:  # fmt: skip
    """Which texts and articles stand in the words that were sent, with their versions.

    `filled` are the texts' words with their places filled, by the text's id. A text that was
    changed is no longer that text.
    """
    plain = _plain(words)
    found: list[dict[str, object]] = []
    for text in offered:
        own = _plain(filled.get(text.id, ""))
        if len(own) >= _FEWEST and own in plain:
            found.append({"text": text.id, "version": text.version, "name": text.name})
    for one in answers:
        own = _plain(one.words)
        if len(own) >= _FEWEST and own in plain:
            found.append({"answer": one.id, "version": one.version, "name": one.question})
    return found


_FEWEST = 6
"""Characters that must stand there: “OK.” is everybody's."""


def _plain(text: str) -> str:
    return "".join(text.split())
