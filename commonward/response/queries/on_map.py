"""Units on duty and open incidents as the live map shows them (实时地图): read at once for all who
look, and parted by their rights afterwards. No words, no people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from commonward.areas.queries.paths import paths_of
from commonward.cases.queries.reference import book
from commonward.core.rights import Actor
from commonward.core.urgent.words import OPEN_STEPS
from commonward.people.queries import revisions as read_revisions
from commonward.response.access import COORDINATES
from commonward.response.models import Assignment, Incident
from commonward.response.queries.fleet import OnDuty, on_duty

STATUSES = ("idle", *OPEN_STEPS, "reserved", "rest", "resting")
"""What a unit on duty is doing: free, how far it is with its order, reserved soon, or its rest."""
MOST_INCIDENTS = 500
_PLACES = 6


@dataclass(frozen=True, slots=True)
class UnitOnMap:
    """A unit on duty: where it counts from, what it does and since when.

    `seen_at` is when it said where it is; None: it is counted at its station. `free` says that it
    could be sent to a real call, as one that a drill holds can.
    """

    id: int
    radio: str
    radio_en: str
    agency: str
    kind: str
    lat: float
    lon: float
    seen_at: datetime | None
    status: str
    since: datetime
    drill: bool
    free: bool
    area: str
    areas: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """As it is told to a page; areas and agreements decide who sees it and are not told."""
        return {
            "id": self.id,
            "radio": self.radio,
            "radio_en": self.radio_en,
            "agency": self.agency,
            "lat": round(self.lat, _PLACES),
            "lon": round(self.lon, _PLACES),
            "seen": None if self.seen_at is None else self.seen_at.isoformat(),
            "status": self.status,
            "since": self.since.isoformat(),
            "drill": self.drill,
        }


@dataclass(frozen=True, slots=True)
class IncidentOnMap:
    """An open incident: what, how pressing, where, since when, and whether it is a drill."""

    number: str
    kind: str
    priority: str
    lat: float
    lon: float
    called_at: datetime
    drill: bool
    area_path: str
    category: str

    def to_data(self) -> dict[str, Any]:
        """As it is told to a page."""
        told = asdict(self)
        told["called"] = told.pop("called_at").isoformat()
        del told["area_path"], told["category"]
        return told


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a coordinator's rights decides what the map shows: equal ones see the same.

    Pairs of an area's code ("" for everywhere) and prefixes of categories.
    """

    rights: tuple[tuple[str, tuple[str, ...]], ...]

    def sees_unit(self, one: UnitOnMap, marks: Mapping[str, int]) -> bool:
        """Whether a unit stands in one of these areas, or is sent there by agreement (跨区支援)."""
        if any(not area for area, _ in self.rights):
            return True
        if self._within(one.area, marks):
            return True
        return any(self._within(code, marks) or self._holds(code, marks) for code in one.areas)

    def sees_incident(self, one: IncidentOnMap) -> bool:
        """Whether this coordinator sees an incident, as `access.coordinates` has it."""
        return any(
            (not area or f"/{area}/" in one.area_path)
            and (not prefixes or one.category.startswith(prefixes))
            for area, prefixes in self.rights
        )

    def _within(self, code: str, marks: Mapping[str, int]) -> bool:
        paths = paths_of(code, marks) if code else ()
        return any(f"/{area}/" in path for area, _ in self.rights for path in paths)

    def _holds(self, code: str, marks: Mapping[str, int]) -> bool:
        return any(f"/{code}/" in path for area, _ in self.rights for path in paths_of(area, marks))


def sight_of(actor: Actor) -> Sight | None:
    """What this person sees on the map; None for whoever coordinates nowhere."""
    rights = {
        (right.area, right.categories)
        for right in actor.rights
        if right.role in COORDINATES and (not right.verbs or "see" in right.verbs)
    }
    return Sight(tuple(sorted(rights))) if rights else None


@dataclass(frozen=True, slots=True)
class Picture:
    """Every unit on duty by its id, every open incident with a place by its number."""

    at: datetime
    units: Mapping[int, UnitOnMap]
    incidents: Mapping[str, IncidentOnMap]
    marks: Mapping[str, int]

    def for_sight(self, sight: Sight) -> "Picture":
        """What of it a coordinator with these rights sees."""
        return Picture(
            self.at,
            {k: one for k, one in self.units.items() if sight.sees_unit(one, self.marks)},
            {k: one for k, one in self.incidents.items() if sight.sees_incident(one)},
            self.marks,
        )

    def to_data(self) -> dict[str, Any]:
        """The whole as it is told to a page."""
        return {
            "at": self.at.isoformat(),
            "units": [one.to_data() for one in self.units.values()],
            "incidents": [one.to_data() for one in self.incidents.values()],
        }


def picture(at: datetime) -> Picture:
    """Everything on the map now; as many queries for one unit as for a thousand."""
    held = _held()
    units = {one.unit.pk: _unit(one, held.get(one.unit.pk)) for one in on_duty(at)}
    return Picture(at, units, _incidents(), read_revisions())


def _held() -> dict[int, tuple[str, datetime | None, bool]]:
    """Units held by an order: the step, since when, and whether the order is a drill's."""
    rows = Assignment.objects.filter(step__in=OPEN_STEPS).values_list(
        "unit_id", "step", "order__drill",
        "sent_at", "acknowledged_at", "en_route_at", "on_scene_at",
    )  # fmt: skip
    return {
        unit: (step, next((m for m in reversed(moments) if m is not None), None), drill)
        for unit, step, drill, *moments in rows
    }


def _unit(one: OnDuty, held: tuple[str, datetime | None, bool] | None) -> UnitOnMap:
    unit = one.unit
    status, since, drill = held or (one.status, one.since, False)
    return UnitOnMap(
        id=unit.pk,
        radio=unit.radio_name,
        radio_en=unit.radio_name_en,
        agency=unit.agency,
        kind=unit.kind,
        lat=one.lat,
        lon=one.lon,
        seen_at=None if one.at_station else unit.seen_at,
        status=status,
        since=since or one.since,
        drill=drill,
        free=one.status == "idle",
        area=unit.area,
        areas=tuple(unit.areas),
    )


def _incidents() -> dict[str, IncidentOnMap]:
    known = book().categories
    rows = (
        Incident.objects.filter(ended_at=None, lat__isnull=False, lon__isnull=False)
        .order_by("-called_at", "-pk")
        .values_list(
            "case__number", "kind", "case__grade", "lat", "lon", "called_at", "drill",
            "case__area_path", "case__category_id",
        )
    )  # fmt: skip
    return {
        row[0]: IncidentOnMap(*row[:3], row[3] or 0.0, row[4] or 0.0, *row[5:8], known[row[8]].code)
        for row in rows[:MOST_INCIDENTS]
    }
