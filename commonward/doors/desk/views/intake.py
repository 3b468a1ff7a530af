"""Taking a call: a form that is filled while listening, with what helps beside it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commonward.cases.access import visible_case
from commonward.cases.actions import add_report
from commonward.cases.actions.calls import EMERGENCY_NUMBERS, open_answered, open_handed_over
from commonward.cases.actions.receipts import code_of, token_of, with_receipt
from commonward.cases.actions.same import with_answer
from commonward.cases.actions.suggesting import take_in, with_choice
from commonward.cases.models import Report
from commonward.cases.queries.answers import answer_of
from commonward.cases.queries.listed import lines
from commonward.cases.queries.reference import book
from commonward.cases.queries.services import services
from commonward.cases.queries.texts import texts_for, values_of
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.standard_texts import fill
from commonward.doors.desk import calls
from commonward.doors.desk.alarms import waiting_shown
from commonward.doors.desk.calls import Call, Preview
from commonward.doors.desk.rows import case_address, shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.telephone import line_of
from commonward.doors.look.showing import due_words, error_of, language
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import reading_once, revisions
from commonward.response.actions.ending import link_filed
from commonward.response.actions.setting_up import PAYMENT

TAKES_CALLS = ("intake_officer", "duty_chief")


def _fixed(marks: Mapping[str, int]) -> dict[str, Any]:
    return {
        "emergency": EMERGENCY_NUMBERS,
        "near_metres": calls.NEAR_METRES,
        "near_days": calls.NEAR_DAYS,
        # Where the site sends units itself, danger leads to the form of urgent help.
        "urgent": PAYMENT in book(marks).codes,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*TAKES_CALLS)
def intake(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The form (受理), what helps beside it, and what its buttons do."""
    marks = revisions()
    call = calls.read(request.POST or request.GET)
    go = request.POST.get("go", "")
    if not go:
        return _form(request, standing, call, marks)
    try:
        report = _done(call, go, standing, marks)
    except Refusal as refusal:
        return _form(request, standing, call, marks, refusal)
    return _told(request, standing, call, go, report, marks)


@require_POST
@for_staff(*TAKES_CALLS)
def intake_beside(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What helps, for a form that is being filled; writes nothing."""
    with reading_once():
        marks = revisions()
        call = calls.read(request.POST)
        context = {"call": call, "beside": calls.beside(call, standing, marks), **_fixed(marks)}
        return render(request, "desk/intake/beside.html", context)


def _form(
    request: HttpRequest,
    standing: Standing,
    call: Call,
    marks: Mapping[str, int],
    refusal: Refusal | None = None,
) -> HttpResponse:
    shown = calls.beside(call, standing, marks) if call.started else None
    context = {
        "call": call,
        "beside": shown,
        "categories": [s for s in services(marks).values() if s.reportable],
        "error": error_of(refusal) if refusal else None,
        "case_address": case_address("NUMBER"),
        "dangers": waiting_shown(standing),
        "line": line_of(request, standing),
        "payment": PAYMENT in book(marks).codes,
        **_fixed(marks),
    }
    return desk_page(
        request, standing, "desk/intake/form.html", context, status=400 if refusal else 200
    )


def _done(call: Call, go: str, standing: Standing, marks: Mapping[str, int]) -> Report:
    """Do what the button says; sent twice, it is done once. Raises what the actions refuse."""
    actor, at = standing.actor, standing.at
    verb, _dash, what = go.partition("-")
    if verb == "danger":
        said = call.said(_("Danger, told on the line."))
        kind = calls.category_for_danger(call, marks)
        told = said if kind == call.category else replace(said, answers={})
        taken = partial(open_handed_over, kind, told, what, actor, at, area_code=call.side)
        return with_receipt(taken, token_of(call.key), at)
    said = call.said()
    if verb == "join":
        visible_case(what, actor)
        taken = partial(add_report, what, replace(said, answers={}), at, actor=actor)
        taken = partial(with_answer, taken, calls.shown_same(call, standing, marks), "intake", at)
        return with_receipt(taken, token_of(call.key), at)
    if not call.category:
        raise Invalid(N_("Choose the kind of problem first."), field="category")
    if verb == "answer":
        words = answer_of(actor, int(what) if what.isdecimal() else 0).words
        answer = partial(open_answered, call.category, said, words, actor, at, area_code=call.side)
        taken = partial(with_choice, answer, said.words, call.category, at, actor=actor)
    else:
        taken = partial(take_in, call.category, said, at, actor=actor, area_code=call.side)
    if call.another:
        taken = partial(with_answer, taken, calls.shown_same(call, standing, marks), "intake", at)
    return with_receipt(taken, token_of(call.key), at)


def _told(
    request: HttpRequest,
    standing: Standing,
    call: Call,
    go: str,
    report: Report,
    marks: Mapping[str, int],
) -> HttpResponse:
    """What was done, and what the caller is told now."""
    [line] = lines([report.case_id], standing.at, marks)
    known = book(marks)
    code = code_of(token_of(call.key))
    reader = call.language or language()
    due = due_words(line.due_at) if line.due_at else ""
    values = values_of(line, reader, due)
    previews = []
    for text in texts_for(
        standing.actor, reader, category=line.category, stage=line.stage, marks=marks
    )[:4]:
        try:
            previews.append(Preview(text.name, fill(text.words, values)))
        except Invalid:  # it names something that this case has not
            continue
    verb, _dash, what = go.partition("-")
    linked, link_error = "", None
    if call.incident:
        try:
            linked = link_filed(call.incident, report.case.number, standing.actor, standing.at)
        except Refusal as refusal:  # the case is filed all the same
            link_error = error_of(refusal)
    procedure = known.procedures[report.case.procedure_id]
    context = {
        "line": line,
        "row": shown(line, standing.at),
        "report": report,
        "code": f"{code[:3]} {code[3:]}",
        "joined": verb == "join",
        "danger": what if verb == "danger" else "",
        "answered": verb == "answer",
        "plain": procedure.stages[line.stage].plain.in_language(reader),
        "due": due,
        "previews": previews,
        "linked": linked,
        "link_error": link_error,
    }
    return desk_page(request, standing, "desk/intake/told.html", context)
