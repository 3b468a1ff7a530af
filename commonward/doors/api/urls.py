"""The API put together: its operations, its document, and problems instead of error pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.router import Router

from commonward.doors.api import (
    answers,
    calls,
    events,
    figures,
    files,
    handovers,
    lists,
    opening,
    payment_stops,
    positions,
    proofs,
    reference,
    steps,
    telling,
)
from commonward.doors.api.keys import Key
from commonward.doors.api.problems import CONTENT_TYPE, not_here, told, wrong_method
from commonward.doors.api.router import router

VERSION = "1"
ABOUT = """The loop from a report to a checked conclusion, for programs of the office.

Send `Authorization: Bearer <key>`; a key acts with the rights of its account. Every change of a
case needs `If-Match` with the ETag that was read. Errors are `application/problem+json`; `code`
is stable, `detail` is in the language of `Accept-Language` (zh-Hans or en)."""


class Api(NinjaAPI):
    """Short names of operations, and errors described as what they are."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Every error is told as a problem."""
        return told(request, exc)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name: it is what generated clients call it."""
        return str(operation.view_func.__name__)

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """The same name for Django."""
        return self.get_openapi_operation_id(operation)

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The document, with the media type that errors really have."""
        document = super().get_openapi_schema(**asked)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
        return document


api = Api(
    title="Commonward 同里",
    version=VERSION,
    description=ABOUT,
    urls_namespace="api",
    auth=Key(),
    docs_url=None,
)
OPERATIONS = (
    calls,
    events,
    lists,
    files,
    opening,
    steps,
    telling,
    reference,
    handovers,
    payment_stops,
    positions,
    figures,
    proofs,
    answers,
)
"""Each adds its operations to the router when it is imported."""
api.add_router("", router)


def _telling(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A wrong method is told like every other problem."""

    @csrf_exempt
    @wraps(view)
    def telling(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        answer = view(request, *args, **given)
        if isinstance(answer, HttpResponseNotAllowed):
            return wrong_method(request, answer["Allow"])
        return answer

    return telling


def _patterns() -> list[URLPattern]:
    own, _, _ = api.urls
    found = [
        path(str(p.pattern), _telling(p.callback), name=p.name)
        for p in own
        if isinstance(p, URLPattern) and p.callback is not None
    ]
    # A key reads the document as well as anybody: it holds no data.
    return [*found, re_path(r"", csrf_exempt(not_here), name="not_here")]


app_name = "api"
urlpatterns = _patterns()
