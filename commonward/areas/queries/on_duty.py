"""Who answers at a place now, how to reach them, and when the office is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.areas.queries.answering import answering_for
from commonward.areas.queries.calendars import calendar, calendar_name_for, year_days
from commonward.core.calendars import Calendar, Unit
from commonward.people.models import Team

_SECOND = timedelta(seconds=1)
_DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A team as the public may know it: names and the contact that the office publishes."""

    name: str
    name_en: str
    contact: str


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day of the office: local midnight, and its windows as "08:00–12:00"; none when closed.

    `named` is the day's name in the State Council's notice ("" for an ordinary day), `off` says
    whether that makes it a holiday or a working day (调休).
    """

    day: datetime
    windows: tuple[str, ...]
    named: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """The office hours of the next seven days, and whether the office is open now."""

    open_now: bool
    days: tuple[OpenDay, ...]


def on_duty(duty: str, area_path: str, at: datetime, revisions: Mapping[str, int]) -> OnDuty | None:
    """The team that has this duty in an area now (值班), or None where nobody is named."""
    name = calendar_name_for(area_path, revisions)
    is_open = _open(calendar(name, revisions), at)
    team = answering_for(duty, "", area_path, "", at, is_open, revisions).team
    found = None if team is None else Team.objects.filter(pk=team).first()
    return None if found is None else OnDuty(found.name, found.name_en or found.name, found.contact)


def hours(area_path: str, at: datetime, revisions: Mapping[str, int]) -> Hours:
    """The office hours that count in an area (办公时间), holidays and make-up days included."""
    name = calendar_name_for(area_path, revisions)
    days = calendar(name, revisions)
    today = at.astimezone(days.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    shown = [today + timedelta(days=n) for n in range(_DAYS_SHOWN)]
    special = _special(name, {day.year for day in shown})
    return Hours(
        open_now=_open(days, at),
        days=tuple(
            OpenDay(
                day,
                tuple(_window(*w) for w in days.office_windows(day.date())),
                *special.get(day.date().isoformat(), ("", False)),
            )
            for day in shown
        ),
    )


def _open(days: Calendar, at: datetime) -> bool:
    return days.measure(Unit.WORK_MINUTE, at, at + _SECOND) > 0


def _special(name: str, years: set[int]) -> dict[str, tuple[str, bool]]:
    """The days of the notices by date: the name, and whether they are off."""
    return {
        str(day["date"]): (str(day["name"]), bool(day["off"]))
        for year in sorted(years)
        for day in year_days(name, year) or ()
    }


def _window(first: int, last: int) -> str:
    return f"{first // 60:02}:{first % 60:02}–{last // 60:02}:{last % 60:02}"
