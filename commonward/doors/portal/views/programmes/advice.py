"""Advice for everybody: the list, a full screen for halls and lifts, posters."""

from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries import area_by_code
from commonward.core.advising import FEWEST, WINDOW
from commonward.core.refusals import Missing
from commonward.doors.look.advice import kind_word, lines_of, title_of
from commonward.doors.look.showing import named, page
from commonward.people.queries import now
from commonward.programmes.queries.advice import Told, one_told, told_now

EACH = 20
"""Seconds that a screen shows one text; the page loads the next without any script."""


@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """What is told now, in all areas."""
    return page(
        request,
        "portal/programmes/advice/list.html",
        {"rows": [_row(one) for one in told_now(now())], "days": WINDOW},
    )


@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """One text of an area over the whole screen, the next after a while."""
    at = now()
    try:
        place = area_by_code(code, at)
    except Missing as missing:
        raise Http404 from missing
    rows = told_now(at, place.path)
    given = request.GET.get("n", "0")
    turn = int(given) if given.isdecimal() and len(given) < len("10000") else 0
    here = reverse("portal:advice_screen", args=[place.code])
    return page(
        request,
        "portal/programmes/advice/screen.html",
        {
            "one": _row(rows[turn % len(rows)]) if rows else None,
            "area_name": named(place.name, place.name_en),
            "next": f"{here}?n={(turn + 1) % max(1, len(rows))}",
            "each": EACH,
            "report": _drawn(reverse("portal:report")),
        },
    )


@require_safe
def poster(request: HttpRequest, told: int) -> HttpResponse:
    """One text as a page for A4, with the way to report beside it."""
    found = one_told(told, now()) if told < 2**63 else None
    if found is None:
        raise Http404
    context = {"one": _row(found), "report": _drawn(reverse("portal:report"))}
    return page(request, "portal/programmes/advice/poster.html", context)


def _row(one: Told) -> dict[str, Any]:
    tells = not one.advice.quiet and one.rule != "person" and one.count >= FEWEST
    count = _("{count} reports here in {days} days").format(count=one.count, days=WINDOW)
    return {
        "id": one.id,
        "title": title_of(one.advice),
        "lines": lines_of(one.advice),
        "kind": kind_word(one.advice.kind),
        "where": named(one.area_name, one.area_name_en),
        "area": one.area,
        "count": count if tells else "",
        "until": one.until,
    }


def _drawn(path: str) -> str:
    code = segno.make(f"{settings.SITE_URL}{path}", error="m", micro=False)
    return code.svg_data_uri(scale=4, border=2)
