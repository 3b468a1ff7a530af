"""Another grade for a case: the limit of the stage it is in is the new grade's, from its start."""

from dataclasses import replace
from datetime import datetime

from commonward.areas.queries import calendar, revisions
from commonward.cases.actions import timing
from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.actions.rows import CLOCKS
from commonward.cases.models import Case, Event
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor


def regrade(
    number: str,
    grade: str,
    actor: Actor,
    at: datetime,
    *,
    verb: str,
    role: str = "",
    rules: str = "",
) -> Event:
    """Give a case another grade (or the same again), with its event; must run in a transaction.

    The clock of the present stage goes on from when it began, with the limit of the new grade:
    what is used stays used. `rules` names the version of the table that gave it. Whether this
    actor may do so the calling room has asked. Raises Invalid for an unknown grade.
    """
    case = locked(number)
    at = in_order(case, at)
    known = book()
    procedure = known.procedures[case.procedure_id]
    if grade not in procedure.grades:
        raise Invalid(
            N_("“{grade}” is not a grade here; the grades are {known}."),
            field="grade",
            grade=grade,
            known=", ".join(procedure.grades),
        )
    before, case.grade = case.grade, grade
    if case.is_open:
        _recount(case, at)
    touch(case, at)
    return record(
        case, verb, at, actor, role=role, team=case.team_id,
        data={"before": before, "after": grade, "rules": rules},
    )  # fmt: skip


def _recount(case: Case, at: datetime) -> None:
    known, marks = book(), revisions()
    procedure = known.procedures[case.procedure_id]
    standard = known.standards[case.standard_id][1] if case.standard_id else None
    code = known.categories[case.category_id].code
    own = timing.stage_limit(
        procedure, procedure.stages[case.stage], case.grade, code, standard, at, None
    )
    rows = CLOCKS.select("case_id = %s AND stopped_at IS NULL AND task_id IS NULL", [case.pk])
    for row in rows:
        if own is not None and row.kind == own[0] == "stage":
            intervals = replace(timing.face(row), limit=own[1])
            days = calendar(row.calendar, marks)
            # Rungs that lie ahead again are climbed again, as after an extension.
            row.rung = min(
                row.rung,
                sum(
                    (m := intervals.moment(days, rung.share)) is not None and m <= at
                    for rung in procedure.ladder
                ),
            )
            timing.reckon(row, intervals, procedure, marks)
    timing.save(rows)
    timing.nearest(case, rows, marks)
