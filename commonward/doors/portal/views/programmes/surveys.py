"""Surveys as everybody meets them: answered by link or at the counter, and their results."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from commonward.core.refusals import Missing, Refusal
from commonward.doors.look.showing import error_of, page
from commonward.doors.look.surveys import (
    csv_file,
    fields_of,
    line_shown,
    offered_strata,
    plan_shown,
    results_shown,
)
from commonward.doors.portal.views.home import nothing_here
from commonward.people.queries import now
from commonward.programmes.actions.surveys import answering
from commonward.programmes.models import Survey
from commonward.programmes.queries.surveys import public_survey, public_surveys


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """What asks now, and what came out."""
    rows = [line_shown(one) for one in public_surveys(timezone.localdate(now()))]
    return page(request, "portal/programmes/surveys/list.html", {"rows": rows})


@require_safe
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """One: what it asks and how it is drawn, and its results once they are published."""
    try:
        found = public_survey(code)
    except Missing:
        return nothing_here(request)
    context = {
        **line_shown(found),
        "one": found,
        "plan": plan_shown(found),
        "fields": fields_of(found),
        "told": results_shown(found.results) if found.results else None,
    }
    return page(request, "portal/programmes/surveys/one.html", context)


@require_safe
def survey_file(request: HttpRequest, code: str) -> HttpResponse:
    """The published figures as a file."""
    try:
        found = public_survey(code)
    except Missing:
        return nothing_here(request)
    return csv_file(found.results, code) if found.results else nothing_here(request)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the code of a letter or message."""
    error = None
    try:
        found = public_survey(code)
        if request.method == "POST":
            try:
                answering.answer_by_link(
                    code, request.POST.get("code", ""), request.POST.dict(), now()
                )
                return HttpResponseRedirect(reverse("portal:survey_thanks", args=[code]))
            except Missing:
                raise
            except Refusal as refusal:
                error = error_of(refusal)
    except Missing:
        return nothing_here(request)
    context = {**_form(request, found), "link": True, "error": error}
    return _answering(request, context)


@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def survey_counter(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The tablet at the counter: an empty form again after each answer."""
    error = None
    try:
        found = public_survey(code)
        if not found.counter_key or not constant_time_compare(found.counter_key, key):
            return nothing_here(request)
        if request.method == "POST":
            try:
                answering.answer_at_counter(
                    code, key, request.POST.get("stratum", ""), request.POST.dict(), now()
                )
                again = reverse("portal:survey_counter", args=[code, key])
                return HttpResponseRedirect(f"{again}?kept=1")
            except Missing:
                raise
            except Refusal as refusal:
                error = error_of(refusal)
    except Missing:
        return nothing_here(request)
    context = {
        **_form(request, found), "strata": offered_strata(found), "error": error, "key": key,
        "kept": "kept" in request.GET and request.method != "POST",
        "stratum": request.POST.get("stratum", ""),
    }  # fmt: skip
    return _answering(request, context)


def _form(request: HttpRequest, found: Survey) -> dict[str, Any]:
    given = request.POST.dict() if request.method == "POST" else {}
    today = timezone.localdate(now())
    return {
        **line_shown(found), "fields": fields_of(found, given), "typed": given.get("code", ""),
        "asks": found.state == "open" and found.begins_on <= today <= found.ends_on,
    }  # fmt: skip


def _answering(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["error"] else 200
    return page(
        request, "portal/programmes/surveys/answer.html", context, status=status, private=True
    )


@require_safe
def survey_thanks(request: HttpRequest, code: str) -> HttpResponse:
    """It is kept, and nobody can tell whose it is."""
    try:
        found = public_survey(code)
    except Missing:
        return nothing_here(request)
    return page(request, "portal/programmes/surveys/thanks.html", line_shown(found), private=True)
