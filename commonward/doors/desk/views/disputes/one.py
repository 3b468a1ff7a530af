"""One dispute on one page: where it stands, by when, both sides, what can be done."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commonward.cases.models import Case
from commonward.cases.queries import filed as case_file
from commonward.cases.queries.explaining import standing_of
from commonward.cases.queries.reference import book
from commonward.core.disputes import ENTERPRISE
from commonward.core.procedures import Procedure
from commonward.core.procedures.step import choices
from commonward.core.refusals import Missing
from commonward.disputes.access import POSTS, dispute_for
from commonward.disputes.models import Dispute
from commonward.disputes.queries.filed import filed, reasons
from commonward.doors.desk import casefile, rows, sheets, wording
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.disputes import wording as words
from commonward.doors.desk.views.disputes.sections import sections_of
from commonward.doors.look.showing import error_of, said
from commonward.doors.look.standing import Standing, for_staff

DOOR = "desk"
BESIDE = frozenset(
    {"invite", "remind", "both_agree", "sign", "settle", "refused", "withdraw", "hand_on",
     "come_back", "end_there"}
)  # fmt: skip
"""Steps that a page of their own takes: with the sides, or with the agreement."""
_EVENTS = 60


@require_safe
@for_staff(*POSTS)
def dispute(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """The dispute's page; whoever may not know of it reads that there is none."""
    try:
        found = dispute_for(sheets.meant(number), standing.actor, standing.at, door=DOOR)
    except Missing as missing:
        return nothing(request, standing, missing)
    context = {**head_of(found, standing), **_page(request, found, standing)}
    return desk_page(request, standing, "desk/disputes/one.html", context)


def nothing(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    """Alike for a dispute that is not there and for one that is not theirs to see."""
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)


def head_of(found: Dispute, standing: Standing) -> dict[str, Any]:
    """What stands above every page of a dispute."""
    line = case_file.line_of(found.case, standing.at)
    grade = found.case.grade
    return {
        "dispute": found,
        "number": found.case.number,
        "line": line,
        "row": rows.shown(line, standing.at),
        "due": wording.due(line.due_at),
        "outcome": wording.word(wording.OUTCOMES, found.case.outcome),
        "kind": words.kind(found.kind),
        "grade": wording.word(words.GRADES, grade),
        "grade_name": grade,
        "grade_shape": words.SHAPES.get(grade, "○"),
        "level": words.level(found.level),
        "source": words.source(found.source),
        "track": words.track(found.track),
        "sections": sections_of(found, standing.actor),
    }


def _page(request: HttpRequest, found: Dispute, standing: Standing) -> dict[str, Any]:
    procedure, situation = standing_of(found.case)
    known = book()
    file = filed(found, standing.actor)
    before = request.GET.get("before", "")
    events = case_file.latest_events_of(
        found.case, int(before) if before.isdecimal() and len(before) < 19 else 0, _EVENTS + 1
    )
    why = reasons(found, standing.actor)
    told = [replace(e, words=why.get(e.id, e.words)) for e in events[:_EVENTS]]
    return {
        "plain": said(procedure.stages[found.case.stage].plain),
        "file": file,
        "sides": [(side, wording.word(words.ANSWERS, side.answer)) for side in file.sides],
        "buttons": [
            casefile.Button(
                said(one.verb.title),
                reverse("desk:dispute_step", args=[found.case.number, one.verb.name]),
                wording.weight(one.verb),
                wording.refused(one.barred, procedure) if one.barred else "",
                False,
                found.case.version,
            )
            for one in choices(procedure, standing.actor, situation, standing.at)
            if one.verb.name not in BESIDE
            and (found.enterprise or one.verb.name != f"to_{ENTERPRISE}")
        ],
        **_clocks(request, found.case, procedure, standing),
        "timeline": casefile.timeline(told, found.case, known, {}),
        "older": events[_EVENTS - 1].id if len(events) > _EVENTS else 0,
        "title": _("Dispute"),
    }


def _clocks(
    request: HttpRequest, case: Case, procedure: Procedure, standing: Standing
) -> dict[str, Any]:
    clocks = case_file.clocks_of(case)
    wanted = request.GET.get("clock", "")
    running = [c for c in clocks if c.stopped_at is None]
    drawn = [c for c in clocks if str(c.id) == wanted] or running
    of_case: dict[int | None, Procedure] = {None: procedure}
    return {
        "drawn": [casefile.clock_drawn(c, standing.at, of_case) for c in drawn[:4]],
        "clocks": [casefile.clock_row(c, of_case) for c in reversed(clocks)],
    }
