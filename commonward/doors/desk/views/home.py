"""The own work first: what waits for me, what changed, and what would go wrong in silence."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commonward.cases.queries.approvals import to_decide
from commonward.cases.queries.attention import MOST_COUNTED, alarms, stuck
from commonward.cases.queries.kept_answers import reminders
from commonward.cases.queries.listed import CaseLine, Filters
from commonward.cases.queries.listed import Light as Colour
from commonward.cases.queries.lists import case_list
from commonward.cases.queries.mine import (
    Changes,
    Waiting,
    changed_since,
    tasks_waiting,
    waiting_for,
)
from commonward.cases.queries.outbox import outbox_pressing
from commonward.cases.queries.reference import book
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.doors.desk import wording
from commonward.doors.desk.alarms import waiting_shown
from commonward.doors.desk.asked import query_of
from commonward.doors.desk.navigation import CENTRE
from commonward.doors.desk.own_data import to_answer_shown
from commonward.doors.desk.own_pages import FILE
from commonward.doors.desk.rows import ago_words, case_address, left_words, light, shown
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.board import BOARD
from commonward.doors.desk.views.programmes.learning import due_shown as course_shown
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.outbox.channels import channels
from commonward.people.actions.looking import note_look
from commonward.people.queries.looks import last_look
from commonward.programmes.queries.learning import own_courses

FIRST_LOOK = timedelta(days=1)
"""How far back changes are shown to whoever never said that they have seen them."""
_LONGEST_LOOK = timedelta(days=14)
_SHOWN = 10
_LATE = 8
_LIGHTS: tuple[Colour, ...] = ("red", "yellow", "green", "")


@require_safe
@for_staff()
def home(request: HttpRequest, standing: Standing) -> HttpResponse:
    """My work (我的工作)."""
    actor, at = standing.actor, standing.at
    looked = last_look(actor)
    since = max(looked or at - FIRST_LOOK, at - _LONGEST_LOOK)
    waiting = waiting_for(actor, at, soonest=_SHOWN)
    told = alarms(actor, at)
    stays = stuck(actor, most=_SHOWN) if told.stuck else ()
    late: tuple[CaseLine, ...] = ()
    if standing.holds(CENTRE):
        late = case_list(actor, Filters(light="red"), "due", at, size=_LATE).rows
    context = {
        "waiting": _waiting(waiting),
        "soonest": [shown(line, at) for line in waiting.soonest],
        "tasks": [
            {
                "title": said(task.title),
                "stage": said(task.stage),
                "light": light(task.light),
                "left": left_words(task.due_at, at) if task.due_at else "",
                "due_at": task.due_at,
                "row": shown(task.case, at),
                "href": f"{case_address(task.case.number)}{FILE}",
            }
            for task in tasks_waiting(actor, at)
        ],
        "decisions": [
            {
                "what": wording.word(wording.APPROVALS, one.kind),
                "asked_at": one.asked_at,
                "href": reverse("desk:decide", args=[one.case.number, one.approval]),
                "row": shown(one.case, at),
            }
            for one in to_decide(actor, at)
        ],
        "data_requests": to_answer_shown(actor, at),
        "courses": [
            course_shown(one)
            for one in own_courses(actor, timezone.localdate(at), at)
            if one.waits
        ],
        "changes": _changes(changed_since(actor, since, at), at),
        "since": since,
        "looked": looked,
        "late": [shown(line, at) for line in late],
        "alarms": told,
        "silent": told.silent,
        "unsent": standing.holds(("administrator",)) and outbox_pressing(tuple(channels()), at),
        "dangers": waiting_shown(standing) if told.dangers else (),
        "stuck_href": f"{reverse('desk:board')}?tab=stuck" if standing.holds(BOARD) else "",
        "most_counted": MOST_COUNTED,
        "reminders": reminders(actor, at),
        "stuck": [
            {"clock": clock, "href": case_address(clock.case)} for clock in stays
        ],
    }  # fmt: skip
    return desk_page(request, standing, "desk/home.html", context)


def _waiting(waiting: Waiting) -> dict[str, Any]:
    return {
        "count": waiting.count,
        "more": waiting.more,
        "stages": [
            {
                "title": said(stage.title),
                "count": stage.count,
                "query": query_of({"mine": ("yes",), "stage": (stage.stage,)}),
                "lights": [
                    {"light": light(colour), "count": stage.lights.get(colour, 0)}
                    for colour in _LIGHTS
                    if stage.lights.get(colour)
                ],
            }
            for stage in waiting.stages
        ],
    }


def _changes(changes: Changes, at: datetime) -> dict[str, Any]:
    known = book()
    return {
        "more": changes.more,
        "looked_back_to": changes.looked_back_to,
        "rows": [
            {
                "row": shown(one.line, at),
                "what": wording.happened(one.event, one.procedure, known, one.kind),
                "who": wording.word(wording.ROLES, one.event.role),
                "at": one.event.at,
                "ago": ago_words(one.event.at, at),
                "others": one.events - 1,
            }
            for one in changes.rows
        ],
    }


@require_POST
@for_staff()
def seen(request: HttpRequest, standing: Standing) -> HttpResponse:
    """I have seen what changed until the moment at which that page was made."""
    try:
        note_look(standing.actor, _until(request.POST.get("until", ""), standing.at))
    except Refusal as refusal:
        messages.error(request, refused(refusal))
    else:
        messages.success(request, _("Noted: from now on you are shown what is newer."))
    return redirect("desk:home")


def _until(given: str, at: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Invalid(N_("This page is too old: load it again."), field="until") from None
    return min(moment, at)
