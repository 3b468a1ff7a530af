"""Holiday tables and office hours: imported with a plan first, changed under one mark."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonward.areas.actions.revisions import bump, hold
from commonward.areas.models import CalendarYear, WorkCalendar
from commonward.areas.queries.calendars import SITE
from commonward.core.calendars import Calendar, DayTable
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import SYSTEM, Actor
from commonward.people import access
from commonward.people.actions import record_change

Days = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class YearChange:
    """A year whose table will be new or other: how many days off and make-up days it has, and
    which dates come in or go out (ISO)."""

    year: int
    new: bool
    off: int
    work: int
    days_in: tuple[str, ...]
    days_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What an import of holiday tables does.

    `awaited`: years whose file has no days, because the notice is still to come. `holes`: years
    without a table between years that have one; deadlines there are provisional.
    """

    calendar: str
    changes: tuple[YearChange, ...]
    unchanged: tuple[int, ...]
    awaited: tuple[int, ...]
    holes: tuple[int, ...]


def import_calendar(
    files: Sequence[tuple[str, bytes]],
    *,
    at: datetime,
    calendar: str = SITE,
    dry_run: bool = False,
    actor: Actor = SYSTEM,
) -> CalendarPlan:
    """Bring the calendar's yearly tables (节假日安排) in line with holiday-cn files.

    `files` are (name, content). An unknown calendar is made, in the site's zone. Raises Invalid,
    naming the file, when one is not of the right form, or when the tables together contradict
    each other; then nothing is written. A second run changes nothing.
    """
    access.require_administrator(actor, "import_calendar")
    access.moment(at)
    given = [_parsed(name, content) for name, content in files]
    DayTable.from_holiday_cn(table for table, _ in given)
    with transaction.atomic():
        hold("calendars")
        row = WorkCalendar.objects.filter(name=calendar).first()
        known = {
            y.year: y for y in CalendarYear.objects.filter(calendar__name=calendar).order_by("year")
        }
        plan, wanted = _plan(calendar, known, [table for table, _ in given])
        _check_together({year: y.days for year, y in known.items()} | wanted)
        if plan.changes and not dry_run:
            if row is None:
                row = WorkCalendar.objects.create(name=calendar, zone=settings.SITE_ZONE)
            sources = {table["year"]: source for table, source in given}
            for change in plan.changes:
                CalendarYear.objects.update_or_create(
                    calendar=row,
                    year=change.year,
                    defaults={
                        "days": wanted[change.year],
                        "source": sources[change.year],
                        "imported_at": at,
                    },
                )
            years = {
                str(c.year): [*c.days_in, *(f"-{d}" for d in c.days_out)] for c in plan.changes
            }
            record_change(actor, "import_calendar", calendar, at, years)
            bump("calendars")
    return plan


@transaction.atomic
def set_office_hours(
    *,
    calendar: str = SITE,
    actor: Actor = SYSTEM,
    zone: str = "",
    hours: Mapping[str, Any] | None = None,
    seasons: Mapping[str, Any] | None = None,
    weekend: Sequence[int] | None = None,
) -> None:
    """Set what is given of a calendar's zone, office hours, seasons and weekend; makes it if new.

    Forms as in `core.calendars` (`OfficeHours.to_data`, `[[m, d], [m, d]]` per season, weekdays
    from 0 = Monday). Raises Invalid in words for impossible ones.
    """
    access.require_administrator(actor, "set_office_hours")
    hold("calendars")
    row = WorkCalendar.objects.filter(name=calendar).first()
    if row is None:
        row = WorkCalendar(name=calendar, zone=settings.SITE_ZONE)
    row.zone = zone or row.zone
    given = {"hours": hours, "seasons": seasons, "weekend": weekend}
    row.rules = {**row.rules, **{key: value for key, value in given.items() if value is not None}}
    made = Calendar.from_data({"zone": row.zone, "days": DayTable().to_data(), **row.rules})
    if not made.hours.ever_open():
        raise Invalid(
            N_("The calendar {name} would never be open: give office hours."),
            field="hours",
            name=calendar,
        )
    row.save()
    record_change(actor, "set_office_hours", calendar, timezone.now(), row.rules)
    bump("calendars")


def _parsed(name: str, content: bytes) -> tuple[dict[str, Any], str]:
    """The table of one file and the notice it cites; checked on its own, so that a refusal can
    name the file."""
    try:
        table = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise Invalid(
            N_("{name} is not JSON in UTF-8 ({error}); give files of the holiday-cn form."),
            name=name,
            error=str(error)[:120],
        ) from error
    try:
        DayTable.from_holiday_cn([table])
    except Invalid as refusal:
        raise Invalid(N_("{file_name}: {reason}"), file_name=name, reason=str(refusal)) from refusal
    papers = [str(paper) for paper in table.get("papers", [])]
    return table, " ".join(papers)[:300]


def _plan(
    calendar: str, known: Mapping[int, CalendarYear], tables: Sequence[Mapping[str, Any]]
) -> tuple[CalendarPlan, dict[int, Days]]:
    changes: list[YearChange] = []
    unchanged: list[int] = []
    awaited: list[int] = []
    wanted: dict[int, Days] = {}
    for table in sorted(tables, key=lambda table: int(table["year"])):
        year = int(table["year"])
        days = [
            {"date": day["date"], "name": str(day.get("name", "")), "off": day["isOffDay"]}
            for day in table["days"]
        ]
        if not days:
            awaited.append(year)
            continue
        before = known[year].days if year in known else []
        if before == days:
            unchanged.append(year)
            continue
        wanted[year] = days
        old, new = _facts(before), _facts(days)
        changes.append(
            YearChange(
                year,
                year not in known,
                sum(day["off"] for day in days),
                sum(not day["off"] for day in days),
                tuple(sorted(day for day, _ in new - old)),
                tuple(sorted(day for day, _ in old - new)),
            )
        )
    years = set(known) | set(wanted)
    holes = [y for y in range(min(years), max(years)) if y not in years] if years else []
    return CalendarPlan(
        calendar, tuple(changes), tuple(unchanged), tuple(awaited), tuple(holes)
    ), wanted


def _facts(days: Days) -> set[tuple[str, bool]]:
    return {(day["date"], day["off"]) for day in days}


def _check_together(years: Mapping[int, Days]) -> None:
    """The tables that would then be stored must make one calendar. Raises Invalid."""
    DayTable.from_holiday_cn(
        {
            "year": year,
            "days": [
                {"name": day["name"], "date": day["date"], "isOffDay": day["off"]} for day in days
            ],
        }
        for year, days in years.items()
    )
