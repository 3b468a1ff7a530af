"""The units on duty as a recommendation sees them, and as a list shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.core.urgent.nearest import Candidate
from commonward.core.urgent.words import OPEN_STEPS
from commonward.response.models import Assignment, Duty, Unit

FRESH = timedelta(minutes=10)
"""A place reported longer ago than this is not believed: the unit is counted at its station."""
REST_AFTER = timedelta(hours=12)
"""After so long on duty a unit is to rest, and is not recommended."""
RESERVED_BEFORE = timedelta(hours=1)
"""So long before a planned call a unit that is reserved for it is not recommended elsewhere."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A unit on duty: since and until when, where it counts from, and what it is doing.

    `in_drill` says that a drill holds it: for a real call it is as free as its `status` says.
    """

    unit: Unit
    since: datetime
    until: datetime
    lat: float
    lon: float
    at_station: bool
    status: str
    in_drill: bool = False


def on_duty(at: datetime) -> Sequence[OnDuty]:
    """Every unit on duty now (3 queries), by its code."""
    shifts = Duty.objects.filter(off_at=None, unit__active=True).select_related("unit")
    open_ones = Assignment.objects.filter(step__in=OPEN_STEPS)
    held = dict(open_ones.values_list("unit_id", "order__drill"))
    reserved = set(
        Assignment.objects.filter(
            step="reserved", order__incident__planned_for__lte=at + RESERVED_BEFORE
        ).values_list("unit_id", flat=True)
    )
    return [_on_duty(s, held, reserved, at) for s in shifts.order_by("unit__code")]


def _on_duty(shift: Duty, held: Mapping[int, bool], reserved: set[int], at: datetime) -> OnDuty:
    unit = shift.unit
    fresh = unit.seen_at is not None and unit.seen_at >= at - FRESH
    status = "idle"
    in_drill = held.get(unit.pk, False)
    if unit.pk in held and not in_drill:
        status = "busy"
    elif unit.pk in reserved:
        status = "reserved"
    elif shift.on_at <= at - REST_AFTER:
        status = "rest"
    seen = fresh and unit.lat is not None and unit.lon is not None
    return OnDuty(
        unit,
        shift.on_at,
        shift.until,
        unit.lat if seen and unit.lat is not None else unit.base_lat,
        unit.lon if seen and unit.lon is not None else unit.base_lon,
        not seen,
        status,
        in_drill,
    )


def candidate(
    one: OnDuty, area_path: str, *, drill: bool = False, ordered: bool = True
) -> Candidate:
    """The same for the planners. A unit bound to areas counts as "area" outside of them, and so
    does one that whoever asks may not order (`ordered`); in a `drill` one of another drill is
    "busy", which for a real call it is not.
    """
    unit = one.unit
    bound = unit.areas and not any(f"/{code}/" in area_path for code in unit.areas)
    outside = bound or not ordered
    status = "busy" if drill and one.in_drill else one.status
    return Candidate(
        unit.pk,
        one.lat,
        one.lon,
        unit.agency,
        unit.kind,
        frozenset(unit.skills),
        unit.crew,
        "area" if outside and status == "idle" else status,
    )


def names(ids: Sequence[int]) -> Mapping[int, Unit]:
    """Units by their ids (1 query)."""
    return Unit.objects.in_bulk(list(ids))


def all_units() -> Sequence[tuple[Unit, bool]]:
    """Every unit with whether it is on duty, for the administration."""
    on = set(Duty.objects.filter(off_at=None).values_list("unit_id", flat=True))
    return [(u, u.pk in on) for u in Unit.objects.select_related("team").order_by("code")]
