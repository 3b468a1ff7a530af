"""Rounds (巡查计划): planned for teams, ended, and what of today's points was visited."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.fielding import MOST_POINTS, end_round, plan_round
from commonward.cases.queries.planned import PLANS, PlannedRound, planned_rounds
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import revisions, team_by_code
from commonward.people.queries.names import teams_to_choose

_WHY = {
    "closed": gettext_lazy("It is closed"),
    "blocked": gettext_lazy("The way is blocked"),
    "unsafe": gettext_lazy("It is not safe there"),
    "not_found": gettext_lazy("The place is not there"),
    "no_time": gettext_lazy("There was no time"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*PLANS)
def rounds(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The rounds by team, today's points by what was visited, and planning one more."""

    def shown() -> dict[str, Any]:
        today = timezone.localdate(standing.at)
        team = request.GET.get("team", "").strip()[:64]
        after = request.GET.get("after", "")
        cursor = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0
        found, following = planned_rounds(standing.actor, today, team=team, after=cursor)
        kept = {"team": team} if team else {}
        return {
            "rows": [_row(one) for one in found],
            "next": urlencode({**kept, "after": following}) if following else "",
            "team": team,
            "teams": [
                (one.code, named(one.name, one.name_en))
                for one in teams_to_choose(revisions()).values()
            ],
            "days": [(str(day), WEEKDAYS[day - 1]) for day in range(1, 8)],
            "days_given": request.POST.getlist("days") if request.method == "POST" else "12345",
            "today": today.isoformat(),
            "most_points": MOST_POINTS,
        }

    return administer(
        request, standing, "desk/rounds/rounds.html", shown, {"plan": _plan, "end": _end}
    )


def _row(one: PlannedRound) -> dict[str, Any]:
    return {
        "line": one,
        "team": named(one.team_name, one.team_name_en),
        "days": _(", ").join(str(WEEKDAYS[day - 1]) for day in one.days),
        "points": [
            (index in one.visited, str(point["name"]), _WHY.get(one.missed.get(index, ""), ""))
            for index, point in enumerate(one.points)
        ],
        "visited": len(one.visited),
        "missed": len(one.missed),
    }


def _plan(request: HttpRequest, standing: Standing) -> str:
    code = text(request, "team")
    if not code:
        raise Invalid(N_("Choose one of the list."), field="team")
    made = plan_round(
        team_by_code(code).pk,
        text(request, "name"),
        _points(text(request, "points")),
        [int(day) for day in request.POST.getlist("days") if day in "1234567" and len(day) == 1],
        _day(request, "since"),
        standing.actor,
        until=_day(request, "until") if text(request, "until") else None,
    )
    done(request, _("Planned: “{name}” is on the phones of the team.").format(name=made.name))
    return f"{reverse('desk:rounds')}?{urlencode({'team': code})}"


def _points(given: str) -> list[dict[str, object]]:
    """Lines "name, lat, lon" as points. Raises Invalid, naming the line."""
    lines = [line.strip() for line in given.replace("，", ",").splitlines() if line.strip()]
    found: list[dict[str, object]] = []
    for at, line in enumerate(lines, start=1):
        parts = [part.strip() for part in line.rsplit(",", 2)]
        try:
            name, lat, lon = parts
            found.append({"name": name, "lat": float(lat), "lon": float(lon)})
        except ValueError:
            raise Invalid(
                N_("Line {line} is not “name, latitude, longitude”: {given}"),
                field="points",
                line=at,
                given=line[:60],
            ) from None
    return found


def _end(request: HttpRequest, standing: Standing) -> str:
    until = end_round(number(request, "round"), standing.actor, timezone.localdate(standing.at))
    done(
        request,
        _("Today is its last day; what was visited stays.")
        if until is not None
        else _("It had not begun, and was taken back."),
    )
    team = text(request, "back")
    return reverse("desk:rounds") + (f"?{urlencode({'team': team})}" if team else "")


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(text(request, name))
    except ValueError:
        raise Invalid(N_("Give the day as 2026-03-31."), field=name) from None
