"""Sessions whose cookie is taken away only by who signs out."""

from typing import Any

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers


class KeepingSessionMiddleware(SessionMiddleware):
    """Django's, but an answer to a request with an ended session leaves the cookie alone.

    A page that was left may still be asking while its reader signs in anew: that late answer would
    take away the new session's cookie, and throw the reader out.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Take the cookie away only where this request itself ended the session."""
        session = getattr(request, "session", None)
        if session is not None and session.is_empty() and not session.modified:
            if session.accessed:
                patch_vary_headers(response, ("Cookie",))
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]
