"""Put a page together: what every template is given, and texts in the reader's language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import dateformat, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonward.core.procedures.model import Text
from commonward.core.refusals import Refusal
from commonward.doors.look.naming import moment_format, refused

SEEING = "seeing"
"""The request's attribute that holds the person as whom an administrator looks."""


def language() -> str:
    """The language of this page: "zh-hans" or "en"."""
    return get_language() or settings.LANGUAGE_CODE


def named(name: str, name_en: str) -> str:
    """Whichever of two names the reader reads; the Chinese one where there is no other."""
    return name if language().startswith("zh") else name_en or name


def said(text: Text) -> str:
    """A procedure's text in the reader's language."""
    return text.in_language(language())


def due_words(at: datetime) -> str:
    """A deadline in words; one at midnight is told by the day that it ends."""
    local = timezone.localtime(at)
    if (local.hour, local.minute) == (0, 0):
        day = dateformat.format(local - timedelta(minutes=1), moment_format().split(" H")[0])
        return _("by the end of {day}").format(day=day.rstrip(","))
    return dateformat.format(local, moment_format())


def look(request: HttpRequest) -> dict[str, Any]:
    """What every page's base needs (a context processor); asks no database."""
    now = language()
    return {
        "language": now,
        "html_language": "zh-Hans" if now.startswith("zh") else now,
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != now],
        "site_contact": settings.CONTACT,
        "chat_page": bool(settings.CHAT),
        "demo": settings.DEMO,
        "seeing": getattr(request, SEEING, None),
        "moment_format": moment_format(),
        "colon": "：" if now.startswith("zh") else ": ",
    }


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    private: bool = False,
) -> HttpResponse:
    """The page; a `private` one (somebody's words or secret link) is stored and listed nowhere."""
    response = render(request, template, {"private": private, **(context or {})}, status=status)
    if private:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def error_of(refusal: Refusal) -> dict[str, str]:
    """A refusal as the component look/error.html shows it."""
    return {"text": refused(refusal), "field": refusal.field}
