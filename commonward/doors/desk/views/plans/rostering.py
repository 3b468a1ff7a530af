"""Rosters as tables: seats by days, cover by hour, fairness, wishes; and as files (CSV, calendars)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonward.core.plans.rostering.model import OFF, Ints
from commonward.core.plans.rostering.seats import Task, clock
from commonward.core.plans.rostering.sheets import write_seats
from commonward.core.refusals import N_, Missing
from commonward.doors.desk.tables import csv_file, csv_text
from commonward.doors.desk.views.response import wording
from commonward.response.models import Unit
from commonward.response.planning.rosters import slot_in_words

INLINE = 40
"""So many seats stand on the page itself; of more, one team at a time is shown."""
LOADS: Mapping[str, str] = {
    "shifts": N_("Shifts"),
    "hours": N_("Hours worked"),
    "nights": N_("Nights"),
    "weekends": N_("Weekends with work"),
}
_WISHES_MOST = 100
_COLOURS = 6


def day_name(day: date) -> str:
    """A day with its weekday, in the reader's language."""
    return f"{WEEKDAYS_ABBR[day.weekday()]} {date_format(day, 'MONTH_DAY_FORMAT')}"


def days_of(first: date, days: int) -> list[dict[str, Any]]:
    """The columns of a roster."""
    found = [first + timedelta(days=number) for number in range(days)]
    return [
        {
            "day": day.day,
            "weekday": WEEKDAYS_ABBR[day.weekday()],
            "name": day_name(day),
            "free": day.weekday() >= 5,
        }
        for day in found
    ]


def marks(task: Task) -> list[dict[str, Any]]:
    """Each kind of shift with the letters that stand for it, its times, and its tint."""
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number, one in enumerate(task.shifts):
        letters = next(
            (one.name[:n] for n in range(1, len(one.name)) if one.name[:n].upper() not in taken),
            one.name,
        )
        taken.add(letters.upper())
        found.append(
            {
                "mark": letters.upper(), "name": one.name, "tint": number % _COLOURS,
                "times": f"{clock(one.begin)}–{clock(one.begin + one.minutes)}",
            }
        )  # fmt: skip
    return found


def teams_of(task: Task) -> list[str]:
    """The teams of a roster in their order."""
    return list(dict.fromkeys(one.team for one in task.seats))


def radio_names(teams: Iterable[str]) -> dict[str, str]:
    """What units are called, by code; other teams keep their code."""
    units = Unit.objects.filter(code__in=list(teams))
    return {one.code: wording.radio(one) for one in units}


def tables(
    task: Task, rows: Ints, teams: Sequence[str], changed: frozenset[tuple[str, int, int]]
) -> list[dict[str, Any]]:
    """A table per team: seats by days. `changed` are (team, seat, day) that came by a change."""
    names, kinds, wanted = radio_names(teams), marks(task), set(teams)
    free = [(task.weekday + day) % 7 >= 5 for day in range(task.days)]
    found: dict[str, dict[str, Any]] = {
        team: {"team": team, "name": names.get(team, team), "seats": []} for team in teams
    }
    for number, one in enumerate(task.seats):
        if one.team not in wanted:
            continue
        cells = [
            {
                "kind": None if kind == OFF else kinds[kind],
                "free": free[day],
                "changed": (one.team, one.seat, day) in changed,
            }
            for day, kind in enumerate(rows[number].tolist())
        ]
        found[one.team]["seats"].append(
            {
                "number": number, "seat": one.seat, "members": one.members, "cells": cells,
                "area": one.areas[0] if one.areas else "",
                "shifts": sum(cell["kind"] is not None for cell in cells),
            }
        )  # fmt: skip
    return list(found.values())


def cover(task: Task, rows: Ints) -> list[dict[str, Any]]:
    """What each hour of each day has against its minimum."""
    present = task.counted(rows)
    return [
        {
            "what": slot_in_words(slot),
            "days": [
                {"has": int(has), "need": int(need), "short": has < need}
                for has, need in zip(present[:, at], task.need[:, at], strict=True)
            ],
            "short": int((task.need[:, at] > present[:, at]).sum()),
        }
        for at, slot in enumerate(task.slots)
    ]


def wishes(task: Task, first: date, rows: Ints) -> dict[str, Any]:
    """How many wishes there are, and those that are not granted, the dearest first."""
    names = radio_names(teams_of(task))
    broken = sorted(task.broken_wishes(rows), key=lambda one: (-abs(one[3]), one))
    return {
        "all": sum(len(one.wishes) for one in task.seats),
        "broken": len(broken),
        "rows": [
            {
                "team": names.get(task.seats[seat].team, task.seats[seat].team),
                "seat": task.seats[seat].seat,
                "day": day_name(first + timedelta(days=day)),
                "kind": task.shifts[kind].name if kind >= 0 else "",
                "wanted": weight > 0,
                "weight": abs(weight),
            }
            for seat, day, kind, weight in broken[:_WISHES_MOST]
        ],
    }


def fairness(fair: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """The spread of each load, named."""
    return [{"name": _(LOADS[name]), **told} for name, told in fair.items()]


def whole(
    task: Task,
    first: date,
    rows: Ints,
    fair: Mapping[str, Mapping[str, float]],
    team: str = "",
    changed: frozenset[tuple[str, int, int]] = frozenset(),
    only: str = "",
) -> dict[str, Any]:
    """All that the pages of a roster show. `team` is the one asked for where there are many,
    `only` the one that this reader may see."""
    teams = teams_of(task)
    many = len(task.seats) > INLINE and not only
    chosen = [only] if only else teams
    if many:
        chosen = [team if team in teams else teams[0]]
    names = radio_names(teams) if many else {}
    shown: dict[str, Any] = {
        "head": days_of(first, task.days),
        "kinds": marks(task),
        "tables": tables(task, rows, chosen, changed),
        "teams": [(one, names.get(one, one)) for one in teams] if many else [],
        "team": chosen[0],
        "first": day_name(first),
        "last": day_name(first + timedelta(days=task.days - 1)),
    }
    if not only:
        shown |= {
            "cover": cover(task, rows),
            "fair": fairness(fair),
            "wishes": wishes(task, first, rows),
        }
    return shown


def file_of(task: Task, first: date, rows: Ints, name: str, only: str = "") -> HttpResponse:
    """ "roster.csv", "seats.csv" (to be changed and given again), or "5.ics": the shifts of one
    seat, by its place in the roster. Raises Missing."""
    if name == "roster.csv":
        return csv_file(_lines(task, first, rows, only), f"roster-{first.isoformat()}.csv")
    if name == "seats.csv" and not only:
        return csv_text(write_seats(task.seats, task.shifts, first), "seats.csv")
    seat, dot, kind = name.partition(".")
    if (
        dot and kind == "ics" and seat.isdecimal() and len(seat) < 6
        and int(seat) < len(task.seats) and only in ("", task.seats[int(seat)].team)
    ):  # fmt: skip
        return _calendar(task, first, rows, int(seat))
    raise Missing(N_("There is no such file."))


def _lines(task: Task, first: date, rows: Ints, only: str) -> Iterable[Sequence[Any]]:
    yield ("team", "seat", "date", "shift", "begin", "end", "area")
    for number, one in enumerate(task.seats):
        if only and one.team != only:
            continue
        for day, kind in enumerate(rows[number].tolist()):
            if kind != OFF:
                begin, end = _times(task, first, day, kind)
                yield (
                    one.team, one.seat or "", (first + timedelta(days=day)).isoformat(),
                    task.shifts[kind].name, begin.isoformat(timespec="minutes"),
                    end.isoformat(timespec="minutes"), one.areas[0] if one.areas else "",
                )  # fmt: skip


def _times(task: Task, first: date, day: int, kind: int) -> tuple[datetime, datetime]:
    later, minutes = divmod(task.begin_of(kind), 24 * 60)
    on = first + timedelta(days=day + later)
    begin = timezone.make_aware(
        datetime(on.year, on.month, on.day, minutes // 60, minutes % 60)  # noqa: DTZ001
    )
    return begin, begin + timedelta(minutes=task.shifts[kind].minutes)


def _calendar(task: Task, first: date, rows: Ints, seat: int) -> HttpResponse:
    """The shifts of a seat as a calendar (RFC 5545)."""
    one = task.seats[seat]
    stamp = datetime.combine(first, datetime.min.time(), UTC)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Commonward//Roster//EN"]
    for day, kind in enumerate(rows[seat].tolist()):
        if kind == OFF:
            continue
        begin, end = _times(task, first, day, kind)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{first.isoformat()}-{one.team}-{one.seat}-{day}@roster",
            f"DTSTAMP:{_utc(stamp)}", f"DTSTART:{_utc(begin)}", f"DTEND:{_utc(end)}",
            f"SUMMARY:{_escaped(f'{task.shifts[kind].name} · {one.team} {one.seat or chr(45)}')}",
            "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    answer = HttpResponse("\r\n".join([*lines, ""]), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="seat-{seat}.ics"'
    return answer


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words
