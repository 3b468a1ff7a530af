"""The pages on which a step is filled in: one form for each verb, made from what it needs."""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.access import visible_case
from commonward.cases.models import Case
from commonward.cases.queries import filed
from commonward.cases.queries.reference import book
from commonward.core.refusals import Forbidden, Missing, Refusal, Stale
from commonward.doors.desk import beside, helping, sheets, wording
from commonward.doors.desk.choosing import places_found
from commonward.doors.desk.filling import LOOK, PLACE, Field, photos_of, read, typed
from commonward.doors.desk.own_pages import file_of
from commonward.doors.desk.sheets import Reads, Sheet
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff

P = ParamSpec("P")
_MOST_NEWS = 20


def refusing(
    view: Callable[Concatenate[HttpRequest, Standing, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A case that there is not (for this person) is 404 in words, another post's step 403."""

    @wraps(view)
    def answered(
        request: HttpRequest, standing: Standing, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, standing, *args, **kwargs)
        except Missing as refusal:
            said_so, status = refused(refusal), 404
        except Forbidden as refusal:
            said_so, status = refused(refusal), 403
        context = {"said": said_so, "missing": status == 404}
        return desk_page(request, standing, "desk/case_refused.html", context, status=status)

    return answered


def case_of(number: str, standing: Standing) -> Case:
    """The case with this number, however it was written. Raises Missing."""
    return visible_case(sheets.meant(number), standing.actor)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def step(request: HttpRequest, standing: Standing, number: str, verb: str) -> HttpResponse:
    """A step of the case's procedure (办理)."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: sheets.of_verb(_now(case), verb, standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def task_step(
    request: HttpRequest, standing: Standing, number: str, task: int, verb: str
) -> HttpResponse:
    """A step of a task: accept, object, arrive, conclude, score, reply …"""
    case = case_of(number, standing)
    return _answer(
        request, standing, case, lambda: beside.of_task(_now(case), task, verb, standing)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def ask(request: HttpRequest, standing: Standing, number: str, kind: str) -> HttpResponse:
    """Ask other teams: whistle (吹哨), assist (协办), supervision order (督办)."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: beside.of_ask(_now(case), kind, standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def request_more(request: HttpRequest, standing: Standing, number: str, kind: str) -> HttpResponse:
    """Ask a higher level: extension (延期), suspension (挂账), appeal (超时申诉)."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: beside.of_request(_now(case), kind, standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def decision(request: HttpRequest, standing: Standing, number: str, approval: int) -> HttpResponse:
    """Decide what was asked of this level (审批)."""
    case = case_of(number, standing)
    return _answer(
        request, standing, case, lambda: beside.of_decision(_now(case), approval, standing)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def split(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Split a case that is several problems (拆分)."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: beside.of_split(_now(case), standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def call_back(request: HttpRequest, standing: Standing, number: str, report: str) -> HttpResponse:
    """Note what a reporter said when called back (回访)."""
    case = case_of(number, standing)
    return _answer(
        request, standing, case, lambda: beside.of_call_back(_now(case), report, standing)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def photos(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Add photos to a case."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: beside.of_photos(_now(case), standing))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def danger(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Note that a danger was handed to 110, 119 or 120 (移交紧急服务)."""
    case = case_of(number, standing)
    return _answer(request, standing, case, lambda: beside.of_danger(_now(case), standing))


def _now(case: Case) -> Case:
    case.refresh_from_db()
    return case


def answered(
    request: HttpRequest, standing: Standing, case: Case, sheet_of: Callable[[Case], Sheet]
) -> HttpResponse:
    """Show a form about the case as it is at that moment, or take what was filled in."""
    return _answer(request, standing, case, lambda: sheet_of(_now(case)))


def _answer(
    request: HttpRequest, standing: Standing, case: Case, sheet_of: Callable[[], Sheet]
) -> HttpResponse:
    """Show the form, or take the step; what was typed is never lost."""
    sheet = sheet_of()
    if request.method != "POST":
        return shown(request, standing, case, sheet)
    try:
        return taken(request, standing, case, sheet)
    except Stale:
        return shown(request, standing, case, sheet_of(), news=_news(request, case))


def taken(request: HttpRequest, standing: Standing, case: Case, sheet: Sheet) -> HttpResponse:
    """Take the step, or say in words at the field why not. Raises Stale."""
    fields = typed(sheet.fields, request.POST)
    version = _version(request)
    if LOOK in request.POST or PLACE in request.POST:
        looking = places_found(fields, standing) if LOOK in request.POST else fields
        return shown(request, standing, case, sheet, version=version, filled=looking)
    only_reads = request.POST.get("part") == "reads"
    reads = None
    try:
        given = read(fields, request.POST)
        reads = sheet.reads(given)
        if only_reads:
            return render(request, "desk/steps/reads.html", _reads(reads, case))
        if reads is not None and request.POST.get("looked") != looked(reads):
            return shown(request, standing, case, sheet, reads=reads, version=version)
        sheet.take(given, photos_of(request, fields), version)
    except Stale:
        raise
    except Refusal as refusal:
        if only_reads:
            return render(request, "desk/steps/reads.html", {})
        error = {"text": wording.refused(refusal, sheet.procedure), "field": refusal.field}
        return shown(request, standing, case, sheet, error=error, reads=reads, version=version)
    messages.success(request, _("Done: {what}").format(what=sheet.title))
    return HttpResponseRedirect(file_of(case))


def shown(
    request: HttpRequest,
    standing: Standing,
    case: Case,
    sheet: Sheet,
    *,
    error: Mapping[str, str] | None = None,
    news: list[dict[str, Any]] | None = None,
    reads: Reads | None = None,
    version: int | None = None,
    filled: tuple[Field, ...] | None = None,
    template: str = "desk/steps/page.html",
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The form of a step, with what is wrong, what happened meanwhile, or what will be read."""
    fields = sheet.fields
    if request.method == "POST":
        fields = filled or typed(sheet.fields, request.POST)
    names = {one.name for one in fields}
    known = book()
    category = known.categories[case.category_id]
    latest = filed.latest_events_of(case, size=1)
    context = {
        "case": case,
        "case_href": file_of(case),
        "category": named(category.name, category.name_en),
        "stage": said(known.procedures[case.procedure_id].stages[case.stage].title),
        "sheet": sheet,
        "fields": [(one, _wrong(one.name, error)) for one in fields],
        "error": error,
        "unplaced": error is not None and error["field"] not in names,
        "news": news,
        # After news the next press holds for the case as it is now; otherwise as it was read.
        "version": sheet.version if version is None else version,
        "seen": latest[0].id if latest else 0,
        "with_files": any(one.kind == "photos" for one in fields),
        "public_words": any(one.kind == "text" for one in fields),
        **_reads(reads, case),
        **(
            helping.shown(case, standing.actor, standing.at, request.GET.get("find", "")[:200])
            if sheet.answers
            else {}
        ),
        **(extra or {}),
    }
    return desk_page(request, standing, template, context)


def _wrong(name: str, error: Mapping[str, str] | None) -> str:
    return error["text"] if error is not None and error["field"] == name else ""


def _reads(reads: Reads | None, case: Case) -> dict[str, Any]:
    if reads is None:
        return {"reads": None}
    return {"reads": reads, "looked": looked(reads), "is_public": case.public}


def looked(reads: Reads) -> str:
    """The mark of a text that somebody has seen as the resident will read it."""
    return hashlib.sha256(f"{reads.heading}\n{reads.words}".encode()).hexdigest()[:16]


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _news(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """What happened since the form was opened: who did what."""
    text = request.POST.get("seen", "")
    since = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    known = book()
    procedure = known.procedures[case.procedure_id]
    kinds = {task.id: task.kind for task in filed.tasks_of(case)}
    return [
        {
            "at": event.at,
            "what": wording.happened(event, procedure, known, kinds.get(event.task or 0, "")),
            "who": event.by or wording.word(wording.ROLES, event.role),
            "words": event.words,
        }
        for event in filed.events_of(case, since, _MOST_NEWS)
    ]
