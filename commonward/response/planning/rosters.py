"""Rosters for the seats of units' teams (排班): asked by a sheet or made from the units that stand."""

import base64
import importlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from commonward.areas.queries.paths import paths_of
from commonward.core.plans.rostering.fairness import Spread, spread
from commonward.core.plans.rostering.model import OFF, SATURDAY, SUNDAY, Ints, Rules
from commonward.core.plans.rostering.parts import Part, apart, together
from commonward.core.plans.rostering.seats import Ask as RosterAsk
from commonward.core.plans.rostering.seats import Seat, Slot, Task, clock
from commonward.core.plans.rostering.sheets import read_minima, read_seats, read_shifts
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid
from commonward.people.models import Team
from commonward.response.models import Unit
from commonward.response.planning import Keep

WEEKS_MOST, CREW_MOST = 8, 30
SHIFTS = "day 07:00-15:00\nevening 15:00-23:00\nnight 23:00-07:00"
COVER = "* 07:00-23:00 2\n* 23:00-07:00 1"
NUMBERS: Mapping[str, tuple[int, int, int]] = {
    "weeks": (4, 1, WEEKS_MOST),
    "rest_hours": (11, 0, 24),
    "run_least": (2, 1, 4),
    "run_most": (5, 1, 14),
    "rest_least": (2, 1, 4),
    "weekends_most": (3, 0, WEEKS_MOST + 1),
    "nights_above": (1, 0, 28),
}
"""Whole numbers of the form: what stands there at first, and the least and most that is taken."""
_COLUMN: Mapping[str, str] = {
    "minutes_least": "least", "minutes_most": "most", "most": "nights_above",
}  # fmt: skip
"""The planner's names of rules as the sheet and the form call them."""
_TURNS, _NODES, _NEAR = 6, 2, 0.01


def checked(asked: Mapping[str, Any], area: str) -> dict[str, Any]:
    """The choices completed; the sheet is read once so that a refusal names its rows.

    Raises Invalid.
    """
    done: dict[str, Any] = {name: _number(asked, name, *limits) for name, limits in NUMBERS.items()}
    done["first"] = _first(asked).isoformat()
    done["shifts"] = str(asked.get("shifts") or SHIFTS)[:2000]
    done["cover"] = str(asked.get("cover") or COVER)[:20_000]
    done["hold"] = bool(asked.get("hold", True))
    done["members"] = bool(asked.get("members", True))
    sheet = str(asked.get("sheet") or "")
    done["sheet"] = _small(sheet) if sheet.strip() else ""
    task = _task(done, area)
    done["seats"] = len(task.seats)
    return done


def gathered(asked: Mapping[str, Any], area: str, at: datetime) -> dict[str, Any]:
    """The task: seats with the areas they serve, kinds of shift, minima and rules.

    Raises Invalid naming what is unknown.
    """
    return {"first": asked["first"], "task": _task(asked, area).packed()}


def planned(given: Mapping[str, Any], seed: int, watch: Watch, keep: Keep) -> dict[str, Any]:
    """The roster with its cover, fairness, broken wishes and proven bound.

    Raises Invalid with the smallest reason where no roster holds every rule.
    """
    task, first = Task.unpacked(given["task"]), date.fromisoformat(given["first"])
    try:
        return _planned(task, task.rules(), first, seed, watch, keep, even=True)
    except Invalid as refused:
        if refused.code not in ("short", "covers", "team"):
            raise
    # An even share is a wish of fairness: it gives way to rules and minima.
    return _planned(task, task.rules(even=False), first, seed, watch, keep, even=False)


def _planned(
    task: Task, rules: Rules, first: date, seed: int, watch: Watch, keep: Keep, *, even: bool
) -> dict[str, Any]:
    planning: Any = importlib.import_module("commonward.core.plans.rostering.planning")
    effort = planning.Effort(turns=_TURNS, nodes=_NODES, near=_NEAR)
    parts = apart(rules)
    done: list[tuple[Part, Any]] = []
    for number, part in enumerate(parts):
        before = (sum(one.penalty for _, one in done), sum(one.bound for _, one in done))

        def tell(progress: Progress, at: int = number, so_far: tuple[int, int] = before) -> None:
            best, bound = progress.best, progress.bound
            if at < len(parts) - 1:
                best = bound = None
            whole = (
                None if best is None or not np.isfinite(best) else best + so_far[0],
                None if bound is None or not np.isfinite(bound) else bound + so_far[1],
            )
            watch.tell(Progress("rosters", at, len(parts), *whole))

        # Each part has its share of the time that is left, so that none is without a roster.
        share = 2 * watch.left / (len(parts) - number)
        mine = Watch(tell=tell, stop=watch.stop, seconds=min(watch.left, share))
        try:
            done.append((part, planning.plan(part.rules, seed, effort, mine)))
        except Invalid as refused:
            raise _in_words(refused, task, part, first) from None
        if number < len(parts) - 1:
            keep(_answer(task, rules, done, even=even, complete=False))
    answer = _answer(task, rules, done, even=even, complete=True)
    total = len(parts)
    watch.tell(Progress("rosters", total, total, answer["penalty"], answer["bound"]))
    return answer


def _answer(
    task: Task, rules: Rules, done: Sequence[tuple[Part, Any]], *, even: bool, complete: bool
) -> dict[str, Any]:
    rows = together(rules, [(part, one.roster) for part, one in done])
    return {
        "rows": rows.tolist(),
        "penalty": sum(one.penalty for _, one in done),
        "bound": sum(one.bound for _, one in done),
        "cut": any(one.cut for _, one in done),
        "even": even,
        "complete": complete,
        "parts": len(done),
        "fair": fairness_of(task, rows),
    }


def fairness_of(task: Task, rows: Ints) -> dict[str, dict[str, float]]:
    """How shifts, hours, nights and weekends are spread over the seats that may have them."""
    night = [k for k, one in enumerate(task.shifts) if one.night]
    hours = np.array([one.minutes / 60 for one in task.shifts])
    weekend = [d for d in range(task.days) if (task.weekday + d) % 7 in (SATURDAY, SUNDAY)]
    weeks = np.array([(task.weekday + d) // 7 for d in weekend])
    busy = rows[:, weekend] != OFF
    weekends = np.zeros(len(rows), dtype=np.int64)
    for week in np.unique(weeks):
        weekends += busy[:, weeks == week].any(axis=1)
    loads = {
        "shifts": (rows != OFF).sum(axis=1),
        "hours": np.where(rows == OFF, 0, hours[rows]).sum(axis=1).round().astype(np.int64),
        "nights": np.isin(rows, night).sum(axis=1),
        "weekends": weekends,
    }
    # Whole teams and seats of other areas have other work: each area is told by its own spread.
    return {name: _told(spread(load)) for name, load in loads.items() if name != "nights" or night}


def _told(one: Spread) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(one).items()}


def _in_words(refused: Invalid, task: Task, part: Part, first: date) -> Invalid:
    """A refusal of the planner, which counts days, teams and slots, in dates and names."""
    values = refused.values
    if refused.code == "team":
        seat = task.seats[int(part.teams[int(values["team"])])]
        rules = ", ".join(_COLUMN.get(one, one) for one in str(values["rules"]).split(", "))
        return Invalid(
            N_(
                "Team {team}, seat {seat}: no roster keeps all its rules together. These exclude"
                " each other: {rules}."
            ),
            code="team", team=seat.team, seat=seat.seat or "–", rules=rules,
        )  # fmt: skip
    if refused.code == "cover":
        return Invalid(
            N_(
                "On {day}, {what} needs {need}, but all who may work then are {possible}"
                " ({away} have the day off)."
            ),
            code="cover", day=_day(first, int(values["day"])),
            what=slot_in_words(task.slots[int(part.slots[int(values["slot"])])]),
            need=values["need"], possible=values["possible"], away=values["away"],
        )  # fmt: skip
    if refused.code in ("short", "covers"):
        places = []
        for place in str(values["places"]).split(", "):
            day, slot = (int(one) for one in place.split("/"))
            what = slot_in_words(task.slots[int(part.slots[slot])])
            places.append(f"{_day(first, day)} {what}")
        text = (
            N_("These minima cannot all be held together: {places}. Ask for fewer, or for gaps.")
            if refused.code == "covers"
            else N_("No roster was found that holds all minima; short are: {places}.")
        )
        return Invalid(text, code=refused.code, places="; ".join(places[:12]))
    return refused


def slot_in_words(slot: Slot) -> str:
    """What a minimum counts, in codes and times: they are read alike in every language."""
    hours = ", ".join(f"{clock(begin)}–{clock(end)}" for begin, end in slot.spans)
    return " · ".join(one for one in (slot.area, hours, slot.skill) if one)


def seats_of_units(area: str) -> tuple[Seat, ...]:
    """A seat for each place in the crew of each active unit of an area ("" everywhere)."""
    rows = Unit.objects.filter(active=True).order_by("code")
    return tuple(
        Seat(
            unit.code, seat, (unit.area,) if unit.area else (), 1,
            tuple(sorted(str(skill).lower() for skill in unit.skills)),
        )
        for unit in rows
        if _within(unit.area, area)
        for seat in range(1, min(unit.crew, CREW_MOST) + 1)
    )  # fmt: skip


def text_of(sheet: str) -> str:
    """The sheet as it was given."""
    return zlib.decompress(base64.b64decode(sheet)).decode() if sheet else ""


def _task(asked: Mapping[str, Any], area: str) -> Task:
    first, days = date.fromisoformat(asked["first"]), 7 * int(asked["weeks"])
    shifts, minima = read_shifts(asked["shifts"]), read_minima(asked["cover"])
    if asked["sheet"]:
        seats = _known(read_seats(text_of(asked["sheet"]), shifts, first, days, ""), area)
    else:
        seats = seats_of_units(area)
    if not seats:
        raise Invalid(
            N_("No unit of this area is in service: give a sheet of seats."), field="sheet"
        )
    above = {one.areas[:1]: _above(one.areas) for one in seats}
    seats = tuple(replace(one, areas=above[one.areas[:1]]) for one in seats)
    served = {code for one in seats for code in one.areas}
    for minimum in minima:
        if minimum.area and minimum.area not in served:
            raise Invalid(
                N_("No seat serves the area {code}, but a minimum is asked there."),
                field="cover", code=minimum.area,
            )  # fmt: skip
    ask = RosterAsk(
        rest_hours=asked["rest_hours"], run_least=asked["run_least"], run_most=asked["run_most"],
        rest_least=asked["rest_least"], weekends_most=asked["weekends_most"],
        nights_above=asked["nights_above"], hold=asked["hold"], members=asked["members"],
    )  # fmt: skip
    task = Task(shifts, seats, minima, ask, days, first.weekday())
    task.rules()
    return task


def _known(seats: tuple[Seat, ...], area: str) -> tuple[Seat, ...]:
    """The seats with the areas of their units. Raises Invalid for a team or an area that is not
    known here: teams are those of the site, so that nobody writes people into a sheet."""
    units = dict(Unit.objects.values_list("code", "area"))
    teams = {*units, *Team.objects.filter(active=True).values_list("code", flat=True)}
    unknown = list(dict.fromkeys(one.team for one in seats if one.team not in teams))
    if unknown:
        raise Invalid(
            N_("There is no unit or team with these codes: {teams}."),
            field="sheet", teams=", ".join(unknown[:20]),
        )  # fmt: skip
    placed = tuple(
        replace(one, areas=one.areas or tuple(c for c in (units.get(one.team) or area,) if c))
        for one in seats
    )
    outside = list(
        dict.fromkeys(
            code
            for one in placed
            for code in one.areas or ("",)
            if (code and not paths_of(code)) or not _within(code, area)
        )
    )
    if outside:
        raise Invalid(
            N_("These areas are unknown, or outside of the one that is planned: {codes}."),
            field="sheet", codes=", ".join(code or "–" for code in outside[:20]),
        )  # fmt: skip
    return placed


def _within(code: str, area: str) -> bool:
    return not area or any(f"/{area}/" in path for path in (paths_of(code) if code else ()))


def _above(areas: tuple[str, ...]) -> tuple[str, ...]:
    """An area's code and those of all areas above it."""
    paths = paths_of(areas[0]) if areas else ()
    codes = dict.fromkeys(areas)
    for path in paths:
        codes |= dict.fromkeys(code for code in path.split("/") if code)
    return tuple(codes)


def _number(asked: Mapping[str, Any], name: str, otherwise: int, least: int, most: int) -> int:
    given = asked.get(name)
    value = otherwise if given is None or given == "" else given
    if not str(value).isdecimal() or not least <= int(str(value)[:6]) <= most:
        raise Invalid(
            N_("Give a whole number from {least} to {most}."), field=name, least=least, most=most
        )
    return int(value)


def _first(asked: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(asked.get("first") or ""))
    except ValueError:
        raise Invalid(N_("Give the first day as a date."), field="first") from None


def _day(first: date, day: int) -> str:
    return (first + timedelta(days=day)).isoformat()


def _small(sheet: str) -> str:
    return base64.b64encode(zlib.compress(sheet.encode(), 9)).decode()
