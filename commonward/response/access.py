"""One look-up hands an incident or a unit to a person, or refuses; each look of staff is noted."""

from collections.abc import Mapping
from datetime import datetime

from commonward.areas.queries.paths import paths_of
from commonward.cases.access import access_case, visible_case
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.core.urgent.words import OPEN_STEPS
from commonward.people.actions import record_access
from commonward.response.models import Assignment, Incident, Unit
from commonward.response.queries.rules import rules_in_force

COORDINATES = ("response_coordinator",)
"""Who sees all incidents of their area and gives orders (应急调度员)."""
TAKES_CALLS = (
    "response_coordinator", "intake_officer", "duty_chief", "dispatcher", "grid_worker",
)  # fmt: skip
"""Posts that take a call for help; what comes of it, who coordinates and who is sent see."""


def incident_for(
    number: str, actor: Actor, at: datetime, *, door: str, what: str = "read"
) -> Incident:
    """The incident with this number, for who coordinates it or for a unit sent to it; noted.

    Raises Missing alike where there is none and where there is none for this person.
    """
    found = _sent_to(number, actor)
    if found is not None:
        if actor.account is not None:
            record_access(
                actor.seen_by or actor.account, None, number, f"incident {what}", door, at
            )
        return found
    case = access_case(number, actor, at, door=door, what=f"incident {what}")
    return _incident(number, case.pk)


def incident_to_change(number: str, actor: Actor) -> Incident:
    """The same before a change, which is noted by its event and shows nothing."""
    if actor.role == "system":
        row = Incident.objects.filter(case__number=number).values_list("pk", flat=True).first()
        return _incident(number, row)
    return _incident(number, visible_case(number, actor).pk)


def coordinates(incident: Incident, actor: Actor) -> bool:
    """Whether this person gives the orders of this incident."""
    case = incident.case
    return bool(actor.roles_for(COORDINATES, "see", case.area_path, case.category.code))


def require_coordinator(incident: Incident, actor: Actor) -> None:
    """Raises Forbidden for anybody but who coordinates (and the system)."""
    if actor.role != "system" and not coordinates(incident, actor):
        raise Forbidden(N_("Only who coordinates urgent help here does this."))


def has_charge_of(
    unit: Unit, actor: Actor, verb: str = "order", marks: Mapping[str, int] | None = None
) -> bool:
    """Whether a unit stands below one of this coordinator's areas: it is theirs to order, to put
    on and off duty ("duty"), and to read the notes of. One without an area is of who coordinates
    everywhere. `marks` are revisions that were read already."""
    if actor.role == "system":
        return True
    rights = [r for r in actor.rights if r.role in COORDINATES and (not r.verbs or verb in r.verbs)]
    if not rights or any(not r.area for r in rights):
        return bool(rights)
    paths = paths_of(unit.area, marks) if unit.area else ()
    return any(f"/{r.area}/" in path for r in rights for path in paths)


def may_send(unit: Unit, area_path: str) -> bool:
    """Whether a unit of elsewhere may be sent to a place ("/43/4302/…/") by who coordinates there
    (跨区支援): its own administration named that area among those it serves."""
    return any(f"/{code}/" in area_path for code in unit.areas)


def may_order(
    unit: Unit, incident: Incident, actor: Actor, marks: Mapping[str, int] | None = None
) -> bool:
    """Whether this coordinator may send a unit to this incident: it is of their area, or an
    agreement sends it there."""
    return (
        has_charge_of(unit, actor, "order", marks)
        or may_send(unit, incident.case.area_path)
        or _agreed(unit, incident, marks)
    )


def _agreed(unit: Unit, incident: Incident, marks: Mapping[str, int] | None) -> bool:
    """Whether an agreement of the rules of sending lets a unit come to this incident."""
    case = incident.case
    holding = [
        one
        for one in rules_in_force()[1].borders
        if one.holds(case.area_path, incident.kind, case.grade)
    ]
    homes = paths_of(unit.area, marks) if holding and unit.area else ()
    return any(one.lets(unit.agency, unit.kind, homes) for one in holding)


def unit_of(actor: Actor) -> Unit:
    """The unit whose page this person works with. Raises Missing for anybody else."""
    found = None
    if any(right.role == "unit" for right in actor.rights):
        found = Unit.objects.filter(team_id__in=actor.teams, active=True).order_by("code").first()
    if found is None:
        raise Missing(N_("You belong to no unit that goes out."))
    return found


def unit_by(code: str) -> Unit:
    """The unit of this code. Raises Missing."""
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no unit “{code}”."), code=code)
    return found


def _incident(number: str, pk: int | None) -> Incident:
    found = (
        Incident.objects.select_related("case__category", "case__procedure", "case__team")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    return found


def _sent_to(number: str, actor: Actor) -> Incident | None:
    """The incident while a unit of this person is held by it; once free it is no longer theirs."""
    if not actor.teams or not any(right.role == "unit" for right in actor.rights):
        return None
    sent = Assignment.objects.filter(
        order__incident__case__number=number,
        unit__team_id__in=actor.teams,
        step__in=OPEN_STEPS,
    )
    held = sent.values_list("order__incident_id", flat=True).first()
    return None if held is None else _incident(number, held)
