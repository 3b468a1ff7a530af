"""The units on duty as a recommendation sees them, and as a list shows them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from commonward.areas.queries.paths import paths_of
from commonward.core.rights import Actor
from commonward.core.urgent.nearest import Candidate
from commonward.core.urgent.rules import SendingRules
from commonward.core.urgent.words import OPEN_STEPS
from commonward.response.models import Assignment, Duty, MoveUp, Unit
from commonward.response.queries.rules import rules_in_force

FRESH = timedelta(minutes=10)
"""A place reported longer ago than this is not believed: the unit is counted at its station."""
REST_AFTER = SendingRules().rest_of("")[0]
"""After so long on duty a unit is due a rest, where the site has decided nothing else."""
RESERVED_BEFORE = timedelta(hours=1)
"""So long before a planned call a unit that is reserved for it is not recommended elsewhere."""
EVERYWHERE = "~"
"""The code that stands for a right without an area, and for units of no area."""
_Held = tuple[Mapping[int, bool], set[int], Mapping[int, tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A unit on duty: since and until when, where it counts from, and what it is doing.

    `status` is "idle", "rest" (due a rest), "resting", "reserved" or "busy"; `in_drill` says that a
    drill holds it: for a real call it is as free as its `status` says. `at_station`: it reports no
    place, and is counted where it is stationed or waits.
    """

    unit: Unit
    since: datetime
    until: datetime
    lat: float
    lon: float
    at_station: bool
    status: str
    in_drill: bool = False


class Line(NamedTuple):
    """A unit on duty in plain values: what it can do, what holds it, and where it counts from.

    `skills` and `areas` are JSON as the database keeps them: ten thousand need not be read for the
    few that are looked at.
    """

    unit: int
    agency: str
    kind: str
    crew: int
    station: str
    skills: str
    areas: str
    area: str
    base: tuple[float, float]
    status: str
    in_drill: bool
    lat: float
    lon: float


def on_duty(at: datetime) -> Sequence[OnDuty]:
    """Every unit on duty now (at most 6 queries), by its code."""
    rules, held = rules_in_force()[1], _held(at)
    shifts = Duty.objects.filter(off_at=None, unit__active=True).select_related("unit")
    found = []
    for shift in shifts.order_by("unit__code"):
        unit = shift.unit
        lat, lon, seen = _where(
            unit.pk, (unit.base_lat, unit.base_lon), (unit.lat, unit.lon, unit.seen_at), held, at
        )
        status = _status(unit.pk, shift.on_at, unit.agency, held, rules, at)
        drill = held[0].get(unit.pk, False)
        found.append(OnDuty(unit, shift.on_at, shift.until, lat, lon, not seen, status, drill))
    return found


def lines(at: datetime, rules: SendingRules) -> Sequence[Line]:
    """The same in plain values for the planners (4 queries, whatever the number of units)."""
    held = _held(at)
    rows: Iterable[tuple[Any, ...]] = (
        Duty.objects.filter(off_at=None, unit__active=True)
        .annotate(
            skills=Cast("unit__skills", TextField()), areas=Cast("unit__areas", TextField())
        )
        .order_by("unit_id")
        .values_list(
            "unit_id", "unit__agency", "unit__kind", "unit__crew", "unit__station", "skills",
            "areas", "unit__area", "unit__base_lat", "unit__base_lon", "unit__lat", "unit__lon",
            "unit__seen_at", "on_at",
        )
    )  # fmt: skip
    found = []
    for row in rows:
        pk, agency, kind, crew, station, skills, areas, area = row[:8]
        base, last, on_at = (row[8], row[9]), (row[10], row[11], row[12]), row[13]
        lat, lon, _seen = _where(pk, base, last, held, at)
        status = _status(pk, on_at, agency, held, rules, at)
        found.append(
            Line(
                pk, agency, kind, crew, station, skills, areas, area, base, status,
                held[0].get(pk, False), lat, lon,
            )
        )  # fmt: skip
    return found


def candidate(line: Line, status: str) -> Candidate:
    """A line for the straight line, doing what `status` says."""
    return Candidate(
        line.unit, line.lat, line.lon, line.agency, line.kind, frozenset(json.loads(line.skills)),
        line.crew, status, line.station,
    )  # fmt: skip


def serves(line: Line, marks: Mapping[str, int]) -> frozenset[str]:
    """The codes of areas whose calls a unit may be sent to: those it names, or where it names none
    those of whoever coordinates where it stands ("~4302"). See `calling`."""
    named = json.loads(line.areas)
    if named:
        return frozenset(named)
    return frozenset((EVERYWHERE, *(f"~{code}" for code in stands_in(line, marks))))


def stands_in(line: Line, marks: Mapping[str, int]) -> frozenset[str]:
    """The codes of its own area and of all above it, as agreements name them; often none."""
    paths = paths_of(line.area, marks) if line.area else ()
    return frozenset(code for path in paths for code in path.strip("/").split("/"))


def calling(area_path: str, actor: Actor, roles: Sequence[str]) -> str:
    """The path of a call with the areas of who asks before it ("/~4302/43/4302/430211/").

    A unit that names no area goes wherever the one who coordinates there sends it.
    """
    rights = [r for r in actor.rights if r.role in roles and (not r.verbs or "order" in r.verbs)]
    if actor.role == "system" or any(not r.area for r in rights):
        return f"/{EVERYWHERE}{area_path or '/'}"
    marks = "".join(f"/~{area}" for area in sorted({r.area for r in rights}))
    return f"{marks}{area_path or '/'}"


def names(ids: Sequence[int]) -> Mapping[int, Unit]:
    """Units by their ids (1 query)."""
    return Unit.objects.in_bulk(list(ids))


def all_units() -> Sequence[tuple[Unit, bool]]:
    """Every unit with whether it is on duty, for the administration."""
    on = set(Duty.objects.filter(off_at=None).values_list("unit_id", flat=True))
    return [(u, u.pk in on) for u in Unit.objects.select_related("team").order_by("code")]


def stations() -> Mapping[str, tuple[float, float]]:
    """Where units are stationed, by the station's name: the place of its first unit (1 query)."""
    rows = Unit.objects.filter(active=True).exclude(station="").order_by("-pk")
    return {
        name: (lat, lon) for name, lat, lon in rows.values_list("station", "base_lat", "base_lon")
    }


def _held(at: datetime) -> _Held:
    """Who is held by an order (and whether by a drill), who reserved soon, who waits elsewhere."""
    open_ones = Assignment.objects.filter(step__in=OPEN_STEPS)
    soon = Assignment.objects.filter(
        step="reserved", order__incident__planned_for__lte=at + RESERVED_BEFORE
    )
    waiting = MoveUp.objects.filter(over_at=None, arrived_at__isnull=False)
    return (
        dict(open_ones.values_list("unit_id", "order__drill")),
        set(soon.values_list("unit_id", flat=True)),
        {unit: (lat, lon) for unit, lat, lon in waiting.values_list("unit_id", "lat", "lon")},
    )


def _where(
    unit: int,
    base: tuple[float, float],
    last: tuple[float | None, float | None, datetime | None],
    held: _Held,
    at: datetime,
) -> tuple[float, float, bool]:
    """Where a unit counts from, and whether it was seen there."""
    lat, lon, seen_at = last
    if lat is not None and lon is not None and seen_at is not None and seen_at >= at - FRESH:
        return lat, lon, True
    return *held[2].get(unit, base), False


def _status(
    unit: int, since: datetime, agency: str, held: _Held, rules: SendingRules, at: datetime
) -> str:
    if held[0].get(unit, True) is False:
        return "busy"
    if unit in held[1]:
        return "reserved"
    due, ends = rules.rest_of(agency)
    on = at - since
    return "resting" if on >= ends else "rest" if on >= due else "idle"
