"""The demonstration's units on the streets: those that were sent drive there, the others patrol.

By the site's road graph where it has one, otherwise by the straight line at the speed that straight
lines are counted with. Each says where it is every five seconds, as its crew's phone would.
"""

import importlib
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.core.urgent.nearest import SPEED_KMH, metres_between
from commonward.doors.demo.settling import seeded
from commonward.response.actions.reporting import Fix, gathering, report_positions
from commonward.response.models import Assignment
from commonward.response.queries.fleet import OnDuty, on_duty
from commonward.response.queries.roads import road_graph

EVERY = 5.0
"""Seconds of the demonstration's own time between two reports of a unit."""
_NEAR = 0.012
"""How far from its station a patrol goes, in degrees."""
_METRES_A_SECOND = SPEED_KMH / 3.6
_LONGEST = 120.0
"""Where the clock runs fast, a unit drives at most so many seconds at a time."""
Place = tuple[float, float]


@dataclass(slots=True)
class _Way:
    """What lies before a unit, the next place first, and where it leads."""

    to: Place
    places: list[Place] = field(default_factory=list)


class Drivers:
    """Who drives each unit on duty; a step after the other along the running clock."""

    def __init__(self) -> None:
        self._ways: dict[int, _Way] = {}
        self._at: dict[int, Place] = {}
        self._last: datetime | None = None
        self._chance: random.Random = seeded("drivers")

    def until(self, at: datetime) -> int:
        """Drive on and report; how many units reported. Nothing before the next five seconds."""
        since = EVERY if self._last is None else (at - self._last).total_seconds()
        if since < EVERY:
            return 0
        self._last = at
        sent = _sent()
        fleet = on_duty(at)
        for one in fleet:
            self._drive(one, sent.get(one.unit.pk), min(since, _LONGEST))
        known = {one.unit.pk for one in fleet}
        for gone in set(self._at) - known:
            del self._at[gone]
            self._ways.pop(gone, None)
        told = sum(_reported(one, self._at[one.unit.pk], at) for one in fleet)
        gathering.write()
        return told

    def _drive(self, one: OnDuty, sent: tuple[str, Place] | None, seconds: float) -> None:
        unit = one.unit.pk
        here = self._at.setdefault(unit, (one.lat, one.lon))
        if sent is not None and sent[0] != "en_route":
            # It gets ready, or is there.
            if sent[0] == "on_scene":
                self._at[unit] = sent[1]
            self._ways.pop(unit, None)
            return
        way = self._ways.get(unit)
        to = sent[1] if sent is not None else way.to if way is not None else None
        if way is None or not way.places or way.to != to:
            if sent is not None and here == sent[1]:
                return
            to = sent[1] if sent is not None else self._somewhere(one)
            way = self._ways[unit] = _Way(to, _way(here, to))
        self._at[unit] = _along(here, way.places, seconds * _METRES_A_SECOND)

    def _somewhere(self, one: OnDuty) -> Place:
        north, east = (self._chance.uniform(-_NEAR, _NEAR) for _ in range(2))
        return one.unit.base_lat + north, one.unit.base_lon + east


def _sent() -> dict[int, tuple[str, Place]]:
    """How far each held unit is, and where it was sent."""
    rows = Assignment.objects.filter(
        step__in=("sent", "acknowledged", "en_route", "on_scene"),
        order__incident__lat__isnull=False,
    )
    return {
        unit: (step, (lat, lon))
        for unit, step, lat, lon in rows.values_list(
            "unit_id", "step", "order__incident__lat", "order__incident__lon"
        )
        if lat is not None and lon is not None
    }


def _reported(one: OnDuty, place: Place, at: datetime) -> bool:
    try:
        report_positions(one.unit.code, [Fix(*place)], SYSTEM, at)
    except Refusal:
        # A visitor ended its shift meanwhile: nobody is located.
        return False
    return True


def _along(here: Place, places: list[Place], metres: float) -> Place:
    """Where somebody is so many metres further; the places that were passed are taken off."""
    while places:
        far = metres_between(*here, *places[0])
        if far > metres:
            share = metres / far
            lat, lon = places[0]
            return here[0] + (lat - here[0]) * share, here[1] + (lon - here[1]) * share
        metres -= far
        here = places.pop(0)
    return here


def _way(begin: Place, end: Place) -> list[Place]:
    """The places on the quickest way by road; straight to the end where there is no road."""
    graph = road_graph()
    if graph is None:
        return [end]
    nodes = _nodes(graph, graph.nearest(*begin), graph.nearest(*end))
    return [*((float(graph.lat[n]), float(graph.lon[n])) for n in nodes), end]


def _nodes(graph: Any, begin: int, end: int) -> list[int]:
    """The nodes of the quickest way, from one to the other; none where no way leads there."""
    dijkstra = importlib.import_module("scipy.sparse.csgraph").dijkstra
    took, before = dijkstra(graph.matrix(), indices=begin, return_predecessors=True)
    if not took[end] < float("inf"):
        return []
    way = [end]
    while way[-1] != begin:
        way.append(int(before[way[-1]]))
    return way[::-1]
