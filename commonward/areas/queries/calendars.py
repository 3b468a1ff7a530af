"""Working calendars: which one counts where, what it counts, and how far its table reaches."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from commonward.areas.models import Area, CalendarYear, WorkCalendar
from commonward.core.calendars import Calendar, DayTable
from commonward.core.refusals import N_, Missing
from commonward.people.queries import InMemory
from commonward.people.queries import revisions as read_revisions

SITE = "site"
"""The calendar of every area that neither has one of its own nor lies below one that has."""

_WARN_BEFORE = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A calendar that runs out: `ends` is the first day without a table (local), `missing` the
    uncovered years between the first covered one and the next year."""

    calendar: str
    ends: date
    covered_now: bool
    missing: tuple[int, ...]


def calendar(name: str = SITE, revisions: Mapping[str, int] | None = None) -> Calendar:
    """The calendar of that name, kept in memory until "calendars" is marked as changed.

    "site" always exists: without any table it knows only weekends, and every deadline that needs
    a table is provisional. Raises Missing for another unknown name.
    """
    found = _calendars.at(read_revisions() if revisions is None else revisions)
    if name in found:
        return found[name]
    if name == SITE:
        return _made(settings.SITE_ZONE, "{}", "[]")
    raise Missing(N_("There is no calendar {name}."), field="calendar", name=name)


def calendar_name_for(path: str, revisions: Mapping[str, int] | None = None) -> str:
    """The calendar of the nearest area upwards in this path of codes, "site" when none has one."""
    own = _own.at(read_revisions() if revisions is None else revisions)
    if own:
        for code in reversed(path.strip("/").split("/")):
            if code in own:
                return own[code]
    return SITE


def coverage(at: datetime, revisions: Mapping[str, int] | None = None) -> list[Coverage]:
    """The calendars to raise an alarm about: without a table for the year of `at` (local), or
    whose table ends within 45 days (so that next year's is missed from mid-November)."""
    tables = _tables.at(read_revisions() if revisions is None else revisions)
    found = []
    for name, (zone, covered) in sorted(tables.items()):
        today = at.astimezone(ZoneInfo(zone)).date()
        end = today.year
        while end in covered:
            end += 1
        ends = date(end, 1, 1)
        if ends - today <= _WARN_BEFORE:
            first = min([*covered, today.year])
            missing = tuple(y for y in range(first, ends.year + 1) if y not in covered)
            found.append(Coverage(name, ends, today.year in covered, missing))
    return found


def office_rules(name: str) -> dict[str, Any]:
    """The stored rules of a calendar: hours, seasons and weekend, in the form of core.calendars."""
    row = WorkCalendar.objects.filter(name=name).first()
    return {} if row is None else dict(row.rules)


def year_days(name: str, year: int) -> list[dict[str, Any]] | None:
    """The table of one year as imported ({"date", "name", "off"}), None when it is not covered."""
    row = CalendarYear.objects.filter(calendar__name=name, year=year).first()
    return None if row is None else list(row.days)


def calendar_names() -> tuple[str, ...]:
    """Every calendar by its name, the site's first (1 query)."""
    names = set(WorkCalendar.objects.values_list("name", flat=True)) - {SITE}
    return (SITE, *sorted(names))


def years_of(name: str) -> tuple[tuple[int, int, int, str], ...]:
    """The years with a table: year, days off, make-up days, and the notice it cites (1 query)."""
    rows = CalendarYear.objects.filter(calendar__name=name).order_by("-year")
    return tuple(
        (r.year, sum(d["off"] for d in r.days), sum(not d["off"] for d in r.days), r.source)
        for r in rows
    )


def newest_year() -> int | None:
    """The last year that any calendar has a table for."""
    return CalendarYear.objects.order_by("-year").values_list("year", flat=True).first()


def _load() -> dict[str, Calendar]:
    years: dict[int, list[tuple[int, list[dict[str, Any]]]]] = defaultdict(list)
    for row in CalendarYear.objects.order_by("year"):
        years[row.calendar_id].append((row.year, row.days))
    return {
        row.name: _made(
            row.zone,
            json.dumps(row.rules, sort_keys=True),
            json.dumps(years[row.pk], sort_keys=True),
        )
        for row in WorkCalendar.objects.all()
    }


@lru_cache(maxsize=64)
def _made(zone: str, rules: str, years: str) -> Calendar:
    """One object per content: it keeps what it has tabulated while other calendars change."""
    table = DayTable.from_holiday_cn(
        {
            "year": year,
            "days": [
                {"name": day["name"], "date": day["date"], "isOffDay": day["off"]} for day in days
            ],
        }
        for year, days in json.loads(years)
    )
    return Calendar.from_data({"zone": zone, "days": table.to_data(), **json.loads(rules)})


def _load_own() -> dict[str, str]:
    rows = Area.objects.filter(valid_until=None, calendar__isnull=False)
    return dict(rows.values_list("code", "calendar__name"))


_calendars: InMemory[dict[str, Calendar]] = InMemory("calendars", _load)


def _years() -> dict[str, tuple[str, frozenset[int]]]:
    """Each calendar's zone and the years of which it has a table."""
    zones = {SITE: settings.SITE_ZONE, **dict(WorkCalendar.objects.values_list("name", "zone"))}
    years = list(CalendarYear.objects.values_list("calendar__name", "year"))
    return {
        name: (zone, frozenset(year for of, year in years if of == name))
        for name, zone in zones.items()
    }


_tables: InMemory[dict[str, tuple[str, frozenset[int]]]] = InMemory("calendars", _years)
_own: InMemory[dict[str, str]] = InMemory("calendars", _load_own)
