"""Consultations and councils as everybody sees them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import N_, Missing, Refusal
from commonward.doors.look.councils import meetings_told
from commonward.doors.look.showing import error_of, named, page
from commonward.doors.portal.sender import bound
from commonward.doors.portal.views.home import nothing_here
from commonward.doors.portal.views.programmes.councils.proposals import child, place_of
from commonward.people.queries import now as site_now
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.councilling import speak
from commonward.programmes.models import Consultation
from commonward.programmes.queries.council_meetings import public_council
from commonward.programmes.queries.decisions import (
    consultation_of,
    consultations,
    councils_on,
)

KINDS = {
    "house": N_("House council"),
    "entrance": N_("Entrance council"),
    "estate": N_("Estate council"),
    "village": N_("Village council"),
}


@require_safe
def councils(request: HttpRequest) -> HttpResponse:
    """Councils of residents: where they sit, for how long, how their office is reached."""
    rows = [
        {
            "council": one,
            "name": named(one.name, one.name_en),
            "kind": _(KINDS[one.kind]),
            "place": place_of(one.area),
            "seats": list(one.seats.all()),
        }
        for one in councils_on(site_now())
    ]
    context = {"rows": rows, "child": child(request)}
    return page(request, "portal/programmes/councils/councils.html", context)


@require_safe
def council(request: HttpRequest, code: str) -> HttpResponse:
    """One council: what it talked about and decided, and what became of it."""
    try:
        found = public_council(code)
    except Missing:
        return nothing_here(request)
    context = {
        "council": found,
        "name": named(found.name, found.name_en),
        "kind": _(KINDS[found.kind]),
        "place": place_of(found.area),
        "meetings": meetings_told(found, site_now()),
    }
    return page(request, "portal/programmes/councils/council.html", context)


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """What the office asks the public."""
    today = day_of(site_now())
    rows = [
        {
            "one": one,
            "title": named(one.title, one.title_en),
            "place": place_of(one.area),
            "state": _state(one, today),
        }
        for one in consultations()
    ]
    return page(request, "portal/programmes/councils/consultations.html", {"rows": rows})


def _state(one: Consultation, today: Any) -> str:
    if one.answered_at is not None:
        return _("Answered")
    if today > one.answer_by:
        return _("The answer is overdue")
    if today > one.closes_on:
        return _("The office owes an answer")
    return _("Open") if today >= one.opens_on else _("Begins soon")


@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: HttpRequest, code: str) -> HttpResponse:
    """A consultation: its question, what was said and answered, and what was changed."""
    error, status, at = None, 200, site_now()
    try:
        found = consultation_of(code)
        if request.method == "POST":
            bound(request, at)
            speak(code, request.POST.get("words", ""), at)
            return HttpResponseRedirect(f"{request.path}#said")
    except Missing:
        return nothing_here(request)
    except Refusal as refusal:
        error, status = error_of(refusal), 422
    today = day_of(at)
    context = {
        "one": found,
        "title": named(found.title, found.title_en),
        "about": named(found.about, found.about_en),
        "place": place_of(found.area),
        "state": _state(found, today),
        "open": found.opens_on <= today <= found.closes_on,
        "said": list(found.said.order_by("id")[:300]),
        "error": error,
        "given": request.POST if error else {},
        "child": child(request),
    }
    return page(request, "portal/programmes/councils/consultation.html", context, status=status)
