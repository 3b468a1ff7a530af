"""The clocks of a case: started, stopped, paused, extended; due moments always recomputed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from commonward.areas.queries import calendar, calendar_name_for
from commonward.cases.actions.rows import CLOCKS
from commonward.cases.models import Case
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.reference import Book
from commonward.core.calendars import Limit, Unit
from commonward.core.clocks import Clock
from commonward.core.procedures import Procedure, Stage, Step
from commonward.core.procedures.model import BACK

WARN = 0.8
"""The share of a limit at which a light turns yellow."""


def face(row: ClockRow) -> Clock:
    """The intervals of a stored clock."""
    return Clock.from_data(row.face)


def reckon(
    row: ClockRow,
    face_: Clock,
    procedure: Procedure,
    revisions: Mapping[str, int],
) -> None:
    """Set due, provisional, met and the next polled moment of a row from its intervals."""
    days = calendar(row.calendar, revisions)
    row.face = face_.to_data()
    if face_.stopped is not None:
        row.stopped_at = face_.stopped
        row.met = face_.met(days)
        row.next_at = None
        return
    due = face_.due(days)
    row.due_at = due.at if due else None
    if due is not None:
        row.provisional = due.provisional
    rungs = procedure.ladder
    row.next_at = (
        face_.moment(days, rungs[row.rung].share) if due and row.rung < len(rungs) else None
    )


def warn_moment(row: ClockRow, revisions: Mapping[str, int]) -> datetime | None:
    """When this clock's light turns yellow."""
    return face(row).moment(calendar(row.calendar, revisions), WARN)


def start(
    case: Case,
    kind: str,
    limit: Limit,
    at: datetime,
    procedure: Procedure,
    calendar_name: str,
    revisions: Mapping[str, int],
    *,
    stage: str = "",
    task: int | None = None,
) -> ClockRow:
    """A new clock row, not yet saved."""
    row = ClockRow(
        case_id=case.pk, task_id=task, kind=kind, stage=stage, calendar=calendar_name, started_at=at
    )
    reckon(row, Clock(limit, at), procedure, revisions)
    return row


def first_clocks(
    case: Case,
    procedure: Procedure,
    category: str,
    standard: Limit | None,
    at: datetime,
    revisions: Mapping[str, int],
    total: Limit | None = None,
) -> list[ClockRow]:
    """The clocks of a new case: the total where there is one, and its first stage's."""
    name = calendar_name_for(case.area_path, revisions)
    stage = procedure.stages[case.stage]
    rows = []
    in_all = total or procedure.total
    if in_all is not None:
        rows.append(start(case, "total", in_all, at, procedure, name, revisions))
    own = stage_limit(procedure, stage, case.grade, category, standard, at, None)
    if own is not None:
        rows.append(start(case, *own, at, procedure, name, revisions, stage=stage.name))
    return rows


def stage_limit(
    procedure: Procedure,
    stage: Stage,
    grade: str,
    category: str,
    standard: Limit | None,
    at: datetime,
    until: datetime | None,
) -> tuple[str, Limit] | None:
    """Which clock a stage starts: its limit, or the review of a stage without one."""
    if stage.ends:
        return None
    if stage.limit_by == "until" and until is not None:
        seconds = max(1, round((until - at) / timedelta(seconds=1)))
        return "suspension" if stage.pauses else "stage", Limit(seconds, Unit.URGENT_SECOND)
    limit = procedure.limit_for(stage.name, grade, category, standard)
    if limit is not None:
        return "stage", limit
    return ("review", stage.review_every) if stage.review_every is not None else None


def after_step(
    case: Case,
    procedure: Procedure,
    taken: Step,
    at: datetime,
    known: Book,
    given: Mapping[str, Any],
    revisions: Mapping[str, int],
    seconds: int | None,
) -> list[ClockRow] | None:
    """The case's clocks after a step, changed but not saved; None where it touches none.

    The stage's clock stops when the stage is left (and only pauses in a suspension); the total
    clock runs on until the case is closed. `seconds` is a granted extension.
    """
    recount = (
        taken.verb.name in ("recategorise", "locate") or given.get("standard") is not None
    ) and not taken.moves
    if not (taken.moves or seconds or recount):
        return None
    rows = CLOCKS.select("case_id = %s AND stopped_at IS NULL AND task_id IS NULL", [case.pk])
    if seconds:
        _extend(rows, seconds, at, procedure, revisions)
    elif recount:
        _recount(case, procedure, taken.to, rows, at, known, revisions)
    else:
        for row in rows:
            reckon(row, _left(row, taken, at), procedure, revisions)
        if taken.verb.to != BACK:
            own = _entered(case, procedure, taken.to, at, known, given, revisions)
            if own is not None:
                rows.append(own)
    return rows


def _left(row: ClockRow, taken: Step, at: datetime) -> Clock:
    """What leaving a stage does to one clock."""
    intervals = face(row)
    resumes = taken.verb.to == BACK
    if row.kind == "total":
        if taken.to.closed:
            return intervals.stop(at)
        if taken.to.pauses:
            return intervals if intervals.paused else intervals.pause(at)
        return intervals.resume(at) if intervals.paused else intervals
    if row.kind == "stage" and taken.to.pauses:
        return intervals.pause(at)
    if row.kind == "stage" and resumes and intervals.paused:
        return intervals.resume(at)
    return intervals.stop(at)


def _entered(
    case: Case,
    procedure: Procedure,
    stage: Stage,
    at: datetime,
    known: Book,
    given: Mapping[str, Any],
    revisions: Mapping[str, int],
) -> ClockRow | None:
    own = _limit_of(case, procedure, stage, at, known, given.get("until"))
    if own is None:
        return None
    name = calendar_name_for(case.area_path, revisions)
    return start(case, *own, at, procedure, name, revisions, stage=stage.name)


def _limit_of(
    case: Case, procedure: Procedure, stage: Stage, at: datetime, known: Book, until: Any = None
) -> tuple[str, Limit] | None:
    standard = known.standards[case.standard_id][1] if case.standard_id else None
    code = known.categories[case.category_id].code
    return stage_limit(procedure, stage, case.grade, code, standard, at, until)


def _recount(
    case: Case,
    procedure: Procedure,
    stage: Stage,
    rows: Iterable[ClockRow],
    at: datetime,
    known: Book,
    revisions: Mapping[str, int],
) -> None:
    """Another category, condition or place may mean another limit or calendar: from the start."""
    own = _limit_of(case, procedure, stage, at, known)
    name = calendar_name_for(case.area_path, revisions)
    for row in rows:
        intervals = face(row)
        if own is not None and row.kind == own[0]:
            intervals = replace(intervals, limit=own[1])
        row.calendar = name
        reckon(row, intervals, procedure, revisions)


def _extend(
    rows: Iterable[ClockRow],
    seconds: int,
    at: datetime,
    procedure: Procedure,
    revisions: Mapping[str, int],
) -> None:
    """A granted extension moves the stage's due moment, and the total's by as much time."""
    rows = list(rows)
    moved: tuple[datetime, datetime] | None = None
    for row in rows:
        if row.kind == "stage":
            before = row.due_at
            _extend_one(row, seconds, at, procedure, revisions)
            if before is not None and row.due_at is not None:
                moved = (before, row.due_at)
    for row in rows:
        if row.kind == "total" and moved is not None:
            counted = calendar(row.calendar, revisions).measure(face(row).limit, *moved)
            if counted > 0:
                _extend_one(row, counted, at, procedure, revisions)


def _extend_one(
    row: ClockRow,
    seconds: int,
    at: datetime,
    procedure: Procedure,
    revisions: Mapping[str, int],
) -> None:
    intervals = face(row).extend(at, seconds)
    days = calendar(row.calendar, revisions)
    # Rungs that lie ahead again are climbed again: the warning comes before the new end too.
    row.rung = sum(
        1
        for rung in procedure.ladder
        if (m := intervals.moment(days, rung.share)) is not None and m <= at
    )
    reckon(row, intervals, procedure, revisions)


def nearest(case: Case, rows: Iterable[ClockRow], revisions: Mapping[str, int]) -> None:
    """Copy the nearest due and warning moments of the running clocks to the case, for lists."""
    running = [r for r in rows if r.stopped_at is None]
    due = [r.due_at for r in running if r.due_at is not None and r.kind != "review"]
    warn = [
        w for r in running if r.kind != "review" if (w := warn_moment(r, revisions)) is not None
    ]
    case.due_at = min(due, default=None)
    case.warn_at = min(warn, default=None)
    case.provisional = any(r.provisional for r in running)


def save(rows: Iterable[ClockRow]) -> None:
    """Write changed and new rows; the stopped ones first, as one of each kind may run."""
    rows = list(rows)
    CLOCKS.update_all([row for row in rows if not row._state.adding])
    for row in rows:
        if row._state.adding:
            CLOCKS.insert(row)
