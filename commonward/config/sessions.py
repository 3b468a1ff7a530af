"""Sessions whose cookie is taken away only by who signs out, and which know who is asking."""

from typing import Any

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from commonward.core.signing_in import browser_kind

BY_ITSELF = ("/live/",)
"""What pages ask while nobody is there: it keeps nobody signed in."""


class KeepingSessionMiddleware(SessionMiddleware):
    """Django's, but an answer to a request with an ended session leaves the cookie alone.

    A page that was left may still be asking while its reader signs in anew: that late answer would
    take away the new session's cookie, and throw the reader out.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Tell the session which kind of browser asks, and whether somebody is there."""
        super().process_request(request)
        session: Any = request.session
        session.browser = browser_kind(request.headers.get("User-Agent", ""))
        session.counts = not request.path.startswith(BY_ITSELF)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Take the cookie away only where this request itself ended the session."""
        session = getattr(request, "session", None)
        if session is not None and session.is_empty() and not session.modified:
            if session.accessed:
                patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]
