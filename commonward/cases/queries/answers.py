"""The knowledge base: which answers fit what somebody asks, and which have expired."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from commonward.cases.models import AnswerVersion
from commonward.cases.queries.texts import may_edit, require_staff
from commonward.core.finding import grams
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.people.queries import InMemory, revisions


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer in its newest version; valid before `valid_until`, which may be never."""

    id: int
    category: str
    language: str
    owner: int
    owner_name: str
    team: int | None
    team_name: str
    valid_until: datetime | None
    version: int
    active: bool
    question: str
    keywords: str
    words: str
    source: str

    def valid(self, at: datetime) -> bool:
        """Whether it may be told to anybody at this moment."""
        return self.active and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class AnswerVersionLine:
    """What an answer said, who wrote it and when."""

    number: int
    question: str
    words: str
    source: str
    valid_until: datetime | None
    by: str
    at: datetime


@dataclass(frozen=True)
class _Base:
    """All answers, the tokens of each, and how rare each token is."""

    lines: tuple[AnswerLine, ...]
    asked: tuple[frozenset[str], ...]
    told: tuple[frozenset[str], ...]
    weight: Mapping[str, float]


def answers_matching(
    actor: Actor,
    text: str,
    at: datetime,
    *,
    language: str = "",
    category: str = "",
    most: int = 5,
) -> tuple[AnswerLine, ...]:
    """The answers that fit what somebody asks (知识库检索), the best first; only valid ones.

    A token of the question counts double against one of the answer's own words, a rare one more
    than a frequent one (inverse document frequency). Raises Forbidden.
    """
    require_staff(actor)
    base = _base.at(revisions())
    asked = frozenset(token for token in grams(text) if len(token) > 1 or token.isascii())
    found: list[tuple[float, int, AnswerLine]] = []
    for line, question, told in zip(base.lines, base.asked, base.told, strict=True):
        if not line.valid(at) or (language and line.language != language):
            continue
        if category and not category.startswith(line.category):
            continue
        score = sum(base.weight[t] * (2 if t in question else 1) for t in asked & (question | told))
        if score > 0:
            found.append((-score, line.id, line))
    return tuple(line for _, _, line in sorted(found)[:most])


def all_answers(actor: Actor, at: datetime) -> tuple[AnswerLine, ...]:
    """Every answer: expired ones first, then by question, retired ones last. Raises Forbidden."""
    require_staff(actor)
    return tuple(
        sorted(
            _base.at(revisions()).lines,
            key=lambda line: (not line.active, line.valid(at), line.category, line.question),
        )
    )


def answer_of(actor: Actor, answer: int) -> AnswerLine:
    """One answer, valid or not; raises Missing, Forbidden."""
    require_staff(actor)
    found = next((a for a in _base.at(revisions()).lines if a.id == answer), None)
    if found is None:
        raise Missing(N_("There is no such answer."), field="answer")
    return found


def may_change(actor: Actor, line: AnswerLine) -> bool:
    """Whether this person is the answer's owner, of its team, or an editor."""
    return (
        (actor.account is not None and line.owner == actor.account)
        or line.team in actor.teams
        or may_edit(actor, "edit_answers", line.category)
    )


def expired_answers(actor: Actor, at: datetime) -> tuple[AnswerLine, ...]:
    """The expired answers that wait for this person to look at them again, the oldest first."""
    require_staff(actor)
    waiting = [
        line
        for line in _base.at(revisions()).lines
        if line.active and not line.valid(at) and may_change(actor, line)
    ]
    return tuple(sorted(waiting, key=lambda line: (line.valid_until or at, line.id)))


def answer_versions(actor: Actor, answer: int) -> tuple[AnswerVersionLine, ...]:
    """What an answer said before, the newest first (1 query). Raises Forbidden."""
    require_staff(actor)
    rows = AnswerVersion.objects.filter(answer_id=answer).order_by("-number")
    return tuple(
        AnswerVersionLine(*row[:5], row[5] or "", row[6])
        for row in rows.values_list(
            "number", "question", "words", "source", "valid_until", "by__name", "at"
        )
    )


def _load() -> _Base:
    rows = (
        AnswerVersion.objects.filter(number=F("answer__version"))
        .order_by("answer_id")
        .values_list(
            "answer_id",
            "answer__category",
            "answer__language",
            "answer__owner_id",
            "answer__owner__name",
            "answer__team_id",
            Coalesce("answer__team__name", Value("")),
            "answer__valid_until",
            "answer__version",
            "answer__active",
            "question",
            "keywords",
            "words",
            "source",
        )
    )
    lines = tuple(AnswerLine(*row) for row in rows)
    asked = tuple(frozenset(grams(f"{line.question} {line.keywords}")) for line in lines)
    told = tuple(frozenset(grams(line.words)) for line in lines)
    frequency = Counter(t for one, other in zip(asked, told, strict=True) for t in one | other)
    weight = {t: math.log(1 + len(lines) / count) for t, count in frequency.items()}
    return _Base(lines, asked, told, weight)


_base: InMemory[_Base] = InMemory("answers", _load)
