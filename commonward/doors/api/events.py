"""What happens, in order: the events feed with a cursor, and hooks told again of a span."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from commonward.cases.actions.hooking import replay_hook as owe_span
from commonward.cases.queries.feed import Feed, feed
from commonward.doors.api.fields import Id, Moment
from commonward.doors.api.keys import caller
from commonward.doors.api.router import PROBLEMS, router

TAGS = ["events"]


class CloudEventShown(Schema):
    """A CloudEvent 1.0: `source` and `id` together name it once and for all."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str = ""
    datacontenttype: str
    data: dict[str, Any]


class FeedShown(Schema):
    """Some events, oldest first; `after` is the cursor for the next call, also where none came."""

    events: list[CloudEventShown]
    after: str
    more: bool = Field(description="More may follow at once; else ask again later.")


class SpanIn(Schema):
    """From one moment up to, and without, a later one: at most 31 days."""

    since: Moment
    until: Moment


class ReplayedShown(Schema):
    calls: int


@router.get("/events", tags=TAGS, response={200: FeedShown, **PROBLEMS})
def read_events(
    request: HttpRequest,
    after: Annotated[str, Query("", max_length=8000)],
    size: Annotated[int, Query(100, ge=1, le=1000)],
) -> Feed:
    """What happened to cases that you may see, after a cursor; without one from the beginning.

    `after=end` gives the cursor of now and no event. Each event comes once, none is skipped by
    what is written late. A page may be empty although `more` is true: not all may be seen.
    """
    return feed(caller(request).actor, after, size)


@router.post("/hooks/{hook}/replay", tags=TAGS, response={200: ReplayedShown, **PROBLEMS})
def replay_hook(request: HttpRequest, hook: Id, given: SpanIn) -> dict[str, int]:
    """Call this hook once more for every event of a span, under the same ids (administrators)."""
    by = caller(request)
    return {"calls": owe_span(by.actor, hook, given.since, given.until, at=by.at)}
