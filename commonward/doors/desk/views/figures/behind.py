"""The very cases behind a figure (下钻): those this person may see, and how many more there are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.queries.marks import Mark, marks_of
from commonward.core.refusals import N_, Forbidden, Missing, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.tables import csv_file
from commonward.doors.desk.views.figures.asked import cuts, read, shown
from commonward.doors.desk.views.figures.making import reckoned, version_asked
from commonward.doors.look.showing import error_of, language
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.books import book_of
from commonward.insight.queries.measuring import PAGE, cases_behind

_MOST_IN_A_FILE = 10_000
APPEALS = {
    "asked": N_("appealed, not decided"),
    "granted": N_("appealed: the mark was taken back"),
    "refused": N_("appealed: the mark stands"),
    "lapsed": N_("appealed, lapsed"),
}


@require_safe
@for_staff()
def cases(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """The cases that one count of a figure counted in a window."""
    try:
        book = book_of(version_asked(request, standing))
        if name not in book.indicators:
            raise Missing(N_("There is no indicator “{name}”."), name=name[:60])
        asked = read(request, standing, urgent=book.indicators[name].apart == "response")
        book = book.cut(name, asked.given["cut"])
        counts = {one.name: one for one in book.counts_of(name)}
        chosen = request.GET.get("count", "") or next(iter(counts))
        if chosen not in counts:
            raise Missing(
                N_("“{indicator}” is not made of a count “{count}”."),
                indicator=name[:60],
                count=chosen[:60],
            )
        after = request.GET.get("after", "")
        whole = request.GET.get("as") == "csv"
        found = cases_behind(
            name, chosen, asked.window, only=asked.only, actor=standing.actor, at=standing.at,
            after=int(after) if after.isdecimal() and len(after) < 19 else None,
            size=_MOST_IN_A_FILE if whole else PAGE, book=book,
        )  # fmt: skip
    except Refusal as refusal:
        status = 404 if isinstance(refusal, Missing) else 403 if isinstance(refusal, Forbidden) else 422  # fmt: skip
        context: dict[str, Any] = {"error": error_of(refusal)}
        return desk_page(request, standing, "desk/figures/missing.html", context, status=status)
    rows = marks_of(found.numbers)
    if whole:
        return csv_file(_lines(rows), f"{name}-{chosen}.csv")
    one = book.indicators[name]
    chinese = "zh" if language().startswith("zh") else "en"
    context = {
        "name": name,
        "title": one.title(language()),
        "called": counts[chosen].about[chinese] or chosen,
        "apart": counts[chosen].facts.name == "disputes",
        "asked": shown(asked, standing.at),
        "cuts": cuts(book, name),
        "own": asked.own,
        "figure": reckoned(asked, book, name, standing),
        "chosen": chosen,
        "found": found,
        "rows": [(row, _(APPEALS[row.appeal]) if row.appeal else "") for row in rows],
        "appeals": standing.holds(("handler", "dispatcher")),
        "more": asked.query(count=chosen, after=str(found.next)) if found.next else "",
        "file": reverse("desk:figure_cases", args=[name]) + asked.query(count=chosen, **{"as": "csv"}),
    }  # fmt: skip
    return desk_page(request, standing, "desk/figures/cases.html", context)


def _lines(rows: list[Mark]) -> list[list[str]]:
    heads = [_("Case"), _("Opened"), _("Closed"), _("Overtime mark"), _("Appeal")]
    lines = [
        [
            row.number,
            row.opened_at.isoformat(timespec="minutes"),
            row.closed_at.isoformat(timespec="minutes") if row.closed_at else "",
            _("yes") if row.late else _("no"),
            _(APPEALS[row.appeal]) if row.appeal else "",
        ]
        for row in rows
    ]
    return [heads, *lines]
