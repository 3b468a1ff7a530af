"""Calendars: holiday tables with make-up days, and office hours; what would move is told first."""

import json
import re
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commonward.areas.actions import import_calendar, set_office_hours
from commonward.areas.queries import SITE
from commonward.areas.queries.calendars import (
    calendar_names,
    coverage,
    office_rules,
    year_days,
    years_of,
)
from commonward.cases.queries.moved import due_between
from commonward.core.calendars import OFFICE_HOURS
from commonward.core.calendars.hours import OfficeHours
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.desk.showing import desk_page
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.look.standing import Standing, for_staff

WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(off|work|休|班)\s*(.*)")
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MOST_FILE = 200_000


@require_safe
@for_staff("administrator")
def calendars(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Every calendar, and the alarms about those that run out."""
    alarms = {c.calendar: c for c in coverage(standing.at)}
    rows = [{"name": name, "alarm": alarms.get(name)} for name in calendar_names()]
    return desk_page(request, standing, "desk/admin/calendars.html", {"rows": rows, "site": SITE})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def calendar(request: HttpRequest, standing: Standing, name: str) -> HttpResponse:
    """One calendar: its years, a year's table to change, office hours."""
    tried: dict[str, Any] = {}
    asked = request.GET.get("year", "")

    def shown() -> dict[str, Any]:
        if name not in calendar_names():
            raise Missing(N_("There is no calendar {name}."), field="calendar", name=name)
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else None
        rules = office_rules(name)
        hours = OfficeHours.from_data(rules["hours"]) if "hours" in rules else OFFICE_HOURS
        return {
            "name": name,
            "site": SITE,
            "years": years_of(name),
            "year": year,
            "lines": _lines(year_days(name, year) or []) if year else "",
            "hours": [
                (place, _(day), _windows_text(hours.week[place]))
                for place, day in enumerate(WEEKDAYS)
            ],
            **tried,
        }

    deeds = {
        "preview": partial(_preview, name, tried),
        "table": partial(_table, name),
        "hours": partial(_hours, name),
    }
    return administer(request, standing, "desk/admin/calendar.html", shown, deeds)


def _lines(days: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{day['date']} {'off' if day['off'] else 'work'} {day['name']}".rstrip() for day in days
    )


def _file(request: HttpRequest) -> tuple[str, bytes]:
    """The table as a file: the one that was sent, or the lines that were typed."""
    sent = request.FILES.get("file")
    if sent is not None:
        if (sent.size or 0) > _MOST_FILE:
            raise Invalid(N_("A holiday table has at most {most} bytes."), most=_MOST_FILE)
        return str(sent.name), sent.read()
    year = text(request, "year")
    if not year.isdecimal() or len(year) != 4:
        raise Invalid(N_("Say the year with four digits."), field="year")
    days = []
    for place, line in enumerate(text(request, "lines").splitlines(), 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise Invalid(
                N_("Line {place} “{line}”: write it like “2027-01-01 off 元旦” or “… work …”."),
                field="lines",
                place=place,
                line=line.strip()[:60],
            )
        day, kind, words = found.groups()
        days.append({"date": day, "name": words, "isOffDay": kind in ("off", "休")})
    table = {"year": int(year), "papers": [], "days": days}
    return f"{year}.json", json.dumps(table).encode()


def _preview(name: str, tried: dict[str, Any], request: HttpRequest, standing: Standing) -> str:
    file = _file(request)
    plan = import_calendar(
        [file], at=standing.at, calendar=name, dry_run=True, actor=standing.actor
    )
    tried["plan"] = plan
    tried["moved"] = [
        (change, due_between(change.days_in + change.days_out, standing.at))
        for change in plan.changes
    ]
    tried["proposed"] = file[1].decode("utf-8-sig")
    return ""


def _table(name: str, request: HttpRequest, standing: Standing) -> str:
    proposed = request.POST.get("proposed", "")
    plan = import_calendar(
        [("table.json", proposed.encode())], at=standing.at, calendar=name, actor=standing.actor
    )
    count = len(plan.changes)
    done(
        request,
        ngettext(
            "{n} year has a new table; deadlines are reckoned again within a minute.",
            "{n} years have a new table; deadlines are reckoned again within a minute.",
            count,
        ).format(n=count),
    )
    return reverse("desk:admin_calendar", args=[name])


def _windows_text(windows: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in windows)


def _hours(name: str, request: HttpRequest, standing: Standing) -> str:
    week = []
    for place, day in enumerate(WEEKDAYS):
        given = text(request, f"hours-{place}")
        parts = [part.strip() for part in given.replace("，", ",").split(",") if part.strip()]
        found = [_WINDOW.fullmatch(part) for part in parts]
        if not all(found):
            raise Invalid(
                N_("{day}: write the hours like “08:00-12:00, 14:00-18:00”, or leave it empty."),
                field=f"hours-{place}",
                day=_(day),
            )
        week.append([[int(a) * 60 + int(b), int(c) * 60 + int(d)] for a, b, c, d in
                     (match.groups() for match in found if match)])  # fmt: skip
    kept = office_rules(name).get("hours", {})
    hours = {**kept, "week": week}
    OfficeHours.from_data(hours)
    set_office_hours(calendar=name, hours=hours, actor=standing.actor)
    done(request, _("Office hours changed; deadlines are reckoned again within a minute."))
    return reverse("desk:admin_calendar", args=[name])
