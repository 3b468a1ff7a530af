"""The tick: warnings, overdue marks, the ladder, suspensions that end, late holiday tables.

Run it as often as you like, several at once too: each due clock is locked, looked at again and
moved on in one transaction with its event. One that fails is pushed away with a growing pause
and shown on the *stuck* list; it never stops the rest.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from commonward.areas.models import Revision
from commonward.areas.queries import calendar, newest_year, revisions
from commonward.cases.actions import timing
from commonward.cases.actions.finding import take_in
from commonward.cases.actions.moving import in_order, take
from commonward.cases.actions.recording import record
from commonward.cases.actions.rows import CASES, CLOCKS, TASKS, due_clocks
from commonward.cases.actions.tasking import order_reply
from commonward.cases.models import Case, Task
from commonward.cases.models import Clock as ClockRow
from commonward.cases.queries.reference import book
from commonward.core.clocks import Clock
from commonward.core.procedures import Procedure
from commonward.core.rights import SYSTEM

log = logging.getLogger(__name__)

BATCH = 500
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=12)
MOST_MADE_FINDABLE = 5_000
"""Cases of a bulk import that one tick takes into the full-text index."""
STUCK_AFTER = 3
"""Failures after which a clock stands on the stuck list."""


@dataclass(slots=True)
class Ticked:
    """What a tick did."""

    rungs: int = 0
    resumed: int = 0
    recomputed: int = 0
    failed: int = 0
    made_findable: int = 0


def tick(
    at: datetime,
    *,
    most: int = 100_000,
    progress: Callable[[int], None] | None = None,
) -> Ticked:
    """Do all that is due at `at`, at most so many clocks."""
    done = Ticked()
    now = revisions()
    _recompute_provisional(at, now, done)
    handled = 0
    last: tuple[Any, int] | None = None
    while handled < most:
        # By key, not from the top: what another process has locked is passed over, not waited for.
        batch = due_clocks(at, last, min(BATCH, most - handled))
        if not batch:
            break
        if last is not None:
            now = revisions()
        for _, clock_id, case_id in batch:
            _one(clock_id, case_id, at, now, done)
        last = (batch[-1][0], batch[-1][1])
        handled += len(batch)
        if progress is not None:
            progress(handled)
    done.made_findable = take_in(MOST_MADE_FINDABLE)
    return done


def _one(clock_id: int, case_id: int, at: datetime, now: Mapping[str, int], done: Ticked) -> None:
    try:
        with transaction.atomic():
            _climb(clock_id, case_id, at, now, done)
    except Exception as fault:  # one bad case must never stop the rest
        log.exception("The clock %s could not be ticked", clock_id)
        done.failed += 1
        with transaction.atomic():
            row = ClockRow.objects.select_for_update().get(pk=clock_id)
            row.attempts += 1
            row.fault = f"{type(fault).__name__}: {fault}"[:300]
            row.next_at = at + min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
            row.save(update_fields=["attempts", "fault", "next_at"])


def _climb(clock_id: int, case_id: int, at: datetime, now: Mapping[str, int], done: Ticked) -> None:
    locked = CASES.select("id = %s", [case_id], lock=True, skip_locked=True)
    if not locked:  # somebody works on the case right now; the next tick comes
        return
    case = locked[0]
    due = CLOCKS.select(
        "id = %s AND next_at <= %s", [clock_id, connection.ops.adapt_datetimefield_value(at)]
    )
    if not due:  # another tick was faster
        return
    row = due[0]
    known = book(now)
    task = TASKS.select("id = %s", [row.task_id])[0] if row.task_id else None
    procedure = known.procedures[task.procedure_id if task else case.procedure_id]
    if row.kind == "suspension" and row.due_at is not None and row.due_at <= at:
        take(case, "resume", SYSTEM, in_order(case, at), {})
        done.resumed += 1
        return
    _tell(case, row, task, procedure, at, now, done)
    row.attempts = 0
    row.fault = ""
    if row.kind == "review" and row.rung >= len(procedure.ladder):
        # A stage without a limit is looked at for ever: the review begins again.
        row.rung = 0
        row.started_at = at
        timing.reckon(row, Clock(timing.face(row).limit, at), procedure, now)
    else:
        timing.reckon(row, timing.face(row), procedure, now)
    timing.save([row])


def _tell(
    case: Case,
    row: ClockRow,
    task: Task | None,
    procedure: Procedure,
    at: datetime,
    now: Mapping[str, int],
    done: Ticked,
) -> None:
    """Climb every rung whose moment has come; the highest gives the measure."""
    intervals = timing.face(row)
    days = calendar(row.calendar, now)
    stage = procedure.stages[task.stage if task else case.stage]
    measure = ""
    while row.rung < len(procedure.ladder):
        rung = procedure.ladder[row.rung]
        moment = intervals.moment(days, rung.share)
        if moment is None or moment > at:
            break
        row.rung += 1
        measure = rung.measure
        done.rungs += 1
        record(
            case,
            _rung_verb(rung.share, callback=stage.closed and not stage.ends and task is None),
            moment,
            SYSTEM,
            from_stage=stage.name,
            to_stage=stage.name,
            team=task.team_id if task else case.team_id,
            task=row.task_id,
            data={
                "clock": row.kind,
                "share": rung.share,
                "tells": list(rung.tells),
                **({"measure": rung.measure} if rung.measure else {}),
            },
        )
    if measure in ("order", "listed", "interview", "notice") and task is None:
        order_reply(case, "Overdue: say why, and by when it will be done.", SYSTEM, at)


def _rung_verb(share: float, *, callback: bool) -> str:
    if share < 1:
        return "warned"
    if share > 1:
        return "escalated"
    return "callback_due" if callback else "overdue"


APPLIED = "calendars_applied"
"""The revision of the calendars under which the provisional deadlines were last computed."""


def _recompute_provisional(at: datetime, now: Mapping[str, int], done: Ticked) -> None:
    """When a year's table has arrived, every provisional deadline is computed again.

    A year's notice also moves days of the December before (as that for 2019 did), so deadlines
    from there on are looked at too, although they were not called provisional.
    """
    if now.get(APPLIED, 0) == now.get("calendars", 0):
        return
    touched = Q(provisional=True)
    newest = newest_year()
    if newest is not None:
        touched |= Q(due_at__gte=datetime(newest - 1, 12, 1, tzinfo=UTC))
    last = 0
    while True:
        rows = list(
            ClockRow.objects.filter(touched, stopped_at=None, pk__gt=last)
            .order_by("pk")
            .values_list("pk", "case_id")[:BATCH]
        )
        if not rows:
            break
        last = rows[-1][0]
        for clock_id, case_id in rows:
            _recompute(clock_id, case_id, at, now, done)
    Revision.objects.update_or_create(name=APPLIED, defaults={"number": now.get("calendars", 0)})


def _recompute(
    clock_id: int, case_id: int, at: datetime, now: Mapping[str, int], done: Ticked
) -> None:
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
        row = ClockRow.objects.filter(pk=clock_id, stopped_at=None).first()
        if row is None:
            return
        known = book(now)
        procedure_id = row.task.procedure_id if row.task else case.procedure_id
        before = (row.due_at, row.provisional)
        timing.reckon(row, timing.face(row), known.procedures[procedure_id], now)
        if (row.due_at, row.provisional) == before:
            return
        timing.save([row])
        others = ClockRow.objects.filter(case=case, task=None, stopped_at=None)
        timing.nearest(case, others, now)
        Case.objects.filter(pk=case.pk).update(
            due_at=case.due_at,
            warn_at=case.warn_at,
            provisional=case.provisional,
            version=F("version") + 1,
        )
        if row.due_at != before[0]:
            moved = {"clock": row.kind, "from": _text(before[0]), "to": _text(row.due_at)}
            record(case, "due_moved", at, SYSTEM, task=row.task_id, data=moved)
        done.recomputed += 1


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
