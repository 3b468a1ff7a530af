"""Every refusal as problem details (RFC 9457), in the language of whoever asks."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.doors.look.away import AGAIN_AFTER, AWAY, passes
from commonward.people.words import filled, tell

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (Missing, 404),
    (Forbidden, 403),
    (Stale, 412),
    (Invalid, 422),
    (Refusal, 409),
)
"""The first kind that a refusal is of gives its status."""

OWN_NAMES = {"long": "lon", "description": "words", "idempotency_key": "Idempotency-Key"}
"""Inputs that the rooms below name as the Open311 door does."""

ERRORS = (400, 401, 403, 404, 405, 409, 412, 413, 422, 428, 429)


class Fault(Schema):
    """One input that would have to change."""

    field: str
    detail: str


class Problem(Schema):
    """What is wrong, and what would be right. `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str = ""
    instance: str
    faults: list[Fault] = []


class Refused(Exception):
    """A refusal that only HTTP knows: its status, its stable code, its words."""

    def __init__(
        self,
        status: int,
        code: str,
        text: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text
        self.field = field
        self.headers = dict(headers or {})
        self.values = values


UNAUTHENTICATED = N_("Send a key of this installation: “Authorization: Bearer …”.")
BROKEN = N_("Something broke here; it was noted. Nothing was changed.")
NO_SUCH_ADDRESS = N_("There is nothing at this address; /api/v1/openapi.json lists all.")
TOO_LARGE = N_("The body is larger than is taken here.")
NOT_READABLE = N_("The body could not be read; send JSON in UTF-8.")
WRONG_METHOD = N_("This address does not take {method}, but {allowed}.")
SOME_WRONG = N_("Some of what was given cannot be taken; “faults” names each.")


def problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    *,
    field: str = "",
    faults: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for one problem."""
    body: dict[str, Any] = {
        "type": f"urn:commonward:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "field": field,
        "instance": request.path,
        "faults": list(faults),
    }
    written = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(written, status=status, content_type=CONTENT_TYPE, headers=headers)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal of the rooms below."""
    status = next(status for kind, status in STATUSES if isinstance(refusal, kind))
    field = OWN_NAMES.get(refusal.field, refusal.field)
    return problem(request, status, refusal.code, tell(refusal), field=field)


def _of_http(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(
        request,
        error.status,
        error.code,
        filled(error.text, error.values),
        field=error.field,
        headers=error.headers,
    )


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {
            "field": _place(fault["loc"]),
            "detail": _told(fault),
        }
        for fault in error.errors
    ]
    first = faults[0]["field"] if faults else ""
    return problem(request, 422, "invalid", _(SOME_WRONG), field=first, faults=faults)


def _place(loc: Sequence[str | int]) -> str:
    """Where in the request: a body's fields without the name that the code gives the body."""
    inside = loc[2:] if loc[0] == "body" and len(loc) > 2 else loc[1:]
    return ".".join(str(part) for part in inside) or str(loc[0])


def _told(fault: Mapping[str, Any]) -> str:
    """Our own words translated; pydantic's own as they are."""
    said = str(fault.get("msg", ""))
    return _(said.removeprefix("Value error, "))


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return problem(request, 400, "unreadable", _(NOT_READABLE))
    return problem(request, error.status_code, "http", error.message)


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("A request broke", exc_info=error, extra={"request": request, "status_code": 500})
    if passes(error):
        return problem(request, 503, "away", _(AWAY), headers={"Retry-After": str(AGAIN_AFTER)})
    return problem(request, 500, "broken", _(BROKEN))


def not_here(request: HttpRequest) -> HttpResponse:
    """No operation has this address."""
    return problem(request, 404, "address", _(NO_SUCH_ADDRESS))


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """The address is right, the method is not."""
    told = _(WRONG_METHOD).format(method=request.method, allowed=allowed)
    return problem(request, 405, "method", told, headers={"Allow": allowed})


def told(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer for whatever an operation raised; what nobody expected is noted as broken."""
    if isinstance(error, Refusal):
        return refused(request, error)
    if isinstance(error, Refused):
        return _of_http(request, error)
    if isinstance(error, ValidationError):
        return _invalid(request, error)
    if isinstance(error, AuthenticationError):
        asked = {"WWW-Authenticate": 'Bearer realm="commonward"'}
        return problem(request, 401, "key", _(UNAUTHENTICATED), headers=asked)
    if isinstance(error, HttpError):
        return _unreadable(request, error)
    if isinstance(error, RequestDataTooBig):
        return problem(request, 413, "size", _(TOO_LARGE))
    if isinstance(error, Http404):
        return not_here(request)
    return _broken(request, error)
