"""One case on one page: what was told, what is done, by when and why, by whom, what is public."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commonward.cases.access import access_case, contact_of
from commonward.cases.actions.calls import EMERGENCY_NUMBERS
from commonward.cases.models import Case, Photo, Report
from commonward.cases.queries import filed
from commonward.cases.queries.explaining import CHOSEN, standing_of, why
from commonward.cases.queries.nearby import similar
from commonward.cases.queries.offering import Ways, ways
from commonward.cases.queries.reference import book
from commonward.core.procedures import Procedure
from commonward.core.procedures.step import choices
from commonward.core.refusals import N_, Missing
from commonward.doors.desk import (
    alarms,
    asking,
    beside,
    casefile,
    own_data,
    papers,
    publicity,
    rows,
    sheets,
    sorting,
    wording,
)
from commonward.doors.desk.own_pages import has_file, own_page
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.steps import case_of, refusing, shown, taken
from commonward.doors.look.showing import named, said
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.words import tell
from commonward.programmes.queries.pledges import joint_calls

DOOR = "desk"
_EVENTS = 60
"""Events on a page of the timeline."""
_MOST_DRAWN = 4
_CONTACT = {
    "name": N_("Name"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "device": N_("Device"),
}


@require_safe
@for_staff()
@refusing
def case(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The file of a case (案卷); `?part=preview` is its short form for the queue's middle pane,
    `?part=file` leads to it past the page that another room keeps of it."""
    found = access_case(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    part = request.GET.get("part", "")
    if (elsewhere := own_page(found)) and not (part == "file" and has_file(found)):
        return redirect(elsewhere)
    if part == "preview":
        return _preview(request, standing, found)
    return desk_page(request, standing, "desk/case.html", _file(request, standing, found))


def _preview(request: HttpRequest, standing: Standing, found: Case) -> HttpResponse:
    line = filed.line_of(found, standing.at)
    procedure, situation = standing_of(found)
    offered = choices(procedure, standing.actor, situation, standing.at)
    reports = filed.reports_of(found)
    context = {
        "line": line,
        "row": rows.shown(line, standing.at),
        "due": wording.due(line.due_at),
        "reports": reports[:3],
        "more_reports": max(len(reports) - 3, 0),
        "buttons": casefile.verb_buttons(found, offered, procedure),
        "plain": said(procedure.stages[found.stage].plain),
    }
    return render(request, "desk/case/preview.html", context)


def _file(request: HttpRequest, standing: Standing, found: Case) -> dict[str, Any]:
    at = standing.at
    known = book()
    procedure = known.procedures[found.procedure_id]
    file = filed.case_file(found, at)
    may = ways(standing.actor, found, at)
    before = _number(request.GET.get("before", ""))
    events = filed.latest_events_of(found, before, _EVENTS + 1)
    kinds = {task.id: task.kind for task in file.tasks}
    decided = why(found)
    teams, workers = casefile.people_on(file, events)
    together = _together(found, file)
    return {
        "case": found,
        "line": file.line,
        "row": rows.shown(file.line, at),
        "due": wording.due(file.line.due_at),
        "plain": said(procedure.stages[found.stage].plain),
        "grade": rows.GRADE_WORDS.get(found.grade, found.grade),
        "origin": rows.ORIGIN_WORDS.get(found.origin, found.origin),
        "outcome": wording.word(wording.OUTCOMES, found.outcome),
        "file": file,
        "parent": rows.case_address(file.parent) if file.parent else "",
        "joined_to": rows.case_address(file.joined_to) if file.joined_to else "",
        "children": [rows.shown(line, at) for line in file.children],
        "joined": [rows.shown(line, at) for line in file.joined],
        # What another room moves is moved on its own page; its orders are answered here.
        "buttons": [] if procedure.room else casefile.verb_buttons(found, may.verbs, procedure),
        "others": [] if procedure.room else casefile.other_buttons(found, may),
        "own_page": own_page(found),
        "decisions": _decisions(found, file, may),
        "reports": [casefile.report_shown(r, found, known, may) for r in file.reports],
        "tasks": [
            casefile.task_shown(t, found, known, may, file, at, together.get(t.id, ""))
            for t in file.tasks
        ],
        "before": [p for p in file.photos if p.moment == "before"],
        "after": [p for p in file.photos if p.moment != "before"],
        **_clocks(request, file, found, standing),
        "why": [tell(words) for words in (decided.lines() if decided else (CHOSEN,))],
        "similar": _similar(found, standing),
        "marker": "" if found.lat is None else f"{found.lat:.6f},{found.lon:.6f}",
        "to_case": rows.case_address("NUMBER"),
        "teams": teams,
        "workers": workers,
        "timeline": casefile.timeline(events[:_EVENTS], found, known, kinds),
        "older": events[_EVENTS - 1].id if len(events) > _EVENTS else 0,
        "seen": events[0].id if events and not before else 0,
        "papers": papers.listed(found, file),
        "danger_href": reverse("desk:danger", args=[found.number]) if may.danger else "",
        "emergency": EMERGENCY_NUMBERS,
        **publicity.seen_outside(found, file, standing),
        **own_data.asked_on_case(found, standing),
        **asking.questions_shown(found, standing),
        **sorting.on_case(found, standing),
        **alarms.on_case(found, standing),
    }


def _together(found: Case, file: filed.CaseFile) -> Mapping[int, str]:
    """The alliance with which a team answers its whistle (no query without a whistle)."""
    if not any(task.kind == "whistle" for task in file.tasks):
        return {}
    return {task: named(one.title, one.title_en) for task, one in joint_calls(found).items()}


def _decisions(found: Case, file: filed.CaseFile, may: Ways) -> list[dict[str, Any]]:
    """What was asked of higher levels, and which of it waits for whoever reads this."""
    mine = {d.approval: d for d in may.decisions}
    procedure = book().procedures[found.procedure_id]
    return [
        {
            "line": a,
            "what": wording.word(wording.APPROVALS, a.kind),
            "state": wording.word(wording.STATES, a.state),
            "by": a.asked_by or wording.word(wording.ROLES, "reporter"),
            "more": wording.counted_words(a.seconds) if a.seconds else "",
            "until": wording.due(a.until),
            "href": reverse("desk:decide", args=[found.number, a.id]) if a.id in mine else "",
            "barred": wording.refused(barred, procedure)
            if a.id in mine and (barred := mine[a.id].barred)
            else "",
        }
        for a in reversed(file.approvals)
    ]


def _clocks(
    request: HttpRequest, file: filed.CaseFile, found: Case, standing: Standing
) -> dict[str, Any]:
    """The running clocks of the case drawn, or the one that was asked for; all in a table."""
    known = book()
    procedures: dict[int | None, Procedure] = {
        None: known.procedures[found.procedure_id],
        **{t.id: known.procedures[known.in_force[t.kind]] for t in file.tasks},
    }
    wanted = _number(request.GET.get("clock", ""))
    drawn = [c for c in file.clocks if c.id == wanted] or [
        c for c in file.clocks if c.task is None and c.stopped_at is None
    ]
    return {
        "drawn": [casefile.clock_drawn(c, standing.at, procedures) for c in drawn[:_MOST_DRAWN]],
        "clocks": [casefile.clock_row(c, procedures) for c in reversed(file.clocks)],
    }


def _similar(found: Case, standing: Standing) -> list[dict[str, Any]]:
    if found.lat is None or found.lon is None or not found.is_open:
        return []
    code = book().categories[found.category_id].code
    return [
        {"row": rows.shown(one.line, standing.at), "metres": round(one.metres)}
        for one in similar(standing.actor, code, found.lat, found.lon, standing.at)
        if one.line.id != found.pk
    ]


@require_POST
@for_staff()
@refusing
def contact(request: HttpRequest, standing: Standing, number: str, report: str) -> HttpResponse:
    """A reporter's details, for one look that is noted (查看联系方式)."""
    found = case_of(number, standing)
    wanted = Report.objects.select_related("case").filter(number=report, case=found).first()
    if wanted is None:
        raise Missing(N_("There is no report {number}."), number=report)
    details = contact_of(wanted, standing.actor, standing.at, door=DOOR)
    context = {
        "number": found.number,
        "report": wanted.number,
        "case_href": rows.case_address(found.number),
        "details": [(wording.word(_CONTACT, name), value) for name, value in details.items()],
    }
    return desk_page(request, standing, "desk/case/contact.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
@refusing
def photo(request: HttpRequest, standing: Standing, number: str, name: str) -> HttpResponse:
    """One photo, and the form that shows it to the public or hides it (公开审核)."""
    found = case_of(number, standing)
    picture = Photo.objects.filter(case=found, name=name).first()
    if picture is None:
        raise Missing(N_("There is no such photo."))
    sheet = beside.of_photo(found, picture, standing)
    if request.method == "POST" and sheet is not None:
        return taken(request, standing, found, sheet)
    extra: dict[str, Any] = {"picture": picture, "sheet": sheet, "category": _category(found)}
    if sheet is None:
        extra |= {"case": found, "case_href": rows.case_address(found.number)}
        return desk_page(request, standing, "desk/case/photo.html", extra)
    return shown(request, standing, found, sheet, template="desk/case/photo.html", extra=extra)


def _category(found: Case) -> str:
    facts = book().categories[found.category_id]
    return named(facts.name, facts.name_en)


@require_safe
@for_staff()
def photo_file(request: HttpRequest, standing: Standing, number: str, name: str) -> HttpResponse:
    """The picture itself, for those who may see the case."""
    try:
        found = case_of(number, standing)
    except Missing:
        return HttpResponse(status=404)
    path = settings.MEDIA_ROOT / name
    if not Photo.objects.filter(case=found, name=name).exists() or not path.is_file():
        return HttpResponse(status=404)
    response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _number(text: str) -> int:
    """A row's id from an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
