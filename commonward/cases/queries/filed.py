"""One case's file: what was told, what was done, by when; a fixed number of queries whatever
its length. Nobody's contact details are in it (`cases.access.contact_of`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from commonward.cases.models import Approval, Case, Event, Photo, Remark, Report, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.listed import CaseLine, TeamName, lines
from commonward.people.models import Team
from commonward.people.queries import revisions as read_revisions


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What one person told; `has_contact` says whether sealed details are kept."""

    number: str
    channel: str
    words: str
    answers: Mapping[str, Any]
    lat: float | None
    lon: float | None
    address: str
    language: str
    media_url: str
    received_at: datetime
    answered_at: datetime | None
    reached: bool | None
    solved: bool | None
    satisfied: int | None
    has_contact: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A piece of work of one team; `version` is its own."""

    id: int
    case: str
    kind: str
    team: TeamName
    stage: str
    is_open: bool
    blocks: bool
    version: int
    asked_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    score: int | None


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A limit that runs or ran, on the case or on one of its tasks."""

    id: int
    kind: str
    stage: str
    task: int | None
    calendar: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    provisional: bool
    met: bool | None
    row: ClockRow


@dataclass(frozen=True, slots=True)
class EventLine:
    """One thing that happened, with its words while they are kept."""

    id: int
    at: datetime
    verb: str
    from_stage: str
    to_stage: str
    by: str
    role: str
    team: str
    task: int | None
    report: str
    spent: int | None
    data: Mapping[str, Any]
    words: str
    public: bool
    team_en: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """Something asked of a higher level; `level` counts those that have agreed."""

    id: int
    kind: str
    state: str
    level: int
    seconds: int | None
    until: datetime | None
    asked_by: str
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A picture of the case."""

    name: str
    width: int
    height: int
    moment: str
    public: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case (案卷) that those who may see it see."""

    line: CaseLine
    parent: str
    joined_to: str
    reports: tuple[ReportLine, ...]
    tasks: tuple[TaskLine, ...]
    clocks: tuple[ClockLine, ...]
    approvals: tuple[ApprovalLine, ...]
    photos: tuple[PhotoLine, ...]
    children: tuple[CaseLine, ...]
    joined: tuple[CaseLine, ...]


MOST_RELATED = 100
"""Children and joined cases shown with a case; a street's hundred joined lamps are one problem."""


def case_file(case: Case, at: datetime) -> CaseFile:
    """The file of a case that `cases.access` has handed over (10 queries at most)."""
    marks = read_revisions()
    related = list(
        Case.objects.filter(parent=case).order_by("id").values_list("pk", flat=True)[:MOST_RELATED]
    )
    joined = list(
        Case.objects.filter(joined_to=case)
        .order_by("id")
        .values_list("pk", flat=True)[:MOST_RELATED]
    )
    above = [pk for pk in (case.parent_id, case.joined_to_id) if pk is not None]
    shown = {line.id: line for line in lines([case.pk, *related, *joined, *above], at, marks)}
    clocks = clocks_of(case)
    return CaseFile(
        line=shown[case.pk],
        parent=_number(shown, case.parent_id),
        joined_to=_number(shown, case.joined_to_id),
        reports=reports_of(case),
        tasks=_tasks(case, clocks),
        clocks=clocks,
        approvals=approvals_of(case),
        photos=tuple(
            PhotoLine(*row)
            for row in Photo.objects.filter(case=case)
            .order_by("id")
            .values_list("name", "width", "height", "moment", "public", "added_at")
        ),
        children=tuple(shown[pk] for pk in related),
        joined=tuple(shown[pk] for pk in joined),
    )


def line_of(case: Case, at: datetime) -> CaseLine:
    """A case that was handed over, as a list's line (1 query)."""
    return lines([case.pk], at, read_revisions())[0]


def _number(shown: Mapping[int, CaseLine], case: int | None) -> str:
    return shown[case].number if case is not None and case in shown else ""


def reports_of(case: Case) -> tuple[ReportLine, ...]:
    """The reports of a case in the order they came, without anybody's details (1 query)."""
    rows = Report.objects.filter(case=case).order_by("id").values_list(
        "number", "channel", "words", "answers", "lat", "lon", "address", "language", "media_url",
        "received_at", "answered_at", "reached", "solved", "satisfied", "contact",
    )  # fmt: skip
    return tuple(ReportLine(*row[:-1], has_contact=row[-1] is not None) for row in rows)


def tasks_of(case: Case) -> tuple[TaskLine, ...]:
    """The tasks of a case with their due moments (2 queries)."""
    return _tasks(case, clocks_of(case))


def _tasks(case: Case, clocks: tuple[ClockLine, ...]) -> tuple[TaskLine, ...]:
    due = {c.task: c.due_at for c in clocks if c.task is not None and c.stopped_at is None}
    return tuple(
        TaskLine(
            id=task.pk,
            case=case.number,
            kind=task.kind,
            team=_team(task.team),
            stage=task.stage,
            is_open=task.is_open,
            blocks=task.blocks,
            version=task.version,
            asked_at=task.asked_at,
            ended_at=task.ended_at,
            due_at=due.get(task.pk),
            score=task.score,
        )
        for task in Task.objects.filter(case=case).select_related("team").order_by("id")
    )


def _team(team: Team) -> TeamName:
    return TeamName(team.pk, team.code, team.name, team.name_en)


def clocks_of(case: Case) -> tuple[ClockLine, ...]:
    """Every clock of a case and of its tasks, in the order they were started (1 query)."""
    return tuple(
        ClockLine(
            row.pk,
            row.kind,
            row.stage,
            row.task_id,
            row.calendar,
            row.started_at,
            row.due_at,
            row.stopped_at,
            row.provisional,
            row.met,
            row,
        )
        for row in ClockRow.objects.filter(case=case).order_by("started_at", "id")
    )


def approvals_of(case: Case) -> tuple[ApprovalLine, ...]:
    """What was asked of higher levels, in order (1 query)."""
    rows = Approval.objects.filter(case=case).order_by("id").values_list(
        "id", "kind", "state", "level", "seconds", "until", "asked_by__name", "asked_at",
        "decided_at",
    )  # fmt: skip
    return tuple(ApprovalLine(*row[:6], row[6] or "", *row[7:]) for row in rows)


def events_of(case: Case, after: int = 0, size: int = 200) -> tuple[EventLine, ...]:
    """What happened, in order, after an event's id (2 queries)."""
    return _event_lines(Event.objects.filter(case=case, pk__gt=after).order_by("id")[:size])


def latest_events_of(case: Case, before: int = 0, size: int = 60) -> tuple[EventLine, ...]:
    """What happened, the newest first, before an event's id or (0) up to now (2 queries)."""
    rows = Event.objects.filter(case=case).order_by("-id")
    return _event_lines((rows.filter(pk__lt=before) if before else rows)[:size])


def events_of_task(case: Case, task: int) -> tuple[EventLine, ...]:
    """What happened with one task of a case, in order (2 queries)."""
    return _event_lines(Event.objects.filter(case=case, task_id=task).order_by("id"))


def _event_lines(rows: "QuerySet[Event]") -> tuple[EventLine, ...]:
    read = list(
        rows.values_list(
            "id", "at", "verb", "from_stage", "to_stage", "account__name", "role", "team__name",
            "task_id", "report__number", "spent", "data", "team__name_en",
        )
    )  # fmt: skip
    remarks = {r.event_id: r for r in Remark.objects.filter(event_id__in=[row[0] for row in read])}
    found = []
    for id_, at, verb, from_, to, by, role, team, task, report, spent, data, english in read:
        remark = remarks.get(id_)
        found.append(
            EventLine(
                id_,
                at,
                verb,
                from_,
                to,
                by or "",
                role,
                team or "",
                task,
                report or "",
                spent,
                data,
                remark.words if remark else "",
                bool(remark and remark.public),
                english or "",
            )  # fmt: skip
        )
    return tuple(found)
