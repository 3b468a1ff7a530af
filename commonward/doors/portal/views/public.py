"""What everybody may read: the cases of an area, one case, who is on duty, public photos."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries import Place, area_by_code, chain, children, revisions
from commonward.areas.queries.news import NewsItem, news_at
from commonward.areas.queries.on_duty import hours, on_duty
from commonward.cases.queries.hiding import hiding_of_number
from commonward.cases.queries.limit_kept import limit_kept
from commonward.cases.queries.listed import passed
from commonward.cases.queries.public import (
    PublicReport,
    Wanted,
    public_photo,
    public_report,
    public_reports,
)
from commonward.cases.queries.services import services
from commonward.cases.queries.steps import public_steps
from commonward.core.numbers import normalise
from commonward.core.refusals import Missing, Refusal
from commonward.doors.look.happening import plain
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import (
    due_words,
    error_of,
    language,
    named,
    page,
    said,
)
from commonward.doors.outbox.channels import offered
from commonward.doors.portal import asking, wording
from commonward.people.queries import now as site_now
from commonward.programmes.queries.proposal_photos import proposal_photo_shown

_ON_A_PAGE = 20
_LONGEST_ID = 18
_HAS_GRID_TEAM = frozenset({"community", "grid", "micro", "building"})
"""Levels small enough for one team; above them each place has its own."""
_PHOTO_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    # Short, because a photo can be hidden again.
    "Cache-Control": "public, max-age=300",
}


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """The tops of the tree, and the way to a case by its number."""
    error, given = None, request.GET.get("number", "")
    if given:
        try:
            return HttpResponseRedirect(reverse("portal:case", args=[normalise(given)]))
        except Refusal as refusal:
            error = error_of(refusal)
    context = {
        "children": [_area(p) for p in children("", site_now())],
        "error": error,
        "given": given,
    }
    return page(request, "portal/areas.html", context)


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponse:
    """An area: who is on duty there, when the office is open, and its public cases by pages."""
    at, marks = site_now(), revisions()
    try:
        place = area_by_code(code, at)
    except Missing as refusal:
        raise Http404 from refusal
    before = _key(request.GET.get("before", ""))
    found = public_reports(Wanted(area=code, before=before), marks, most=_ON_A_PAGE + 1)
    shown = found[:_ON_A_PAGE]
    team = on_duty("grid", place.path, at, marks) if place.level in _HAS_GRID_TEAM else None
    context = {
        "area": _area(place),
        "above": [_area(p) for p in chain(place.path, at)[:-1]],
        "children": [_area(p) for p in children(code, at)],
        "has_team": place.level in _HAS_GRID_TEAM,
        "team": team and {"name": named(team.name, team.name_en), "contact": team.contact},
        "hours": hours(place.path, at, marks),
        "day_format": moment_format().split(" H")[0].rstrip(","),
        "today": timezone.localdate(at),
        "news": [_news(one) for one in news_at(place.path, at)],
        "cases": [_line(one, marks) for one in shown],
        "further": before is not None,
        "next": _page_after(shown[-1]) if len(found) > _ON_A_PAGE else "",
    }
    return page(request, "portal/area.html", context)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case as everybody may see it."""
    marks = revisions()
    try:
        canonical = normalise(number)
    except Refusal as refusal:
        raise Http404 from refusal
    found = public_report(canonical, marks)
    if found is None:
        return _not_shown(request, canonical)
    service = services(marks)[found.category]
    told = public_steps([found], marks)[found.id]
    context = {
        "case": found,
        "line": _line(found, marks),
        "team": named(*found.team),
        "due": due_words(found.due_at) if found.due_at else "",
        "outcome": wording.outcome(found.outcome),
        "kept": None if found.is_open else limit_kept(found.follows or found.case, site_now()),
        "plain": said(found.stage.plain),
        "answers": asking.told(service.questions, found.answers),
        "steps": [
            {
                "at": one.at,
                "heading": said(one.stage.title),
                "plain": plain(one.verb, one.stage),
                "words": one.words,
            }
            for one in reversed(told)
        ],
        "mail": bool(offered()),
        "photos": [name.removesuffix(".jpg") for name in found.photos],
    }
    return page(request, "portal/case.html", context)


def _not_shown(request: HttpRequest, number: str) -> HttpResponse:
    """Nothing vanishes: of what the office hid, the public reads that it is there, and why not."""
    hidden = hiding_of_number(number)
    if hidden is None:
        raise Http404
    context = {"hidden": hidden, "ground": _(hidden.why)}
    return page(request, "portal/hidden.html", context, status=404)


@require_safe
def photo(request: HttpRequest, name: str) -> HttpResponse:
    """A photo that the centre has shown to the public."""
    file = f"{name}.jpg"
    if not (public_photo(file) or proposal_photo_shown(file)):
        raise Http404
    try:
        content = (settings.MEDIA_ROOT / file).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg", headers=_PHOTO_HEADERS)


def _area(place: Place) -> dict[str, str]:
    return {"code": place.code, "name": named(place.name, place.name_en), "level": place.level}


def _news(one: NewsItem) -> dict[str, Any]:
    return {
        "prevents": one.kind == "prevention",
        "title": named(one.title, one.title_en),
        "words": named(one.words, one.words_en),
        "since": one.since,
    }


def _line(one: PublicReport, marks: Any) -> dict[str, Any]:
    return {
        "number": one.number,
        "category": services(marks)[one.category].named(language()),
        "stage": said(one.stage.title),
        "is_open": one.is_open,
        "words": one.words,
        "hidden": one.hidden,
        "address": one.address,
        "area": named(*one.area),
        "received_at": one.received_at,
        "due_at": one.due_at,
        "late": one.due_at is not None and passed(one.due_at, site_now()),
    }


def _page_after(last: PublicReport) -> str:
    return urlencode({"before": f"{last.received_at.timestamp():.6f}_{last.id}"})


def _key(text: str) -> tuple[datetime, int] | None:
    """The key of a page as its address holds it; a broken one begins at the top."""
    moment, _, last = text.partition("_")
    if len(last) > _LONGEST_ID:
        return None
    try:
        return datetime.fromtimestamp(float(moment), tz=timezone.get_current_timezone()), int(last)
    except (ValueError, OverflowError, OSError):
        return None
