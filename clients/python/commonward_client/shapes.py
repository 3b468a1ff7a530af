"""What goes in and comes out. Made by `./dev client` from the OpenAPI document; not written by hand."""

from typing import Any, TypedDict


class AlarmsShown(TypedDict):
    """What would otherwise go wrong in silence (报警)."""

    calendars: "list[CoverageShown]"
    dangers: "int"
    provisional: "int"
    stuck: "int"
    teams: "list[EmptyTeamShown]"
    unrouted: "int"


class AnswerIn(TypedDict):
    """AnswerIn"""

    words: "str"


class _AnswerShown(TypedDict):
    address: "str"
    area: "str"
    category: "str"
    id: "int"
    language: "str"
    question: "str"
    sources: "list[SourceShown]"
    valid_until: "str | None"
    words: "str"


class AnswerShown(_AnswerShown, total=False):
    """An answer as it holds in the area asked for; in another `language` where there is none in the one asked for. `area` is empty where it holds everywhere; `because` are the words of a search that matched; `address` is its page on the portal."""

    because: "list[str]"


class ApprovalShown(TypedDict):
    """Something asked of a higher level (审批)."""

    asked_at: "str"
    asked_by: "str"
    decided_at: "str | None"
    id: "int"
    kind: "str"
    level: "int"
    seconds: "int | None"
    state: "str"
    until: "str | None"


class AreaShown(TypedDict):
    """AreaShown"""

    code: "str"
    level: "str"
    name: "str"
    name_en: "str"
    path: "str"
    synthetic: "bool"


class _AskIn(TypedDict):
    words: "str"


class AskIn(_AskIn, total=False):
    """AskIn"""

    report: "str"


class Both(TypedDict):
    """A text in the product's two languages."""

    en: "str"
    zh: "str"


class CallIn(TypedDict, total=False):
    """What is happening, and where. Nothing of it is refused for its kind: a word that this site has no question card for is read as a hint and the call is taken all the same."""

    callback: "str"
    drill: "bool"
    joins: "str"
    kind: "str"
    language: "str"
    lat: "float | None"
    lon: "float | None"
    place: "str"
    words: "str"


class CallShown(TypedDict):
    """Its number, and how far it is: taken, on_the_way, there, handed_on or ended."""

    number: "str"
    status: "str"


class CallbackIn(TypedDict, total=False):
    """What a reporter said when called back (回访)."""

    reached: "bool | None"
    satisfied: "int | None"
    solved: "bool | None"


class CandidateShown(TypedDict):
    """CandidateShown"""

    code: "str"
    metres: "float"
    path: "str"


class CaseShown(TypedDict):
    """One case (案件) in a list or after a change; `version` is also its ETag."""

    address: "str"
    area: "str"
    area_name: "str"
    category: "str"
    category_name: "str"
    category_name_en: "str"
    closed_at: "str | None"
    due_at: "str | None"
    grade: "str"
    handling_team: "TeamShown | None"
    is_open: "bool"
    lat: "float | None"
    light: "str"
    lon: "float | None"
    number: "str"
    opened_at: "str"
    origin: "str"
    outcome: "str"
    paused: "bool"
    provisional: "bool"
    stage: "str"
    stage_since: "str"
    stage_title: "Both"
    summary: "str"
    team: "TeamShown | None"
    unrouted: "bool"
    version: "int"


class CasesShown(TypedDict):
    """A page of cases; `after` asks for the next one and is empty on the last."""

    after: "str"
    cases: "list[CaseShown]"


class _CategoryIn(TypedDict):
    name: "str"


class CategoryIn(_CategoryIn, total=False):
    """A category as it shall be from now on."""

    about: "str"
    group: "str"
    keywords: "str"
    kind: "str"
    name_en: "str"
    near_hours: "int"
    near_metres: "int"
    parent: "str"
    procedure: "str"
    questions: "list[QuestionIn]"
    reportable: "bool"


class CategoryShown(TypedDict):
    """A kind of problem, with its questions for the reporter."""

    active: "bool"
    code: "str"
    name: "str"
    name_en: "str"
    near_hours: "int"
    near_metres: "int"
    procedure: "str"
    questions: "list[dict[str, Any]]"
    reportable: "bool"


class ClockShown(TypedDict):
    """A limit (时限) with the stretches of time it counted; `sentences` say the same in words."""

    allowed: "int"
    calendar: "str"
    due_at: "str | None"
    intervals: "list[IntervalShown]"
    kind: "str"
    left: "int"
    met: "bool | None"
    provisional: "bool"
    sentences: "list[str]"
    stage: "str"
    started_at: "str"
    stopped_at: "str | None"
    task: "int | None"
    used: "int"


class _CloudEventShown(TypedDict):
    data: "dict[str, Any]"
    datacontenttype: "str"
    id: "str"
    source: "str"
    specversion: "str"
    time: "str"
    type: "str"


class CloudEventShown(_CloudEventShown, total=False):
    """A CloudEvent 1.0: `source` and `id` together name it once and for all."""

    subject: "str"


class ContactIn(TypedDict, total=False):
    """How to reach the reporter; sealed at once, and shown only to those who work on the case."""

    account_id: "str"
    device_id: "str"
    email: "str"
    first_name: "str"
    last_name: "str"
    phone: "str"


class CountMadeShown(TypedDict):
    """One count of a formula: which rows, placed in a window by what, and what must hold."""

    called: "str"
    conditions: "list[str]"
    expression: "str"
    measure: "str"
    name: "str"
    placed: "str"
    rows: "str"


class CoverageShown(TypedDict):
    """CoverageShown"""

    calendar: "str"
    covered_now: "bool"
    ends: "str"
    missing: "list[int]"


class DecisionIn(TypedDict):
    """DecisionIn"""

    grant: "bool"
    reason: "str"


class _DisputeIn(TypedDict):
    kind: "str"
    reference: "str"
    source: "str"
    team: "str"
    words: "str"


class DisputeIn(_DisputeIn, total=False):
    """A dispute that an office hands over (公调对接, 移送). Send it again freely: the same `reference` of the same team gives the same answer."""

    applicant: "list[PersonIn]"
    group: "bool"
    lat: "float | None"
    lon: "float | None"
    neutral: "str"
    others: "list[PersonIn]"
    place: "str"


class EmptyTeamShown(TypedDict):
    """EmptyTeamShown"""

    active: "bool"
    name: "str"
    rules: "int"
    team: "str"


class EventShown(TypedDict):
    """One thing that happened (办理记录); `words` while they are kept."""

    at: "str"
    by: "str"
    data: "dict[str, Any]"
    from_stage: "str"
    id: "int"
    public: "bool"
    report: "str"
    role: "str"
    spent: "int | None"
    task: "int | None"
    team: "str"
    to_stage: "str"
    verb: "str"
    words: "str"


class EventsShown(TypedDict):
    """Some events; `after` asks for the next ones and is 0 when there are none."""

    after: "int"
    events: "list[EventShown]"


class Fault(TypedDict):
    """One input that would have to change."""

    detail: "str"
    field: "str"


class FeedShown(TypedDict):
    """Some events, oldest first; `after` is the cursor for the next call, also where none came."""

    after: "str"
    events: "list[CloudEventShown]"
    more: "bool"


class FigureMadeShown(TypedDict):
    """An indicator with all that it is made of."""

    about: "Both"
    bands: "list[dict[str, Any]]"
    better: "str"
    caveat: "Both"
    counts: "list[CountMadeShown]"
    cut: "str"
    digest: "str"
    formula: "str"
    group: "str"
    name: "str"
    public: "bool"
    source: "str"
    targets: "dict[str, float]"
    title: "Both"
    unit: "str"
    version: "int"
    words: "str"


class FigureShown(TypedDict):
    """An indicator: `words` is its formula in the language of `Accept-Language`."""

    about: "Both"
    better: "str"
    caveat: "Both"
    cut: "str"
    formula: "str"
    group: "str"
    name: "str"
    public: "bool"
    source: "str"
    targets: "dict[str, float]"
    title: "Both"
    unit: "str"
    words: "str"


class FiguresShown(TypedDict):
    """The indicators of one version of the site's book; `digest` is that of its definitions."""

    digest: "str"
    figures: "list[FigureShown]"
    version: "int"


class FileShown(TypedDict):
    """A case's file (案卷)."""

    approvals: "list[ApprovalShown]"
    case: "CaseShown"
    children: "list[CaseShown]"
    clocks: "list[ClockShown]"
    joined: "list[CaseShown]"
    joined_to: "str"
    parent: "str"
    photos: "list[PhotoShown]"
    reports: "list[ReportShown]"
    tasks: "list[TaskShown]"


class FiltersIn(TypedDict, total=False):
    """What a list is narrowed to; all of it holds at once."""

    after: "str"
    area: "str"
    category: "str"
    due_before: "str | None"
    grade: "str"
    handling_team: "int | None"
    light: "str"
    mine: "bool"
    opened_from: "str | None"
    opened_until: "str | None"
    order: "str"
    origin: "str"
    paused: "bool | None"
    provisional: "bool | None"
    size: "int"
    stage: "list[str]"
    state: "str"
    team: "int | None"
    unrouted: "bool | None"


class GivenIn(TypedDict, total=False):
    """What a step may need; which of it, the procedure says (`needs`)."""

    address: "str"
    category: "str"
    lat: "float | None"
    lon: "float | None"
    outcome: "str"
    reached: "bool | None"
    reason: "str"
    report: "str"
    result: "str"
    satisfied: "int | None"
    score: "int | None"
    solved: "bool | None"
    standard: "int | None"
    team: "int | None"
    words: "str"


class HandOverShown(TypedDict):
    """A hand-over (移交) as the partner sees it: numbers, state and answer, never content."""

    answer: "str"
    answered_at: "str | None"
    direction: "str"
    has_package: "bool"
    made_at: "str"
    number: "str"
    outcome: "str"
    received_at: "str | None"
    reference: "str"
    sent_at: "str | None"
    state: "str"
    what: "str"


class IntervalShown(TypedDict):
    """IntervalShown"""

    runs: "bool"
    seconds: "int"
    since: "str"
    until: "str | None"


class JoinIn(TypedDict):
    """JoinIn"""

    into: "str"
    reason: "str"


class _KeyIn(TypedDict):
    name: "str"
    rights: "list[str]"


class KeyIn(_KeyIn, total=False):
    """A key for a program; `account` names whose rights it acts with."""

    account: "int | None"
    per_minute: "int"


class KeyShown(TypedDict):
    """A new key (接口密钥); the secret is shown this once."""

    id: "int"
    name: "str"
    secret: "str"


class LocatedShown(TypedDict):
    """Where a point lies; `candidates` when it is near a border and a person should be asked."""

    candidates: "list[CandidateShown]"
    code: "str"
    nearest_code: "str"
    nearest_metres: "float | None"
    outside: "bool"
    path: "str"
    swapped_hint: "bool"


class _NewsIn(TypedDict):
    kind: "str"
    since: "str"
    title: "str"
    until: "str"
    words: "str"


class NewsIn(_NewsIn, total=False):
    """News or advice; the English text may be left out, as a whole."""

    title_en: "str"
    words_en: "str"


class NewsShown(TypedDict):
    """News or advice of an area (公告、防范提示)."""

    area: "str"
    id: "int"
    kind: "str"
    since: "str"
    title: "str"
    title_en: "str"
    until: "str"
    words: "str"
    words_en: "str"


class PartIn(TypedDict):
    """PartIn"""

    category: "str"
    words: "str"


class PaymentStopShown(TypedDict):
    """A request to stop a payment (止付请求) as its bank sees it."""

    acknowledged_at: "str | None"
    answer: "str"
    answered_at: "str | None"
    asked_at: "str"
    number: "str"
    request: "str"
    transfers: "list[SideShown]"


class _PersonIn(TypedDict):
    name: "str"


class PersonIn(_PersonIn, total=False):
    """Somebody on a side; sealed at once."""

    phone: "str"
    work_or_address: "str"


class PhotoShown(TypedDict):
    """PhotoShown"""

    added_at: "str"
    height: "int"
    moment: "str"
    name: "str"
    public: "bool"
    width: "int"


class _PlaceIn(TypedDict):
    lat: "float"
    lon: "float"


class PlaceIn(_PlaceIn, total=False):
    """A place in degrees (WGS-84), and how many seconds ago the unit was there."""

    ago: "float"


class PlacesIn(TypedDict):
    """Where the unit is; and was, while there was no network: send those together."""

    positions: "list[PlaceIn]"


class PlacesTaken(TypedDict):
    """Of which unit, and how many: places from before its shift are not taken."""

    taken: "int"
    unit: "str"


class _Problem(TypedDict):
    code: "str"
    detail: "str"
    instance: "str"
    status: "int"
    title: "str"
    type: "str"


class Problem(_Problem, total=False):
    """What is wrong, and what would be right. `code` is stable, `detail` is for people."""

    faults: "list[Fault]"
    field: "str"


class ProcedureShown(TypedDict):
    """A procedure in force (办理程序), as data."""

    name: "str"
    number: "int"
    text: "dict[str, Any]"


class ProofShown(TypedDict):
    """The proof as far as the log is: `receipt` is what `commonward ledger verify` and the page that checks receipts take (`commonward-receipt/1`), null while nothing is proven. `waiting` steps are being sealed; `lost` ones can no longer be shown, because the case was forgotten on time."""

    complete: "bool"
    lost: "int"
    number: "str"
    receipt: "dict[str, Any] | None"
    waiting: "int"


class _QuestionIn(TypedDict):
    code: "str"
    datatype: "str"


class QuestionIn(_QuestionIn, total=False):
    """A question to the reporter (an Open311 attribute)."""

    order: "int"
    prompt: "str"
    prompt_en: "str"
    required: "bool"
    values: "list[dict[str, str]]"
    when: "dict[str, Any] | None"


class QuestionShown(TypedDict):
    """A question to one reporter (向诉求人提问); `report` is their number."""

    answer: "str"
    answered_at: "str | None"
    at: "str"
    id: "int"
    is_open: "bool"
    report: "str"
    withdrawn: "bool"
    words: "str"


class ReceiptIn(TypedDict, total=False):
    """Your receipt; `reference` is your own number of it."""

    reference: "str"


class ReceiptShown(TypedDict):
    """The answer to a report (回执). `call_now` holds 110, 119, 120: numbers to show whoever reported, whose words tell of danger; nobody should wait for an office then."""

    call_now: "list[str]"
    case: "str"
    received_at: "str"
    report: "str"
    version: "int"


class ReleaseShown(TypedDict):
    """What was published of one month: `digest` is the SHA-256 of its canonical JSON."""

    book: "str"
    digest: "str"
    made_at: "str"
    month: "str"
    version: "int"


class ReleasedShown(TypedDict):
    """The figures of a published month."""

    book: "str"
    by: "str"
    digest: "str"
    made_at: "str"
    month: "str"
    values: "list[ReleasedValueShown]"
    version: "int"


class ReleasedValueShown(TypedDict):
    """A published figure; `held_back` where a number under it is kept back for its smallness."""

    figure: "str"
    group: "str"
    held_back: "bool"
    under: "float | None"
    value: "float | None"


class ReplayedShown(TypedDict):
    """ReplayedShown"""

    calls: "int"


class _ReplyIn(TypedDict):
    answer: "str"


class ReplyIn(_ReplyIn, total=False):
    """Your answer: confirmed, dismissed, not_accepted, withdrawn or defects for an application for judicial confirmation; returned or ended for what was handed on."""

    words: "str"


class ReportIn(TypedDict, total=False):
    """A report of a new problem."""

    address: "str"
    answers: "dict[str, Any]"
    area_code: "str"
    category: "str"
    channel: "str"
    contact: "ContactIn"
    grade: "str"
    language: "str"
    lat: "float | None"
    limit: "str"
    lon: "float | None"
    media_url: "str"
    origin: "str"
    public: "bool"
    standard: "int | None"
    words: "str"


class ReportShown(TypedDict):
    """What one person told (诉求), without their details."""

    address: "str"
    answered_at: "str | None"
    answers: "dict[str, Any]"
    channel: "str"
    has_contact: "bool"
    language: "str"
    lat: "float | None"
    lon: "float | None"
    media_url: "str"
    number: "str"
    reached: "bool | None"
    received_at: "str"
    satisfied: "int | None"
    solved: "bool | None"
    words: "str"


class _RequestIn(TypedDict):
    kind: "str"
    reason: "str"


class RequestIn(_RequestIn, total=False):
    """Something asked of a higher level."""

    limit: "str"
    until: "str | None"


class _RuleIn(TypedDict):
    duty: "str"
    team: "int"


class RuleIn(_RuleIn, total=False):
    """Who answers for a duty; empty places fit everything."""

    area_code: "str"
    category: "str"
    grade: "str"
    hours: "str"


class RuleShown(TypedDict):
    """Who answers (派遣规则): this number of the rule holds from now on."""

    id: "int"
    name: "str"
    number: "int"


class _SaidByBank(TypedDict):
    state: "str"


class SaidByBank(_SaidByBank, total=False):
    """What the bank says: acknowledged; confirmed with a result; or refused with a reason."""

    reason: "str"
    reference: "str"
    result: "str"


class SaidIn(TypedDict, total=False):
    """What one person told."""

    address: "str"
    channel: "str"
    contact: "ContactIn"
    language: "str"
    lat: "float | None"
    lon: "float | None"
    media_url: "str"
    words: "str"


class _SideShown(TypedDict):
    account: "str"
    amount: "str"
    paid: "str"
    side: "str"
    transfer: "int"


class SideShown(_SideShown, total=False):
    """One end of a transfer: the account on this bank's own side."""

    amount_yuan: "str"
    paid_about: "str"


class SimilarShown(TypedDict):
    """SimilarShown"""

    case: "CaseShown"
    metres: "float"


class SourceShown(TypedDict):
    """Where an answer is written; `checked` is the day on which somebody last looked, or empty."""

    checked: "str"
    kind: "str"
    link: "str"
    name: "str"


class SpanIn(TypedDict):
    """From one moment up to, and without, a later one: at most 31 days."""

    since: "str"
    until: "str"


class SplitIn(TypedDict):
    """SplitIn"""

    parts: "list[PartIn]"


class StuckShown(TypedDict):
    """StuckShown"""

    attempts: "int"
    case: "str"
    fault: "str"
    id: "int"
    kind: "str"
    next_at: "str | None"


class TaskShown(TypedDict):
    """A piece of work of one team; `version` is its own, for If-Match."""

    asked_at: "str"
    blocks: "bool"
    case: "str"
    due_at: "str | None"
    ended_at: "str | None"
    id: "int"
    is_open: "bool"
    kind: "str"
    score: "int | None"
    stage: "str"
    team: "TeamShown"
    version: "int"


class TasksIn(TypedDict):
    """Work asked of other teams: whistle (吹哨), assist (协办) or supervision (督办)."""

    kind: "str"
    teams: "list[int]"
    words: "str"


class _TeamIn(TypedDict):
    code: "str"
    name: "str"


class TeamIn(_TeamIn, total=False):
    """TeamIn"""

    contact: "str"
    kind: "str"
    name_en: "str"


class TeamLineShown(TypedDict):
    """TeamLineShown"""

    code: "str"
    id: "int"
    kind: "str"
    members: "int"
    name: "str"
    name_en: "str"


class TeamShown(TypedDict):
    """TeamShown"""

    code: "str"
    id: "int"
    name: "str"
    name_en: "str"


class ValueShown(TypedDict):
    """A figure of one window and group; null where there is nothing to divide by."""

    band: "str"
    first: "str"
    group: "str"
    last: "str"
    under: "float | None"
    value: "float | None"


class ValuesIn(TypedDict, total=False):
    """Which values: so many windows of a kind, of which the one with `day` is the last."""

    area: "str"
    by: "str"
    category: "str"
    cut: "str"
    day: "str | None"
    grain: "str"
    windows: "int"


class ValuesShown(TypedDict):
    """A figure over some windows; `by` says what `group` is the code of."""

    area: "str"
    at: "str"
    by: "str"
    category: "str"
    cut: "str"
    digest: "str"
    grain: "str"
    name: "str"
    unit: "str"
    values: "list[ValueShown]"
    version: "int"


class VerbShown(TypedDict):
    """A step that may be taken now: what must be given, and how often it may still be done."""

    at_most: "int | None"
    name: "str"
    needs: "list[str]"
    title: "Both"
    to: "str"


class WhyShown(TypedDict):
    """Why it went there (为什么派到这里)."""

    number: "int"
    rule: "str"
    sentences: "list[str]"
    team: "str"
