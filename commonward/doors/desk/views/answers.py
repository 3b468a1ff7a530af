"""The knowledge base: search it, and keep it right."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.actions.answers import add_answer, change_answer, retire_answer
from commonward.cases.actions.texts import LANGUAGES
from commonward.cases.queries.answers import (
    AnswerLine,
    all_answers,
    answer_of,
    answer_versions,
    answers_matching,
    expired_answers,
    may_change,
)
from commonward.cases.queries.reference import book
from commonward.cases.queries.texts import may_edit
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff

ON_A_PAGE = 50


@require_safe
@for_staff()
def answers(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is often asked (知识库); those that have expired wait on top for their owner."""
    asked = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < len(number) < 5 else 1
    if asked:
        found = answers_matching(standing.actor, asked, standing.at, most=ON_A_PAGE)
        more = False
    else:
        everything = all_answers(standing.actor, standing.at)
        found = everything[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        more = len(everything) > page * ON_A_PAGE
    waiting = expired_answers(standing.actor, standing.at)
    context = {
        "asked": asked,
        "found": [_row(line, standing) for line in found],
        "waiting": [_row(line, standing) for line in waiting],
        "page": page,
        "next": page + 1 if more else 0,
        "may_edit": may_edit(standing.actor, "edit_answers"),
    }
    return desk_page(request, standing, "desk/words/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def add(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Write a new answer; it is the writer's own to keep right."""
    error = None
    if request.method == "POST":
        try:
            made = add_answer(
                standing.actor,
                **_said(request.POST),
                at=standing.at,
                language=request.POST.get("language", ""),
                category=request.POST.get("category", "").strip(),
            )
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:answer", args=[made.pk]))
    context = {
        "typed": request.POST,
        "error": error,
        "languages": LANGUAGES,
        "categories": sorted(_category_names().items()),
        "may_edit": may_edit(standing.actor, "edit_answers"),
    }
    return desk_page(
        request, standing, "desk/words/answer_add.html", context, status=400 if error else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def answer(request: HttpRequest, standing: Standing, answer: int) -> HttpResponse:
    """One answer with its versions; say it anew, say until when it holds, or offer it no more."""
    error = None
    try:
        found = answer_of(standing.actor, answer)
        if request.method == "POST":
            version = request.POST.get("version", "")
            if request.POST.get("go") == "retire":
                retire_answer(standing.actor, answer)
            else:
                change_answer(
                    standing.actor, answer, **_said(request.POST), at=standing.at,
                    version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                )  # fmt: skip
            return HttpResponseRedirect(reverse("desk:answer", args=[answer]))
    except Refusal as refusal:
        error = error_of(refusal)
        if refusal.code == "missing":
            return desk_page(
                request, standing, "desk/words/answer.html", {"error": error}, status=404
            )
    context = {
        "answer": found,
        "row": _row(found, standing),
        "typed": request.POST if error else _kept(found),
        "versions": answer_versions(standing.actor, answer),
        "may_change": may_change(standing.actor, found),
        "error": error,
    }
    return desk_page(
        request, standing, "desk/words/answer.html", context, status=400 if error else 200
    )


def _row(line: AnswerLine, standing: Standing) -> dict[str, Any]:
    return {
        "line": line,
        "valid": line.valid(standing.at),
        "until": _last_day(line.valid_until),
        "may_change": may_change(standing.actor, line),
    }


def _kept(line: AnswerLine) -> dict[str, str]:
    last = _last_day(line.valid_until)
    return {
        "question": line.question,
        "words": line.words,
        "keywords": line.keywords,
        "source": line.source,
        "valid_until": last.isoformat() if last else "",
    }


def _said(given: QueryDict) -> dict[str, Any]:
    """What the form says; a day is included. Raises Invalid."""
    return {
        "question": given.get("question", ""),
        "words": given.get("words", "").replace("\r\n", "\n").strip(),
        "keywords": given.get("keywords", "").strip(),
        "source": given.get("source", "").strip(),
        "valid_until": _end_of(given.get("valid_until", "").strip()),
    }


def _end_of(day: str) -> datetime | None:
    if not day:
        return None
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Invalid(
            N_("“{given}” is no day: write it as 2026-03-31."), field="valid_until", given=day[:40]
        ) from None
    return timezone.make_aware(datetime.combine(after, time()))


def _last_day(until: datetime | None) -> date | None:
    """The last day on which it may still be told, in the site's zone."""
    return None if until is None else (timezone.localtime(until) - timedelta(seconds=1)).date()


def _category_names() -> dict[str, str]:
    return {c.code: named(c.name, c.name_en) for c in book().categories.values()}
