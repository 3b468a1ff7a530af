"""What every page of ours carries: a strict policy, and the language that its reader chose."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from commonward.doors.look.live import live_origin

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "script-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_PERMISSIONS = "geolocation=(self), camera=(self), microphone=()"
_WITH_PAGES = frozenset({"portal", "desk", "field", "demo"})
_YEAR = 365 * 24 * 3600


class Pages:
    """Sets the headers of every HTML answer and follows `?lang=` with a cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what the answer does not say itself."""
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", _policy(request))
            response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """`?lang=en` is kept in a cookie and taken out of the address again."""
        match = request.resolver_match
        if match is None or match.app_name not in _WITH_PAGES or request.method != "GET":
            return None
        chosen = request.GET.get("lang", "")
        if chosen not in dict(settings.LANGUAGES):
            return None
        rest = request.GET.copy()
        del rest["lang"]
        # Built from the path alone: it can lead to no other site.
        query = rest.urlencode()
        response = HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
        keep_language(response, chosen)
        return response


def _policy(request: HttpRequest) -> str:
    """The policy, with the one other origin that a page may listen to, if there is any."""
    beside = live_origin(request)
    listening = "connect-src 'self'"
    return POLICY.replace(listening, f"{listening} {beside}") if beside else POLICY


def keep_language(response: HttpResponse, chosen: str) -> None:
    """Remember the language that a reader chose, and nothing else about them."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR, samesite="Lax", httponly=True
    )
