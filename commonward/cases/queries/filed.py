"""One case's file: what was told, what was done, by when; a fixed number of queries whatever
its length. Nobody's contact details are in it (`cases.access.contact_of`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.cases.models import Approval, Case, Event, Photo, Remark, Report, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.listed import CaseLine, TeamName, lines
from commonward.people.models import Account, Team
from commonward.people.queries import revisions as read_revisions
from commonward.people.rows import Joined, Rows


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What one person told; `has_contact` says whether sealed details are kept. `sender` is of a mail
    whether its sender's domain sent it: "yes", "no", "unknown"; "" of what came otherwise."""

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
    sender: str
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


# Constant statements, made once: a case's page asks all of them, and Django takes longer to build
# each anew than the database to answer it.
_REPORTS = Joined(
    {"r": Report},
    "r.number r.channel r.words r.answers r.lat r.lon r.address r.language r.media_url"
    " r.received_at r.answered_at r.reached r.solved r.satisfied r.marks r.contact",
    "FROM cases_report r WHERE r.case_id = %s ORDER BY r.id",
)
_TASKS = Joined(
    {"task": Task, "team": Team},
    "task.id task.kind team.id team.code team.name team.name_en task.stage task.is_open"
    " task.blocks task.version task.asked_at task.ended_at task.score",
    "FROM cases_task task JOIN people_team team ON team.id = task.team_id"
    " WHERE task.case_id = %s ORDER BY task.id",
)
_APPROVALS = Joined(
    {"a": Approval, "who": Account},
    "a.id a.kind a.state a.level a.seconds a.until who.name a.asked_at a.decided_at",
    "FROM cases_approval a LEFT JOIN people_account who ON who.id = a.asked_by_id"
    " WHERE a.case_id = %s ORDER BY a.id",
)
_PHOTOS = Joined(
    {"p": Photo},
    "p.name p.width p.height p.moment p.public p.added_at",
    "FROM cases_photo p WHERE p.case_id = %s ORDER BY p.id",
)
_REMARKS = Joined(
    {"r": Remark}, "r.event_id r.words r.public", "FROM cases_remark r WHERE r.event_id {ids}"
)
_LAST = 2**63 - 1
_clocks = Rows(ClockRow)


def _events(which: str) -> Joined:
    return Joined(
        {"e": Event, "who": Account, "team": Team, "told": Report},
        "e.id e.at e.verb e.from_stage e.to_stage who.name e.role team.name e.task_id told.number"
        " e.spent e.data team.name_en",
        "FROM cases_event e LEFT JOIN people_account who ON who.id = e.account_id"
        " LEFT JOIN people_team team ON team.id = e.team_id"
        f" LEFT JOIN cases_report told ON told.id = e.report_id WHERE e.case_id = %s AND {which}",
    )


_AFTER = _events("e.id > %s ORDER BY e.id LIMIT %s")
_BEFORE = _events("e.id < %s ORDER BY e.id DESC LIMIT %s")
_OF_TASK = _events("e.task_id = %s ORDER BY e.id")

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
        photos=tuple(PhotoLine(*row) for row in _PHOTOS.read(case.pk)),
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
    rows = _REPORTS.read(case.pk)
    for row in rows:
        row[-1] = row[-1] is not None
        row[-2] = row[-2].get("sender", {}).get("checked", "")
    return tuple(ReportLine(*row) for row in rows)


def tasks_of(case: Case) -> tuple[TaskLine, ...]:
    """The tasks of a case with their due moments (2 queries)."""
    return _tasks(case, clocks_of(case))


def _tasks(case: Case, clocks: tuple[ClockLine, ...]) -> tuple[TaskLine, ...]:
    due = {c.task: c.due_at for c in clocks if c.task is not None and c.stopped_at is None}
    return tuple(
        TaskLine(
            id=task,
            case=case.number,
            kind=kind,
            team=TeamName(*team),
            stage=stage,
            is_open=is_open,
            blocks=blocks,
            version=version,
            asked_at=asked_at,
            ended_at=ended_at,
            due_at=due.get(task),
            score=score,
        )
        for task, kind, *team, stage, is_open, blocks, version, asked_at, ended_at, score in (
            _TASKS.read(case.pk)
        )
    )


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
        for row in _clocks.select("case_id = %s ORDER BY started_at, id", [case.pk])
    )


def approvals_of(case: Case) -> tuple[ApprovalLine, ...]:
    """What was asked of higher levels, in order (1 query)."""
    rows = _APPROVALS.read(case.pk)
    for row in rows:
        row[6] = row[6] or ""
    return tuple(ApprovalLine(*row) for row in rows)


def events_of(case: Case, after: int = 0, size: int = 200) -> tuple[EventLine, ...]:
    """What happened, in order, after an event's id (2 queries)."""
    return _event_lines(_AFTER.read(case.pk, after, size))


def latest_events_of(case: Case, before: int = 0, size: int = 60) -> tuple[EventLine, ...]:
    """What happened, the newest first, before an event's id or (0) up to now (2 queries)."""
    return _event_lines(_BEFORE.read(case.pk, before or _LAST, size))


def events_of_task(case: Case, task: int) -> tuple[EventLine, ...]:
    """What happened with one task of a case, in order (2 queries)."""
    return _event_lines(_OF_TASK.read(case.pk, task))


def _event_lines(read: Sequence[Sequence[Any]]) -> tuple[EventLine, ...]:
    told = _REMARKS.read([row[0] for row in read]) if read else ()
    remarks = {event: (words, public) for event, words, public in told}
    found = []
    for id_, at, verb, from_, to, by, role, team, task, report, spent, data, english in read:
        words, public = remarks.get(id_, ("", False))
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
                words,
                public,
                english or "",
            )  # fmt: skip
        )
    return tuple(found)
