"""The papers of a case: its file, each reporter's receipt, each written order; made to be printed."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.cases.models import Case
from commonward.cases.queries import filed
from commonward.cases.queries.filed import CaseFile, EventLine, ReportLine, TaskLine
from commonward.cases.queries.reference import book
from commonward.core.procedures import Procedure
from commonward.core.refusals import N_, Missing
from commonward.doors.desk import casefile, rows, wording
from commonward.doors.look.showing import named, said

ORDER = "supervision"
"""The kind of task that is a written order: a reply is owed (督办单)."""
_MOST_EVENTS = 2_000


def listed(case: Case, file: CaseFile) -> list[dict[str, Any]]:
    """Which papers there are of a case, each with its address and what is still owed."""
    number = case.number
    found = [
        {
            "title": _("Case file"),
            "href": reverse("desk:paper_file", args=[number]),
            "state": _("as it is now"),
        }
    ]
    found += [
        {
            "title": _("Receipt for report {number}").format(number=report.number),
            "href": reverse("desk:paper_receipt", args=[number, report.number]),
            "state": wording.moment(report.received_at),
        }
        for report in file.reports
    ]
    for task in file.tasks:
        if task.kind == ORDER:
            title = _("Written order to {team}").format(team=rows.team_name(task.team))
            href = reverse("desk:paper_order", args=[number, task.id])
            found.append({"title": title, "href": href, "state": _state(task)})
    return found


def _state(order: TaskLine) -> str:
    stage = said(_procedure(order).stages[order.stage].title)
    if order.is_open and order.due_at is not None:
        return _("{stage}, due {due}").format(stage=stage, due=wording.due(order.due_at))
    return stage


def _procedure(order: TaskLine) -> Procedure:
    known = book()
    return known.procedures[known.in_force[order.kind]]


def whole_file(case: Case, at: datetime) -> dict[str, Any]:
    """Everything about a case in one paper, in the order in which it happened (案卷)."""
    known = book()
    file = filed.case_file(case, at)
    events = filed.events_of(case, size=_MOST_EVENTS)
    kinds = {task.id: task.kind for task in file.tasks}
    procedures: dict[int | None, Procedure] = {
        None: known.procedures[case.procedure_id],
        **{t.id: _procedure(t) for t in file.tasks},
    }
    return {
        "facts": facts_of(case, file, at),
        "reports": [casefile.report_told(r, case, known) for r in file.reports],
        "photos": file.photos,
        "tasks": [_task(t, events) for t in file.tasks],
        "clocks": [casefile.clock_row(c, procedures) for c in file.clocks],
        "timeline": casefile.timeline(events, case, known, kinds),
        "cut": len(events) == _MOST_EVENTS,
    }


def facts_of(case: Case, file: CaseFile, at: datetime) -> list[tuple[str, str]]:
    """The head of every paper: what, where, who has it, where it stands."""
    row = rows.shown(file.line, at)
    pairs = (
        (_("Category"), row.category),
        (_("Place"), row.where),
        (_("Grade"), str(rows.GRADE_WORDS.get(case.grade, case.grade))),
        (_("Stage"), row.stage),
        (_("Outcome"), wording.word(wording.OUTCOMES, case.outcome)),
        (_("Team"), row.team),
        (_("Opened"), wording.moment(case.opened_at)),
        (_("Due"), wording.due(file.line.due_at)),
        (_("Closed"), wording.moment(case.closed_at) if case.closed_at else ""),
    )
    return [(name, value) for name, value in pairs if value]


def _task(task: TaskLine, events: tuple[EventLine, ...]) -> dict[str, Any]:
    said_of = [e for e in events if e.task == task.id and e.words]
    return {
        "title": wording.word(wording.KINDS, task.kind),
        "team": rows.team_name(task.team),
        "state": _state(task),
        "words": said_of[0].words if said_of else "",
    }


def receipt(case: Case, file: CaseFile, number: str) -> dict[str, Any]:
    """What the office received and when (受理回执), without the reporter's secret link or code.

    Raises Missing for a report of another case.
    """
    found: ReportLine | None = next((r for r in file.reports if r.number == number), None)
    if found is None:
        raise Missing(N_("There is no report {number}."), number=number)
    known = book()
    stage = known.procedures[case.procedure_id].stages[case.stage]
    return {
        "report": casefile.report_told(found, case, known),
        "plain": said(stage.plain),
        "has": named(case.team.name, case.team.name_en) if case.team else "",
        "contact": case.team.contact if case.team else "",
        "due": wording.due(file.line.due_at),
    }


def order(case: Case, file: CaseFile, task: int) -> dict[str, Any]:
    """A written order, who gave it, by when a reply is owed, and the replies (督办单).

    Raises Missing where there is no such order.
    """
    found = next((t for t in file.tasks if t.id == task and t.kind == ORDER), None)
    if found is None:
        raise Missing(N_("There is no such order."))
    known = book()
    procedure = known.procedures[case.procedure_id]
    events = filed.events_of_task(case, found.id)
    return {
        "to": rows.team_name(found.team),
        "state": _state(found),
        "asked_at": found.asked_at,
        "asked_by": _by(events[0]) if events else "",
        "words": events[0].words if events else "",
        "answers": [
            {
                "at": e.at,
                "what": wording.happened(e, procedure, known, ORDER),
                "by": _by(e),
                "words": e.words,
            }
            for e in events[1:]
            if e.words or e.from_stage != e.to_stage
        ],
    }


def _by(event: EventLine) -> str:
    role = wording.word(wording.ROLES, event.role)
    return _(", ").join(part for part in (event.by, role) if part)
