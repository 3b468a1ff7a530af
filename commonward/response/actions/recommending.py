"""Recommend units for an incident (力量推荐): which, why each, why not a nearer one, what is short.

By road where the site has a road graph, otherwise by the straight line, which is kept with the
recommendation and said on the page. A machine only suggests: a person orders, and the order keeps
upon which recommendation.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.cards import Wanted, wanted_from
from commonward.response.access import incident_to_change, require_coordinator
from commonward.response.actions.reckoning import emergency, reckon, standing
from commonward.response.actions.recording import lock, move, note
from commonward.response.models import Assignment, Incident, Suggestion

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
    data = reckon(emergency(incident, actor), needs, standing(at))
    return keep(incident, data, needs, actor, at)


def keep(
    incident: Incident,
    data: dict[str, Any],
    needs: tuple[Wanted, ...],
    actor: Actor,
    at: datetime,
) -> Suggestion:
    """Keep what was reckoned as the recommendation of a locked incident, with its event."""
    made = Suggestion.objects.create(
        incident=incident, method=data.pop("method"), version=data.pop("version"),
        data={**data, "needs": [n.to_data() for n in needs]}, at=at,
    )  # fmt: skip
    told = {"suggestion": made.pk, "method": made.method, "version": made.version}
    if incident.case.stage == "graded":
        move(incident, "recommend", actor, at)
    else:
        note(incident, "recommended_again", at, actor, data=told)
    return made


def still_needed(incident: Incident) -> tuple[Wanted, ...]:
    """The needs of its run card without what is ordered already; each keeps its place."""
    return still_needed_by([incident])[incident.pk]


def still_needed_by(incidents: Sequence[Incident]) -> Mapping[int, tuple[Wanted, ...]]:
    """The same of many incidents, by their ids (1 query)."""
    sent: Counter[tuple[int, int]] = Counter()
    rows = Assignment.objects.filter(order__incident__in=incidents).exclude(step="free")
    sent.update(rows.values_list("order__incident_id", "need"))
    return {
        one.pk: tuple(
            replace(need, number=max(0, need.number - sent[one.pk, number]))
            for number, need in enumerate(wanted_from(one.needs))
        )
        for one in incidents
    }
