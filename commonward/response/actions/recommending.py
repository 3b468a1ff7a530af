"""Recommend units for an incident (力量推荐): which, why each, why not a nearer one, what is short.

By road where the site has a road graph (`COMMONWARD_ROAD_GRAPH`), otherwise by the straight line,
which is kept with the recommendation and said on the page. A machine only suggests: a person
orders, and the order keeps upon which recommendation.
"""

import importlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.cards import Wanted, wanted_from
from commonward.core.urgent.nearest import (
    LACKS,
    NEARER,
    NEAREST,
    SPEED_KMH,
    Candidate,
    nearest,
)
from commonward.people.queries import revisions
from commonward.response.access import incident_to_change, may_order, require_coordinator
from commonward.response.actions.recording import lock, move, note
from commonward.response.models import Assignment, Incident, Suggestion
from commonward.response.queries.fleet import candidate, on_duty
from commonward.response.queries.roads import road_graph

STRAIGHT, ROAD = "straight 1", "road 1"
HELD_BY_DRILL = N_("A drill holds it now; the order releases it.")
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
    marks, there = revisions(), on_duty(at)
    fleet = [
        candidate(
            one, case.area_path, drill=incident.drill,
            ordered=may_order(one.unit, incident, actor, marks),
        )
        for one in there
    ]  # fmt: skip
    graph = road_graph()
    if graph is None:
        data = _straight(fleet, incident.lat, incident.lon, needs)
    else:
        data = _by_road(graph, fleet, incident, needs, timezone.localtime(at).hour)
    in_drill = {one.unit.pk for one in there if one.in_drill and not incident.drill}
    for pick in data["picks"]:
        if pick["unit"] in in_drill:
            pick["why"] = [*pick["why"], *_one(HELD_BY_DRILL)]
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
            {"unit": p.unit, "need": p.need, "seconds": round(p.seconds), "why": _one(NEAREST)}
            for p in found.picks
        ],
        "passed": [
            {
                "unit": p.unit,
                "need": p.need,
                "seconds": round(p.seconds),
                "why": _one(NEARER[p.why]),
            }
            for p in found.passed
        ],
        "short": [
            {"need": s.need, "missing": s.missing, "why": _one(LACKS[s.why])} for s in found.short
        ],
    }


def _by_road(
    graph: Any, fleet: Sequence[Candidate], incident: Incident, needs: Sequence[Wanted], hour: int
) -> dict[str, Any]:
    """By travel time on the site's roads, at this hour of the day (`core.plans.dispatching`)."""
    planning = importlib.import_module("commonward.core.plans.dispatching")
    here = "here"
    status = {"idle": "free", "busy": "busy", "reserved": "reserved"}
    units = [
        planning.Unit(
            key=u.key, node=graph.nearest(u.lat, u.lon), agency=u.agency, kind=u.kind,
            skills=u.skills, crew=u.crew, status=status.get(u.status, "free"),
            areas=frozenset(("elsewhere",)) if u.status == "area" else frozenset((here,)),
            rest_due=u.status == "rest",
        )
        for u in fleet
    ]  # fmt: skip
    places = [i for i, need in enumerate(needs) if need.number]
    wanted = [
        planning.Need(
            agency=needs[i].agency, kind=needs[i].kind, number=needs[i].number,
            skills=frozenset(needs[i].skills), crew=needs[i].crew,
        )
        for i in places
    ]  # fmt: skip
    place = graph.nearest(incident.lat, incident.lon)
    found = planning.recommend(graph, units, place, wanted, area=here, hour=hour)

    def told(rows: Iterable[Any]) -> list[dict[str, Any]]:
        return [
            {
                "unit": r.unit,
                "need": places[r.need],
                "seconds": round(r.seconds),
                "why": _all(r.why),
            }
            for r in rows
        ]

    return {
        "method": "road",
        "version": f"{ROAD} {graph.hash[:12]}",
        "credit": graph.credit,
        "picks": told(found.picks),
        "passed": told(found.passed_over),
        "short": [
            {"need": places[s.need], "missing": s.missing, "why": _all(s.why)}
            for s in found.shortfalls
        ],
        "cover": [round(found.cover_before, 4), round(found.cover_after, 4)],
        "move_ups": [
            {"unit": m.unit, "station": m.station, "seconds": round(m.seconds), "why": _all(m.why)}
            for m in found.move_ups
        ],
    }


def _one(text: str) -> list[dict[str, Any]]:
    return [{"text": text, "values": {}}]


def _all(said: Iterable[Any]) -> list[dict[str, Any]]:
    """English texts with their values, which the door translates and fills."""
    return [
        {"text": one.text, "values": {k: _plain(v) for k, v in one.values.items()}} for one in said
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple | list):
        return ", ".join(sorted(str(v) for v in value))
    return value if isinstance(value, str | int | float) else str(value)
