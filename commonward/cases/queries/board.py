"""The dispatch board (派遣看板): what stands in each stage, what other teams owe, what came back.

A board is looked at all day, so nothing on it reads further than a bound: `DEEP` cases of a
stage, the open tasks of a kind, the last `DEEP` hand-backs. Where the bound cuts, it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import connection
from django.db.models import Case as When_
from django.db.models import DateTimeField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from commonward.areas.queries import Why, calendar
from commonward.areas.queries import why as why_decided
from commonward.areas.queries.paths import paths_of
from commonward.cases.access import below, categories_under, seen_by
from commonward.cases.models import Case, Event, Remark, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.listed import CaseLine, Filters, Key, Light, Page, TeamName, lines
from commonward.cases.queries.lists import case_list, planned
from commonward.cases.queries.reference import Book, book
from commonward.core.clocks import Clock
from commonward.core.procedures.model import Text
from commonward.core.rights import APART, Actor
from commonward.core.routing import Decision
from commonward.people.queries import revisions as read_revisions

DEEP = 1_000
"""How many cases of a stage, those due soonest, and how many hand-backs a board looks through."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is narrowed to: an area with all below it, a prefix of categories, a team."""

    area: str = ""
    category: str = ""
    team: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A stage: its cases that are due soonest, and how many there are, late and nearly late.

    `cut` says that only the `DEEP` cases due soonest were counted.
    """

    stage: str
    title: Text
    rows: tuple[CaseLine, ...]
    count: int
    late: int
    soon: int
    cut: bool


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is owed, with the light of its own clock (部门应答时限)."""

    id: int
    kind: str
    stage: str
    stage_title: Text
    team: TeamName
    asked_at: datetime
    due_at: datetime | None
    light: Light
    case: CaseLine


@dataclass(frozen=True, slots=True)
class Returned:
    """A case that came back: when, from whom, why, and how often in all (回退)."""

    event: int
    at: datetime
    verb: str
    team: str
    team_en: str
    words: str
    times: int
    final: bool
    case: CaseLine


@dataclass(frozen=True, slots=True)
class Unrouted:
    """A case that no team has, and what the rules said."""

    case: CaseLine
    why: Why | None


_NEVER = datetime(2200, 1, 1, tzinfo=UTC)
_PHASES = ("collect", "file", "dispatch", "handle", "feed_back", "check", "evaluate")


def stages_of(known: Book) -> dict[str, Text]:
    """The stages in which a case is not at its end, in the order of the loop, by name.

    Where two procedures have a stage of one name, it is called as in the longer one. Disputes are
    not in the loop's lists, so neither are the stages that only they have.
    """
    followed = {c.procedure for c in known.categories.values() if not c.code.startswith(APART)}
    found: dict[str, tuple[tuple[Any, ...], Text]] = {}
    in_force = [known.procedures[pk] for pk in known.in_force.values()]
    for procedure in sorted(in_force, key=lambda p: -len(p.stages)):
        if procedure.about != "case" or procedure.name not in followed:
            continue
        for name in procedure.open_stages:
            stage = procedure.stages[name]
            # A database may keep a procedure's stages in another order than its file has.
            phase = _PHASES.index(stage.phase) if stage.phase in _PHASES else len(_PHASES)
            begins = name == procedure.start
            place = (phase, not begins, stage.pauses, stage.team == "handling", name)
            found.setdefault(name, (place, stage.title))
    return {name: title for name, (_, title) in sorted(found.items(), key=lambda f: f[1][0])}


def columns(actor: Actor, wanted: Wanted, at: datetime, *, size: int = 6) -> tuple[Column, ...]:
    """Each stage with the cases due soonest that this person may see (2 queries)."""
    marks = read_revisions()
    fits = _fits(actor, wanted, marks)
    stages = stages_of(book(marks))
    with planned():
        found = _soonest(list(stages), fits, at, size)
    ids = [pk for rows in found.values() for pk, *_ in rows]
    shown = {line.id: line for line in lines(ids, at, marks)}
    return tuple(
        Column(
            stage,
            title,
            tuple(shown[pk] for pk, *_ in rows),
            *counts,
            cut=counts[0] >= DEEP,
        )
        for stage, title in stages.items()
        for rows in [found.get(stage, [])]
        for counts in [rows[0][1:] if rows else (0, 0, 0)]
    )


_STAGE = "\ue000stage"
"""Stands for the stage in the statement that is made once for all of them."""
_ONE_STAGE = """\
SELECT * FROM (
  SELECT {stage} AS stage, ROW_NUMBER() OVER (ORDER BY due_at, id) AS place, id,
         COUNT(*) OVER () AS counted,
         SUM(CASE WHEN due_at < %s THEN 1 ELSE 0 END) OVER () AS late,
         SUM(CASE WHEN due_at >= %s AND warn_at < %s THEN 1 ELSE 0 END) OVER () AS soon
  FROM ({soonest}) AS soonest WHERE fits = 1 ORDER BY due_at, id LIMIT {size}
) AS shown
"""


def _soonest(
    stages: list[str], fits: Q, at: datetime, size: int
) -> dict[str, list[tuple[int, int, int, int]]]:
    """By stage, the first cases with the counts of all, late and nearly late among `DEEP` of it."""
    # Numbers, because what can never fit is no truth value on PostgreSQL.
    told: Any = When_(When(fits, then=Value(1)), default=Value(0)) if fits else Value(1)
    sql, given = (
        Case.objects.filter(stage=_STAGE, due_at__isnull=False)
        .annotate(fits=told)
        .order_by("due_at", "id")
        .values_list("id", "due_at", "warn_at", "fits")[:DEEP]
        .query.sql_with_params()
    )
    moment = connection.ops.adapt_datetimefield_value(at)
    parts, params = [], []
    for number, stage in enumerate(stages):
        parts.append(_ONE_STAGE.format(stage=number, soonest=sql, size=size))
        params += [moment] * 3 + [stage if value == _STAGE else value for value in given]
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2", params)
        for number, _, pk, counted, late, soon in cursor.fetchall():
            found.setdefault(stages[number], []).append((pk, counted, int(late), int(soon)))
    return found


def open_tasks(
    actor: Actor, kind: str, wanted: Wanted, at: datetime, *, after: str = "", size: int = 50
) -> tuple[tuple[OpenTask, ...], str]:
    """The open tasks of a kind, due soonest first, and the key of the next page (4 queries).

    `wanted.team` is the team that owes the task, not the one that has the case.
    """
    marks = read_revisions()
    known = book(marks)
    fits = _fits(actor, Wanted(wanted.area, wanted.category), marks)
    running = ClockRow.objects.filter(task=OuterRef("pk"), stopped_at=None).values("due_at")[:1]
    rows = (
        Task.objects.filter(kind=kind, is_open=True, case__in=Case.objects.filter(fits))
        .select_related("team")
        .annotate(due=Subquery(running))
        # Every stage that is not an end has a limit: without one it is a fault, shown last.
        .order_by("due", "id")
    )
    if wanted.team is not None:
        rows = rows.filter(team_id=wanted.team)
    if after:
        key = Key.from_text(after, kind)
        rows = rows.filter(Q(due__gt=key.moment) | Q(due=key.moment, id__gt=key.id))
    read = list(rows.filter(due__isnull=False)[: size + 1])
    shown = read[:size]
    by_id = {line.id: line for line in lines([t.case_id for t in shown], at, marks)}
    lights = _lights([t.pk for t in shown], at, marks)
    found = tuple(
        OpenTask(
            task.pk,
            task.kind,
            task.stage,
            known.procedures[task.procedure_id].stages[task.stage].title,
            TeamName(task.team.pk, task.team.code, task.team.name, task.team.name_en),
            task.asked_at,
            task.due,
            lights.get(task.pk, ""),
            by_id[task.case_id],
        )
        for task in shown
    )
    more = len(read) > size
    return found, Key(shown[-1].due, shown[-1].pk).to_text(kind) if more else ""


def returned(
    actor: Actor, wanted: Wanted, at: datetime, *, before: int = 0, size: int = 50
) -> tuple[Returned, ...]:
    """The hand-backs, the newest first, before an event's id or (0) up to now (4 queries).

    Looks through the last `DEEP` of them; older ones stand in their cases.
    """
    marks = read_revisions()
    events: Any = Event.objects
    if before:
        events = events.filter(pk__lt=before)
    last = list(
        # The index's own condition, word for word: only then is the index used.
        events.extra(where=["verb IN ('hand_back', 'mis_dispatched')"])
        .order_by("-id")
        .values_list("id", "case_id")[:DEEP]
    )
    # Asked for by their ids: joined to the condition, SQLite would list every case that fits.
    cases = Case.objects.filter(_fits(actor, wanted, marks), pk__in={case for _, case in last})
    counters = dict(cases.values_list("pk", "counters"))
    ids = [event for event, case in last if case in counters][:size]
    rows = Event.objects.filter(pk__in=ids).order_by("-id")
    told = list(rows.values_list("id", "at", "verb", "team__name", "team__name_en", "case_id"))
    said = dict(Remark.objects.filter(event_id__in=ids).values_list("event_id", "words"))
    by_id = {line.id: line for line in lines([row[5] for row in told], at, marks)}
    return tuple(
        Returned(
            event,
            moment,
            verb,
            team or "",
            english or "",
            said.get(event, ""),
            counters[case].get("hand_back", 0),
            bool(counters[case].get("decide_finally")),
            by_id[case],
        )
        for event, moment, verb, team, english, case in told
    )


def unrouted(
    actor: Actor, wanted: Wanted, at: datetime, *, after: str = "", size: int = 50
) -> tuple[tuple[Unrouted, ...], str]:
    """The cases that no team has, due soonest first, with what the rules said of each."""
    page = flagged(actor, "unrouted", wanted, at, after=after, size=size)
    routing = dict(
        Case.objects.filter(pk__in=[line.id for line in page.rows]).values_list("pk", "routing")
    )
    return tuple(
        Unrouted(
            line,
            why_decided(Decision.from_data(routing[line.id])) if routing.get(line.id) else None,
        )
        for line in page.rows
    ), page.next_key


def flagged(
    actor: Actor,
    flag: Literal["unrouted", "paused"],
    wanted: Wanted,
    at: datetime,
    *,
    after: str = "",
    size: int = 50,
) -> Page:
    """A page of the open cases with this flag, due soonest first (2 queries).

    Such cases are few and an index holds them: all are read and sorted, whatever else is asked.
    """
    marks = read_revisions()
    rows = Case.objects.filter(_fits(actor, wanted, marks), **{flag: True, "is_open": True})
    ordered = rows.annotate(when=Coalesce(F("due_at"), Value(_NEVER, DateTimeField())))
    if after:
        key = Key.from_text(after, flag)
        ordered = ordered.filter(Q(when__gt=key.moment) | Q(when=key.moment, id__gt=key.id))
    with planned():
        found = list(ordered.order_by("when", "id").values_list("when", "id")[: size + 1])
        shown = found[:size]
        told = lines([pk for _, pk in shown], at, marks)
    return Page(told, Key(*shown[-1]).to_text(flag) if len(found) > size else "")


def provisional(
    actor: Actor, wanted: Wanted, at: datetime, *, after: str = "", size: int = 50
) -> Page:
    """A page of the cases whose deadlines wait for a table of holidays, due soonest first.

    Towards the end of a year they may be most of all cases.
    """
    filters = Filters(
        area=wanted.area, category=wanted.category, team=wanted.team, provisional=True
    )
    return case_list(actor, filters, "due", at, after=after, size=size)


def _fits(actor: Actor, wanted: Wanted, marks: Mapping[str, int]) -> Q:
    fits = seen_by(actor, marks)
    if wanted.area:
        fits &= below(paths_of(wanted.area, marks))
    if wanted.category:
        fits &= Q(category_id__in=categories_under([wanted.category], marks))
    if wanted.team is not None:
        fits &= Q(team_id=wanted.team)
    return fits


def _lights(tasks: list[int], at: datetime, marks: Mapping[str, int]) -> dict[int, Light]:
    found: dict[int, Light] = {}
    for row in ClockRow.objects.filter(task_id__in=tasks, stopped_at=None):
        if row.task_id is not None:
            clock = Clock.from_data(row.face)
            found[row.task_id] = clock.light(calendar(row.calendar, marks), at)
    return found
