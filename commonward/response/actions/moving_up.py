"""Order a free unit to wait at another station (前移待命), and what it answers.

A unit that moves up stays free: an order to an incident ends the move at once. It is acknowledged
by the unit and ended by its arrival; from then on it is counted there, until it is sent, goes
elsewhere or ends its shift.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.words import OPEN_STEPS
from commonward.response.access import (
    has_charge_of,
    incident_to_change,
    require_coordinator,
)
from commonward.response.actions.recording import lock, note
from commonward.response.models import Assignment, Duty, Incident, MoveUp, Unit
from commonward.response.queries.fleet import RESERVED_BEFORE, stations

ANSWERS = ("acknowledged", "arrived")


def order_move_up(
    unit: int, station: str, actor: Actor, at: datetime, *, number: str = ""
) -> MoveUp:
    """Send a free unit (by its id) to wait at a station; ordered there already, nothing changes.

    `number` is the incident that takes the cover away, if one does. Raises Refusal for a unit that
    is held, reserved soon or off duty, Forbidden, Invalid, Missing.
    """
    refuse_onlooker(actor)
    place = stations().get(station)
    if place is None:
        raise Invalid(N_("There is no station “{name}”."), name=station, field="station")
    try:
        with transaction.atomic():
            incident = None
            if number:
                incident = incident_to_change(number, actor)
                require_coordinator(incident, actor)
                _case, at = lock(incident, at)
            return _ordered(unit, station, place, incident, actor, at)
    except IntegrityError:
        raise Refusal(
            N_("Somebody else ordered this unit in this moment; look again."), code="held"
        ) from None


def _ordered(
    key: int,
    station: str,
    place: tuple[float, float],
    incident: Incident | None,
    actor: Actor,
    at: datetime,
) -> MoveUp:
    unit = Unit.objects.select_for_update().filter(pk=key, active=True).first()
    if unit is None:
        raise Missing(N_("There is no such unit."))
    if not has_charge_of(unit, actor):
        raise Forbidden(
            N_("Not of your area, and no agreement sends them there: {units}."),
            units=unit.radio_name,
        )
    if not Duty.objects.filter(unit=unit, off_at=None).exists():
        raise Refusal(N_("Not on duty: {units}."), units=unit.radio_name, code="off_duty")
    held = Assignment.objects.filter(unit=unit)
    soon = held.filter(step="reserved", order__incident__planned_for__lte=at + RESERVED_BEFORE)
    if held.filter(step__in=OPEN_STEPS).exists() or soon.exists():
        raise Refusal(
            N_("{unit} is held or reserved: it cannot wait elsewhere."),
            unit=unit.radio_name,
            code="held",
        )
    before = MoveUp.objects.select_for_update().filter(unit=unit, over_at=None).first()
    if before is not None and before.station == station:
        return before
    if before is not None:
        _over(before, "moved", at)
    made = MoveUp.objects.create(
        unit=unit, station=station, lat=place[0], lon=place[1], incident=incident,
        by_id=actor.account, ordered_at=at,
    )  # fmt: skip
    if incident is not None:
        told = {"unit": unit.code, "station": station, "drill": incident.drill}
        note(incident, "move_up_ordered", at, actor, data=told)
    return made


def answer_move_up(key: int, step: str, actor: Actor, at: datetime) -> MoveUp:
    """A unit says "acknowledged" or "arrived" (已前移到位); said again nothing changes.

    Who coordinates where it stands may say it for the unit. Raises Missing, Refusal once it is over.
    """
    refuse_onlooker(actor)
    if step not in ANSWERS:
        raise Invalid(N_("A unit says one of {known}."), known=", ".join(ANSWERS), field="step")
    with transaction.atomic():
        found = _mine(key, actor)
        if found.arrived_at is not None or (step == "acknowledged" and found.acknowledged_at):
            return found
        if found.over_at is not None:
            raise Refusal(N_("This move is over; nothing more is asked."), code="free")
        at = max(at, found.ordered_at)
        found.acknowledged_at = found.acknowledged_at or at
        if step == "arrived":
            found.arrived_at = at
            if found.station == found.unit.station:
                _over(found, "home", at)
        found.save(update_fields=["acknowledged_at", "arrived_at"])
    return found


def stop_move_up(key: int, actor: Actor, at: datetime) -> MoveUp:
    """Who coordinates takes it back (取消前移); over already, nothing changes."""
    refuse_onlooker(actor)
    with transaction.atomic():
        found = _mine(key, actor)
        if not has_charge_of(found.unit, actor):
            raise Forbidden(N_("Only who coordinates urgent help here does this."))
        if found.over_at is None:
            _over(found, "stopped", at)
    return found


def end_move_ups(units: Sequence[int], why: str, at: datetime) -> int:
    """End the moves of units (by id) that are sent or go off duty; must run in a transaction."""
    return MoveUp.objects.filter(unit__in=units, over_at=None).update(over_at=at, over_why=why)


def _over(found: MoveUp, why: str, at: datetime) -> None:
    found.over_at, found.over_why = max(at, found.ordered_at), why
    found.save(update_fields=["over_at", "over_why"])


def _mine(key: int, actor: Actor) -> MoveUp:
    found = (
        MoveUp.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=key).first()
    )
    if found is not None:
        own = found.unit.team_id in actor.teams and any(r.role == "unit" for r in actor.rights)
        if own or has_charge_of(found.unit, actor):
            return found
    raise Missing(N_("There is no such order for you."))
