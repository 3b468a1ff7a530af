"""Lists of cases, what needs attention, and what is perhaps the same problem."""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from commonward.cases.queries import attention
from commonward.cases.queries.listed import Filters, Page
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.nearby import similar
from commonward.doors.api.fields import Code, Id, Lat, Lon, Moment, Word
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.doors.api.shown import AlarmsShown, CasesShown, SimilarShown, StuckShown

TAGS = ["lists"]


class FiltersIn(Schema):
    """What a list is narrowed to; all of it holds at once."""

    state: Annotated[str, Field(pattern="^(open|closed|all)$")] = "open"
    stage: list[Word] = Field([], max_length=30)
    team: Id | None = None
    handling_team: Id | None = None
    mine: bool = False
    category: Code = ""
    area: Code = ""
    grade: Code = ""
    origin: Code = ""
    light: Annotated[str, Field(pattern="^(|green|yellow|red)$")] = ""
    unrouted: bool | None = None
    paused: bool | None = None
    provisional: bool | None = None
    opened_from: Moment | None = None
    opened_until: Moment | None = None
    due_before: Moment | None = None
    order: Annotated[str, Field(pattern="^(newest|due)$")] = "newest"
    after: Annotated[str, Field(max_length=200)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50

    def filters(self) -> Filters:
        """The same as the room below wants it."""
        given = self.dict()
        for name in ("order", "after", "size"):
            del given[name]
        return Filters(stages=tuple(given.pop("stage")), **given)


@router.get("/cases", tags=TAGS, response={200: CasesShown, **PROBLEMS})
def list_cases(
    request: HttpRequest, response: HttpResponse, asked: Query[FiltersIn]
) -> dict[str, Any]:
    """The cases that you may see, narrowed by any combination of filters, a page at a time.

    `after` of a page (also in the header `Link: …; rel="next"`) asks for the next one. Cases that
    come or move meanwhile are never shown twice and hide no other.
    """
    by = caller(request)
    page = case_list(
        by.actor, asked.filters(), asked.order, by.at, after=asked.after, size=asked.size
    )
    return _page(request, response, page)


@router.get("/unrouted", tags=TAGS, response={200: CasesShown, **PROBLEMS})
def list_unrouted(
    request: HttpRequest,
    response: HttpResponse,
    after: Annotated[str, Query("", max_length=200)],
    size: Annotated[int, Query(50, ge=1, le=200)],
) -> dict[str, Any]:
    """The queue of cases that no team has, newest first."""
    by = caller(request)
    page = attention.unrouted(by.actor, by.at, after=after, size=size)
    return _page(request, response, page)


def _page(request: HttpRequest, response: HttpResponse, page: Page) -> dict[str, Any]:
    if page.next_key:
        asked = [(k, v) for k, vs in request.GET.lists() if k != "after" for v in vs]
        query = urlencode([*asked, ("after", page.next_key)])
        response["Link"] = f'<{request.path}?{query}>; rel="next"'
    return {"cases": page.rows, "after": page.next_key}


@router.get("/alarms", tags=TAGS, response={200: AlarmsShown, **PROBLEMS})
def read_alarms(request: HttpRequest) -> attention.Alarms:
    """What would otherwise go wrong in silence, among what you may see."""
    by = caller(request)
    return attention.alarms(by.actor, by.at)


@router.get("/stuck", tags=TAGS, response={200: list[StuckShown], **PROBLEMS})
def list_stuck(request: HttpRequest) -> tuple[attention.StuckClock, ...]:
    """Clocks that could not be moved several times in a row, and why."""
    return attention.stuck(caller(request).actor)


@router.get("/similar", tags=TAGS, response={200: list[SimilarShown], **PROBLEMS})
def list_similar(request: HttpRequest, category: Code, lat: Lat, lon: Lon) -> list[dict[str, Any]]:
    """Open cases of the category that are near and recent enough to be the same problem."""
    by = caller(request)
    found = similar(by.actor, category, lat, lon, by.at)
    return [{"case": one.line, "metres": one.metres} for one in found]
