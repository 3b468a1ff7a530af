"""Within how many minutes what may be urgent is read, and from which weight on it is put first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.models import DangerAnswer, WordSettings
from commonward.people.queries import InMemory, revisions

MARK = "words"
"""The mark under which settings of words are kept in memory (queries.reading)."""
MINUTES = 15
HIGHEST = 2.0
"""How far above the shipped border a site may set its own; never below, so that what no border
reaches asks for no rule."""
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Weights above the shipped border beside which the page says what was decided."""
_MOST = 4_000


@dataclass(frozen=True, slots=True)
class ReadFirst:
    """The site's rule: minutes, and how far above the shipped border a report is put first."""

    minutes: int = MINUTES
    more: float = 0.0


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of reports that weighed at least so much above the border."""

    margin: float
    count: int
    urgent: int


def read_first_rule(marks: Mapping[str, int] | None = None) -> ReadFirst:
    """The rule in force: no query while nothing changed."""
    known = revisions() if marks is None else marks
    return _rule.at(known) if MARK in known else ReadFirst()


def decided(until: datetime) -> tuple[Decided, ...]:
    """What people decided, at each level (1 query: the newest 4,000)."""
    rows = _answers(until)
    return tuple(
        Decided(
            level,
            sum(margin >= level for margin, _ in rows),
            sum(margin >= level and urgent for margin, urgent in rows),
        )
        for level in LEVELS
    )


def may_rise_to(until: datetime, least: int) -> float:
    """How far the border may be raised: below the lightest report that proved urgent, and not at
    all before `least` reports were decided (1 query)."""
    rows = _answers(until)
    if len(rows) < least:
        return 0.0
    return max(0.0, min((margin for margin, urgent in rows if urgent), default=LEVELS[-1]))


def _answers(until: datetime) -> list[tuple[float, bool]]:
    rows = DangerAnswer.objects.filter(at__lt=until).order_by("-at", "-id")
    return list(rows.values_list("margin", "urgent")[:_MOST])


def _load() -> ReadFirst:
    kept = WordSettings.objects.first()
    return ReadFirst() if kept is None else ReadFirst(kept.read_first_minutes, kept.read_first_more)


_rule = InMemory(MARK, _load)
