"""Who is nearest as the crow flies: what is used, and said to be used, without a road graph.

The straight line is no travel time: where roads wind, the nearest unit by it is often not the
fastest. It is the answer of a site that has not read in its roads, and each page says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonward.core.refusals import N_
from commonward.core.urgent.cards import Wanted

SPEED_KMH = 30.0
"""The speed that a straight line is counted with, in kilometres an hour; shown wherever it is used."""
NEAREST = N_("The nearest by the straight line that suits.")
NEARER: Mapping[str, str] = {
    "busy": N_("Nearer, but at work on another call."),
    "reserved": N_("Nearer, but reserved for a planned call."),
    "rest": N_("Nearer, but its crew is due a rest."),
    "area": N_("Nearer, but it does not serve this area."),
    "kind": N_("Nearer, but of another kind."),
    "skills": N_("Nearer, but without the skills asked for."),
    "crew": N_("Nearer, but with too small a crew."),
    "other_need": N_("Nearer, but it goes to another need."),
}
LACKS: Mapping[str, str] = {
    "none_on_duty": N_("None of this force is on duty."),
    "all_held": N_("All others of this force are held, or go to another need."),
    "unfit": N_("Those that are free lack the skills or the crew asked for."),
}
_EARTH_METRES = 6_371_000.0
MOST_PASSED = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit on duty: where it is (degrees), what it can do, and "idle" or why it cannot go:
    "busy", "reserved", "rest" or "area" (it does not serve there)."""

    key: int
    lat: float
    lon: float
    agency: str
    kind: str = ""
    skills: frozenset[str] = frozenset()
    crew: int = 0
    status: str = "idle"


@dataclass(frozen=True, slots=True)
class Picked:
    """This unit for this need (by its index), so many seconds away."""

    unit: int
    need: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Passed:
    """A unit of the force that is nearer than one that was picked, and why it was passed over
    (a key of `NEARER`)."""

    unit: int
    need: int
    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Short:
    """So many units are missing for this need. `why` is a key of `LACKS`."""

    need: int
    missing: int
    why: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """What was found: the picks need by need, who was nearer, and what is short."""

    picks: tuple[Picked, ...]
    passed: tuple[Passed, ...]
    short: tuple[Short, ...]


def metres_between(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """The great-circle distance in metres (haversine)."""
    north, east = math.radians(to_lat - lat), math.radians(to_lon - lon)
    part = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_METRES * math.asin(math.sqrt(min(1.0, part)))


def seconds_between(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Seconds for the straight line at `SPEED_KMH`."""
    return metres_between(lat, lon, to_lat, to_lon) / (SPEED_KMH / 3.6)


def unfit(unit: Candidate, need: Wanted) -> str:
    """Why a unit of the force cannot serve a need; "" where it can."""
    if unit.status != "idle":
        return unit.status
    if need.kind and unit.kind != need.kind:
        return "kind"
    if not unit.skills.issuperset(need.skills):
        return "skills"
    return "crew" if unit.crew < need.crew else ""


def nearest(units: Sequence[Candidate], lat: float, lon: float, needs: Sequence[Wanted]) -> Nearest:
    """For each need the nearest suitable units, each unit for one need only.

    The most demanding need chooses first, so that a special unit is not spent on a plain one;
    ties go to the lower key. O(needs × units log units).
    """
    away = {u.key: seconds_between(u.lat, u.lon, lat, lon) for u in units}
    taken: dict[int, int] = {}
    picks: list[Picked] = []
    passed: list[Passed] = []
    short: list[Short] = []
    demanding = sorted(
        (i for i, need in enumerate(needs) if need.number),
        key=lambda i: (-len(needs[i].skills), -needs[i].crew, needs[i].kind == "", i),
    )
    for index in demanding:
        need = needs[index]
        force = sorted(
            (u for u in units if u.agency == need.agency), key=lambda u: (away[u.key], u.key)
        )
        fit = [u for u in force if not unfit(u, need) and u.key not in taken][: need.number]
        for unit in fit:
            taken[unit.key] = index
            picks.append(Picked(unit.key, index, away[unit.key]))
        farthest = away[fit[-1].key] if len(fit) == need.number else math.inf
        passed += [
            Passed(u.key, index, away[u.key], unfit(u, need) or "other_need")
            for u in force
            if away[u.key] < farthest and taken.get(u.key) != index
        ][:MOST_PASSED]
        if len(fit) < need.number:
            short.append(Short(index, need.number - len(fit), _why_short(force, need)))
    picks.sort(key=lambda p: (p.need, p.seconds, p.unit))
    return Nearest(tuple(picks), tuple(passed), tuple(sorted(short, key=lambda s: s.need)))


def _why_short(force: Sequence[Candidate], need: Wanted) -> str:
    if not force:
        return "none_on_duty"
    idle = [u for u in force if u.status == "idle"]
    if idle and all(unfit(u, need) for u in idle):
        return "unfit"
    return "all_held"
