"""Units become free: one, all of an incident that ends, or those of a drill for a real call.

A real call may take the units of a drill (真实警情优先于演练); a drill takes nobody's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from commonward.cases.actions.moving import locked
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor
from commonward.core.urgent.words import OPEN_STEPS
from commonward.response.actions.recording import note
from commonward.response.models import Assignment, Incident, Unit

REAL_CALL = "real_call"
"""Why a unit was freed from a drill: a real call needed it."""


def freed(incident: Incident, found: Assignment, why: str, actor: Actor, at: datetime) -> None:
    """Free one locked assignment, with its event; must run in a transaction."""
    found.step, found.freed_at, found.freed_why = "free", at, why
    found.save(update_fields=["step", "freed_at", "freed_why"])
    note(
        incident, "unit_free", at, actor,
        data={"unit": found.unit.code, "why": why, "drill": incident.drill},
    )  # fmt: skip


def free_all(incident: Incident, why: str, actor: Actor, at: datetime) -> int:
    """Free every unit of an incident that ends; must run in a transaction."""
    rows = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(order__incident=incident)
        .exclude(step="free")
        .order_by("unit_id")
    )
    held = list(rows)
    for one in held:
        freed(incident, one, why, actor, at)
    return len(held)


def lock_drills(units: Sequence[int]) -> dict[int, Incident]:
    """The drills that hold any of these units (by id), their cases locked, always in one order.

    Must run in a transaction, before the units' own rows are locked.
    """
    holding = Assignment.objects.filter(unit__in=units, step__in=OPEN_STEPS, order__drill=True)
    found = Incident.objects.select_related("case").filter(
        pk__in=holding.values("order__incident_id"), drill=True
    )
    drills = sorted(found, key=lambda one: one.case.number)
    for one in drills:
        one.case = locked(one.case.number)
    return {one.pk: one for one in drills}


def release(
    units: Sequence[Unit], drills: dict[int, Incident], actor: Actor, at: datetime
) -> Sequence[Unit]:
    """Free these locked units from the drills that hold them; those that were freed.

    Raises Refusal where one is held by a real call, or by a drill that is not locked.
    """
    rows = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("unit", "order")
        .filter(unit__in=units, step__in=OPEN_STEPS)
    )
    held = list(rows.order_by("unit_id"))
    if any(one.order.incident_id not in drills for one in held):
        raise held_elsewhere([one.unit_id for one in held if one.order.incident_id not in drills])
    for one in held:
        freed(drills[one.order.incident_id], one, REAL_CALL, actor, at)
    return [one.unit for one in held]


def held_elsewhere(units: Sequence[int], *steps: str) -> Refusal:
    """The refusal that names each unit that is held: by which incident, who sent it, and when."""
    rows = Assignment.objects.filter(unit__in=units, step__in=steps or OPEN_STEPS)
    told = [
        f"{one.unit.radio_name} ("
        + ", ".join(
            part
            for part in (
                one.order.incident.case.number,
                one.order.by.name if one.order.by is not None else "",
                f"{timezone.localtime(one.sent_at or one.order.at):%H:%M:%S}",
            )
            if part
        )
        + ")"
        for one in rows.select_related("unit", "order__by", "order__incident__case").order_by(
            "unit_id"
        )
    ]
    if not told:
        return Refusal(
            N_("One of these units was sent elsewhere in this moment; choose again."), code="held"
        )
    return Refusal(
        N_("Already held by another order: {units}."), units="; ".join(told), code="held"
    )
