"""What cases at places say, for finding hot issues (热点问题): their words, never who told them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from commonward.cases.access import seen_by
from commonward.cases.models import Case, Report
from commonward.cases.queries.points import CLASSES, PROCEDURES
from commonward.core.figures import NO_CASE
from commonward.core.finding import hidden
from commonward.core.rights import APART, Actor

_FIRST_WORDS = 700
_LEFT = NO_CASE - {"joined"}
"""Outcomes with which a case leaves an issue; one that was joined to another was a report of it."""


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """One case: its words without what leads to a person, its moment, point and areas."""

    id: int
    title: str
    words: str
    opened_at: datetime
    lat: float | None
    lon: float | None
    area_path: str
    joined: bool


def spoken_since(after: int, since: datetime, most: int) -> list[SpokenOf]:
    """The next cases after one, by number of row, told of since a moment (2 queries)."""
    return _spoken(
        Case.objects.filter(pk__gt=after, opened_at__gte=since).order_by("pk"), most=most
    )


def spoken_of(cases: Iterable[int], *, joined: bool = False) -> list[SpokenOf]:
    """The same of cases that are known (2 queries); `joined`: of those joined to another too."""
    ids = list(cases)
    if not ids:
        return []
    left = _LEFT if joined else NO_CASE
    return _spoken(Case.objects.filter(pk__in=ids).order_by("pk"), most=len(ids), left=left)


def _speaking(cases: QuerySet[Case], left: frozenset[str] = _LEFT) -> QuerySet[Case]:
    """Those of which may be spoken: nothing forgotten, no other procedure, nothing void."""
    return cases.filter(
        category__kind__in=CLASSES, procedure__name__in=PROCEDURES, forgotten_at=None
    ).exclude(outcome__in=left)


def _spoken(cases: QuerySet[Case], most: int, left: frozenset[str] = NO_CASE) -> list[SpokenOf]:
    rows = _speaking(cases, left).values_list(
        "id", "summary", "opened_at", "lat", "lon", "area_path", "joined_to", "category__code"
    )[:most]
    kept = [row for row in rows if not row[7].startswith(APART)]
    said: dict[int, str] = {}
    told = Report.objects.filter(case_id__in=[row[0] for row in kept], hidden_at=None)
    for case, words, address in told.order_by("-id").values_list("case_id", "words", "address"):
        said[case] = f"{words[:_FIRST_WORDS]} {address}"
    return [
        SpokenOf(
            pk,
            hidden(summary or said.get(pk, "")[:60]),
            hidden(said.get(pk, "")),
            at,
            lat,
            lon,
            path,
            joined is not None,
        )
        for pk, summary, at, lat, lon, path, joined, _ in kept
    ]


def seen_among(actor: Actor, cases: Sequence[int]) -> frozenset[int]:
    """Those of some cases that this person may see (1 query per 500)."""
    found: set[int] = set()
    rule = seen_by(actor)
    for start in range(0, len(cases), 500):
        part = Case.objects.filter(rule, pk__in=cases[start : start + 500])
        found.update(part.values_list("pk", flat=True))
    return frozenset(found)


def case_facts(cases: Iterable[int]) -> dict[int, tuple[datetime, str, bool, str]]:
    """By case: when it was told, the path of its areas, whether it was joined, its number.

    Of those that became a dispute, an incident or void, and of forgotten ones, there is nothing.
    """
    rows = _speaking(Case.objects.filter(pk__in=list(cases))).values_list(
        "id", "opened_at", "area_path", "joined_to", "number", "category__code"
    )
    return {
        pk: (at, path, joined is not None, number)
        for pk, at, path, joined, number, code in rows
        if not code.startswith(APART)
    }
