"""Reckon which units to send (力量测算): by the roads where the site has them, else straight.

Nothing is kept and nothing is sent here; what is found is plain data, as a recommendation keeps it.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.core.urgent.cards import Wanted
from commonward.core.urgent.nearest import (
    LACKS,
    NEARER,
    NEAREST,
    SPEED_KMH,
    TIRED,
    nearest,
)
from commonward.core.urgent.rules import PRESSING, SendingRules
from commonward.people.queries import revisions
from commonward.response.access import COORDINATES
from commonward.response.models import Incident
from commonward.response.queries.fleet import (
    Line,
    calling,
    candidate,
    lines,
    serves,
    stands_in,
)
from commonward.response.queries.kept import fleet_of
from commonward.response.queries.roads import road_graph
from commonward.response.queries.rules import rules_in_force

STRAIGHT, ROAD = "straight 2", "road 2"
HELD_BY_DRILL = N_("A drill holds it now; the order releases it.")


@dataclass(frozen=True)
class Standing:
    """All that a recommendation stands upon, read at one moment: units, rules, roads, the hour."""

    lines: Sequence[Line]
    rules: tuple[int, SendingRules]
    marks: Mapping[str, int]
    graph: Any
    hour: int

    @property
    def version(self) -> str:
        """Which method in which version, on which roads."""
        return STRAIGHT if self.graph is None else f"{ROAD} {self.graph.hash[:12]}"

    def fleet(self, *, drill: bool = False) -> AbstractContextManager[Any]:
        """The fleet on the roads, for this thread alone while the block lasts."""
        return fleet_of(self.graph, self.lines, self.rules, self.hour, self.marks, drill=drill)


@dataclass(frozen=True, slots=True)
class Emergency:
    """What a recommendation asks of a call: where (with the areas of who asks before those of the
    place, see `calling`), of what kind, and how pressing."""

    lat: float
    lon: float
    path: str
    kind: str
    grade: str
    drill: bool = False


def standing(at: datetime) -> Standing:
    """Read it (at most 8 queries, whatever the number of units)."""
    rules = rules_in_force()
    return Standing(
        lines(at, rules[1]), rules, revisions(), road_graph(), timezone.localtime(at).hour
    )


def emergency(incident: Incident, actor: Actor) -> Emergency:
    """An incident that has a place, as this person may ask for it."""
    if incident.lat is None or incident.lon is None:
        raise ValueError("an incident without a place")
    path = calling(incident.case.area_path, actor, COORDINATES)
    return Emergency(
        incident.lat, incident.lon, path, incident.kind, incident.case.grade, incident.drill
    )


def reckon(call: Emergency, needs: Sequence[Wanted], stands: Standing) -> dict[str, Any]:
    """Method, version, picks, who is passed over, what is short, cover and moves."""
    if stands.graph is None:
        data = _straight(call, needs, stands)
    else:
        places, wanted = wanted_of(needs)
        with stands.fleet(drill=call.drill) as fleet:
            found = fleet.recommend(
                (call.lat, call.lon), wanted, area=call.path, kind=call.kind,
                priority=PRESSING.get(call.grade, 3),
            )  # fmt: skip
        data = by_road(found, places, stands)
    if not call.drill:
        say_drills(data, stands)
    return {**data, "rules": stands.rules[0]}


def say_drills(data: Mapping[str, Any], stands: Standing) -> None:
    """Say of each unit picked for a real call that a drill holds it, where one does."""
    in_drill = {line.unit for line in stands.lines if line.in_drill}
    for pick in data["picks"]:
        if pick["unit"] in in_drill:
            pick["why"] = [*pick["why"], *one(HELD_BY_DRILL)]


def wanted_of(needs: Sequence[Wanted]) -> tuple[list[int], list[Any]]:
    """What is still needed as the planners take it, and the place of each on the run card."""
    made = planning()
    places = [number for number, need in enumerate(needs) if need.number]
    return places, [
        made.Need(
            agency=needs[n].agency, kind=needs[n].kind, number=needs[n].number,
            skills=frozenset(needs[n].skills), crew=needs[n].crew,
        )
        for n in places
    ]  # fmt: skip


def by_road(found: Any, places: Sequence[int], stands: Standing) -> dict[str, Any]:
    """A recommendation by road as plain data; `places` are those of its needs on the run card."""

    def told(rows: Iterable[Any]) -> list[dict[str, Any]]:
        return [
            {
                "unit": row.unit,
                "need": places[row.need],
                "seconds": round(row.seconds),
                "why": every(row.why),
            }
            for row in rows
        ]

    return {
        "method": "road",
        "version": stands.version,
        "credit": stands.graph.credit,
        "picks": told(found.picks),
        "passed": told(found.passed_over),
        "short": [
            {"need": places[lack.need], "missing": lack.missing, "why": every(lack.why)}
            for lack in found.shortfalls
        ],
        "cover": [round(found.cover_before, 4), round(found.cover_after, 4)],
        "move_ups": [move_told(move) for move in found.move_ups],
    }


def move_told(move: Any) -> dict[str, Any]:
    """A proposed move as plain data."""
    return {
        "unit": move.unit, "station": move.station, "seconds": round(move.seconds),
        "gained": round(move.gained, 4), "why": every(move.why),
    }  # fmt: skip


def _straight(call: Emergency, needs: Sequence[Wanted], stands: Standing) -> dict[str, Any]:
    units = [
        candidate(line, _doing(line, call, stands))
        for line in stands.lines
        if any(need.number and need.agency == line.agency for need in needs)
    ]
    found = nearest(units, call.lat, call.lon, needs, stands.rules[1], call.grade)
    return {
        "method": "straight",
        "version": stands.version,
        "speed": SPEED_KMH,
        "picks": [
            {
                "unit": p.unit,
                "need": p.need,
                "seconds": round(p.seconds),
                "why": one(TIRED if p.tired else NEAREST),
            }
            for p in found.picks
        ],
        "passed": [
            {"unit": p.unit, "need": p.need, "seconds": round(p.seconds), "why": one(NEARER[p.why])}
            for p in found.passed
        ],
        "short": [
            {"need": s.need, "missing": s.missing, "why": one(LACKS[s.why])} for s in found.short
        ],
    }


def _doing(line: Line, call: Emergency, stands: Standing) -> str:
    """What a unit does as far as this call may ask; "area" where it does not serve there."""
    if call.drill and line.in_drill:
        return "busy"
    if line.status not in ("idle", "rest"):
        return line.status
    if not serves(line, stands.marks).isdisjoint(call.path.strip("/").split("/")):
        return line.status
    homes = ["/" + "/".join((*stands_in(line, stands.marks), ""))]
    for border in stands.rules[1].borders:
        if border.holds(call.path, call.kind, call.grade) and border.lets(
            line.agency, line.kind, homes
        ):
            return line.status
    return "area"


def one(text: str) -> list[dict[str, Any]]:
    """One sentence as a recommendation keeps it."""
    return [{"text": text, "values": {}}]


def every(said: Iterable[Any]) -> list[dict[str, Any]]:
    """English texts with their values, which the door translates and fills."""
    return [
        {"text": each.text, "values": {k: _plain(v) for k, v in each.values.items()}}
        for each in said
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple | list):
        return ", ".join(sorted(str(v) for v in value))
    return value if isinstance(value, str | int | float) else str(value)


def planning() -> Any:
    """`core.plans.dispatching`, imported when somebody asks."""
    return importlib.import_module("commonward.core.plans.dispatching")
