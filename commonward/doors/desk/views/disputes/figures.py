"""Honest numbers of a month: a page, and the statistical return as a file."""

import csv
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.core.disputes import KINDS, SOURCES
from commonward.core.outcomes import OPEN, OUTCOMES, SHARES, Table
from commonward.core.refusals import N_, Invalid
from commonward.disputes.queries.figures import ENDS, TOLD_FIGURES, WORKS_ON_THEM, Return, figures
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff

MONTHS = 24


@require_safe
@for_staff(*WORKS_ON_THEM, *TOLD_FIGURES)
def dispute_figures(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Types and sources by outcome, each over all that were registered in the month."""
    months = _months(standing)
    try:
        first = _month(request, months)
        error, status = None, 200
    except Invalid as wrong:
        first, error, status = months[0], error_of(wrong), 422
    told = figures(standing.actor, first, _next(first), standing.at)
    context = {
        "month": f"{first:%Y-%m}",
        "months": [f"{month:%Y-%m}" for month in months],
        "whole": told.whole,
        "registered": told.registered,
        "shares": [(_(SHARES[share.name]), share) for share in told.shares],
        "tables": [
            (_("By type"), "by-type", _rows(told.by_kind, KINDS), _sums(told.by_kind)),
            (_("By source"), "by-source", _rows(told.by_source, SOURCES), _sums(told.by_source)),
        ],
        "columns": [_end(name) for name in ENDS],
        "error": error,
    }
    return desk_page(request, standing, "desk/disputes/figures.html", context, status=status)


@require_safe
@for_staff(*WORKS_ON_THEM)
def dispute_return(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The return as CSV: type, source, outcome, number; with the Chinese names of the form."""
    months = _months(standing)
    try:
        first = _month(request, months)
    except Invalid:
        first = months[0]
    told: Return = figures(standing.actor, first, _next(first), standing.at)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="disputes-{first:%Y-%m}.csv"'
    answer.write("\ufeff")  # so that a spreadsheet reads the Chinese
    sheet = csv.writer(answer, lineterminator="\r\n")
    sheet.writerow(["month", "type", "纠纷类型", "source", "案件来源", "outcome", "结果", "number"])
    for kind, source, end, number in told.lines:
        sheet.writerow(
            [f"{first:%Y-%m}", kind, KINDS[kind][0], source, SOURCES[source][0], end,
             OUTCOMES[end][0] if end in OUTCOMES else "尚未办结", number]
        )  # fmt: skip
    return answer


def _end(name: str) -> str:
    if name == OPEN:
        return _("Still open")
    return named(OUTCOMES[name][0], _(OUTCOMES[name][1]))


def _rows(table: Table, names: Any) -> list[tuple[str, list[int | None], int | None]]:
    """The rows that say something: not those in which everything is nought."""
    return [
        (named(names[row][0], _(names[row][1])), list(cells), total)
        for row, cells, total in zip(table.rows, table.cells, table.row_sums, strict=True)
        if total is None or total
    ]


def _sums(table: Table) -> list[int | None]:
    return [*table.column_sums, table.total]


def _months(standing: Standing) -> list[datetime]:
    """The first moments of the months before this one, in the site's zone, newest first; of this
    one too for those who work on the disputes."""
    month = timezone.localtime(standing.at).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    found = [month]
    while len(found) < MONTHS:
        year, before = divmod(found[-1].year * 12 + found[-1].month - 2, 12)
        found.append(found[-1].replace(year=year, month=before + 1))
    return found if standing.holds(WORKS_ON_THEM) else found[1:]


def _next(month: datetime) -> datetime:
    year, after = divmod(month.year * 12 + month.month, 12)
    return month.replace(year=year, month=after + 1)


def _month(request: HttpRequest, months: list[datetime]) -> datetime:
    given = request.GET.get("month", "")
    if not given:
        return months[0]
    for month in months:
        if f"{month:%Y-%m}" == given:
            return month
    raise Invalid(N_("Choose one of the last {count} months."), field="month", count=MONTHS)
