"""Partner offices: courts, legal aid, arbitration, police hand over and answer (协作单位接口)."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema, Status
from pydantic import Field

from commonward.core.disputes import KINDS
from commonward.core.refusals import N_, Forbidden
from commonward.disputes.actions import Application, Person
from commonward.disputes.actions.handing import receive, reply, take_in
from commonward.disputes.queries.handing import HandOverLine, inbox, package_of
from commonward.doors.api.fields import Code, Lat, Line, Lon, Name, Number, Words
from commonward.doors.api.keys import Caller, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.people.queries import team_by_code

TAGS = ["hand-overs"]
KINDS_PATTERN = f"^({'|'.join(KINDS)})$"


class HandOverShown(Schema):
    """A hand-over (移交) as the partner sees it: numbers, state and answer, never content.

    `outcome` is how a dispute ended that the partner handed over; empty while it goes on.
    """

    number: str
    what: str
    direction: str
    state: str
    reference: str
    answer: str
    made_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    answered_at: datetime | None
    outcome: str
    has_package: bool


class PersonIn(Schema):
    """Somebody on a side; sealed at once."""

    name: Name
    phone: Name = ""
    work_or_address: Name = ""


class DisputeIn(Schema):
    """A dispute that an office hands over (公调对接, 移送). Send it again freely: the same
    `reference` of the same team gives the same answer."""

    team: Code = Field(description="the code of your office's team here")
    reference: Line = Field(description="your own number of it")
    source: Annotated[str, Field(pattern="^(police|court|procuratorate|petitions|other)$")]
    kind: Annotated[str, Field(pattern=KINDS_PATTERN)]
    words: Words
    neutral: Line = Field("", description="one neutral sentence that both sides may read")
    applicant: list[PersonIn] = Field([], max_length=20)
    others: list[PersonIn] = Field([], max_length=20)
    lat: Lat | None = None
    lon: Lon | None = None
    place: Line = ""
    group: bool = False


class ReceiptIn(Schema):
    """Your receipt; `reference` is your own number of it."""

    reference: Line = ""


class ReplyIn(Schema):
    """Your answer: confirmed, dismissed, not_accepted, withdrawn or defects for an application for
    judicial confirmation; returned or ended for what was handed on."""

    answer: Code
    words: Words = ""


def _mine(number: str, by: Caller) -> HandOverLine:
    return next(line for line in inbox(by.actor) if line.number == number)


@router.get("/handovers", tags=TAGS, response={200: list[HandOverShown], **PROBLEMS})
def list_hand_overs(request: HttpRequest, waiting: bool = False) -> Any:
    """What lies with your office, and what it handed over; at most 200, the newest first."""
    return inbox(caller(request).actor, waiting=waiting)


@router.post("/handovers", tags=TAGS, response={201: HandOverShown, **PROBLEMS})
def hand_over_dispute(request: HttpRequest, given: DisputeIn) -> Status[HandOverLine]:
    """Hand a dispute over for mediation; the answer is its receipt."""
    by = caller(request)
    team = team_by_code(given.team)
    if team.pk not in by.actor.teams:
        raise Forbidden(N_("You do not belong to that office."))
    made = take_in(
        Application(
            kind=given.kind,
            words=given.words,
            neutral=given.neutral,
            applicant=tuple(_person(one) for one in given.applicant),
            others=tuple(_person(one) for one in given.others),
            source=given.source,
            source_ref=f"{team.code} {given.reference}"[:60],
            track="police" if given.source == "police" else "general",
            group=given.group,
            lat=given.lat,
            lon=given.lon,
            place=given.place,
        ),
        given.reference,
        by.actor,
        by.at,
        team=team.pk,
    )
    return Status(201, _mine(made.number, by))


def _person(one: PersonIn) -> Person:
    return Person({k: v for k, v in one.dict().items() if v})


@router.post("/handovers/{number}/receipt", tags=TAGS, response={200: HandOverShown, **PROBLEMS})
def receive_hand_over(request: HttpRequest, number: Number, given: ReceiptIn) -> HandOverLine:
    """Say that your office has it."""
    by = caller(request)
    made = receive(number, by.actor, by.at, reference=given.reference)
    return _mine(made.number, by)


@router.post("/handovers/{number}/answer", tags=TAGS, response={200: HandOverShown, **PROBLEMS})
def answer_hand_over(request: HttpRequest, number: Number, given: ReplyIn) -> HandOverLine:
    """Answer it: a ruling, what to mend, or that it came back or ended with you."""
    by = caller(request)
    made = reply(number, given.answer, by.actor, by.at, words=given.words)
    return _mine(made.number, by)


@router.get("/handovers/{number}/package", tags=TAGS, response={200: Any, **PROBLEMS})
def read_package(request: HttpRequest, number: Number) -> HttpResponse:
    """The papers (PDF) of an application for judicial confirmation, for the court it went to."""
    pdf = package_of(number, caller(request).actor)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = 'attachment; filename="application.pdf"'
    return response
