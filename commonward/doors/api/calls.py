"""Calls for help of other systems: alarm centres, lifts, gas and fire sensors (其他系统报警).

A key with the right "calls" opens these two addresses and nothing else. What was told is never
read back: the answer is a number and how far it is.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Schema, Status
from ninja.security import HttpBearer
from pydantic import Field, StringConstraints

from commonward.core.refusals import N_, Invalid
from commonward.core.urgent.meaning import kind_meant
from commonward.doors.api.fields import Code, Lat, Lon, Number, Words
from commonward.doors.api.keys import NOT_FOR_THIS, TOO_OFTEN
from commonward.doors.api.problems import Refused
from commonward.doors.api.router import PROBLEMS, router
from commonward.people.actions import count_use
from commonward.people.queries import KeyHolder, key_for
from commonward.people.queries import now as site_now
from commonward.response.actions.calling import Called
from commonward.response.actions.telling import MOST_KEY, tell
from commonward.response.models import Incident
from commonward.response.queries.cards import cards
from commonward.response.queries.told import incident_told, said_under, status_of

TAGS = ["calls for help"]
RIGHT = "calls"
FOR_THE_DESK = frozenset({"assembly"})
"""Cards that no other system asks for."""


class CallsKey(HttpBearer):
    """A key with the right "calls", in the header `Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> KeyHolder | None:
        """The key; None for an unknown one. Raises Refused 403 or 429."""
        at = site_now()
        key = key_for(token.strip(), at)
        if key is None:
            return None
        if not key.may(RIGHT):
            raise Refused(403, "right", NOT_FOR_THIS, right=RIGHT)
        if not count_use(key, at):
            wait = {"Retry-After": str(60 - at.second)}
            raise Refused(429, "rate", TOO_OFTEN, headers=wait, most=key.per_minute)
        return key


Line200 = Annotated[Words, StringConstraints(max_length=200)]


class CallIn(Schema):
    """What is happening, and where. Nothing of it is refused for its kind: a word that this site
    has no question card for is read as a hint and the call is taken all the same."""

    kind: Code = Field("", description="A hint: “fire”, “medical”, “traffic”, “utility” …")
    words: Annotated[Words, StringConstraints(max_length=2000)] = ""
    place: Line200 = Field("", description="Where, in words: street, number, floor.")
    lat: Lat | None = None
    lon: Lon | None = None
    callback: Line200 = Field("", description="A number to call back; sealed.")
    language: Annotated[str, Field(pattern="^[A-Za-z-]{0,10}$")] = ""
    joins: Annotated[str, Field(pattern="^[0-9A-Za-z]{0,20}$")] = Field(
        "", description="The number of an earlier call of yours that this one belongs with."
    )
    drill: bool = Field(False, description="Practice: marked everywhere, and counted nowhere.")


class CallShown(Schema):
    """Its number, and how far it is: taken, on_the_way, there, handed_on or ended."""

    number: str
    status: Annotated[str, Field(pattern="^(taken|on_the_way|there|handed_on|ended)$")]


Idempotency = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        description=f"Needed, 1 to {MOST_KEY} characters: the same alarm is taken once.",
    ),
]


@router.post("/calls", auth=CallsKey(), tags=TAGS, response={201: CallShown, **PROBLEMS})
def tell_call(request: HttpRequest, given: CallIn, key: Idempotency) -> Status[dict[str, Any]]:
    """Tell of danger. An alarm of the same kind within 100 m of an open one of yours is added to
    it; whether it is the same as somebody else's is for a person to say."""
    teller: KeyHolder = request.auth  # type: ignore[attr-defined]
    at = site_now()
    if (given.lat is None) != (given.lon is None):
        raise Invalid(N_("Give both latitude and longitude, or neither."), field="lat")
    if not (given.words or given.place or given.lat is not None):
        raise Invalid(N_("Say what is happening, or where."), field="words")
    known = cards(at).cards
    hinted = given.kind in known and given.kind not in FOR_THE_DESK
    made = tell(
        Called(
            kind=given.kind if hinted else kind_meant(given.words, known),
            source="api",
            words=given.words,
            callback=given.callback,
            place=given.place,
            lat=given.lat,
            lon=given.lon,
            graded=False,
            drill=given.drill,
            language=given.language,
            key=said_under(teller.id, key),
        ),
        teller.id,
        key,
        at,
        joins=given.joins,
    )
    return Status(201, _shown(made))


@router.get("/calls/{number}", auth=CallsKey(), tags=TAGS, response={200: CallShown, **PROBLEMS})
def read_call_status(request: HttpRequest, number: Number) -> dict[str, Any]:
    """How far a call of yours is; nothing of what was told is shown."""
    teller: KeyHolder = request.auth  # type: ignore[attr-defined]
    return _shown(incident_told(number.upper(), teller.id))


def _shown(made: Incident) -> dict[str, Any]:
    return {"number": made.case.number, "status": status_of(made)}
