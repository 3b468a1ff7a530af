"""From which network a form came: asked only to bound how much one machine can send."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from commonward.cases.actions.allowing import spend
from commonward.doors.look.network import network_of

__all__ = ["bound", "network_of"]


def bound(request: HttpRequest, at: datetime) -> None:
    """Count one sending. Raises Refusal "allowance" where too much came from there."""
    spend(network_of(request), at, settings.SENDINGS_AN_HOUR)
