"""Reports come in: as a new case, or as one more report of a case that is known."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Schema, Status
from pydantic import Field

from commonward.cases import actions
from commonward.cases.access import visible_case
from commonward.cases.actions.suggesting import open_unsorted
from commonward.cases.models import Report
from commonward.cases.queries import book
from commonward.cases.queries.reading import reading
from commonward.core.calendars import Limit
from commonward.core.danger import numbers_to_call
from commonward.core.refusals import N_, Forbidden, Invalid
from commonward.doors.api.fields import Address, Code, Data, Id, Lat, Line, Lon, Name, Number, Words
from commonward.doors.api.keys import Caller, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import ReceiptShown
from commonward.doors.api.versions import tag

TAGS = ["reports"]

OPENERS = ("intake_officer", "grid_worker", "dispatcher", "duty_chief")
"""The posts that file what they were told or found; a resident's own doors are others."""
NOT_AN_OPENER = N_("Reports are taken by {who}; you hold no such role for this category.")
LONG_KEY = N_("An Idempotency-Key has at most {most} characters.")
MOST_KEY = 60

Idempotency = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        description="The same key with the same content gives the same receipt again.",
    ),
]


class ContactIn(Schema):
    """How to reach the reporter; sealed at once, and shown only to those who work on the case."""

    first_name: Name = ""
    last_name: Name = ""
    email: Name = ""
    phone: Name = ""
    device_id: Name = ""
    account_id: Name = ""


class SaidIn(Schema):
    """What one person told."""

    channel: Annotated[str, Field(pattern="^(api|counter|hotline|mail|visit|patrol)$")] = "api"
    words: Words = ""
    lat: Lat | None = None
    lon: Lon | None = None
    address: Line = ""
    contact: ContactIn = ContactIn()
    media_url: Address = ""
    language: Annotated[str, Field(pattern="^[A-Za-z-]{0,10}$")] = ""


class ReportIn(SaidIn):
    """A report of a new problem."""

    category: Code = Field(
        "", description="Empty: somebody sorts it, where this site has a category for those."
    )
    answers: Data = {}
    origin: Annotated[str, Field(pattern="^(public|patrol|hotline|transfer)$")] = "public"
    grade: Code = "ordinary"
    standard: Id | None = None
    limit: Code = Field("", description="A limit stated on the order, such as “3 work_day”.")
    area_code: Code = Field("", description="Which side of the border, near one.")
    public: bool = True


def _said(given: SaidIn, key: str, by: Caller, answers: dict[str, Any]) -> actions.Said:
    if len(key) > MOST_KEY or "\x00" in key:
        raise Invalid(LONG_KEY, most=MOST_KEY, field="Idempotency-Key")
    return actions.Said(
        channel=given.channel,
        words=given.words,
        lat=given.lat,
        lon=given.lon,
        address=given.address,
        answers=answers,
        contact={k: v for k, v in given.contact.dict().items() if v},
        media_url=given.media_url,
        language=given.language,
        # Two programs may choose the same word; each has its own.
        idempotency=f"{by.key.id}:{key}" if key else "",
    )


def _receipt(response: HttpResponse, report: Report) -> dict[str, Any]:
    tag(response, report.case.version)
    response["Location"] = f"/api/v1/cases/{report.case.number}"
    return {
        "report": report.number,
        "case": report.case.number,
        "version": report.case.version,
        "received_at": report.received_at,
        "call_now": list(numbers_to_call(report.words)),
    }


@router.post("/cases", tags=TAGS, response={201: ReceiptShown, **PROBLEMS})
def open_case(
    request: HttpRequest, response: HttpResponse, given: ReportIn, key: Idempotency
) -> Status[dict[str, Any]]:
    """File a report as a new case: located, routed, its clocks started."""
    by = caller(request)
    unsorted = reading().unsorted
    facts = book().category(given.category or unsorted)
    rights = [r for r in by.actor.rights if r.role in OPENERS]

    def may_open(code: str) -> bool:
        return any(
            (not r.verbs or "open_case" in r.verbs)
            and (not r.categories or code.startswith(r.categories))
            for r in rights
        )

    if not may_open(facts.code):
        raise Forbidden(NOT_AN_OPENER, who=", ".join(OPENERS))
    said = _said(given, key, by, given.answers)
    stated = given.grade != "ordinary" or given.standard is not None or given.limit
    if facts.code == unsorted and not stated:
        report = open_unsorted(
            said, by.at, actor=by.actor, origin=given.origin, area_code=given.area_code,
            public=given.public, allowed=may_open,
        )  # fmt: skip
        return Status(201, _receipt(response, report))
    report = actions.open_case(
        facts.code,
        said,
        by.at,
        actor=by.actor,
        origin=given.origin,
        grade=given.grade,
        standard=given.standard,
        limit=Limit.parse(given.limit) if given.limit else None,
        area_code=given.area_code,
        public=given.public,
    )
    return Status(201, _receipt(response, report))


@router.post("/cases/{number}/reports", tags=TAGS, response={201: ReceiptShown, **PROBLEMS})
def add_report(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    given: SaidIn,
    key: Idempotency,
) -> Status[dict[str, Any]]:
    """One more report of the same problem, with a receipt of its own.

    It takes no If-Match: what somebody tells does not depend on what others did meanwhile.
    """
    by = caller(request)
    case = visible_case(number, by.actor)
    roles = by.actor.roles_for(OPENERS, "add_report", case.area_path, case.category.code)
    if not roles:
        raise Forbidden(NOT_AN_OPENER, who=", ".join(OPENERS))
    report = actions.add_report(case.number, _said(given, key, by, {}), by.at, actor=by.actor)
    return Status(201, _receipt(response, report))
