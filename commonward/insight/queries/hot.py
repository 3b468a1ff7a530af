"""Hot issues (热点问题) as somebody may see them: only where their rights reach, never by person."""

import importlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.spoken import case_facts, seen_among, spoken_of
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.insight.models import HotAct, HotIssue, HotMember, HotRun
from commonward.people.queries import revisions

LEAST = 3
"""Cases from which on something is an issue and not two reports."""
WEEKS = 12
MOST = 50
_READ = 300
"""Issues that are looked through for a page: the largest of them."""
MOST_LISTED = 200
_LATELY = timedelta(weeks=4)
_GLANCED = 60
"""Issues that are looked through for the few of a dashboard."""


@dataclass(frozen=True, slots=True)
class Hot:
    """One issue, counted and named over the cases that this person may see.

    A case that became a dispute, an incident or void is in none of it from that moment on.

    `weeks` are the cases told of in each of the last twelve weeks, the oldest first; `joined` are
    those that were joined to another as the same report; `areas` are codes, the commonest first.
    """

    id: int
    place: str
    words: tuple[str, ...]
    count: int
    joined: int
    first_at: datetime
    last_at: datetime
    weeks: tuple[int, ...]
    areas: tuple[str, ...]
    case: str
    version: str
    hidden: int

    @property
    def name(self) -> str:
        """Its place and its first words; empty where its cases have none in common."""
        return " · ".join(part for part in (self.place, *self.words[:3]) if part)

    @property
    def distinct(self) -> int:
        """Its cases without those that were joined to another as the same report."""
        return self.count - self.joined

    @property
    def rising(self) -> int:
        """Cases of the last four weeks less those of the four before."""
        return sum(self.weeks[-4:]) - sum(self.weeks[-8:-4])


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided of an issue."""

    verb: str
    reason: str
    by: str
    at: datetime


def hot_issues(
    actor: Actor, at: datetime, *, order: str = "growth", most: int = MOST
) -> tuple[Hot, ...]:
    """The issues with at least three cases that this person may see, those growing most first.

    `order` is "growth", "count" or "last".
    """
    rows = list(
        HotIssue.objects.filter(state="found", count__gte=LEAST)
        .order_by("-count", "-last_at")
        .select_related("case")[:_READ]
    )
    found = [one for one in _told(rows, actor, at) if one.count >= LEAST]
    keys = {
        "growth": lambda one: (-one.rising, -one.count, one.id),
        "count": lambda one: (-one.count, -one.rising, one.id),
        "last": lambda one: (-one.last_at.timestamp(), one.id),
    }
    return tuple(sorted(found, key=keys.get(order, keys["growth"]))[:most])


def rising_issues(actor: Actor, at: datetime, most: int = 5) -> tuple[Hot, ...]:
    """Those that grow fastest, for a dashboard: told of within four weeks, more than before."""
    rows = list(
        HotIssue.objects.filter(state="found", count__gte=LEAST, last_at__gte=at - _LATELY)
        .order_by("-count", "-last_at")
        .select_related("case")[:_GLANCED]
    )
    found = [one for one in _told(rows, actor, at) if one.count >= LEAST and one.rising > 0]
    return tuple(sorted(found, key=lambda one: (-one.rising, -one.count, one.id))[:most])


def hot_issue(issue: int, actor: Actor, at: datetime) -> Hot:
    """One issue, whichever its size. Raises Missing where this person sees none of its cases; a
    merged one gives the one that it was merged into."""
    row = HotIssue.objects.select_related("case").filter(pk=issue).first()
    for _ in range(10):
        if row is None or row.into_id is None:
            break
        row = HotIssue.objects.select_related("case").filter(pk=row.into_id).first()
    found = _told([row], actor, at) if row is not None else []
    if not found or not found[0].count:
        raise Missing(N_("There is no such hot issue."))
    return found[0]


def cases_of(issue: int, actor: Actor, at: datetime) -> tuple[CaseLine, ...]:
    """Its cases that this person may see, the newest first, at most two hundred."""
    members = HotMember.objects.filter(issue=issue).order_by("-at", "-id")
    ids = list(members.values_list("case_id", flat=True)[:2_000])
    seen = sorted(seen_among(actor, ids))
    facts: dict[int, object] = {}
    for start in range(0, len(seen), 500):
        facts.update(case_facts(seen[start : start + 500]))
    return lines([i for i in ids if i in facts][:MOST_LISTED], at, revisions())


def decided(issue: int) -> tuple[Decided, ...]:
    """What was decided of it and of those merged into it, the newest first."""
    of_it = HotAct.objects.filter(Q(issue=issue) | Q(issue__into=issue))
    rows = of_it.select_related("by").order_by("-at", "-id")[:50]
    return tuple(Decided(row.verb, row.reason, str(row.by), row.at) for row in rows)


def last_run() -> datetime | None:
    """When cases were put into issues last."""
    return HotRun.objects.values_list("made_at", flat=True).first()


def _told(rows: Sequence[HotIssue], actor: Actor, at: datetime) -> list[Hot]:
    members: dict[int, list[int]] = {row.pk: [] for row in rows}
    for issue, case in HotMember.objects.filter(issue__in=members).values_list("issue", "case"):
        members[issue].append(case)
    every = [case for cases in members.values() for case in cases]
    made = [row.case_id for row in rows if row.case_id is not None]
    seen = seen_among(actor, [*every, *made])
    staying = {}
    for start in range(0, len(every), 500):
        staying.update(case_facts(every[start : start + 500]))
    mine = {pk: [c for c in cases if c in staying and c in seen] for pk, cases in members.items()}
    names = _names([row for row in rows if len(mine[row.pk]) < len(members[row.pk])], mine)
    return [
        _hot(
            row, names.get(row.pk, (row.place, tuple(row.words))),
            [staying[case] for case in mine[row.pk]],
            sum(case in staying for case in members[row.pk]) - len(mine[row.pk]), seen, at,
        )
        for row in rows
    ]  # fmt: skip


def _names(
    rows: Sequence[HotIssue], mine: Mapping[int, Sequence[int]]
) -> dict[int, tuple[str, tuple[str, ...]]]:
    """What is left of the names of some issues: what at least three cases that this person may
    see have in common, of the newest three hundred of each (2 queries per 500 cases)."""
    rows = [row for row in rows if row.place or row.words]
    if not rows:
        return {}
    reading = importlib.import_module("commonward.core.triage.hot.reading")
    read = {row.pk: sorted(mine[row.pk])[-_READ:] for row in rows}
    every = sorted({case for cases in read.values() for case in cases})
    said: dict[int, str] = {}
    for start in range(0, len(every), 500):
        for one in spoken_of(every[start : start + 500], joined=True):
            said[one.id] = reading.divided(f"{one.title}，{one.words[: reading.BODY]}").casefold()
    found = {}
    for row in rows:
        texts = [said[case] for case in read[row.pk] if case in said]
        place, *words = (
            piece if sum(piece.casefold() in text for text in texts) >= LEAST else ""
            for piece in (row.place, *row.words)
        )
        found[row.pk] = (place, tuple(word for word in words if word))
    return found


def _hot(
    row: HotIssue,
    name: tuple[str, tuple[str, ...]],
    facts: Sequence[tuple[datetime, str, bool, str]],
    hidden: int,
    seen: frozenset[int],
    at: datetime,
) -> Hot:
    weeks = Counter((at - told).days // 7 for told, *_ in facts)
    areas = Counter(path.strip("/").rsplit("/", 1)[-1] for _, path, *_ in facts if path.strip("/"))
    moments = [told for told, *_ in facts]
    return Hot(
        id=row.pk,
        place=name[0],
        words=name[1],
        count=len(facts),
        joined=sum(joined for *_, joined, _ in facts),
        first_at=min(moments, default=row.first_at),
        last_at=max(moments, default=row.last_at),
        weeks=tuple(weeks[week] for week in reversed(range(WEEKS))),
        areas=tuple(code for code, _ in areas.most_common(5)),
        case=row.case.number if row.case is not None and row.case_id in seen else "",
        version=row.version,
        hidden=hidden,
    )
