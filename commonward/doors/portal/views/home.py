"""The first page, and the pages for what cannot be shown."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from commonward.cases.queries.reference import book
from commonward.core.danger import harmless_phrases, words_by_number
from commonward.doors.look.away import AGAIN_AFTER, passes
from commonward.doors.look.showing import page
from commonward.response.actions.setting_up import PAYMENT


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three ways on: report, follow, look; and one for who needs help now."""
    return page(request, "portal/home.html", {"urgent": PAYMENT in book().codes})


@require_safe
def danger(request: HttpRequest) -> HttpResponse:
    """The words that mean danger, by the number that helps, for looking while somebody types,
    and the set phrases that hold such a word and mean none."""
    answer = JsonResponse({**words_by_number(), "harmless": harmless_phrases()})
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def nothing_here(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, in words and with a way on."""
    return page(request, "portal/nothing_here.html", status=404)


def too_much(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: what was sent is too large or broken, and what would be right."""
    return page(request, "portal/too_much.html", status=400, private=True)


def too_often(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """429: a bound on tries was reached; nothing was changed, and when to come again."""
    return page(request, "portal/too_often.html", status=429, private=True)


def our_fault(request: HttpRequest) -> HttpResponse:
    """500, and 503 where it passes: nothing on this page asks the database, which may have failed."""
    if not passes(sys.exc_info()[1]):
        return page(request, "portal/our_fault.html", status=500, private=True)
    response = page(request, "portal/our_fault.html", status=503, private=True)
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    return response


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its protection: nothing was changed, and what to do about it."""
    return page(request, "portal/form_too_old.html", status=403, private=True)
