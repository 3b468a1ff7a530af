"""Alliances that everybody may read of: who pledged what, by when, and whether it was kept."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.core.pledging import ALLIANCES
from commonward.core.refusals import Missing
from commonward.doors.look.pledges import line_shown, title_of, whole_shown
from commonward.doors.look.showing import named, page
from commonward.people.queries import now
from commonward.programmes.queries.pledges import published, published_alliance, whole_of


@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """All that are published and run."""
    rows = published(timezone.localdate(now()))
    context = {"rows": [line_shown(one) for one in rows]}
    return page(request, "portal/programmes/pledges/list.html", context)


@require_safe
def pledge(request: HttpRequest, code: str) -> HttpResponse:
    """One: organisations and duties, no contact and no evidence."""
    today = timezone.localdate(now())
    try:
        found = published_alliance(code)
    except Missing as missing:
        raise Http404 from missing
    context = {
        **whole_shown(whole_of(found, today), today),
        "one": found,
        "title": title_of(found),
        "kind": _(ALLIANCES[found.kind]),
        "area": named(found.area.name, found.area.name_en),
        "about": named(found.about, found.about_en),
    }
    return page(request, "portal/programmes/pledges/one.html", context)
