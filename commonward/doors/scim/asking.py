"""A request of the directory: whose key, what it sends, and every refusal in SCIM's own form."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal, Stale
from commonward.people.actions import count_use
from commonward.people.queries import KeyHolder, key_for
from commonward.people.queries import now as site_now
from commonward.people.words import filled, tell

TYPE = "application/scim+json"
TYPES = (TYPE, "application/json")
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
RIGHT = "scim"
MOST = 200
"""Resources of one page."""
_WORDS = frozenset(
    ("invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath",
     "noTarget", "invalidValue", "invalidVers", "sensitive")
)  # fmt: skip
"""What SCIM calls a fault (`scimType`, RFC 7644, table 9)."""
_ONE_PIECE = N_("A request is one JSON object.")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that was let in: its key, its moment, and what it says."""

    request: HttpRequest
    key: KeyHolder
    at: datetime

    @property
    def expected(self) -> str:
        """The version that was read (If-Match); "" for whichever."""
        given = self.request.headers.get("If-Match", "").strip()
        return "" if given == "*" else given

    def body(self) -> dict[str, Any]:
        """What was sent. Raises Invalid."""
        if self.request.content_type not in TYPES:
            raise Invalid(N_("Send application/scim+json."), code="type")
        try:
            found = json.loads(self.request.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Invalid(_ONE_PIECE, code="invalidSyntax") from None
        if not isinstance(found, dict):
            raise Invalid(_ONE_PIECE, code="invalidSyntax")
        return found

    def page(self) -> tuple[int, int]:
        """The first resource that is asked for (from 1) and how many; as RFC 7644 3.4.2.4 says."""
        return max(1, self._number("startIndex", 1)), min(MOST, max(0, self._number("count", MOST)))

    def _number(self, name: str, usual: int) -> int:
        given = self.request.GET.get(name, "").strip()
        if not given:
            return usual
        try:
            found = int(given) if len(given) < 10 else 10**9
        except ValueError:
            raise Invalid(N_("“{name}” is a number."), code="invalidValue", name=name) from None
        return found

    def left_out(self, name: str) -> bool:
        """Whether an attribute is not wanted in the answer."""
        out = _names(self.request.GET.get("excludedAttributes", ""))
        only = _names(self.request.GET.get("attributes", ""))
        return name.casefold() in out or bool(only and name.casefold() not in only)


def _names(given: str) -> set[str]:
    return {
        one.strip().rpartition(":")[2].partition(".")[0].casefold() for one in given.split(",")
    } - {""}


def _no_number(given: str) -> Any:
    raise ValueError(given)


View = Callable[..., HttpResponse]


def for_directory(*methods: str) -> Callable[[View], View]:
    """An address of SCIM: these methods, with a key that says who comes and goes.

    No key or an unknown one: 401. Another right: 403. Too often: 429. What is refused is told in
    SCIM's form, in the language that is asked for.
    """

    def of(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
            try:
                response = _let_in(request, methods, view, args, given)
            except RequestDataTooBig:
                response = error(413, N_("This is larger than what is taken at once."))
            except Refusal as refusal:
                response = told(refusal)
            response.headers["Cache-Control"] = "no-store"
            return response

        return answered

    return of


def _let_in(
    request: HttpRequest, methods: tuple[str, ...], view: View, args: Any, given: Mapping[str, Any]
) -> HttpResponse:
    at = site_now()
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = key_for(secret.strip(), at) if kind.casefold() == "bearer" and secret else None
    if key is None:
        response = error(401, N_("Send a key that stands: Authorization: Bearer …"))
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if not key.may(RIGHT):
        return error(403, N_("This key does not open the directory."))
    if not count_use(key, at):
        response = error(
            429,
            N_("This key may be used {most} times a minute; wait for the next one."),
            most=key.per_minute,
        )
        response.headers["Retry-After"] = str(60 - at.second)
        return response
    if request.method not in methods:
        response = error(405, N_("This address does not take that."))
        response.headers["Allow"] = ", ".join(methods)
        return response
    return view(Ask(request, key, at), *args, **given)


def answer(document: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A resource or a list, with its version and its address where it has them."""
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False), content_type=TYPE, status=status
    )
    meta = document.get("meta", {})
    if "version" in meta:
        response.headers["ETag"] = meta["version"]
    if status == 201:
        response.headers["Location"] = meta["location"]
    return response


def listed(found: list[dict[str, Any]], total: int, start: int) -> HttpResponse:
    """A page of resources (ListResponse)."""
    return answer(
        {
            "schemas": [LIST],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": len(found),
            "Resources": found,
        }
    )


def told(refusal: Refusal) -> HttpResponse:
    """What was refused, as SCIM says it."""
    status = 400
    if isinstance(refusal, Missing):
        status = 404
    elif isinstance(refusal, Forbidden):
        status = 403
    elif isinstance(refusal, Stale):
        status = 412
    elif refusal.code == "uniqueness":
        status = 409
    elif refusal.code == "tooMany":
        status = 413 if refusal.field else 400
    elif refusal.code == "type":
        status = 415
    kind = refusal.code if refusal.code in _WORDS else "invalidValue" if status == 400 else ""
    return _error(status, tell(refusal), kind)


def error(status: int, text: str, **values: Any) -> HttpResponse:
    """An error without a kind of its own."""
    return _error(status, filled(text, values))


def _error(status: int, detail: str, kind: str = "") -> HttpResponse:
    document = {"schemas": [ERROR], "status": str(status), "detail": detail}
    if kind:
        document["scimType"] = kind
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=TYPE, status=status)


@for_directory("GET", "POST", "PUT", "PATCH", "DELETE")
def nowhere(ask: Ask, rest: str = "") -> HttpResponse:
    """An address that SCIM has elsewhere and this site has not."""
    if rest.strip("/").casefold() == "bulk":
        return error(501, N_("Several changes in one request (Bulk) are not offered here."))
    return error(404, N_("There is nothing at this address."))
