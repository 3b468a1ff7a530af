"""The knowledge base: which answers fit what somebody asks, and which have expired."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from commonward.cases.models import AnswerVersion
from commonward.cases.queries.spelling import MARK as SPELLING
from commonward.cases.queries.spelling import table
from commonward.cases.queries.texts import may_edit, require_staff
from commonward.core.knowledge.finding import Index, Text, read_with
from commonward.core.knowledge.sources import Source, source_of
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.core.triage.spelling import Spelling, shipped
from commonward.people.queries import InMemory, revisions

LEAST_FOR_STAFF = 0.1
"""Who takes a call sees at once what does not fit; a resident is better told nothing."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer in one of its versions; valid before `valid_until`, which may be never.

    `group` is the first answer of those that say the same for an area (`area`, its code, "" for
    everywhere) or in another language. `because` are the words that matched a search.
    """

    id: int
    group: int
    area: str
    public: bool
    shown: int
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
    sources: tuple[Source, ...]
    at: datetime
    by: int | None
    checked_at: datetime | None
    checked_by: str
    returned: str
    because: tuple[str, ...] = ()

    def valid(self, at: datetime) -> bool:
        """Whether it may be told to anybody at this moment."""
        return self.active and (self.valid_until is None or at < self.valid_until)

    @property
    def waits(self) -> bool:
        """Whether this version waits for somebody else to check it."""
        return self.public and self.active and self.checked_at is None


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
    checked_by: str
    checked_at: datetime | None
    returned: str


@dataclass(frozen=True)
class Base:
    """Answers by their place in the index, by their number and by their group."""

    lines: tuple[AnswerLine, ...]
    by_id: Mapping[int, AnswerLine]
    groups: Mapping[int, tuple[AnswerLine, ...]]
    index: Index


@dataclass(frozen=True)
class Both:
    """What the office reads (the newest versions), and what residents read (the checked ones)."""

    office: Base
    residents: Base


def answers_matching(
    actor: Actor,
    text: str,
    at: datetime,
    *,
    language: str = "",
    category: str = "",
    area_path: str = "",
    most: int = 5,
) -> tuple[AnswerLine, ...]:
    """The answers that fit what somebody asks (知识库检索), the best first; only valid ones.

    Of those that say the same for several areas the one nearest to `area_path` is told, and where
    no language is asked for, the one whose words matched. Raises Forbidden.
    """
    require_staff(actor)
    base = both().office

    def allowed(place: int) -> bool:
        line = base.lines[place]
        return (
            line.valid(at)
            and (not language or line.language == language)
            and (not category or category.startswith(line.category))
        )

    found: dict[tuple[int, str], AnswerLine] = {}
    for one in base.index.find(text, 4 * most, allowed, LEAST_FOR_STAFF):
        line = base.lines[one.place]
        told = nearest(
            [v for v in base.groups[line.group] if v.valid(at)], area_path, line.language
        )
        shown = told if told is not None and told.language == line.language else line
        if not shown.area or f"/{shown.area}/" in area_path or shown.id == line.id:
            found.setdefault((line.group, shown.language), replace(shown, because=one.because))
    return tuple(found.values())[:most]


def nearest(lines: Sequence[AnswerLine], area_path: str, language: str) -> AnswerLine | None:
    """Which of a group holds at a place: the nearest area up the tree, then this language.

    None where all are for areas elsewhere.
    """
    codes = [*reversed([code for code in area_path.split("/") if code]), ""]
    for code in codes:
        here = [line for line in lines if line.area == code]
        if here:
            return next((line for line in here if line.language == language), here[0])
    return None


def all_answers(actor: Actor, at: datetime) -> tuple[AnswerLine, ...]:
    """Every answer: expired ones first, then by question, retired ones last. Raises Forbidden."""
    require_staff(actor)
    return tuple(
        sorted(
            both().office.lines,
            key=lambda line: (not line.active, line.valid(at), line.category, line.question),
        )
    )


def answer_of(actor: Actor, answer: int) -> AnswerLine:
    """One answer, valid or not; raises Missing, Forbidden."""
    require_staff(actor)
    found = both().office.by_id.get(answer)
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
        for line in both().office.lines
        if line.active and not line.valid(at) and may_change(actor, line)
    ]
    return tuple(sorted(waiting, key=lambda line: (line.valid_until or at, line.id)))


def answer_versions(actor: Actor, answer: int) -> tuple[AnswerVersionLine, ...]:
    """What an answer said before, the newest first (1 query). Raises Forbidden."""
    require_staff(actor)
    rows = AnswerVersion.objects.filter(answer_id=answer).order_by("-number")
    return tuple(
        AnswerVersionLine(*row[:5], row[5] or "", row[6], row[7] or "", *row[8:])
        for row in rows.values_list(
            "number",
            "question",
            "words",
            "source",
            "valid_until",
            "by__name",
            "at",
            "checked_by__name",
            "checked_at",
            "returned",
        )  # fmt: skip
    )


def variants_of(group: int) -> tuple[AnswerLine, ...]:
    """All that say the same, in their newest versions: the general one first."""
    return both().office.groups.get(group, ())


def both(marks: Mapping[str, int] | None = None) -> Both:
    """All answers, from memory; read again when an answer or the table of words was changed."""
    known = revisions() if marks is None else marks
    if "answers" not in known:
        return _NOTHING
    # One number for both marks, as `InMemory` compares one.
    return _base.at({"answers": known["answers"] * 4 + known.get(SPELLING, 0) * 3})


def _load() -> Both:
    rows = (
        AnswerVersion.objects.filter(Q(number=F("answer__version")) | Q(number=F("answer__shown")))
        .order_by("answer_id", "number")
        .values_list(
            "answer_id",
            Coalesce("answer__of_id", "answer_id"),
            "answer__area",
            "answer__public",
            "answer__shown",
            "answer__category",
            "answer__language",
            "answer__owner_id",
            "answer__owner__name",
            "answer__team_id",
            Coalesce("answer__team__name", Value("")),
            "valid_until",
            "number",
            "answer__active",
            "question",
            "keywords",
            "words",
            "source",
            "sources",
            "at",
            "by_id",
            "checked_at",
            Coalesce("checked_by__name", Value("")),
            "returned",
            "answer__version",
            "answer__valid_until",
        )
    )
    newest: list[AnswerLine] = []
    shown: list[AnswerLine] = []
    for *row, version, until in rows:
        line = _line(row)
        if line.version == version:
            line = replace(line, valid_until=until)
            newest.append(line)
        if line.version == line.shown and line.public and line.active:
            shown.append(line)
    now = table()
    read = _reading(now)
    return Both(_of(newest, now, read), _of(shown, now, read))


_SOURCES = 18
"""Where the sources stand among the fields of a line."""


def _line(row: Sequence[Any]) -> AnswerLine:
    told = list(row)
    told[_SOURCES] = tuple(source_of(one) for one in told[_SOURCES])
    return AnswerLine(*told)


def _of(lines: list[AnswerLine], now: Spelling, read: Callable[[str], frozenset[str]]) -> Base:
    texts = [Text(f"{line.question} {line.keywords}", line.words) for line in lines]
    groups: dict[int, list[AnswerLine]] = {}
    for line in sorted(lines, key=lambda one: (one.area, one.id)):
        groups.setdefault(line.group, []).append(line)
    return Base(
        tuple(lines),
        {line.id: line for line in lines},
        {group: tuple(of) for group, of in groups.items()},
        Index.of(texts, now, read),
    )


_readers: dict[int, tuple[Spelling, Callable[[str], frozenset[str]]]] = {}


def _reading(now: Spelling) -> Callable[[str], frozenset[str]]:
    """What read the answers last, where the table of words is still the same."""
    kept = _readers.get(0)
    if kept is None or kept[0] is not now:
        kept = _readers[0] = (now, read_with(now))
    return kept[1]


_NOTHING = Both(*(Base((), {}, {}, Index.of((), shipped(), frozenset)) for _ in range(2)))
_base: InMemory[Both] = InMemory("answers", _load)
