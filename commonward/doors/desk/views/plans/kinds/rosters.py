"""Rosters of seats: the form, the answer, its files, and publishing."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.core.plans.rostering.seats import Task
from commonward.core.plans.rostering.sheets import COLUMNS, LETTERS_MOST
from commonward.core.refusals import N_
from commonward.doors.desk.tables import sent_table
from commonward.doors.desk.views.admin.doing import done, text
from commonward.doors.desk.views.plans import rostering
from commonward.doors.desk.views.plans.kinds import Deed
from commonward.doors.look.standing import Standing
from commonward.response.actions.rostering import publish_roster
from commonward.response.models import Plan, Roster
from commonward.response.planning.rosters import COVER, NUMBERS, SHIFTS
from commonward.response.queries.plans import plans_of

TITLE = N_("Rosters")
ABOUT = N_("Who works which shift: seats of teams, minimum cover by hour, rest, wishes, fairness.")
_BYTES_MOST = 4 * LETTERS_MOST
_NAMES: Mapping[str, str] = {
    "weeks": N_("Weeks"),
    "rest_hours": N_("Hours of rest between two shifts"),
    "run_least": N_("Days worked in a row, at least"),
    "run_most": N_("Days worked in a row, at most"),
    "rest_least": N_("Days off in a row, at least"),
    "weekends_most": N_("Weekends with work, at most"),
    "nights_above": N_("Nights above the even share, at most"),
}


def form(standing: Standing, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was typed, else what this planner's last roster was asked with, else a usual week."""
    last: Mapping[str, Any] = {}
    if not given:
        last = next((one.asked for one in plans_of(standing.actor, "rosters", 1)), {})
    today = timezone.localtime(standing.at).date()
    monday = today + timedelta(days=7 - today.weekday())
    return {
        "first": given.get("first") or monday.isoformat(),
        "shifts": given.get("shifts") or last.get("shifts") or SHIFTS,
        "cover": given.get("cover") or last.get("cover") or COVER,
        "numbers": [
            (name, _(_NAMES[name]), given.get(name) or last.get(name, otherwise), least, most)
            for name, (otherwise, least, most) in NUMBERS.items()
        ],
        "gaps": bool(given.get("gaps")) or not last.get("hold", True),
        "lines": bool(given.get("lines")) or not last.get("members", True),
        "columns": list(COLUMNS),
        "sheet": given.get("sheet", ""),
    }


def asked(request: HttpRequest) -> dict[str, Any]:
    """The choices of the form; a file goes before what was typed. Raises Invalid."""
    found: dict[str, Any] = {
        name: text(request, name) for name in ("first", "shifts", "cover", "sheet", *NUMBERS)
    }
    sent = sent_table(request, "file", _BYTES_MOST)
    if sent is not None:
        found["sheet"] = sent
    found["hold"] = not text(request, "gaps")
    found["members"] = not text(request, "lines")
    return found


def shown(
    plan: Plan, given: dict[str, Any], answer: dict[str, Any], standing: Standing
) -> Mapping[str, Any]:
    """The roster, its cover, fairness and wishes."""
    task, first, rows = _read(given, answer)
    published = Roster.objects.filter(code=plan.code).first()
    return {
        **rostering.whole(task, first, rows, answer["fair"]),
        "roster": published,
        "complete": answer["complete"],
        "even": answer["even"],
        "table_at": reverse("desk:plan_table", args=[plan.code]),
        "publishable": answer["complete"] and published is None
        and plan.state in ("ended", "stopped"),
        "files": f"{reverse('desk:plan', args=[plan.code])}",
    }  # fmt: skip


def file(plan: Plan, given: dict[str, Any], answer: dict[str, Any], name: str) -> HttpResponse:
    """ "roster.csv", "seats.csv", or a seat's calendar. Raises Missing."""
    task, first, rows = _read(given, answer)
    return rostering.file_of(task, first, rows, name)


def _read(given: dict[str, Any], answer: dict[str, Any]) -> tuple[Task, date, Any]:
    task = Task.unpacked(given["task"])
    return task, date.fromisoformat(given["first"]), np.array(answer["rows"], dtype=np.int64)


def _publish(request: HttpRequest, standing: Standing, plan: Plan) -> str:
    roster = publish_roster(plan.code, standing.actor, standing.at)
    done(request, _("The roster is in force; each unit sees the shifts of its seats."))
    return reverse("desk:roster", args=[roster.code])


DEEDS: Mapping[str, Deed] = {"publish": _publish}
