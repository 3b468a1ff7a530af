"""Marks of quality that everybody reads: what bears one, until when, on what, and by which criteria."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commonward.core.marks.kind import ABOUT
from commonward.core.refusals import Missing
from commonward.doors.look.marks import kind_shown, line_shown, offered, public_shown
from commonward.doors.look.showing import page
from commonward.insight.queries.measuring import book_in_force
from commonward.people.queries import now
from commonward.programmes.models import MarkKind
from commonward.programmes.queries.marks import bearing, public_mark, read_kind, settled


@require_safe
def marks(request: HttpRequest) -> HttpResponse:
    """What bears a mark now, and what was decided lately."""
    about = request.GET.get("about", "")
    today = timezone.localdate(now())
    context = {
        "rows": [line_shown(one.mark) for one in bearing(today, about=about if about in ABOUT else "")],
        "past": [
            {**line_shown(one.mark), "appealed": any(d.kind == "appeal" for d in one.disputes)}
            for one in settled()
        ],
        "abouts": offered(ABOUT),
        "about": about,
    }  # fmt: skip
    return page(request, "portal/programmes/marks/list.html", context)


@require_safe
def mark_criteria(request: HttpRequest) -> HttpResponse:
    """Every version of every kind that was published, the newest first."""
    at = now()
    known, today = book_in_force(at), timezone.localdate(at)
    rows = MarkKind.objects.order_by("kind", "-number")[:200]
    last: dict[str, int] = {}
    shown = []
    for one in rows:
        last.setdefault(one.kind, one.number)
        shown.append(
            {
                **kind_shown(read_kind(one), known),
                "row": one,
                "newest": last[one.kind] == one.number,
                "holds": one.holds_from <= today,
            }
        )
    return page(request, "portal/programmes/marks/criteria.html", {"rows": shown})


@require_safe
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """One that was decided: criteria, evidence, reasons, appeals; nobody's name."""
    try:
        found = public_mark(number.strip().upper()[:30])
    except Missing as missing:
        raise Http404 from missing
    return page(request, "portal/programmes/marks/one.html", public_shown(found, now()))
