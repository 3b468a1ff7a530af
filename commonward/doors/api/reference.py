"""What the loop stands on: places, categories, procedures, teams, rules, keys."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Query, Schema, Status
from pydantic import Field

from commonward.areas import queries as areas
from commonward.areas.actions.answering import set_rule
from commonward.cases import actions
from commonward.cases.models import ProcedureVersion
from commonward.cases.queries import CategoryFacts, book
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.api.fields import Code, Count, Data, Id, Lat, Lon, Name, Word, Words
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import (
    AreaShown,
    CategoryShown,
    KeyShown,
    LocatedShown,
    ProcedureShown,
    RuleShown,
    TeamLineShown,
    TeamShown,
)
from commonward.people import actions as people
from commonward.people.access import require_administrator
from commonward.people.models import Team
from commonward.people.queries import TeamLine, teams_on

TAGS = ["reference"]


@router.get("/areas/locate", tags=TAGS, response={200: LocatedShown, **PROBLEMS})
def locate(request: HttpRequest, lat: Lat, lon: Lon) -> areas.Located:
    """Where a point lies; near a border the candidates, so that you can ask."""
    return areas.locate(lat, lon, at=caller(request).at)


@router.get("/areas", tags=TAGS, response={200: list[AreaShown], **PROBLEMS})
def list_areas(request: HttpRequest, below: Annotated[Code, Query("")]) -> list[areas.Place]:
    """The areas directly below a code; without one the tops of the tree."""
    return areas.children(below, caller(request).at)


@router.get("/areas/{code}", tags=TAGS, response={200: AreaShown, **PROBLEMS})
def read_area(request: HttpRequest, code: Code) -> areas.Place:
    """One area as it stands now."""
    return areas.area_by_code(code, caller(request).at)


@router.get("/categories", tags=TAGS, response={200: list[CategoryShown], **PROBLEMS})
def list_categories(request: HttpRequest) -> list[CategoryFacts]:
    """Every category, with its questions for the reporter."""
    caller(request)
    return sorted(book().categories.values(), key=lambda facts: facts.code)


class QuestionIn(Schema):
    """A question to the reporter (an Open311 attribute)."""

    code: Code
    datatype: Word
    required: bool = False
    prompt: Name = ""
    prompt_en: Name = ""
    values: list[dict[str, Name]] = Field([], max_length=200)
    order: Count = 0
    when: Data | None = Field(
        None,
        description='asked only after these answers: {"question": an earlier code, "is": [values]}',
    )


class CategoryIn(Schema):
    """A category as it shall be from now on."""

    name: Name
    name_en: Name = ""
    kind: Annotated[str, Field(pattern="^(component|event|enquiry|service)$")] = "event"
    parent: Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{0,40}$")] = ""
    procedure: Word = "service_matter"
    group: Annotated[Name, Field(max_length=120)] = ""
    keywords: Name = ""
    about: Words = ""
    questions: list[QuestionIn] = Field([], max_length=50)
    near_metres: Annotated[int, Field(ge=0, le=5_000)] = 50
    near_hours: Annotated[int, Field(ge=0, le=8_760)] = 24
    reportable: bool = True


CategoryCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,40}$")]


@router.put("/categories/{code}", tags=TAGS, response={200: CategoryShown, **PROBLEMS})
def set_category(request: HttpRequest, code: CategoryCode, given: CategoryIn) -> CategoryFacts:
    """Add a category or change it; administrators only."""
    by = caller(request)
    require_administrator(by.actor, "set_category")
    known = book()
    known.procedure_in_force(given.procedure)
    made = actions.set_category(code, **given.dict())
    return book().categories[made.pk]


@router.get("/procedures", tags=TAGS, response={200: list[ProcedureShown], **PROBLEMS})
def list_procedures(request: HttpRequest) -> list[ProcedureVersion]:
    """The procedures in force, as data."""
    caller(request)
    return list(ProcedureVersion.objects.filter(in_force=True).order_by("name"))


@router.get("/procedures/{name}", tags=TAGS, response={200: ProcedureShown, **PROBLEMS})
def read_procedure(request: HttpRequest, name: Word) -> ProcedureVersion:
    """One procedure in force."""
    caller(request)
    found = ProcedureVersion.objects.filter(name=name, in_force=True).first()
    if found is None:
        raise Missing(N_("No version of the procedure “{name}” is in force."), name=name)
    return found


@router.put("/procedures/{name}", tags=TAGS, response={200: ProcedureShown, **PROBLEMS})
def adopt_procedure(request: HttpRequest, name: Word, given: Body[Data]) -> ProcedureVersion:
    """Bring a procedure into force for cases opened from now on; administrators only.

    Open cases keep the version they were opened under.
    """
    by = caller(request)
    require_administrator(by.actor, "adopt_procedure")
    if given.get("name") != name:
        raise Invalid(N_("The address says {name}; the procedure must say so too."), name=name)
    return actions.adopt_procedure(given, at=by.at)


@router.get("/teams", tags=TAGS, response={200: list[TeamLineShown], **PROBLEMS})
def list_teams(
    request: HttpRequest,
    kind: Annotated[str, Query("", pattern="^[a-z]{0,20}$")],
) -> tuple[TeamLine, ...]:
    """The teams that work, with how many belong to each."""
    return teams_on(caller(request).at, kind)


class TeamIn(Schema):
    code: Code
    name: Name
    name_en: Name = ""
    kind: Word = "department"
    contact: Name = ""


@router.post("/teams", tags=TAGS, response={201: TeamShown, **PROBLEMS})
def add_team(request: HttpRequest, given: TeamIn) -> Status[Team]:
    """A new team; administrators only."""
    by = caller(request)
    return Status(201, people.add_team(by.actor, at=by.at, **given.dict()))


class RuleIn(Schema):
    """Who answers for a duty; empty places fit everything."""

    duty: Word
    team: Id
    category: Code = ""
    area_code: Annotated[str, Field(pattern="^[0-9A-Za-z_-]{0,32}$")] = ""
    grade: Annotated[str, Field(pattern="^[a-z_]{0,20}$")] = ""
    hours: Annotated[str, Field(pattern="^(|office|closed)$")] = ""


@router.put("/rules/{name}", tags=TAGS, response={200: RuleShown, **PROBLEMS})
def set_answering_rule(request: HttpRequest, name: Name, given: RuleIn) -> Any:
    """Who answers from now on: the next number of the rule of this name; administrators only."""
    by = caller(request)
    known = book()
    duties = {s.duty for p in known.procedures.values() for s in p.stages.values() if s.duty}
    return set_rule(
        by.actor, name, at=by.at, duties=duties, categories=list(known.codes), **given.dict()
    )


class KeyIn(Schema):
    """A key for a program; `account` names whose rights it acts with."""

    name: Name
    rights: list[Code] = Field(min_length=1, max_length=10)
    account: Id | None = None
    per_minute: Annotated[int, Field(ge=1, le=100_000)] = 120


@router.post("/keys", tags=TAGS, response={201: KeyShown, **PROBLEMS})
def issue_key(request: HttpRequest, given: KeyIn) -> Status[dict[str, Any]]:
    """A new key; its secret is shown this once. Administrators only."""
    by = caller(request)
    made, secret = people.issue_key(
        by.actor,
        given.name,
        given.rights,
        at=by.at,
        account=given.account,
        per_minute=given.per_minute,
    )
    return Status(201, {"id": made.pk, "name": made.name, "secret": secret})


@router.delete("/keys/{key}", tags=TAGS, response={204: None, **PROBLEMS})
def revoke_key(request: HttpRequest, key: Id) -> Status[None]:
    """The key opens nothing any more; administrators only."""
    by = caller(request)
    people.revoke_key(by.actor, key, at=by.at)
    return Status(204, None)
