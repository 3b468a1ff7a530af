"""The own work first: what waits for a person's teams, and what changed there since they looked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from commonward.cases.access import seen_by
from commonward.cases.actions.timing import warn_moment
from commonward.cases.models import Case, Event, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.board import stages_of
from commonward.cases.queries.filed import EventLine
from commonward.cases.queries.listed import CaseLine, Filters, Light, light_of, lines
from commonward.cases.queries.lists import soonest_due
from commonward.cases.queries.reference import book
from commonward.core.procedures.model import Procedure, Text
from commonward.core.rights import Actor
from commonward.people.queries import revisions as read_revisions
from commonward.people.rows import among, fixed_cursor, many


@dataclass(frozen=True, slots=True)
class _Limit:
    """The due and warning moments of a task's clock."""

    due_at: datetime | None
    warn_at: datetime | None


_NO_LIMIT = _Limit(None, None)
MOST_COUNTED = 200
"""Waiting cases that are counted by stage and light; beyond them, "more than" is said."""
MOST_TASKS = 50
MOST_CHANGED = 20
LOOKED_THROUGH = 3_000
"""Newest events among which a person's own are looked for: a bound whatever the site's size."""


@dataclass(frozen=True, slots=True)
class StageWaiting:
    """How many cases wait in a stage, by light ("" where no limit runs)."""

    stage: str
    title: Text
    lights: Mapping[Light, int]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.lights.values())


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open cases of the asker's teams; `soonest` are those due next.

    `more` says that beyond the counted ones (those due soonest) there may be others.
    """

    stages: tuple[StageWaiting, ...]
    soonest: tuple[CaseLine, ...]
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class TaskWaiting:
    """A task (协办, 吹哨, 督办) that a team of the asker still owes."""

    id: int
    kind: str
    title: Text
    stage: Text
    asked_at: datetime
    due_at: datetime | None
    light: Light
    case: CaseLine


@dataclass(frozen=True, slots=True)
class Changed:
    """A case of the asker's teams with its newest event by somebody else, and how many there were.

    The event comes without its words; `kind` is that of its task, "" for none.
    """

    line: CaseLine
    event: EventLine
    kind: str
    procedure: Procedure
    events: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a moment, newest first; `looked_back_to` is later than that moment
    where so much happened on the whole site that not all of it was looked through."""

    rows: tuple[Changed, ...]
    looked_back_to: datetime
    more: bool


def waiting_for(actor: Actor, at: datetime, *, soonest: int = 10) -> Waiting:
    """What waits for the actor's teams (待办), counted by stage and light."""
    if not actor.teams:
        return Waiting((), (), 0, False)
    marks = read_revisions()
    ids = soonest_due(actor, Filters(mine=True), at, MOST_COUNTED)
    known = book(marks)
    counted: dict[str, Counter[Light]] = {}
    titles = {}
    for stage, procedure, due, warned in Case.objects.filter(pk__in=ids).values_list(
        "stage", "procedure_id", "due_at", "warn_at"
    ):
        counted.setdefault(stage, Counter())[light_of(_Limit(due, warned), at)] += 1
        titles[stage] = known.procedures[procedure].stages[stage].title
    order = [*stages_of(known), *counted]
    return Waiting(
        tuple(
            StageWaiting(name, titles[name], counted[name])
            for name in sorted(counted, key=order.index)
        ),
        lines(ids[:soonest], at, marks),
        len(ids),
        len(ids) == MOST_COUNTED,
    )


def tasks_waiting(actor: Actor, at: datetime) -> tuple[TaskWaiting, ...]:
    """The open tasks of the actor's teams, the oldest first (at most `MOST_TASKS`)."""
    if not actor.teams:
        return ()
    marks = read_revisions()
    rows = list(
        Task.objects.filter(team_id__in=actor.teams, is_open=True)
        .filter(case__in=Case.objects.filter(seen_by(actor, marks)))
        .order_by("asked_at", "id")[:MOST_TASKS]
    )
    if not rows:
        return ()
    running = {
        clock.task_id: _Limit(clock.due_at, warn_moment(clock, marks))
        for clock in ClockRow.objects.filter(
            task_id__in=[task.pk for task in rows], stopped_at=None
        )
    }
    shown = {line.id: line for line in lines(sorted({t.case_id for t in rows}), at, marks)}
    known = book(marks).procedures
    return tuple(
        TaskWaiting(
            task.pk,
            task.kind,
            known[task.procedure_id].title,
            known[task.procedure_id].stages[task.stage].title,
            task.asked_at,
            limit.due_at,
            light_of(limit, at),
            shown[task.case_id],
        )
        for task in rows
        for limit in [running.get(task.pk, _NO_LIMIT)]
    )


def changed_since(actor: Actor, since: datetime, at: datetime) -> Changes:
    """What others did with the cases and tasks of the actor's teams after `since` (变化)."""
    if not actor.teams:
        return Changes((), since, False)
    rows, edge = _touched(actor, since, at)
    marks = read_revisions()
    known = book(marks).procedures
    newest = {case: event for case, event, _ in rows}
    events = {case: count for case, _, count in rows}
    ids = list(newest)
    seen = Case.objects.filter(seen_by(actor, marks), pk__in=ids[:MOST_CHANGED])
    procedures = {pk: known[of] for pk, of in seen.values_list("pk", "procedure_id")}
    told = _told([newest[pk] for pk in procedures] + ([edge] if edge else []))
    return Changes(
        tuple(
            Changed(line, *told[newest[line.id]], procedures[line.id], events[line.id])
            for line in lines([pk for pk in ids if pk in procedures], at, marks)
        ),
        told[edge][0].at if edge else since,
        len(ids) > MOST_CHANGED,
    )


# Events of one case come together: they are counted for each case before the cases are asked
# whose they are.
_TOUCHED = """
WITH newest AS (
  SELECT id, at, case_id, task_id, account_id FROM cases_event
  WHERE at > %s AND at <= %s ORDER BY at DESC, id DESC LIMIT %s
), ranked AS (
  SELECT id, case_id, task_id, account_id,
         ROW_NUMBER() OVER (ORDER BY at DESC, id DESC) AS place
  FROM newest
), counted AS (
  SELECT case_id, task_id, MIN(place) AS place, COUNT(*) AS events
  FROM ranked WHERE account_id IS NULL OR account_id <> %s GROUP BY case_id, task_id
), mine AS (
  SELECT counted.case_id, MIN(counted.place) AS place, SUM(counted.events) AS events
  FROM counted JOIN cases_case AS one ON one.id = counted.case_id
  LEFT JOIN cases_task AS task ON task.id = counted.task_id
  WHERE one.team_id {ids} OR one.handling_team_id {ids} OR task.team_id {ids}
  GROUP BY counted.case_id
  ORDER BY 2 LIMIT %s
)
SELECT mine.case_id, ranked.id, CAST(mine.events AS integer), mine.place
FROM mine JOIN ranked ON ranked.place = mine.place
UNION ALL SELECT 0, id, 0, place FROM ranked WHERE place = %s
ORDER BY 4
"""


def _touched(actor: Actor, since: datetime, at: datetime) -> tuple[list[tuple[int, int, int]], int]:
    """The cases (one more than are shown) with their newest event and how many there were, and the
    event at which the looking ended, 0 for none (1 query)."""
    moments = [connection.ops.adapt_datetimefield_value(moment) for moment in (since, at)]
    teams = many(sorted(actor.teams))
    with fixed_cursor() as cursor:
        cursor.execute(
            _TOUCHED.format(ids=among()),
            [
                *moments, LOOKED_THROUGH, actor.account or 0,
                teams, teams, teams, MOST_CHANGED + 1, LOOKED_THROUGH,
            ],
        )  # fmt: skip
        rows = cursor.fetchall()
    edge = next((event for case, event, _, _ in rows if not case), 0)
    return [(case, event, events) for case, event, events, _ in rows if case], edge


def _told(ids: list[int]) -> dict[int, tuple[EventLine, str]]:
    """These events without their words, each with the kind of its task."""
    rows = Event.objects.filter(pk__in=ids).values_list(
        "id", "at", "verb", "from_stage", "to_stage", "account__name", "role", "team__name",
        "task_id", "spent", "data", "task__kind",
    )  # fmt: skip
    return {
        pk: (
            EventLine(
                pk,
                at,
                verb,
                from_,
                to,
                by or "",
                role,
                team or "",
                task,
                "",
                spent,
                data,
                "",
                False,
            ),
            kind or "",
        )
        for pk, at, verb, from_, to, by, role, team, task, spent, data, kind in rows
    }
