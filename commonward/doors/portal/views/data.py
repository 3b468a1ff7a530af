"""Open data for everybody (开放数据): the list of files, the files, and feeds of what was closed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.areas.queries import area_by_code, revisions
from commonward.areas.queries.news import news_at
from commonward.cases.queries.public import Wanted, public_reports
from commonward.cases.queries.services import services
from commonward.core.refusals import Missing
from commonward.core.rights import APART
from commonward.doors.look.showing import language, named, page
from commonward.insight.queries import open_data
from commonward.people.queries import now as site_now

_FEEDS: Mapping[str, type[Atom1Feed] | type[Rss201rev2Feed]] = {
    "atom": Atom1Feed,
    "rss": Rss201rev2Feed,
}
_ENTRIES = 50
_DAY, _YEAR = 3_600, 31_536_000


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The files of the newest day, the licence, and what every column means."""
    found = open_data.current()
    files: list[dict[str, Any]] = []
    if found is not None:
        names = {str(one["name"]): one for one in found["files"]}
        for name, about in open_data.ABOUT.items():
            own = [one for n, one in names.items() if n.partition(".")[0] == name]
            if own:
                files.append({"name": name, "about": _(about), "forms": own})
    context = {
        "current": found,
        "files": files,
        "licence": settings.OPEN_DATA_LICENCE,
        "dictionary": open_data.dictionary() if found is not None else None,
        "zh": language().startswith("zh"),
    }
    return page(request, "portal/data.html", context)


@require_safe
def file(request: HttpRequest, version: str, name: str) -> HttpResponseBase:
    """One file; of a named day it never changes, “latest” is the newest day's."""
    try:
        path = open_data.file(version, name)
    except Missing as missing:
        raise Http404 from missing
    facts = path.stat()
    tag = f'"{path.parent.name}-{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={_DAY if version == 'latest' else _YEAR}",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
        "Link": f'<{settings.OPEN_DATA_LICENCE}>; rel="license"',
    }
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    answer = FileResponse(
        path.open("rb"), content_type=open_data.media(name), filename=name, as_attachment=True
    )
    for header, value in headers.items():
        answer.headers[header] = value
    return answer


@require_safe
def feed(request: HttpRequest, form: str, code: str = "") -> HttpResponse:
    """News and the newest closed public cases of an area (or of the whole site) as Atom or RSS."""
    at, marks = site_now(), revisions()
    try:
        place = area_by_code(code, at) if code else None
    except Missing as missing:
        raise Http404 from missing
    home = reverse("portal:area", args=[code]) if code else reverse("portal:areas")
    where = named(place.name, place.name_en) if place else _("The whole district")
    made = _FEEDS[form](
        title=_("{where}: news and closed reports").format(where=where),
        link=settings.SITE_URL + home,
        description=_("What was told to the people here, and which reports were closed."),
        language="zh-Hans" if language().startswith("zh") else "en",
        feed_url=settings.SITE_URL + request.path,
    )
    for one in news_at(place.path, at) if place else ():
        made.add_item(
            title=named(one.title, one.title_en),
            link=settings.SITE_URL + home,
            description=named(one.words, one.words_en),
            pubdate=one.since,
            updateddate=one.since,
            unique_id=f"{settings.SITE_URL}{home}#news-{one.id}",
        )
    known = services(marks)
    for report in public_reports(Wanted(area=code, is_open=False), marks, most=_ENTRIES):
        if known[report.category].code.startswith(APART):
            continue
        link = settings.SITE_URL + reverse("portal:case", args=[report.number])
        told = [known[report.category].named(language()), report.address or named(*report.area)]
        made.add_item(
            title=" · ".join(part for part in told if part),
            link=link,
            description=report.words,
            pubdate=report.closed_at,
            updateddate=report.changed_at,
            unique_id=link,
        )
    return HttpResponse(
        made.writeString("utf-8"),
        content_type=made.content_type,
        headers={"Cache-Control": "public, max-age=900"},
    )
