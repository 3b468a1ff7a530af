"""Recommend units for an incident (力量推荐): which, why each, why not a nearer one, what is short.

By road where the site has a road graph (`COMMONWARD_ROAD_GRAPH`), otherwise by the straight line,
which is kept with the recommendation and said on the page. A machine only suggests: a person
orders, and the order keeps upon which recommendation.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.cards import Wanted, wanted_from
from commonward.core.urgent.nearest import SPEED_KMH, Candidate, nearest
from commonward.response.access import incident_to_change, require_coordinator
from commonward.response.actions.recording import lock, move, note
from commonward.response.models import Assignment, Incident, Suggestion
from commonward.response.queries.fleet import candidate, on_duty

STRAIGHT = "straight 1"
OPEN_STAGES = (
    "graded",
    "recommended",
    "planned",
    "ordered",
    "acknowledged",
    "en_route",
    "on_scene",
)


def recommend(number: str, actor: Actor, at: datetime) -> Suggestion:
    """Recommend units for what is still needed; kept with its method, version and reasons.

    Raises Refusal before the card was answered or once it has ended, Forbidden.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        incident = incident_to_change(number, actor)
        require_coordinator(incident, actor)
        return recommended(incident, actor, at)


def recommended(incident: Incident, actor: Actor, at: datetime) -> Suggestion:
    """The same with an incident already looked up; must run in a transaction."""
    case, at = lock(incident, at)
    if case.stage not in OPEN_STAGES or incident.lat is None or incident.lon is None:
        raise Refusal(
            N_("Units are recommended once place, kind and priority are known, until it ends."),
            code="stage",
        )
    needs = still_needed(incident)
    fleet = [candidate(one, case.area_path) for one in on_duty(at)]
    data = _straight(fleet, incident.lat, incident.lon, needs)
    made = Suggestion.objects.create(
        incident=incident, method=data.pop("method"), version=data.pop("version"),
        data={**data, "needs": [n.to_data() for n in needs]}, at=at,
    )  # fmt: skip
    told = {"suggestion": made.pk, "method": made.method, "version": made.version}
    if case.stage == "graded":
        move(incident, "recommend", actor, at)
    else:
        note(incident, "recommended_again", at, actor, data=told)
    return made


def still_needed(incident: Incident) -> tuple[Wanted, ...]:
    """The needs of its run card without what is ordered already; each keeps its place."""
    sent: dict[int, int] = {}
    rows = Assignment.objects.filter(order__incident=incident).exclude(step="free")
    for need in rows.values_list("need", flat=True):
        sent[need] = sent.get(need, 0) + 1
    return tuple(
        Wanted(n.agency, n.kind, max(0, n.number - sent.get(i, 0)), n.skills, n.crew)
        for i, n in enumerate(wanted_from(incident.needs))
    )


def _straight(
    fleet: list[Candidate], lat: float, lon: float, needs: tuple[Wanted, ...]
) -> dict[str, Any]:
    found = nearest(fleet, lat, lon, needs)
    return {
        "method": "straight",
        "version": STRAIGHT,
        "speed": SPEED_KMH,
        "picks": [
            {"unit": p.unit, "need": p.need, "seconds": round(p.seconds), "why": p.why}
            for p in found.picks
        ],
        "passed": [
            {"unit": p.unit, "need": p.need, "seconds": round(p.seconds), "why": p.why}
            for p in found.passed
        ],
        "short": [{"need": s.need, "missing": s.missing, "why": s.why} for s in found.short],
    }
