"""Who is nearest as the crow flies: what is used, and said to be used, without a road graph.

The straight line is no travel time: where roads wind, the nearest unit by it is often not the
fastest. It is the answer of a site that has not read in its roads, and each page says so.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonward.core.refusals import N_
from commonward.core.urgent.cards import Wanted
from commonward.core.urgent.rules import Minimum, SendingRules, yields

SPEED_KMH = 30.0
"""The speed that a straight line is counted with, in kilometres an hour; shown wherever it is used."""
NEAREST = N_("The nearest by the straight line that suits.")
NEARER: Mapping[str, str] = {
    "busy": N_("Nearer, but at work on another call."),
    "reserved": N_("Nearer, but reserved for a planned call."),
    "rest": N_("Nearer, but its crew is due a rest."),
    "resting": N_("Nearer, but resting."),
    "station": N_("Nearer, but its station must keep it."),
    "area": N_("Nearer, but it does not serve this area."),
    "kind": N_("Nearer, but of another kind."),
    "skills": N_("Nearer, but without the skills asked for."),
    "crew": N_("Nearer, but with too small a crew."),
    "other_need": N_("Nearer, but it goes to another need."),
}
LACKS: Mapping[str, str] = {
    "none_on_duty": N_("None of this force is on duty."),
    "all_held": N_("All others of this force are held, or go to another need."),
    "station": N_("Those that are free must stay at their stations."),
    "unfit": N_("Those that are free lack the skills or the crew asked for."),
}
TIRED = N_("Its crew is due a rest, but no other that suits is left.")
PLAIN = SendingRules()
"""What holds where a site has decided nothing."""
_EARTH_METRES = 6_371_000.0
MOST_PASSED = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit on duty: where it is (degrees), what it can do, and "idle" or why it cannot go:
    "busy", "reserved", "resting" or "area" (it does not serve there). "rest" is due a rest: it goes
    where no rested one is left."""

    key: int
    lat: float
    lon: float
    agency: str
    kind: str = ""
    skills: frozenset[str] = frozenset()
    crew: int = 0
    status: str = "idle"
    station: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """This unit for this need (by its index), so many seconds away; `tired`: it is due a rest."""

    unit: int
    need: int
    seconds: float
    tired: bool = False


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


def unfit(unit: Candidate, need: Wanted, rules: SendingRules = PLAIN) -> str:
    """Why a unit of the force cannot serve a need; "" where it can."""
    if unit.status not in ("idle", "rest"):
        return unit.status
    if need.kind and unit.kind != need.kind:
        return "kind"
    if not unit.skills.issuperset(need.skills):
        return "skills"
    least = max(need.crew, rules.least_crew(unit.agency, unit.kind))
    return "crew" if unit.crew < least else ""


def nearest(
    units: Sequence[Candidate],
    lat: float,
    lon: float,
    needs: Sequence[Wanted],
    rules: SendingRules = PLAIN,
    priority: str = "routine",
) -> Nearest:
    """For each need the nearest suitable units, each unit for one need only.

    The most demanding need chooses first, so that a special unit is not spent on a plain one;
    rested crews go before those due a rest, stations keep what their rule says unless it yields to
    this priority, and ties go to the lower key. O(needs × units log units).
    """
    away = {u.key: seconds_between(u.lat, u.lon, lat, lon) for u in units}
    posts = _Posts(units, rules, priority)
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
        fit: list[Candidate] = []
        for unit in sorted(force, key=lambda u: u.status == "rest"):
            if len(fit) == need.number:
                break
            if not unfit(unit, need, rules) and unit.key not in taken and posts.gives(unit):
                fit.append(unit)
                taken[unit.key] = index
        picks += [Picked(u.key, index, away[u.key], u.status == "rest") for u in fit]
        farthest = max((away[u.key] for u in fit), default=0.0)
        if len(fit) < need.number:
            farthest = math.inf
            short.append(
                Short(index, need.number - len(fit), _why_short(force, need, rules, taken))
            )
        passed += [
            Passed(u.key, index, away[u.key], _why_passed(u, need, rules, taken))
            for u in force
            if away[u.key] < farthest and taken.get(u.key) != index
        ][:MOST_PASSED]
    picks.sort(key=lambda p: (p.need, p.seconds, p.unit))
    return Nearest(tuple(picks), tuple(passed), tuple(sorted(short, key=lambda s: s.need)))


class _Posts:
    """How many free units each station may still give to a call of this priority."""

    def __init__(self, units: Sequence[Candidate], rules: SendingRules, priority: str) -> None:
        self._lines = {(m.station, m.agency, m.kind): m for m in rules.minimums}
        free: Counter[Minimum] = Counter()
        for unit in units:
            line = self._line(unit)
            if line is not None and unit.status in ("idle", "rest", "area"):
                free[line] += 1
        self._left = {
            line: count if yields(line, priority) else count - line.least
            for line, count in free.items()
        }

    def gives(self, unit: Candidate) -> bool:
        """Whether the station of a unit gives it; what it gives is counted."""
        line = self._line(unit)
        if line is None:
            return True
        if self._left[line] < 1:
            return False
        self._left[line] -= 1
        return True

    def _line(self, unit: Candidate) -> Minimum | None:
        """The line that holds a unit: one of its kind comes before one of all kinds."""
        whole = self._lines.get((unit.station, unit.agency, ""))
        return self._lines.get((unit.station, unit.agency, unit.kind), whole)


def _why_passed(
    unit: Candidate, need: Wanted, rules: SendingRules, taken: Mapping[int, int]
) -> str:
    if why := unfit(unit, need, rules):
        return why
    if unit.key in taken:
        return "other_need"
    return "rest" if unit.status == "rest" else "station"


def _why_short(
    force: Sequence[Candidate], need: Wanted, rules: SendingRules, taken: Mapping[int, int]
) -> str:
    if not force:
        return "none_on_duty"
    idle = [u for u in force if u.status in ("idle", "rest")]
    if any(not unfit(u, need, rules) and u.key not in taken for u in idle):
        return "station"
    if idle and all(unfit(u, need, rules) for u in idle):
        return "unfit"
    return "all_held"
