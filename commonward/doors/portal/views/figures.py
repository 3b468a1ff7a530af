"""How a published figure is made, for everybody (公开指标说明)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commonward.core.refusals import Missing
from commonward.doors.look.making import made
from commonward.doors.look.showing import page
from commonward.insight.queries.books import book_of, version, version_in_force, versions
from commonward.people.queries import now


@require_safe
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One figure under the version in force, or under an older one by its number."""
    at = now()
    given = request.GET.get("version", "")
    try:
        held = version(int(given)) if given.isdecimal() and len(given) < 7 else version_in_force(at)
    except Missing as missing:
        raise Http404 from missing
    if held.since is not None and held.since > at:
        raise Http404  # what will hold is not told as what holds
    book = book_of(held)
    if name not in book.indicators or not book.indicators[name].public:
        raise Http404
    hrefs = [one for one in book.indicators if book.indicators[one].public]
    told = made(book, name, held)
    told["made_of"] = [(part, title) for part, title in told["made_of"] if part in hrefs]
    context = {
        "made": told | {"hrefs": "portal:figure"},
        "others": [
            one
            for one in versions()
            if one.number != held.number and (one.since is None or one.since <= at)
        ][:12],
    }
    return page(request, "portal/figure.html", context)
