"""From which network something came, as far as our own proxies say."""

from django.conf import settings
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """The network address, as the last of our own proxies saw it; what came before it is hearsay."""
    behind = settings.PROXIES
    if behind:
        told = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(told) >= behind:
            return told[-behind]
    return str(request.META.get("REMOTE_ADDR", ""))
