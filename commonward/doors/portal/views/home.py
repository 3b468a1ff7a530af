"""The first page, and the pages for what cannot be shown."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.doors.portal.showing import page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three ways on: report, follow, look."""
    return page(request, "portal/home.html")


def nothing_here(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, in words and with a way on."""
    return page(request, "portal/nothing_here.html", status=404)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its protection: nothing was changed, and what to do about it."""
    return page(request, "portal/form_too_old.html", status=403, private=True)
