"""My own figures (本人指标): what I did myself, with the very cases, before anybody's aggregates.

Nobody else opens them: the rows are those of the account that asks, and no page lists accounts
with figures.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.queries.marks import marks_by
from commonward.core.refusals import Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.figures.asked import read, shown
from commonward.doors.desk.views.figures.behind import APPEALS
from commonward.doors.desk.views.figures.making import worded
from commonward.doors.look.showing import error_of, language
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.books import book_of, version_in_force
from commonward.insight.queries.measuring import figures_of


@require_safe
@for_staff()
def mine(request: HttpRequest, standing: Standing) -> HttpResponse:
    """One's own figures of a window, the marks that concern one, and what became of appeals."""
    held = version_in_force(standing.at)
    book = book_of(held)
    names = [name for name, one in book.indicators.items() if one.own]
    spoken = language()
    chinese = "zh" if spoken.startswith("zh") else "en"
    try:
        asked = read(request, standing, own=True)
        found = figures_of(names, [asked.window], only=asked.only, at=standing.at, book=book)
    except Refusal as refusal:
        why = {"error": error_of(refusal)}
        return desk_page(request, standing, "desk/figures/missing.html", why, status=422)
    figures = found[asked.window][()]
    rows = []
    for name in names:
        one, figure = book.indicators[name], figures[name]
        if figure.value is None or not any(figure.counts.values()):
            continue  # what this post does not do is no figure of theirs
        counts = [
            {
                "called": count.about[chinese] or count.name,
                "value": worded(figure.counts.get(count.name), count.unit),
                "href": reverse("desk:figure_cases", args=[name]) + asked.query(count=count.name),
            }
            for count in book.counts_of(name)
            if "account" in count.facts.columns
        ]
        rows.append({
            "name": name, "title": one.title(spoken), "value": worded(figure.value, one.unit),
            "counts": counts,
        })  # fmt: skip
    marks = marks_by(standing.actor, asked.window.start, asked.window.end)
    context = {
        "asked": shown(asked, standing.at),
        "rows": rows,
        "marks": [(mark, _(APPEALS[mark.appeal]) if mark.appeal else "") for mark in marks],
        "appeals": standing.holds(("handler", "dispatcher")),
        "version": held,
    }
    return desk_page(request, standing, "desk/figures/mine.html", context)
