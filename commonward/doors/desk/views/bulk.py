"""One step with many cases: first what it would do with each, then each in its own transaction."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.queries.foreseen import Foreseen
from commonward.cases.queries.reference import book
from commonward.core.refusals import Refusal
from commonward.doors.desk import many, wording
from commonward.doors.desk.choices import choices
from commonward.doors.desk.many import Chosen, Deed
from commonward.doors.desk.rows import case_address, shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import error_of, language, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions

_MARK = "<!-- rows -->"


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def bulk(request: HttpRequest, standing: Standing) -> HttpResponse | StreamingHttpResponse:
    """Choose a step for the selected cases, see what it would do, and do it (批量办理).

    A GET shows the same pages and does nothing: only a POST with step "run" writes.
    """
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {"back": asked.get("back", "")[:1000]}
    try:
        chosen = many.chosen(asked.getlist("case"))
        name = asked.get("verb", "")
        if not name:
            return _choose(request, standing, chosen, context)
        deed = many.deed(standing, name, chosen.numbers)
    except Refusal as refusal:
        context["error"] = error_of(refusal)
        return desk_page(request, standing, "desk/bulk.html", context, status=422)
    return _step(request, standing, chosen, deed, asked, context)


def _choose(
    request: HttpRequest, standing: Standing, chosen: Chosen, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "chosen": _values(chosen.versions),
        "count": len(chosen.versions),
        "deeds": many.deeds(standing, chosen.numbers),
    }
    return desk_page(request, standing, "desk/bulk.html", context)


def _step(
    request: HttpRequest,
    standing: Standing,
    chosen: Chosen,
    deed: Deed,
    asked: QueryDict,
    context: dict[str, Any],
) -> HttpResponse | StreamingHttpResponse:
    """The form, the preview of each case, or the run, as far as all is filled in."""
    step = asked.get("step", "")
    given: dict[str, Any] | None = None
    status = 200
    if step or not deed.needs:
        try:
            given = many.filled(deed, {name: asked.get(name, "") for name in deed.needs})
        except Refusal as refusal:
            context["error"] = error_of(refusal)
            status = 422
    if step == "run" and given is not None and request.method == "POST":
        return _run(request, standing, chosen, deed, given, context)
    told = many.foreseen(standing, deed, chosen.numbers, given)
    able = [one for one in told if one.refusal is None and one.line is not None]
    context |= {
        "deed": deed,
        "chosen": _values(chosen.versions),
        "count": len(chosen.versions),
        "given": {name: asked.get(name, "") for name in deed.needs},
        "able": [_able(one, chosen.versions[one.number], standing) for one in able],
        "barred": [_barred(one, standing) for one in told if one.refusal is not None],
        "ready": given is not None,
        "choices": choices(revisions()),
        "outcomes": _outcomes(),
    }
    return desk_page(request, standing, "desk/bulk_step.html", context, status=status)


def _values(versions: Mapping[str, int | None]) -> list[str]:
    return [f"{n}:{v}" if v is not None else n for n, v in versions.items()]


def _able(one: Foreseen, seen: int | None, standing: Standing) -> dict[str, Any]:
    line = one.line
    if line is None or one.to is None:
        raise AssertionError("a case that can take a step has a line and a stage to go to")
    to = said(one.to)
    return {
        "row": shown(line, standing.at),
        "value": f"{line.number}:{line.version}",
        "to": to if to != said(line.stage_title) else "",
        "changed": seen is not None and seen != line.version,
    }


def _barred(one: Foreseen, standing: Standing) -> dict[str, Any]:
    return {
        "number": one.number,
        "row": shown(one.line, standing.at) if one.line is not None else None,
        "why": refused(one.refusal) if one.refusal is not None else "",
    }


def _outcomes() -> list[tuple[str, str]]:
    procedures = [p for p in book().procedures.values() if p.about == "case"]
    names = dict.fromkeys(name for p in procedures for name in p.outcomes)
    return [(name, wording.word(wording.OUTCOMES, name)) for name in names]


def _run(
    request: HttpRequest,
    standing: Standing,
    chosen: Chosen,
    deed: Deed,
    given: Mapping[str, Any],
    context: dict[str, Any],
) -> StreamingHttpResponse:
    """Answer as it goes: each case's outcome is sent as soon as it is known."""
    whole = desk_page(
        request,
        standing,
        "desk/bulk_done.html",
        {**context, "deed": deed, "count": len(chosen.versions), "mark": _MARK},
    )
    before, _mark, after = whole.content.decode().partition(_MARK)
    answer = StreamingHttpResponse(
        _outcomes_of(standing, chosen, deed, given, before, after, language())
    )
    for name, value in whole.headers.items():
        if name != "Content-Length":
            answer.headers[name] = value
    # A proxy that gathers the answer first would hide how far it is.
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _outcomes_of(
    standing: Standing,
    chosen: Chosen,
    deed: Deed,
    given: Mapping[str, Any],
    before: str,
    after: str,
    reader: str,
) -> Iterator[str]:
    yield before
    done = 0
    for place, (number, version) in enumerate(chosen.versions.items(), 1):
        # The language of the request has ended by the time that this runs.
        with translation.override(reader):
            why = ""
            try:
                many.do(standing, deed, number, version, given)
                done += 1
            except Refusal as refusal:
                why = refused(refusal)
            told = {
                "place": place,
                "count": len(chosen.versions),
                "number": number,
                "href": case_address(number),
                "why": why,
            }
            row = render_to_string("desk/parts/bulk_outcome.html", told)
        yield row
    with translation.override(reader):
        summary = _("{done} of {count} done.").format(done=done, count=len(chosen.versions))
        yield render_to_string("desk/parts/bulk_end.html", {"summary": summary})
    yield after
