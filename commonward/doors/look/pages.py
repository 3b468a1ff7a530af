"""What every page of ours carries: a strict policy, and the language that its reader chose."""

import re
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
_SITE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?=/)")
_PERMISSIONS = "geolocation=(self), camera=(self), microphone=()"
_NO_FRAMES = "frame-ancestors 'none'"
_WITH_PAGES = frozenset({"portal", "chat", "desk", "field", "demo", "ledger"})
_YEAR = 365 * 24 * 3600


class Pages:
    """Sets the headers of every answer and follows `?lang=` with a cookie.

    What somebody gets who signed in, or a program with its key, no browser or proxy keeps, unless
    the answer itself says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then add what the answer does not say itself."""
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", _policy(request))
            response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        else:
            response.headers.setdefault("Content-Security-Policy", _NO_FRAMES)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers.setdefault("Cache-Control", "private, no-store")
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
    """The policy, with the other origins that a page may listen to or have its map from, if any."""
    map_from = _SITE.match(settings.BASEMAP)
    pictures = map_from.group() if map_from else ""
    found = POLICY
    for part, origins in (
        ("connect-src 'self'", (live_origin(request), pictures)),
        ("img-src 'self'", (pictures,)),
    ):
        found = found.replace(part, " ".join((part, *filter(None, origins))))
    return found


def keep_language(response: HttpResponse, chosen: str) -> None:
    """Remember the language that a reader chose, and nothing else about them."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
