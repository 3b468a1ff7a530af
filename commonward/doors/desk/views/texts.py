"""Standard texts: read by everybody at the desk, written by editors; every version is kept."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from commonward.cases.access import visible_case
from commonward.cases.actions.texts import LANGUAGES, add_text, change_text, retire_text
from commonward.cases.queries.listed import lines
from commonward.cases.queries.reference import book
from commonward.cases.queries.texts import (
    TextLine,
    all_texts,
    may_edit,
    text_of,
    values_of,
    versions_of,
)
from commonward.core.numbers import normalise
from commonward.core.refusals import Refusal
from commonward.core.standard_texts import LONGEST_STANDARD_TEXT, PLACES, fill
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import due_words, error_of, named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions

_LANGUAGE_NAMES = dict(settings.LANGUAGES)


@require_safe
@for_staff()
def texts(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All standard texts (标准用语)."""
    names, stages = _category_names(), _stage_names()
    context = {
        "texts": [
            {
                "text": one,
                "category": names.get(one.category, one.category),
                "stage": stages.get(one.stage, one.stage),
                "language": _LANGUAGE_NAMES.get(one.language, one.language),
            }
            for one in all_texts(standing.actor)
        ],
        "may_edit": may_edit(standing.actor, "edit_texts"),
    }
    return desk_page(request, standing, "desk/words/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def add(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Write a new one."""
    given = request.POST
    error = None
    if request.method == "POST":
        try:
            made = add_text(
                standing.actor,
                given.get("name", ""),
                given.get("words", "").replace("\r\n", "\n"),
                standing.at,
                language=given.get("language", ""),
                category=given.get("category", "").strip(),
                stage=given.get("stage", ""),
            )
        except Refusal as refusal:
            error = error_of(refusal)
        else:
            return HttpResponseRedirect(reverse("desk:text", args=[made.pk]))
    context = {"typed": given, "error": error, **_choices(standing)}
    return desk_page(
        request, standing, "desk/words/text_add.html", context, status=400 if error else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def text(request: HttpRequest, standing: Standing, text: int) -> HttpResponse:
    """One text with its versions, filled for a case if asked; change it, or offer it no more."""
    error, typed, found, preview = None, None, None, ""
    number = request.GET.get("case", "").strip()[:40]
    try:
        found = text_of(standing.actor, text)
        if request.method == "POST":
            typed = request.POST.get("words", "").replace("\r\n", "\n")
            version = request.POST.get("version", "")
            if request.POST.get("go") == "retire":
                retire_text(standing.actor, text)
            else:
                change_text(
                    standing.actor, text, typed, standing.at,
                    version=int(version) if version.isdecimal() and len(version) < 10 else 0,
                )  # fmt: skip
            return HttpResponseRedirect(reverse("desk:text", args=[text]))
        if number:
            preview = _filled(standing, found, number)
    except Refusal as refusal:
        error = error_of(refusal)
        if found is None:
            return desk_page(
                request, standing, "desk/words/text.html", {"error": error}, status=404
            )
    context = {
        "text": found,
        "language_name": _LANGUAGE_NAMES.get(found.language, found.language),
        "category_name": _category_names().get(found.category, found.category),
        "stage_name": _stage_names().get(found.stage, found.stage),
        "words": found.words if typed is None else typed,
        "versions": versions_of(standing.actor, text),
        "case": number,
        "preview": preview,
        "error": error,
        **_choices(standing, found.category),
    }
    return desk_page(
        request, standing, "desk/words/text.html", context, status=400 if error else 200
    )


def _filled(standing: Standing, text: TextLine, number: str) -> str:
    """The text as the resident of this case would read it. Raises Missing, Invalid."""
    case = visible_case(normalise(number), standing.actor)
    [line] = lines([case.pk], standing.at, revisions())
    with override(text.language):
        due = due_words(line.due_at) if line.due_at else ""
    return fill(text.words, values_of(line, text.language, due))


def _choices(standing: Standing, category: str = "") -> dict[str, object]:
    return {
        "languages": LANGUAGES,
        "stages": _stage_names(),
        "categories": sorted(_category_names().items()),
        "places": PLACES,
        "most": LONGEST_STANDARD_TEXT,
        "may_edit": may_edit(standing.actor, "edit_texts", category),
    }


def _category_names() -> dict[str, str]:
    return {c.code: named(c.name, c.name_en) for c in book().categories.values()}


def _stage_names() -> dict[str, str]:
    procedures = [p for p in book().procedures.values() if p.about == "case"]
    return {s.name: said(s.title) for p in procedures for s in p.stages.values()}
