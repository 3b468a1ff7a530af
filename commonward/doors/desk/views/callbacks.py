"""Calling back: whom, and what they said."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.access import access_case, contact_of
from commonward.cases.actions import act, call_back
from commonward.cases.models import Case, Report
from commonward.cases.queries.callbacks import Callback, callback_of, callbacks
from commonward.cases.queries.texts import texts_for, values_of
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.standard_texts import fill
from commonward.doors.desk.calls import Preview
from commonward.doors.desk.rows import shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import due_words, error_of, language
from commonward.doors.look.standing import Standing, for_staff

CALLS_BACK = ("intake_officer", "duty_chief")
OUTCOMES = ("content", "not_content", "unreached", "note")
"""The case ends, a second answer is owed, nobody was reached, or others are still to be heard."""


@require_safe
@for_staff(*CALLS_BACK)
def callback_list(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Who is to be called back (待回访), the soonest due first."""
    mine = request.GET.get("mine") == "yes"
    error = None
    rows: list[dict[str, Any]] = []
    next_key = ""
    try:
        found = callbacks(
            standing.actor, standing.at, mine=mine, after=request.GET.get("after", "")[:200]
        )
    except Invalid as refusal:
        error = error_of(refusal)
    else:
        rows = [{"row": shown(c.line, standing.at), "reports": c.reports} for c in found.rows]
        next_key = found.next_key
    context = {
        "rows": rows,
        "next": next_key,
        "mine": mine,
        "first": not request.GET.get("after"),
        "error": error,
    }
    return desk_page(
        request, standing, "desk/callbacks.html", context, status=400 if error else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*CALLS_BACK)
def callback(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One case to call back on: what to ask, and what was said."""
    try:
        case = access_case(number, standing.actor, standing.at, door="desk", what="callback")
        owed = callback_of(case, standing.at)
    except Refusal as refusal:
        context = {"error": error_of(refusal)}
        return desk_page(request, standing, "desk/callback.html", context, status=404)
    if request.method != "POST":
        return _page(request, standing, case, owed)
    if request.POST.get("go") == "contact":
        return _page(request, standing, case, owed, details=_details(request, standing, owed))
    try:
        _noted(request, standing, case, owed)
    except Refusal as refusal:
        return _page(request, standing, case, owed, refusal)
    return HttpResponseRedirect(f"{reverse('desk:callbacks')}?done={case.number}")


def _page(
    request: HttpRequest,
    standing: Standing,
    case: Case,
    owed: Callback,
    refusal: Refusal | None = None,
    details: dict[str, str] | None = None,
) -> HttpResponse:
    chosen = request.POST.get("report") or next(
        (r.number for r in owed.reports if r.reached is None), owed.reports[0].number
    )
    due = due_words(owed.line.due_at) if owed.line.due_at else ""
    values = values_of(owed.line, language(), due)
    previews = []
    for text in texts_for(
        standing.actor, language(), category=owed.line.category, stage=owed.line.stage
    )[:4]:
        try:
            previews.append(Preview(text.name, fill(text.words, values)))
        except Invalid:  # it names something that this case has not
            continue
    context = {
        "row": shown(owed.line, standing.at),
        "reports": owed.reports,
        "chosen": chosen,
        "version": request.POST.get("version") or case.version,
        "details": details,
        "typed": request.POST,
        "marks": range(1, 6),
        "previews": previews,
        "error": error_of(refusal) if refusal else None,
    }
    return desk_page(
        request, standing, "desk/callback.html", context, status=400 if refusal else 200
    )


def _details(request: HttpRequest, standing: Standing, owed: Callback) -> dict[str, str]:
    """The chosen reporter's details; that they were opened is noted."""
    report = _report(request, owed)
    found = contact_of(report, standing.actor, standing.at, door="desk")
    names = {
        "first_name": _("First name"),
        "last_name": _("Name"),
        "phone": _("Telephone"),
        "email": _("E-mail"),
    }
    return {names[name]: value for name, value in found.items() if name in names}


def _report(request: HttpRequest, owed: Callback) -> Report:
    number = request.POST.get("report", "")
    if number not in {r.number for r in owed.reports}:
        raise Missing(N_("This report does not belong to the case."), field="report")
    return Report.objects.select_related("case").get(number=number)


def _noted(request: HttpRequest, standing: Standing, case: Case, owed: Callback) -> None:
    """Write down what was said, and take the step that it means. Raises what is refused."""
    report = _report(request, owed)
    outcome = request.POST.get("outcome", "")
    if outcome not in OUTCOMES:
        raise Invalid(N_("Say how the call ended."), field="outcome")
    given: dict[str, Any] = {
        "reached": outcome != "unreached",
        "solved": request.POST.get("solved") or None,
        "satisfied": request.POST.get("satisfied") or None,
    }
    words = request.POST.get("words", "").replace("\r\n", "\n").replace("\x00", "").strip()[:4000]
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 10 else None
    if outcome == "note":
        own = None if report.case_id != case.pk else version
        call_back(report.number, standing.actor, standing.at, given, version=own)
        return
    given |= {"report": report.number, "words": words, "reason": words}
    act(case.number, outcome, standing.actor, standing.at, given, version=version)
