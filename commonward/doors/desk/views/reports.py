"""The monthly reports: listed, read in both languages, made anew when it is asked for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.core.refusals import N_, Missing, Refusal
from commonward.core.rights import refuse_onlooker
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.board import BOARD
from commonward.doors.look.naming import refused
from commonward.doors.look.standing import Standing, for_staff
from commonward.insight.queries.reports import (
    all_made,
    last_over,
    month_of,
    over,
    pdf_of,
)

MAKERS = ("leader",)
"""Who has a report made anew."""


@require_safe
@for_staff(*BOARD)
def reports(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All reports that were made, the newest first."""
    known = all_made()
    newest = last_over(standing.at)
    context = {
        "reports": known,
        "may_make": standing.holds(MAKERS),
        "newest": f"{newest:%Y-%m}",
        "owed": newest not in {one.month for one in known},
    }
    return desk_page(request, standing, "desk/reports/list.html", context)


@require_safe
@for_staff(*BOARD)
def report_file(
    request: HttpRequest, standing: Standing, month: str, language: str
) -> HttpResponse:
    """One report as PDF/A."""
    try:
        raw = pdf_of(month_of(month), language)
    except Refusal as refusal:
        messages.error(request, refused(refusal))
        return desk_page(
            request, standing, "desk/reports/list.html", {"reports": all_made()}, status=404
        )
    answer = HttpResponse(raw, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="report-{month}-{language}.pdf"'
    return answer


@require_POST
@for_staff(*MAKERS)
def report_make(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Make a month's report anew, with the figures as they stand now."""
    from commonward.doors.look.monthly import make  # noqa: PLC0415 (loads the drawing of papers)

    refuse_onlooker(standing.actor)
    try:
        month = month_of(request.POST.get("month", ""))
        if not over(month, standing.at):
            raise Missing(N_("This month is not over yet."))
        found = make(month, standing.at)
    except Refusal as refusal:
        messages.error(request, refused(refusal))
    else:
        when = f"{timezone.localtime(found.at):%Y-%m-%d %H:%M}"
        messages.success(
            request,
            _("The report of {month} was made, {when}.").format(month=found.name, when=when),
        )
    return redirect("desk:reports")
