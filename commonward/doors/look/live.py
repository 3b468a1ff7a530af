"""Where the live stream answers: on the site itself, or on a port beside it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def live_origin(request: HttpRequest) -> str:
    """The origin of the stream as this page reaches it; "" where it is the site's own.

    COMMONWARD_LIVE_URL names it: ":8001" is that port of the host that was asked.
    """
    given: str = settings.LIVE_URL
    if not given.startswith(":"):
        return given.rstrip("/")
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    named = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{named}{given}"
