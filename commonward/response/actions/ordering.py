"""One order to all (一键调度), what each unit answers, and the alarm to the silent.

A unit is held by one order at a time: its row is locked, and the database refuses a second open
assignment. Whatever is sent twice happens once; a later step implies those before it, so that a
phone that was offline loses nothing.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.urgent.cards import wanted_from
from commonward.core.urgent.words import ESCALATES_SECONDS, OPEN_STEPS, SILENT_SECONDS
from commonward.response.access import (
    coordinates,
    incident_to_change,
    may_order,
    require_coordinator,
)
from commonward.response.actions.freeing import freed, held_elsewhere, lock_drills, release
from commonward.response.actions.moving_up import end_move_ups
from commonward.response.actions.recommending import recommended
from commonward.response.actions.recording import lock, move, moves_if_offered, note
from commonward.response.models import Assignment, Duty, Incident, Order, Suggestion, Unit

MOST_UNITS = 60
ANSWERS = ("acknowledged", "en_route", "on_scene")
FREED = ("done", "stood_down", "cannot", "handed_on")
_VERBS = {"acknowledged": "acknowledge", "en_route": "depart", "on_scene": "arrive"}


def give_order(
    number: str,
    units: Sequence[int],
    actor: Actor,
    at: datetime,
    *,
    key: str,
    upon: int | None = None,
    reserve: bool = False,
) -> Order:
    """Send these units (by their ids), all at once or none; with `reserve` for the planned time.

    `upon` is the recommendation looked at, `key` names this sending. A real call takes the units
    of a drill, which ends for them in the same moment. Raises Refusal naming each unit that is
    held (and by whom), off duty or another centre's; Invalid, Forbidden.
    """
    refuse_onlooker(actor)
    wanted = tuple(dict.fromkeys(units))
    if not 1 <= len(wanted) <= MOST_UNITS:
        raise Invalid(N_("Choose 1 to {most} units."), most=MOST_UNITS, field="units")
    if not 16 <= len(key) <= 60:
        raise Invalid(N_("The order needs a key of its own: open the page again."), field="key")
    try:
        with transaction.atomic():
            return _give(number, wanted, actor, at, key, upon, reserve)
    except IntegrityError:
        # Another order was faster with one of them, or the same one was sent twice at once.
        earlier = Order.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
        raise held_elsewhere(wanted) from None


def _give(
    number: str,
    wanted: Sequence[int],
    actor: Actor,
    at: datetime,
    key: str,
    upon: int | None,
    reserve: bool,
) -> Order:
    incident = incident_to_change(number, actor)
    require_coordinator(incident, actor)
    case, at = lock(incident, at)
    # Once the case is locked: of two sendings at once the second finds what the first has given.
    earlier = Order.objects.filter(key=key).first()
    if earlier is not None:
        return earlier
    if case.stage == "graded":
        upon = recommended(incident, actor, at).pk
        case = incident.case
    if reserve and incident.planned_for is None:
        raise Refusal(N_("Units are reserved for a call with a time agreed."), code="stage")
    drills = {} if reserve or incident.drill else lock_drills(wanted)
    chosen = _free_units(wanted, incident, actor, reserve=reserve)
    taken = [] if reserve else release(chosen, drills, actor, at)
    if not reserve:
        end_move_ups(wanted, "sent", at)
    suggestion = Suggestion.objects.filter(pk=upon or 0, incident=incident).first()
    picks = {p["unit"]: p["need"] for p in suggestion.data["picks"]} if suggestion else {}
    verb = "reserve" if reserve else "order_more"
    if not reserve and case.stage in ("recommended", "planned"):
        verb = "order"
    move(incident, verb, actor, at)
    order = Order.objects.create(
        incident=incident, key=key, upon=suggestion, by_id=actor.account, drill=incident.drill,
        number=Order.objects.filter(incident=incident).count() + 1,
        changed=suggestion is not None and set(picks) != set(wanted), at=at,
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(
            order=order,
            unit=unit,
            need=picks.get(unit.pk, _need_of(incident, unit)),
            step="reserved" if reserve else "sent",
            reserved_at=at if reserve else None,
            sent_at=None if reserve else at,
        )
        for unit in chosen
    )
    note(
        incident, "units_reserved" if reserve else "units_sent", at, actor,
        data={
            "order": order.number, "units": [u.code for u in chosen], "drill": order.drill,
            "suggestion": suggestion.version if suggestion else "", "changed": order.changed,
            "from_drill": [u.code for u in taken],
        },
    )  # fmt: skip
    return order


def send_reserved(number: str, actor: Actor, at: datetime) -> int:
    """The time agreed has come: send the reserved units (预留转出动), all or none; how many.

    Sent already, nothing happens. Raises Refusal naming each that is held or off duty.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        incident = incident_to_change(number, actor)
        require_coordinator(incident, actor)
        case, at = lock(incident, at)
        waiting = list(
            Assignment.objects.select_for_update().filter(order__incident=incident, step="reserved")
        )
        if not waiting:
            return 0
        wanted = [one.unit_id for one in waiting]
        drills = {} if incident.drill else lock_drills(wanted)
        release(_free_units(wanted, incident, actor, reserve=False), drills, actor, at)
        end_move_ups(wanted, "sent", at)
        for one in waiting:
            one.step, one.sent_at = "sent", at
            one.save(update_fields=["step", "sent_at"])
        move(incident, "order" if case.stage == "planned" else "order_more", actor, at)
        note(incident, "reserved_sent", at, actor, data={"units": len(waiting)})
    return len(waiting)


def answer(assignment: int, step: str, actor: Actor, at: datetime) -> Assignment:
    """A unit says how far it is: "acknowledged", "en_route" or "on_scene" (接令、出动、到场).

    Said again, or after a later step, nothing changes. Who coordinates may say it for the unit
    (by radio). Raises Missing for another's, Refusal once the unit was freed.
    """
    refuse_onlooker(actor)
    if step not in ANSWERS:
        raise Invalid(N_("A unit says one of {known}."), known=", ".join(ANSWERS), field="step")
    with transaction.atomic():
        incident, found, at = _locked(assignment, actor, at)
        if found.step == "free":
            raise Refusal(N_("You were freed from this order; nothing more is asked."), code="free")
        if found.step == "reserved":
            raise Refusal(N_("This order is for later; it is sent when its time comes."), code="later")  # fmt: skip
        if OPEN_STEPS.index(step) <= OPEN_STEPS.index(found.step):
            return found
        for name in OPEN_STEPS[1 : OPEN_STEPS.index(step) + 1]:
            if getattr(found, f"{name}_at") is None:
                setattr(found, f"{name}_at", at)
        found.step = step
        found.save(update_fields=["step", "acknowledged_at", "en_route_at", "on_scene_at"])
        note(
            incident, f"unit_{step}", at, actor,
            data={"unit": found.unit.code, "order": found.order.number, "drill": incident.drill},
        )  # fmt: skip
        moves_if_offered(incident, _VERBS[step], SYSTEM, at)
    return found


def set_free(assignment: int, why: str, actor: Actor, at: datetime) -> Assignment:
    """A unit is free again (归队): "done", "cannot" (it says so itself) or "stood_down".

    Said again nothing changes. Raises Missing for another's, Invalid.
    """
    refuse_onlooker(actor)
    if why not in FREED:
        raise Invalid(N_("A unit is freed because of one of {known}."), known=", ".join(FREED), field="why")  # fmt: skip
    with transaction.atomic():
        incident, found, at = _locked(assignment, actor, at)
        if found.step != "free":
            freed(incident, found, why, actor, at)
    return found


def tick_orders(at: datetime) -> Mapping[str, int]:
    """Call the silent again after 15 s, and tell who coordinates after 30 s; how many of each."""
    done = {"alarmed": 0, "escalated": 0}
    silent = Assignment.objects.filter(step="sent").filter(
        Q(alarmed_at=None, sent_at__lte=at - timedelta(seconds=SILENT_SECONDS))
        | Q(escalated_at=None, sent_at__lte=at - timedelta(seconds=ESCALATES_SECONDS))
    )
    for pk in list(silent.order_by("sent_at").values_list("pk", flat=True)):
        # One bad row never stops the rest; it is looked at again at the next tick.
        with contextlib.suppress(Refusal), transaction.atomic():
            incident, found, moment = _locked(pk, SYSTEM, at)
            if found.step != "sent" or found.sent_at is None:
                continue
            waited = (at - found.sent_at).total_seconds()
            told = {"unit": found.unit.code, "order": found.order.number, "drill": incident.drill}
            if found.alarmed_at is None:
                found.alarmed_at = at
                note(incident, "unit_silent", moment, SYSTEM, data=told)
                done["alarmed"] += 1
            if waited >= ESCALATES_SECONDS and found.escalated_at is None:
                found.escalated_at = at
                note(incident, "silence_escalated", moment, SYSTEM, data=told)
                done["escalated"] += 1
            found.save(update_fields=["alarmed_at", "escalated_at"])
    return done


def _free_units(
    wanted: Sequence[int], incident: Incident, actor: Actor, *, reserve: bool
) -> list[Unit]:
    """The units, locked in one order, each on duty and this coordinator's to send. Raises Refusal.

    Whether another order holds them is looked at by `release`; a reservation is looked at here.
    """
    units = list(Unit.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(units) != len(wanted):
        raise Invalid(N_("Choose units from the list."), field="units")
    foreign = [u.radio_name for u in units if not may_order(u, incident, actor)]
    if foreign:
        raise Forbidden(
            N_("Not of your area, and no agreement sends them there: {units}."),
            units=", ".join(foreign),
        )
    reserved = Assignment.objects.filter(unit__in=units, step="reserved")
    if reserve and reserved.exists():
        raise held_elsewhere(wanted, "reserved")
    on = set(Duty.objects.filter(unit__in=units, off_at=None).values_list("unit_id", flat=True))
    off = [u.radio_name for u in units if u.pk not in on or not u.active]
    if off and not reserve:
        raise Refusal(N_("Not on duty: {units}."), units=", ".join(off), code="off_duty")
    return units


def _need_of(incident: Incident, unit: Unit) -> int:
    """The need of the run card that a unit chosen by hand serves; the first of its force."""
    needs = wanted_from(incident.needs)
    return next((i for i, n in enumerate(needs) if n.agency == unit.agency), len(needs))


def _locked(assignment: int, actor: Actor, at: datetime) -> tuple[Incident, Assignment, datetime]:
    """Case first, then the assignment, always in this order. Raises Missing for another's."""
    row = Assignment.objects.filter(pk=assignment).values_list("order__incident_id").first()
    if row is None:
        raise _missing()
    incident = Incident.objects.select_related("case__category").get(pk=row[0])
    _case, at = lock(incident, at)
    found = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("unit", "order")
        .get(pk=assignment)
    )
    own = found.unit.team_id in actor.teams and any(r.role == "unit" for r in actor.rights)
    if actor.role != "system" and not own and not coordinates(incident, actor):
        raise _missing()
    return incident, found, at


def _missing() -> Missing:
    return Missing(N_("There is no such order for you."))
