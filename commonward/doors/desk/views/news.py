"""News and advice of an area (公告、防范提示): written for a time, and ended."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.areas import actions as areas
from commonward.areas.actions.telling import KINDS, LONGEST_TITLE, LONGEST_WORDS, TELLS
from commonward.areas.queries.names import areas_to_choose
from commonward.areas.queries.news import NewsItem, news_at
from commonward.areas.queries.tree import Place, area_by_code, chain
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions

POSTS = tuple(role for role in TELLS if role != "system")
_KIND_WORDS = {"news": N_("News"), "prevention": N_("Preventing harm")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTS)
def news(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What an area's page tells and will tell; one more, or one less."""

    def shown() -> dict[str, Any]:
        offered = _areas(standing)
        place = _place(request, standing, offered)
        context: dict[str, Any] = {
            "areas": [(one.code, named(one.name, one.name_en)) for one in offered],
            "area": place,
            "kinds": [(kind, _(_KIND_WORDS[kind])) for kind in KINDS],
            "today": timezone.localdate(standing.at).isoformat(),
            "longest_title": LONGEST_TITLE,
            "longest_words": LONGEST_WORDS,
        }
        if place is not None:
            above = {one.code: one for one in chain(place.path, standing.at)}
            found = news_at(place.path, standing.at, coming=True)
            context["area_name"] = named(place.name, place.name_en)
            context["rows"] = [_row(one, above, standing) for one in found]
        return context

    return administer(
        request, standing, "desk/news/news.html", shown, {"publish": _publish, "end": _end}
    )


def _areas(standing: Standing) -> list[Place]:
    """The larger areas whose people this person may tell something."""
    return [
        one
        for one in areas_to_choose(revisions())
        if standing.actor.roles_for(POSTS, "publish_news", one.path, "")
    ]


def _place(request: HttpRequest, standing: Standing, offered: list[Place]) -> Place | None:
    """The area that was asked for, a grid too; else the largest one. Raises Missing."""
    wanted = request.GET.get("area", "").strip()[:40]
    if not wanted:
        return offered[0] if offered else None
    return area_by_code(wanted, standing.at)


def _row(one: NewsItem, above: dict[str, Place], standing: Standing) -> dict[str, Any]:
    place = above.get(one.area)
    own = place is not None and standing.actor.roles_for(POSTS, "end_news", place.path, "")
    return {
        "line": one,
        "kind": _(_KIND_WORDS[one.kind]),
        "where": named(place.name, place.name_en) if place is not None else one.area,
        "coming": one.since > standing.at,
        "may_end": bool(own),
    }


def _publish(request: HttpRequest, standing: Standing) -> str:
    since = _midnight(_day(request, "since"))
    until = _midnight(_day(request, "until", 1))
    code = text(request, "area")
    areas.publish_news(
        standing.actor,
        code,
        text(request, "kind"),
        text(request, "title"),
        text(request, "words"),
        # What begins today begins now: the page does not say that it stood there before.
        since=max(since, standing.at),
        until=until,
        at=standing.at,
        title_en=text(request, "title_en"),
        words_en=text(request, "words_en"),
    )
    done(request, _("Written. It stands on the area's page while it holds."))
    return _here(code)


def _end(request: HttpRequest, standing: Standing) -> str:
    ended = areas.end_news(standing.actor, number(request, "news"), at=standing.at)
    done(request, _("Ended: it is shown no more."))
    return _here(text(request, "area") or ended.area.code)


def _here(code: str) -> str:
    return f"{reverse('desk:news')}?{urlencode({'area': code})}"


def _day(request: HttpRequest, name: str, later: int = 0) -> date:
    try:
        return date.fromisoformat(text(request, name)) + timedelta(days=later)
    except (ValueError, OverflowError):
        raise Invalid(N_("Give the day as 2026-03-31."), field=name) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
