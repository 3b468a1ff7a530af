"""What goes out, as the OpenAPI document describes it."""

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field


class Both(Schema):
    """A text in the product's two languages."""

    en: str
    zh: str


class TeamShown(Schema):
    id: int
    code: str
    name: str
    name_en: str


class CaseShown(Schema):
    """One case (案件) in a list or after a change; `version` is also its ETag."""

    number: str
    version: int
    stage: str
    stage_title: Both
    category: str
    category_name: str
    category_name_en: str
    grade: str
    origin: str
    summary: str
    area: str
    area_name: str
    address: str
    lat: float | None
    lon: float | None
    team: TeamShown | None
    handling_team: TeamShown | None
    unrouted: bool
    is_open: bool
    paused: bool
    provisional: bool
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    due_at: datetime | None
    light: str
    outcome: str


class CasesShown(Schema):
    """A page of cases; `after` asks for the next one and is empty on the last."""

    cases: list[CaseShown]
    after: str


class ReportShown(Schema):
    """What one person told (诉求), without their details."""

    number: str
    channel: str
    words: str
    answers: dict[str, Any]
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


class TaskShown(Schema):
    """A piece of work of one team; `version` is its own, for If-Match."""

    id: int
    case: str
    kind: str
    team: TeamShown
    stage: str
    is_open: bool
    blocks: bool
    version: int
    asked_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    score: int | None


class IntervalShown(Schema):
    since: datetime
    until: datetime | None
    runs: bool
    seconds: int = Field(description="Counted seconds in this stretch, up to now.")


class ClockShown(Schema):
    """A limit (时限) with the stretches of time it counted; `sentences` say the same in words."""

    kind: str
    stage: str
    task: int | None
    calendar: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    provisional: bool
    met: bool | None
    allowed: int
    used: int
    left: int
    intervals: list[IntervalShown]
    sentences: list[str]


class ApprovalShown(Schema):
    """Something asked of a higher level (审批)."""

    id: int
    kind: str
    state: str
    level: int
    seconds: int | None
    until: datetime | None
    asked_by: str
    asked_at: datetime
    decided_at: datetime | None


class PhotoShown(Schema):
    name: str
    width: int
    height: int
    moment: str
    public: bool
    added_at: datetime


class FileShown(Schema):
    """A case's file (案卷)."""

    case: CaseShown
    parent: str
    joined_to: str
    reports: list[ReportShown]
    tasks: list[TaskShown]
    clocks: list[ClockShown]
    approvals: list[ApprovalShown]
    photos: list[PhotoShown]
    children: list[CaseShown]
    joined: list[CaseShown]


class EventShown(Schema):
    """One thing that happened (办理记录); `words` while they are kept."""

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
    data: dict[str, Any]
    words: str
    public: bool


class EventsShown(Schema):
    """Some events; `after` asks for the next ones and is 0 when there are none."""

    events: list[EventShown]
    after: int


class ReceiptShown(Schema):
    """The answer to a report (回执). `call_now` holds 110, 119, 120: numbers to show whoever
    reported, whose words tell of danger; nobody should wait for an office then."""

    report: str
    case: str
    version: int
    received_at: datetime
    call_now: list[str]


class VerbShown(Schema):
    """A step that may be taken now: what must be given, and how often it may still be done."""

    name: str
    title: Both
    needs: list[str]
    to: str
    at_most: int | None


class WhyShown(Schema):
    """Why it went there (为什么派到这里)."""

    team: str
    rule: str
    number: int
    sentences: list[str]


class SimilarShown(Schema):
    case: CaseShown
    metres: float


class CandidateShown(Schema):
    code: str
    path: str
    metres: float


class LocatedShown(Schema):
    """Where a point lies; `candidates` when it is near a border and a person should be asked."""

    code: str
    path: str
    candidates: list[CandidateShown]
    outside: bool
    nearest_code: str
    nearest_metres: float | None
    swapped_hint: bool


class AreaShown(Schema):
    code: str
    name: str
    name_en: str
    level: str
    path: str
    synthetic: bool


class CategoryShown(Schema):
    """A kind of problem, with its questions for the reporter."""

    code: str
    name: str
    name_en: str
    procedure: str
    questions: list[dict[str, Any]]
    near_metres: int
    near_hours: int
    reportable: bool
    active: bool


class ProcedureShown(Schema):
    """A procedure in force (办理程序), as data."""

    name: str
    number: int
    text: dict[str, Any]


class CoverageShown(Schema):
    calendar: str
    ends: date
    covered_now: bool
    missing: list[int]


class EmptyTeamShown(Schema):
    team: str
    name: str
    active: bool
    rules: int


class AlarmsShown(Schema):
    """What would otherwise go wrong in silence (报警)."""

    unrouted: int
    provisional: int
    stuck: int
    dangers: int
    calendars: list[CoverageShown]
    teams: list[EmptyTeamShown]


class StuckShown(Schema):
    id: int
    case: str
    kind: str
    attempts: int
    fault: str
    next_at: datetime | None


class TeamLineShown(Schema):
    id: int
    code: str
    name: str
    name_en: str
    kind: str
    members: int


class RuleShown(Schema):
    """Who answers (派遣规则): this number of the rule holds from now on."""

    id: int
    name: str
    number: int


class KeyShown(Schema):
    """A new key (接口密钥); the secret is shown this once."""

    id: int
    name: str
    secret: str
