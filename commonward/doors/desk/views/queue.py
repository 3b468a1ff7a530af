"""The queue: any list of cases as an address, with what one needs to decide beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.access import access_case, visible_case
from commonward.cases.queries.filed import events_of, tasks_of
from commonward.cases.queries.listed import CaseLine, lines
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.reference import book
from commonward.cases.queries.saved import views_for
from commonward.cases.queries.searched import search
from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk import asked, wording
from commonward.doors.desk.alarms import waiting_shown
from commonward.doors.desk.asked import Asked
from commonward.doors.desk.choices import choices
from commonward.doors.desk.naming import KINDS, shown_as
from commonward.doors.desk.rows import ago_words, case_address, row_html, shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions

ON_A_PAGE = 50
_IN_THE_TIMELINE = 200
_SHOWN_OF_IT = 12

CHIPS: tuple[tuple[str, dict[str, str]], ...] = (
    (N_("My teams"), {"mine": "yes"}),
    (N_("All open"), {}),
    (N_("Overdue"), {"light": "red"}),
    (N_("Due soon"), {"light": "yellow"}),
    (N_("Nobody answers"), {"unrouted": "yes"}),
    (N_("Suspended"), {"paused": "yes"}),
    (N_("Deadline provisional"), {"provisional": "yes"}),
    (N_("Finished"), {"state": "closed"}),
)
"""The quick ways, each an address of the list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list answered; `looked_back_to` is set where a search stopped half way."""

    rows: Sequence[CaseLine]
    next_key: str
    looked_back_to: datetime | None = None


@require_safe
@for_staff()
def queue(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The list (案件列表) that the address asks for; a number that fits opens its case at once."""
    marks = revisions()
    error, wanted, found = None, None, Listed((), "")
    try:
        wanted = asked.read(request.GET, marks)
        found = _found(standing, wanted)
    except Refusal as refusal:
        error = error_of(refusal)
    if wanted is not None and _is_number(wanted.text) and len(found.rows) == 1:
        return HttpResponseRedirect(case_address(found.rows[0].number))
    rows = [row_html(shown(line, standing.at)) for line in found.rows]
    given = wanted.given if wanted else _typed(request)
    context = {
        "rows": rows,
        "dangers": waiting_shown(standing),
        "asked": wanted,
        "given": {name: _as_written(name, values[0], marks) for name, values in given.items()},
        "stages_given": given.get("stage", ()),
        "order": wanted.order if wanted else "due",
        "error": error,
        "next": _next(wanted, found),
        "looked_back_to": found.looked_back_to,
        "chips": _chips(wanted),
        "choices": choices(marks),
        "views": views_for(standing.actor),
        "case_to": case_address("NUMBER"),
        "first": not request.GET.get("after"),
    }
    status = 400 if error else 200
    return desk_page(request, standing, "desk/queue.html", context, status=status)


def _found(standing: Standing, wanted: Asked) -> Listed:
    if not wanted.text:
        page = case_list(
            standing.actor,
            wanted.filters,
            wanted.order,
            standing.at,
            after=wanted.after,
            size=ON_A_PAGE,
        )
        return Listed(page.rows, page.next_key)
    # Whoever searches means ended cases too, unless they said which.
    filters = wanted.filters if "state" in wanted.given else replace(wanted.filters, state="all")
    hits = search(
        standing.actor,
        wanted.text,
        standing.at,
        filters=filters,
        after=wanted.after,
        size=ON_A_PAGE,
    )
    return Listed(hits.rows, hits.next_key, hits.looked_back_to)


def _typed(request: HttpRequest) -> Mapping[str, tuple[str, ...]]:
    """What was asked for and refused, so that it can be put right where it stands."""
    return {name: tuple(request.GET.getlist(name)) for name in asked.NAMES if name in request.GET}


def _as_written(name: str, value: str, marks: dict[str, int]) -> str:
    return shown_as(name, value, marks) if name in KINDS else value


def _is_number(text: str) -> bool:
    try:
        normalise(text)
    except Invalid:
        return False
    return True


def _next(wanted: Asked | None, found: Listed) -> str:
    if wanted is None or not found.next_key:
        return ""
    query = wanted.query
    return f"?{query}{'&' if query else ''}after={found.next_key}"


def _chips(wanted: Asked | None) -> list[dict[str, object]]:
    here = wanted.query if wanted else None
    return [
        {
            "text": _(text),
            "query": query,
            "here": query == here,
        }
        for text, given in CHIPS
        for query in [asked.query_of({k: (v,) for k, v in given.items()})]
    ]


@require_safe
@for_staff()
def row(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """One line of the list as it is now, for a page that was told of a change; 404 as for none."""
    try:
        case = visible_case(number, standing.actor)
    except Refusal:
        return HttpResponse(status=404)
    [line] = lines([case.pk], standing.at, revisions())
    return HttpResponse(row_html(shown(line, standing.at), changed=True))


@require_safe
@for_staff()
def beside(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """Map and timeline of a case, for the queue's third pane; the look is noted."""
    try:
        case = access_case(number, standing.actor, standing.at, door="desk", what="timeline")
    except Refusal as refusal:
        context = {"error": error_of(refusal)}
        return render(request, "desk/parts/beside.html", context, status=404)
    known = book()
    procedure = known.procedures[case.procedure_id]
    kinds = {task.id: task.kind for task in tasks_of(case)}
    steps = [
        {
            "what": wording.happened(event, procedure, known, kinds.get(event.task or 0, "")),
            "who": " · ".join(
                part for part in (wording.word(wording.ROLES, event.role), event.team) if part
            ),
            "at": event.at,
            "ago": ago_words(event.at, standing.at),
            "words": event.words,
        }
        for event in reversed(events_of(case, size=_IN_THE_TIMELINE))
    ]
    shown_steps = {"steps": steps[:_SHOWN_OF_IT]}
    return render(request, "desk/parts/beside.html", shown_steps)


@require_safe
@for_staff()
def keys(request: HttpRequest, standing: Standing) -> HttpResponse:
    """All keys of the keyboard, as a page of its own for whoever has no script."""
    return desk_page(request, standing, "desk/keys.html")
