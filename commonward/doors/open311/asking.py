"""One request to this door: its format, language, method and errors, the same for every resource."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import get_supported_language_variant
from django.views.decorators.csrf import csrf_exempt

from commonward.core.refusals import Forbidden, Missing, Refusal
from commonward.doors.look.away import AGAIN_AFTER, AWAY, passes
from commonward.doors.open311.writing import CONTENT_TYPES, Many, written
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)

MOST_BODY = 50 * 1024 * 1024
"""Bytes of a whole request: six photos and the words."""


class Problem(Exception):
    """An answer other than success: its status, and one description for each thing wrong."""

    def __init__(self, status: int, *descriptions: str, retry_after: int = 0) -> None:
        self.status = status
        self.descriptions = descriptions
        self.retry_after = retry_after
        super().__init__(*descriptions)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that was understood so far.

    `form` is the body's (empty but for POST), `trial` is set at the test endpoint, which checks
    everything and keeps nothing. `path` holds what the address names.
    """

    request: HttpRequest
    form: QueryDict
    query: QueryDict
    format: str
    language: str
    trial: bool
    at: datetime
    path: Mapping[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The last value of a field of the form, else of the address; "" when absent."""
        return (self.form.get(name) or self.query.get(name) or "").strip()

    def many(self, name: str) -> tuple[str, ...]:
        """All values of a parameter of the address; it may be repeated, and hold commas."""
        parts = (part.strip() for value in self.query.getlist(name) for part in value.split(","))
        return tuple(part for part in parts if part)

    def address(self, path: str) -> str:
        """The full address of a path of this site, as this client reaches it."""
        site = urlsplit(settings.SITE_URL)
        if site.netloc == self.request.get_host():
            return f"{site.scheme}://{site.netloc}{path}"
        return self.request.build_absolute_uri(path)

    def answer(self, root: str, body: dict[str, Any] | Many, status: int = 200) -> HttpResponse:
        """The body in the format asked for."""
        return answer(root, body, self.format, status)


View: TypeAlias = Callable[[Ask], HttpResponseBase]


def answer(
    root: str, body: dict[str, Any] | Many, form: str, status: int = 200, charset: bool = True
) -> HttpResponse:
    """The body as a response; every text says its charset, but for discovery."""
    kind = CONTENT_TYPES[form] + ("; charset=utf-8" if charset else "")
    return HttpResponse(written(root, body, form), status=status, content_type=kind)


def resource(
    *, formats: tuple[str, ...] = ("xml", "json"), **by_method: View
) -> Callable[..., HttpResponseBase]:
    """The view of one resource: a function for each method that it has (HEAD comes with GET)."""
    allowed = [*by_method, *(["HEAD"] if "GET" in by_method else []), "OPTIONS"]

    @csrf_exempt
    def view(request: HttpRequest, suffix: str = "", trial: str = "", **path: str) -> Any:
        form = suffix.lower()
        query = _query(request)
        language = _language(query)
        with translation.override(language):
            if request.method == "OPTIONS":
                response: HttpResponseBase = HttpResponse(status=204)
            else:
                try:
                    if form not in formats:
                        raise Problem(404, _no_format(suffix, formats))
                    method = "GET" if request.method == "HEAD" else str(request.method)
                    if method not in by_method:
                        raise Problem(405, _no_method(method, allowed))
                    if query is None:
                        raise Problem(400, _("The address has too many parameters."))
                    posted = _form(request) if method == "POST" else QueryDict()
                    ask = Ask(request, posted, query, form, language, bool(trial), site_now(), path)
                    _check(ask)
                    response = by_method[method](ask)
                except (Problem, Refusal, Error, OSError) as fault:
                    response = told(_problem(fault, request), form)
            response["Content-Language"] = language
        if response.status_code in (204, 405):
            response["Allow"] = ", ".join(allowed)
        # The data is public and no cookie is read: pages of any site may use it.
        response["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = ", ".join(allowed)
            response["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
        return response

    return view


def told(problem: Problem, form: str) -> HttpResponse:
    """A problem in the standard's form, in XML where the format asked for has none."""
    errors = [{"code": problem.status, "description": text} for text in problem.descriptions]
    response = answer(
        "errors", Many("error", errors), form if form in ("xml", "json") else "xml", problem.status
    )
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Whatever else is asked for below this door."""
    form = "json" if rest.lower().endswith(".json") else "xml"
    with translation.override(_language(_query(request))):
        return told(Problem(404, _("There is no resource “{rest}” here.").format(rest=rest)), form)


def _check(ask: Ask) -> None:
    """What every resource refuses: NUL characters, and another jurisdiction than ours."""
    texts = [*ask.path.values(), *_texts(ask.form), *_texts(ask.query)]
    if any("\x00" in text for text in texts):
        raise Problem(400, _("A value holds a NUL character; send plain text."))
    jurisdiction = ask.one("jurisdiction_id")
    if settings.JURISDICTION and jurisdiction and jurisdiction != settings.JURISDICTION:
        raise Problem(
            404,
            _("jurisdiction_id “{given}” is not served here, but “{right}”.").format(
                given=jurisdiction, right=settings.JURISDICTION
            ),
        )


def _texts(values: QueryDict) -> list[str]:
    return [text for name, given in values.lists() for text in (name, *map(str, given))]


def _form(request: HttpRequest) -> QueryDict:
    """The form that was posted; what is too large is refused before it is read."""
    kind = request.content_type or ""
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Problem(
            400,
            _(
                "Send a form: Content-Type application/x-www-form-urlencoded, or "
                "multipart/form-data with photos. “{given}” cannot be read."
            ).format(given=kind),
        )
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        raise Problem(400, _("Send the form whole, with its Content-Length, and not in chunks."))
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    too_large = _("The request is too large: at most {most} MB with photos, {words} MB without.")
    sizes = {"most": MOST_BODY >> 20, "words": (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) >> 20}
    if length > MOST_BODY:
        raise Problem(413, too_large.format(**sizes))
    try:
        return request.POST
    except RequestDataTooBig as error:
        raise Problem(413, too_large.format(**sizes)) from error
    except (
        MultiPartParserError,
        BadRequest,
        SuspiciousOperation,
        UnreadablePostError,
        UnicodeError,
    ) as error:
        raise Problem(400, _("The form cannot be read; it must be whole and in UTF-8.")) from error


def _problem(fault: Exception, request: HttpRequest) -> Problem:
    """What is told of it; what nobody expected is raised again."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, Refusal):
        return _refused(fault)
    if not passes(fault):
        raise fault
    log.error("%s %s could not be answered", request.method, request.path, exc_info=fault)
    return Problem(503, _(AWAY), retry_after=AGAIN_AFTER)


def _refused(refusal: Refusal) -> Problem:
    if isinstance(refusal, Forbidden):
        status = 403
    elif isinstance(refusal, Missing):
        status = 404
    else:
        status = 400
    text = _(refusal.text)
    return Problem(status, text.format(**refusal.values) if refusal.values else text)


def _query(request: HttpRequest) -> QueryDict | None:
    """The parameters of the address; None when there are more than Django reads."""
    try:
        return request.GET
    except SuspiciousOperation:
        return None


def _language(query: QueryDict | None) -> str:
    """The language of the parameter `locale`, else of Accept-Language, else the site's."""
    asked = query.get("locale", "").replace("_", "-") if query is not None else ""
    if asked and len(asked) <= 20:
        try:
            return get_supported_language_variant(asked.lower())
        except LookupError:
            pass
    return translation.get_language() or settings.LANGUAGE_CODE


def _no_format(suffix: str, formats: tuple[str, ...]) -> str:
    return _("The format “{given}” is not offered; end the address in one of: {right}.").format(
        given=suffix, right=", ".join(f".{name}" for name in formats)
    )


def _no_method(method: str, allowed: list[str]) -> str:
    return _("The method {given} is not supported here, but {right}.").format(
        given=method, right=", ".join(allowed)
    )
