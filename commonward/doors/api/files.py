"""One case: its file and its parts; each look is noted in the access log."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from commonward.cases.access import access_case, contact_of
from commonward.cases.models import Report
from commonward.cases.queries import explaining, filed
from commonward.core.procedures import Verb
from commonward.doors.api.behind import no_report, shown_to
from commonward.doors.api.fields import Number
from commonward.doors.api.keys import Caller, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import (
    ApprovalShown,
    ClockShown,
    EventsShown,
    FileShown,
    ReportShown,
    TaskShown,
    VerbShown,
    WhyShown,
)
from commonward.doors.api.versions import tag
from commonward.people.words import tell

TAGS = ["one case"]
DOOR = "api"


@router.get("/cases/{number}", tags=TAGS, response={200: FileShown, **PROBLEMS})
def read_case(request: HttpRequest, response: HttpResponse, number: Number) -> dict[str, Any]:
    """The file of a case; its ETag is what a change must send as If-Match."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR)
    found = filed.case_file(case, by.at)
    tag(response, found.line.version)
    return {
        "case": found.line,
        "parent": found.parent,
        "joined_to": found.joined_to,
        "reports": found.reports,
        "tasks": found.tasks,
        "clocks": [_clock(clock, by) for clock in found.clocks],
        "approvals": found.approvals,
        "photos": found.photos,
        "children": found.children,
        "joined": found.joined,
    }


def _clock(clock: filed.ClockLine, by: Caller) -> dict[str, Any]:
    told = explaining.explain_clock(clock.row, by.at)
    return {
        "kind": clock.kind,
        "stage": clock.stage,
        "task": clock.task,
        "calendar": clock.calendar,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "provisional": clock.provisional,
        "met": clock.met,
        "allowed": told.allowed,
        "used": told.used,
        "left": told.left,
        "intervals": told.intervals,
        "sentences": [tell(sentence) for sentence in told.sentences],
    }


@router.get("/cases/{number}/clocks", tags=TAGS, response={200: list[ClockShown], **PROBLEMS})
def list_clocks(request: HttpRequest, number: Number) -> list[dict[str, Any]]:
    """Every limit of the case and its tasks, with the stretches of time it counted."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="clocks")
    return [_clock(clock, by) for clock in filed.clocks_of(case)]


@router.get("/cases/{number}/events", tags=TAGS, response={200: EventsShown, **PROBLEMS})
def list_events(
    request: HttpRequest,
    number: Number,
    after: Annotated[int, Query(0, ge=0, le=2**63 - 1)],
    size: Annotated[int, Query(100, ge=1, le=200)],
) -> dict[str, Any]:
    """What happened with the case, in order."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="events")
    found = filed.events_of(case, after, size)
    return {"events": found, "after": found[-1].id if len(found) == size else 0}


@router.get("/cases/{number}/reports", tags=TAGS, response={200: list[ReportShown], **PROBLEMS})
def list_reports(request: HttpRequest, number: Number) -> tuple[filed.ReportLine, ...]:
    """What was told about the problem, and by how many; nobody's details are in it."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="reports")
    return filed.reports_of(case)


@router.get("/cases/{number}/tasks", tags=TAGS, response={200: list[TaskShown], **PROBLEMS})
def list_tasks(request: HttpRequest, number: Number) -> tuple[filed.TaskLine, ...]:
    """The pieces of work of other teams on the case."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="tasks")
    return filed.tasks_of(case)


@router.get("/cases/{number}/approvals", tags=TAGS, response={200: list[ApprovalShown], **PROBLEMS})
def list_approvals(request: HttpRequest, number: Number) -> tuple[filed.ApprovalLine, ...]:
    """What was asked of higher levels, and what they decided."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="approvals")
    return filed.approvals_of(case)


@router.get("/cases/{number}/verbs", tags=TAGS, response={200: list[VerbShown], **PROBLEMS})
def list_verbs(request: HttpRequest, response: HttpResponse, number: Number) -> list[Verb]:
    """The steps that you could take with the case now."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="verbs")
    tag(response, case.version)
    return explaining.offered_to(by.actor, case, by.at)


@router.get("/cases/{number}/why", tags=TAGS, response={200: WhyShown, **PROBLEMS})
def read_why(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Why the case went where it is: the rule, its number, and what else applied."""
    by = caller(request)
    case = access_case(number, by.actor, by.at, door=DOOR, what="why")
    found = explaining.why(case)
    if found is None:
        team = case.team.name if case.team else ""
        return {"team": team, "rule": "", "number": 0, "sentences": [tell(explaining.CHOSEN)]}
    return {
        "team": found.team,
        "rule": found.rule,
        "number": found.number,
        "sentences": [tell(sentence) for sentence in found.lines()],
    }


@router.get("/reports/{number}/details", tags=TAGS, response={200: dict[str, str], **PROBLEMS})
def read_contact(request: HttpRequest, number: Number) -> dict[str, str]:
    """How to reach the person who told this; empty when nothing was left or it was shredded."""
    by = caller(request)
    report = Report.objects.select_related("case").filter(number=number).first()
    return contact_of(shown_to(by, report, no_report(number)), by.actor, by.at, door=DOOR)
