"""The fleet on the roads, kept in this process from one recommendation to the next.

What a unit is and does is never believed from memory: each question reads the units on duty as they
are in its own transaction, compares them with those of the question before, and changes the few
that differ. So there is no mark that a forgotten writer, another process or a transaction that was
rolled back could leave wrong; and what is recommended decides nothing: the order locks the units.
"""

import importlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from commonward.core.urgent.rules import PRESSING, SendingRules
from commonward.core.urgent.words import AGENCIES
from commonward.response.queries.fleet import Line, serves, stands_in, stations
from commonward.response.queries.roads import ready_for

MOST_KEPT = 4
"""Fleets kept at once: of this hour's table and the one before, for calls and for drills."""
REBUILT_FROM = 3
"""Where more than one unit in so many has changed, a new fleet is made sooner than the old changed."""
_FACTS = 9
"""So many of a line's values make another unit of it; those after them only move or hold it."""
_STATUS = {"idle": "free", "rest": "free"}
_LOCK = threading.RLock()


@dataclass
class _Kept:
    fleet: Any
    lines: dict[int, Line]


_fleets: OrderedDict[tuple[str, int, int, bool], _Kept] = OrderedDict()


@contextmanager
def fleet_of(
    graph: Any,
    there: Sequence[Line],
    rules: tuple[int, SendingRules],
    hour: int,
    marks: Mapping[str, int],
    *,
    drill: bool = False,
) -> Iterator[Any]:
    """The fleet (`core.plans.dispatching.Fleet`) of these lines at this hour, for this thread alone
    while the block lasts. With `drill` a unit that a drill holds is busy."""
    with _LOCK:
        ready_for(graph, hour)
        key = (graph.hash, graph.table_at(hour), rules[0], drill)
        kept = _fleets.get(key)
        if kept is None or not _follows(kept, graph, there, drill=drill):
            kept = _made(graph, there, rules[1], hour, marks, drill=drill)
            _fleets[key] = kept
        _fleets.move_to_end(key)
        while len(_fleets) > MOST_KEPT:
            _fleets.popitem(last=False)
        yield kept.fleet


def _follows(kept: _Kept, graph: Any, there: Sequence[Line], *, drill: bool) -> bool:
    """Bring a kept fleet to these lines; False where a new one is needed or quicker."""
    before = kept.lines
    changed = [line for line in there if before.get(line.unit) != line]
    if len(there) != len(before) or REBUILT_FROM * len(changed) > len(there) + 30:
        return False
    if any(line[:_FACTS] != before.get(line.unit, ())[:_FACTS] for line in changed):
        return False
    for line, node in zip(changed, _nodes(graph, changed), strict=True):
        kept.fleet.move(line.unit, node)
        kept.fleet.set_status(line.unit, _status(line, drill=drill), rest_due=line.status == "rest")
        before[line.unit] = line
    return True


def _made(
    graph: Any,
    there: Sequence[Line],
    rules: SendingRules,
    hour: int,
    marks: Mapping[str, int],
    *,
    drill: bool,
) -> _Kept:
    planning = importlib.import_module("commonward.core.plans.dispatching")
    ready_for(graph, hour)
    areas: dict[tuple[str, str], frozenset[str]] = {}
    units = []
    for line, node in zip(there, _nodes(graph, there), strict=True):
        where = (line.areas, line.area)
        if where not in areas:
            homes = (f"^{code}" for code in stands_in(line, marks))
            areas[where] = serves(line, marks).union(homes)
        units.append(
            planning.Unit(
                key=line.unit, node=node, agency=line.agency, kind=line.kind, crew=line.crew,
                skills=frozenset(json.loads(line.skills)), station=line.station,
                status=_status(line, drill=drill), rest_due=line.status == "rest",
                areas=areas[where],
            )
        )  # fmt: skip
    fleet = planning.Fleet(graph, units, _rules(planning, graph, rules), hour=hour)
    return _Kept(fleet, {line.unit: line for line in there})


def _rules(planning: Any, graph: Any, rules: SendingRules) -> Any:
    keeps = {(m.station, m.agency, m.kind): m.least for m in rules.minimums}
    gives = {(m.station, m.agency, m.kind): PRESSING[m.yields] for m in rules.minimums if m.yields}
    crews = {(c.agency, c.kind): c.least for c in rules.crews if c.agency in AGENCIES}
    agreements = tuple(
        planning.Agreement(
            b.agency, f"^{b.home}", b.into, b.kind, frozenset(b.calls), PRESSING[b.priority]
        )
        for b in rules.borders
    )
    waiting = {name: graph.nearest(*place) for name, place in stations().items()}
    return planning.Rules(
        keeps=keeps, yields=gives, crews=crews, agreements=agreements, within=60.0 * rules.within,
        stations=waiting,
    )  # fmt: skip


def _nodes(graph: Any, there: Sequence[Line]) -> list[int]:
    """The nodes nearest to where units count from."""
    numpy = importlib.import_module("numpy")
    if not there:
        return []
    lat = numpy.array([line.lat for line in there])
    lon = numpy.array([line.lon for line in there])
    found: list[int] = graph.nearest_all(lat, lon).tolist()
    return found


def _status(line: Line, *, drill: bool) -> str:
    if drill and line.in_drill:
        return "busy"
    return _STATUS.get(line.status, line.status)
