"""From which network a form came: asked only to bound how much one machine can send."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from commonward.cases.actions.allowing import spend


def network_of(request: HttpRequest) -> str:
    """The network address, as the last of our own proxies saw it; what came before it is hearsay."""
    behind = settings.PROXIES
    if behind:
        told = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(told) >= behind:
            return told[-behind]
    return str(request.META.get("REMOTE_ADDR", ""))


def bound(request: HttpRequest, at: datetime) -> None:
    """Count one sending. Raises Refusal "allowance" where too much came from there."""
    spend(network_of(request), at, settings.SENDINGS_AN_HOUR)
