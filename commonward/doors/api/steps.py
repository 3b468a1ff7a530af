"""Changes of a case that is there: each needs the version that was read (If-Match)."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status
from pydantic import Field

from commonward.cases import actions
from commonward.cases.access import visible_case
from commonward.cases.models import Approval, Case, Report, Task
from commonward.cases.queries import filed
from commonward.cases.queries.listed import CaseLine, lines
from commonward.core.calendars import Limit
from commonward.core.refusals import N_, Missing
from commonward.doors.api.behind import no_report, shown_to
from commonward.doors.api.fields import (
    Address,
    Code,
    Id,
    Lat,
    Line,
    Lon,
    Moment,
    Number,
    Word,
    Words,
)
from commonward.doors.api.keys import Caller, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import ApprovalShown, CaseShown, ReportShown, TaskShown
from commonward.doors.api.versions import IfMatch, tag, version_of
from commonward.people.queries import revisions

TAGS = ["changes"]


class GivenIn(Schema):
    """What a step may need; which of it, the procedure says (`needs`)."""

    reason: Words = ""
    words: Words = ""
    result: Words = ""
    outcome: Code = ""
    team: Id | None = None
    category: Code = ""
    standard: Id | None = None
    lat: Lat | None = None
    lon: Lon | None = None
    address: Line = ""
    reached: bool | None = None
    solved: bool | None = None
    satisfied: Annotated[int, Field(ge=1, le=5)] | None = None
    score: Annotated[int, Field(ge=0, le=100)] | None = None
    report: Code = ""

    def given(self) -> dict[str, Any]:
        """Only what was filled in."""
        return {k: v for k, v in self.dict().items() if v not in (None, "")}


class TasksIn(Schema):
    """Work asked of other teams: whistle (吹哨), assist (协办) or supervision (督办)."""

    kind: Word
    teams: list[Id] = Field(min_length=1, max_length=20)
    words: Words


class RequestIn(Schema):
    """Something asked of a higher level."""

    kind: Annotated[str, Field(pattern="^(extension|suspension|appeal)$")]
    reason: Words
    limit: Code = Field("", description="extension: how much more, such as “2 work_day”")
    until: Moment | None = Field(None, description="suspension: until when")


class DecisionIn(Schema):
    grant: bool
    reason: Words


class JoinIn(Schema):
    into: Number
    reason: Address


class PartIn(Schema):
    category: Code
    words: Words


class SplitIn(Schema):
    parts: list[PartIn] = Field(min_length=1, max_length=10)


class CallbackIn(Schema):
    """What a reporter said when called back (回访)."""

    reached: bool | None = None
    solved: bool | None = None
    satisfied: Annotated[int, Field(ge=1, le=5)] | None = None


def _now(number: str, by: Caller, response: HttpResponse) -> CaseLine:
    case = Case.objects.only("pk").get(number=number)
    line = lines([case.pk], by.at, revisions())[0]
    tag(response, line.version)
    return line


@router.post("/cases/{number}/verbs/{verb}", tags=TAGS, response={200: CaseShown, **PROBLEMS})
def take_step(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    verb: Word,
    given: GivenIn,
    if_match: IfMatch,
) -> CaseLine:
    """Take a step of the case's procedure; `GET …/verbs` lists those offered to you now."""
    by = caller(request)
    case = visible_case(number, by.actor)
    version = version_of(if_match)
    actions.act(case.number, verb, by.actor, by.at, given.given(), version=version)
    return _now(case.number, by, response)


@router.post("/cases/{number}/tasks", tags=TAGS, response={201: list[TaskShown], **PROBLEMS})
def ask_tasks(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: TasksIn,
    if_match: IfMatch,
) -> Status[list[filed.TaskLine]]:
    """Ask other teams for a piece of work; each gets a task with its own clock."""
    by = caller(request)
    case = visible_case(number, by.actor)
    made = actions.ask_tasks(
        case.number,
        given.kind,
        given.teams,
        given.words,
        by.actor,
        by.at,
        version=version_of(if_match),
    )
    _now(case.number, by, response)
    new = {task.pk for task in made}
    return Status(201, [task for task in filed.tasks_of(case) if task.id in new])


@router.post("/tasks/{task}/verbs/{verb}", tags=TAGS, response={200: TaskShown, **PROBLEMS})
def take_task_step(
    request: HttpRequest,
    response: HttpResponse,
    task: Id,
    verb: Word,
    given: GivenIn,
    if_match: IfMatch,
) -> filed.TaskLine:
    """Take a step of a task's own procedure; If-Match is the task's own version."""
    by = caller(request)
    row = Task.objects.select_related("case").filter(pk=task).first()
    none = Missing(N_("There is no such task, or none that you may see."))
    case = shown_to(by, row, none).case
    version = version_of(if_match)
    actions.act_on_task(task, verb, by.actor, by.at, given.given(), version=version)
    line = next(line for line in filed.tasks_of(case) if line.id == task)
    tag(response, line.version)
    return line


@router.post("/cases/{number}/approvals", tags=TAGS, response={201: ApprovalShown, **PROBLEMS})
def ask_approval(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: RequestIn,
    if_match: IfMatch,
) -> Status[filed.ApprovalLine]:
    """Ask for more time, a suspension, or that an overtime mark be taken back."""
    by = caller(request)
    case = visible_case(number, by.actor)
    version = version_of(if_match)
    if given.kind == "extension":
        limit = Limit.parse(given.limit)
        made = actions.ask_extension(
            case.number, limit, given.reason, by.actor, by.at, version=version
        )
    elif given.kind == "suspension":
        until = given.until or by.at
        made = actions.ask_suspension(
            case.number, until, given.reason, by.actor, by.at, version=version
        )
    else:
        made = actions.appeal_mark(case.number, given.reason, by.actor, by.at, version=version)
    _now(case.number, by, response)
    return Status(201, _approval(case, made.pk))


def _approval(case: Case, approval: int) -> filed.ApprovalLine:
    return next(line for line in filed.approvals_of(case) if line.id == approval)


@router.post("/approvals/{approval}/decision", tags=TAGS, response={200: ApprovalShown, **PROBLEMS})
def decide(
    request: HttpRequest,
    response: HttpResponse,
    approval: Id,
    given: DecisionIn,
    if_match: IfMatch,
) -> filed.ApprovalLine:
    """Grant or refuse what was asked, at your level; If-Match is the case's version."""
    by = caller(request)
    row = Approval.objects.select_related("case").filter(pk=approval).first()
    none = Missing(N_("There is no such request, or none that you may see."))
    case = shown_to(by, row, none).case
    version = version_of(if_match)
    actions.decide(approval, given.grant, given.reason, by.actor, by.at, version=version)
    _now(case.number, by, response)
    return _approval(case, approval)


@router.post("/cases/{number}/join", tags=TAGS, response={200: CaseShown, **PROBLEMS})
def join_case(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: JoinIn,
    if_match: IfMatch,
) -> CaseLine:
    """Join the case to another as the same problem; the other one is answered."""
    by = caller(request)
    case = visible_case(number, by.actor)
    into = visible_case(given.into, by.actor)
    version = version_of(if_match)
    actions.join(case.number, into.number, given.reason, by.actor, by.at, version=version)
    return _now(into.number, by, response)


@router.post("/cases/{number}/split", tags=TAGS, response={201: list[CaseShown], **PROBLEMS})
def split_case(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: SplitIn,
    if_match: IfMatch,
) -> Status[tuple[CaseLine, ...]]:
    """Split off children; the case closes only after them."""
    by = caller(request)
    case = visible_case(number, by.actor)
    made = actions.split(
        case.number,
        [(part.category, part.words) for part in given.parts],
        by.actor,
        by.at,
        version=version_of(if_match),
    )
    _now(case.number, by, response)
    return Status(201, lines([child.pk for child in made], by.at, revisions()))


@router.post("/reports/{number}/callback", tags=TAGS, response={200: ReportShown, **PROBLEMS})
def call_back(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: CallbackIn,
    if_match: IfMatch,
) -> filed.ReportLine:
    """Note a reporter's answer to the callback; If-Match is the case's version."""
    by = caller(request)
    row = Report.objects.select_related("case").filter(number=number).first()
    found = shown_to(by, row, no_report(number))
    case = found.case
    said = {k: v for k, v in given.dict().items() if v is not None}
    actions.call_back(found.number, by.actor, by.at, said, version=version_of(if_match))
    _now(case.number, by, response)
    return next(line for line in filed.reports_of(case) if line.number == found.number)
