"""The knowledge base: search it, and keep it right."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.queries.names import areas_to_choose
from commonward.cases.actions.answers import add_answer, change_answer, retire_answer
from commonward.cases.actions.answers_checking import check_answer
from commonward.cases.actions.answers_importing import end_of
from commonward.cases.actions.texts import LANGUAGES
from commonward.cases.queries.answers import (
    AnswerLine,
    all_answers,
    answer_of,
    answer_versions,
    answers_matching,
    expired_answers,
    may_change,
    variants_of,
)
from commonward.cases.queries.gaps import said_of
from commonward.cases.queries.kept_answers import reminders
from commonward.cases.queries.knowledge import path_of
from commonward.cases.queries.reference import book
from commonward.cases.queries.texts import may_edit
from commonward.core.knowledge.differing import differences
from commonward.core.knowledge.sources import KINDS, MOST, Source
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions, teams_on

ON_A_PAGE = 50
SOURCES = {"law": N_("law or rule"), "document": N_("document"), "address": N_("page or place")}


@require_safe
@for_staff()
def answers(request: HttpRequest, standing: Standing) -> HttpResponse:
    """What is often asked (知识库); those that have expired wait on top for their owner."""
    asked = request.GET.get("q", "").strip()[:200]
    number = request.GET.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < len(number) < 5 else 1
    if asked:
        area = request.GET.get("area", "")[:32]
        found = answers_matching(
            standing.actor, asked, standing.at, area_path=path_of(area), most=ON_A_PAGE
        )
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
        "reminders": reminders(standing.actor, standing.at),
    }
    return desk_page(request, standing, "desk/words/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def add(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Write a new answer; it is the writer's own to keep right."""
    error = None
    first = _first(request, standing)
    if request.method == "POST":
        try:
            made = add_answer(
                standing.actor,
                **_said(request.POST),
                at=standing.at,
                language=request.POST.get("language", ""),
                category=request.POST.get("category", "").strip(),
                of=first.id if first else None,
                area=request.POST.get("area", "")[:32],
                team=_team(request.POST),
            )
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:answer", args=[made.pk]))
    typed: Any = request.POST
    if request.method != "POST":
        asked = request.GET.get("asked", "")[:200]
        typed = _kept(first) if first else {"question": asked, "keywords": asked, "public": "yes"}
    context = {
        "typed": typed,
        "error": error,
        "first": first,
        "areas": [(p.code, named(p.name, p.name_en)) for p in areas_to_choose(revisions())],
        "languages": LANGUAGES,
        "categories": sorted(_category_names().items()),
        "may_edit": may_edit(standing.actor, "edit_answers"),
        **_choices(standing, typed),
    }
    return desk_page(
        request, standing, "desk/words/answer_add.html", context, status=400 if error else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def answer(request: HttpRequest, standing: Standing, answer: int) -> HttpResponse:
    """One answer with its versions, areas and languages; say it anew, check it, retire it."""
    error = None
    try:
        found = answer_of(standing.actor, answer)
        if request.method == "POST":
            _done(request.POST, standing, answer)
            return HttpResponseRedirect(reverse("desk:answer", args=[answer]))
    except Refusal as refusal:
        error = error_of(refusal)
        if refusal.code == "missing":
            return desk_page(
                request, standing, "desk/words/answer.html", {"error": error}, status=404
            )
    may = may_change(standing.actor, found)
    typed = request.POST if error else _kept(found)
    context = {
        "answer": found,
        "row": _row(found, standing),
        "typed": typed,
        "versions": answer_versions(standing.actor, answer),
        "may_change": may,
        "may_check": may and found.waits and found.by != standing.actor.account,
        "may_edit": may_edit(standing.actor, "edit_answers", found.category),
        "variants": _variants(found, standing),
        "where": _area_names().get(found.area, found.area),
        "kinds": {kind: _(name) for kind, name in SOURCES.items()},
        "said": said_of(standing.actor, answer, standing.at),
        "error": error,
        **_choices(standing, typed),
    }
    return desk_page(
        request, standing, "desk/words/answer.html", context, status=400 if error else 200
    )


def _done(given: QueryDict, standing: Standing, answer: int) -> None:
    """What the pressed button says. Raises what the verb raises."""
    number = given.get("version", "")
    version = int(number) if number.isdecimal() and len(number) < 10 else 0
    go = given.get("go")
    if go == "retire":
        retire_answer(standing.actor, answer)
    elif go in ("agree", "return"):
        check_answer(
            standing.actor, answer, standing.at, version=version, agree=go == "agree",
            reason=given.get("reason", ""),
        )  # fmt: skip
    else:
        change_answer(
            standing.actor, answer, **_said(given), at=standing.at, version=version,
            team=_team(given),
        )  # fmt: skip


def _first(request: HttpRequest, standing: Standing) -> AnswerLine | None:
    """The answer that a new one says for another area or in another language."""
    given = request.GET.get("of", "") or request.POST.get("of", "")
    if not (given.isdecimal() and len(given) < 18):
        return None
    found = variants_of(int(given))
    return found[0] if found else None


def _variants(line: AnswerLine, standing: Standing) -> list[dict[str, Any]]:
    """The others of its group, and what they say otherwise, where both are in one language."""
    names = _area_names()
    return [
        {
            **_row(one, standing),
            "where": names.get(one.area, one.area),
            "differ": differences(line.words, one.words) if one.language == line.language else (),
        }
        for one in variants_of(line.group)
        if one.id != line.id
    ]


def _area_names() -> dict[str, str]:
    return {p.code: named(p.name, p.name_en) for p in areas_to_choose(revisions())}


def _choices(standing: Standing, typed: Any) -> dict[str, Any]:
    """What the form offers: teams, and rows for sources with one to spare."""
    rows = [
        {
            "number": n,
            "kind": typed.get(f"source-kind-{n}", ""),
            "name": typed.get(f"source-name-{n}", typed.get("source", "") if n == 1 else ""),
            "link": typed.get(f"source-link-{n}", ""),
            "checked": typed.get(f"source-checked-{n}", ""),
        }
        for n in range(1, MOST + 1)
    ]
    used = max((row["number"] for row in rows if row["name"] or row["link"]), default=0)
    return {
        "sources": rows[: max(2, used + 1)],
        "source_kinds": [(kind, _(SOURCES[kind])) for kind in KINDS],
        "teams": [(str(t.id), named(t.name, t.name_en)) for t in teams_on(standing.at)],
    }


def _team(given: QueryDict) -> int | None:
    number = given.get("team", "")
    return int(number) if number.isdecimal() and len(number) < 18 else None


def _row(line: AnswerLine, standing: Standing) -> dict[str, Any]:
    return {
        "line": line,
        "valid": line.valid(standing.at),
        "until": _last_day(line.valid_until),
        "may_change": may_change(standing.actor, line),
        "where": _area_names().get(line.area, line.area) if line.area else "",
    }


def _kept(line: AnswerLine) -> dict[str, str]:
    last = _last_day(line.valid_until)
    kept = {
        "question": line.question,
        "words": line.words,
        "keywords": line.keywords,
        "public": "yes" if line.public else "",
        "team": str(line.team or ""),
        "category": line.category,
        "language": line.language,
        "valid_until": last.isoformat() if last else "",
    }
    for number, one in enumerate(line.sources, 1):
        kept |= {
            f"source-kind-{number}": one.kind,
            f"source-name-{number}": one.name,
            f"source-link-{number}": one.link,
            f"source-checked-{number}": one.checked.isoformat() if one.checked else "",
        }
    return kept


def _said(given: QueryDict) -> dict[str, Any]:
    """What the form says; a day is included. Raises Invalid."""
    return {
        "question": given.get("question", ""),
        "words": given.get("words", "").replace("\r\n", "\n").strip(),
        "keywords": given.get("keywords", "").strip(),
        "source": given.get("source", "").strip(),
        "sources": [
            Source(
                given.get(f"source-kind-{n}", "document"),
                given.get(f"source-name-{n}", ""),
                given.get(f"source-link-{n}", ""),
                _day(given.get(f"source-checked-{n}", "").strip(), "sources"),
            )
            for n in range(1, MOST + 1)
            if given.get(f"source-name-{n}") or given.get(f"source-link-{n}")
        ],
        "public": given.get("public") == "yes",
        "valid_until": end_of(_day(given.get("valid_until", "").strip(), "valid_until")),
    }


def _day(given: str, field: str) -> date | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
        end_of(day)
    except (ValueError, OverflowError):
        raise Invalid(
            N_("“{given}” is no day: write it as 2026-03-31."), field=field, given=given[:40]
        ) from None
    return day


def _last_day(until: datetime | None) -> date | None:
    """The last day on which it may still be told, in the site's zone."""
    return None if until is None else (timezone.localtime(until) - timedelta(seconds=1)).date()


def _category_names() -> dict[str, str]:
    return {c.code: named(c.name, c.name_en) for c in book().categories.values()}
