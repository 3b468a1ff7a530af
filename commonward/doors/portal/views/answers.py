"""Answers to what is often asked: found by words or by topic, read, printed, and judged."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.areas.queries.tree import area_by_code
from commonward.cases.actions.answers_helping import LONGEST_MISSING, note_vain, say_helped
from commonward.cases.queries.knowledge import (
    Elsewhere,
    Told,
    areas_told_apart,
    expired,
    public_answer,
    public_answers,
    public_matching,
)
from commonward.cases.queries.reference import book
from commonward.core.refusals import Missing, Refusal
from commonward.doors.look.showing import error_of, language, named, page
from commonward.doors.portal.sender import network_of
from commonward.people.queries import now as site_now
from commonward.people.queries import reading_once, revisions

LONGEST_ASKED = 200


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """What is often asked: a search, or every answer by its topic."""
    at = site_now()
    asked = " ".join(request.GET.get("q", "").split())[:LONGEST_ASKED]
    with reading_once():
        area = _area(request, at)
        context: dict[str, Any] = {
            "asked": asked,
            "area": area,
            "areas": _areas(at),
            "most": LONGEST_ASKED,
        }
        if asked:
            found = public_matching(asked, area, language(), at)
            context["found"] = [_row(one, area, asked) for one in found]
        else:
            context["topics"] = _topics(public_answers(area, language(), at), area)
    if asked and not context["found"] and request.method == "GET":
        note_vain(network_of(request), asked, language(), at)
    # A page of somebody's own words is listed nowhere and stored nowhere.
    return page(request, "portal/answers/list.html", context, private=bool(asked))


@require_safe
def answer(request: HttpRequest, answer: int) -> HttpResponse:
    """One answer, plain, with where it is written and until when it holds."""
    return _shown(request, answer, site_now())


@require_http_methods(["POST"])
def helped(request: HttpRequest, answer: int) -> HttpResponse:
    """Did this help? Counted, and joined to nobody; then back to the answer, which says thanks."""
    at = site_now()
    said = request.POST.get("helped", "")
    try:
        if said in ("yes", "no"):
            say_helped(
                network_of(request), answer, said == "yes", at,
                missing=request.POST.get("missing", "") if said == "no" else "",
                asked=request.POST.get("q", "")[:LONGEST_ASKED], language=language(),
            )  # fmt: skip
    except Missing:
        return _gone(request, answer, at)
    except Refusal as refusal:
        return _shown(request, answer, at, refusal)
    # After this the address is a plain one again: read anew, nothing is sent twice.
    more = {"said": said} if said in ("yes", "no") else {}
    if request.POST.get("area"):
        more["area"] = request.POST["area"][:32]
    where = reverse("portal:known_answer", args=[answer])
    return HttpResponseRedirect(f"{where}?{urlencode(more)}#helped" if more else where)


def _shown(
    request: HttpRequest, answer: int, at: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    with reading_once():
        area = _area(request, at)
        told = public_answer(answer, area, language(), at)
        if told is None:
            return _gone(request, answer, at)
        names = _names()
        typed = request.POST if refusal is not None else {}
        context = {
            "told": told,
            "line": told.line,
            "html_lang": _lang(told.line.language),
            "where": names.get(told.line.area, ""),
            "until": told.line.valid_until,
            "last_day": last_day(told.line.valid_until),
            "sources": told.line.sources,
            "elsewhere": [_elsewhere(one, names) for one in told.elsewhere],
            "languages": [{"id": one.id, "lang": _lang(one.language)} for one in told.languages],
            "area": area,
            "asked": (request.GET.get("q") or typed.get("q") or "")[:LONGEST_ASKED],
            "said": request.GET.get("said", ""),
            "typed": typed,
            "most": LONGEST_MISSING,
            "error": error_of(refusal) if refusal else None,
            "share": request.build_absolute_uri(
                reverse("portal:known_answer", args=[told.line.id])
            ),
        }
    return page(
        request, "portal/answers/one.html", context, status=400 if refusal else 200,
        private=refusal is not None or bool(context["asked"]),
    )  # fmt: skip


def _gone(request: HttpRequest, answer: int, at: datetime) -> HttpResponse:
    return page(request, "portal/answers/gone.html", {"expired": expired(answer, at)}, status=404)


def perhaps(words: str, at: datetime, most: int = 3) -> list[dict[str, Any]]:
    """What may answer somebody who is about to report, for the form; nothing of it is counted."""
    return [_row(one, "", "") for one in public_matching(words, "", language(), at, most=most)]


def _row(told: Told, area: str, asked: str) -> dict[str, Any]:
    line = told.line
    more = {name: value for name, value in (("area", area), ("q", asked)) if value}
    where = reverse("portal:known_answer", args=[line.id])
    return {
        "line": line,
        "href": f"{where}?{urlencode(more)}" if more else where,
        "lang": _lang(line.language),
        "other_language": told.other_language,
        "because": line.because[:4],
    }


def _topics(told: tuple[Told, ...], area: str) -> list[tuple[str, list[dict[str, Any]]]]:
    known = {c.code: named(c.name, c.name_en) for c in book().categories.values()}
    found: dict[str, list[dict[str, Any]]] = {}
    for one in told:
        name = known.get(one.line.category) or _("Other questions")
        found.setdefault(name, []).append(_row(one, area, ""))
    return list(found.items())


def _area(request: HttpRequest, at: datetime) -> str:
    """The code of an area that there is; "" for any other."""
    code = (request.GET.get("area") or request.POST.get("area") or "")[:32]
    if not code:
        return ""
    try:
        return area_by_code(code, at).code
    except Missing:
        return ""


def _names() -> dict[str, str]:
    return {p.code: named(p.name, p.name_en) for p in areas_to_choose(revisions())}


def _areas(at: datetime) -> list[tuple[str, str]]:
    """The areas that have an answer of their own; elsewhere nothing is otherwise."""
    names = _names()
    return [(code, names.get(code, code)) for code in areas_told_apart(at)]


def _elsewhere(one: Elsewhere, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": one.line.id,
        "where": names.get(one.line.area, one.line.area),
        "differ": one.differ,
        "lang": _lang(one.line.language),
    }


def last_day(until: datetime | None) -> date | None:
    """The last day on which it holds, in the site's zone."""
    return None if until is None else (timezone.localtime(until) - timedelta(seconds=1)).date()


def _lang(code: str) -> str:
    return "zh-Hans" if code.startswith("zh") else code
