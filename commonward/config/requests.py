"""One line and one trace for each request: its route's name, its case, its status, its time."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from commonward.config.logs import REQUESTS, route_of
from commonward.core import causes

log = logging.getLogger(REQUESTS)

_NOT_TOLD = "-/"
"""Health and metrics are asked for every few seconds and say nothing of the site's work."""


class Requests:
    """Each request gets a number of its own; what it causes is known by it (`core.causes`).

    A number that somebody sends along is not taken: it could name a person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and tell in one line how it went."""
        if request.path_info[1:].startswith(_NOT_TOLD):
            return self.get_response(request)
        began = time.perf_counter()
        with causes.begun("request", "server"):
            response = self.get_response(request)
            causes.note(route=route_of(request), status=response.status_code)
            if log.isEnabledFor(logging.INFO):
                ms = round((time.perf_counter() - began) * 1000, 1)
                log.info(
                    "answered %d in %s ms", response.status_code, ms,
                    extra={"status": response.status_code, "ms": ms},
                )  # fmt: skip
            return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The route is known from here on: lines of the view itself tell it, too."""
        causes.note(route=route_of(request))
