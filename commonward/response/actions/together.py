"""All open needs together (统筹调派): what to send where so that all are reached soonest, proven.

One incident after the other is not best: the first takes the unit that the second needs more. The
plan is worked out anew from the units as they are; a person orders each incident with one press,
and what is ordered is what was seen, or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.cases.access import seen_by
from commonward.cases.models import Case
from commonward.core.refusals import N_, Refusal, Stale
from commonward.core.rights import Actor, refuse_onlooker
from commonward.core.urgent.cards import Wanted
from commonward.core.urgent.rules import PRESSING
from commonward.response.access import incident_to_change, require_coordinator
from commonward.response.actions.ordering import give_order
from commonward.response.actions.reckoning import (
    Standing,
    by_road,
    emergency,
    planning,
    say_drills,
    standing,
    wanted_of,
)
from commonward.response.actions.recommending import OPEN_STAGES, keep, still_needed_by
from commonward.response.actions.recording import lock
from commonward.response.models import Incident, Order
from commonward.response.queries.fleet import RESERVED_BEFORE

MOST = 100
WEIGHTS: Mapping[str, int] = {"critical": 10, "urgent": 3, "routine": 1}
"""How much a second of waiting counts, by priority."""


@dataclass(frozen=True)
class Share:
    """What one incident gets: the recommendation as plain data, and what it would get if it were
    served in its turn (`alone`, ids of units)."""

    incident: Incident
    needs: tuple[Wanted, ...]
    data: dict[str, Any]
    alone: tuple[int, ...]

    @property
    def units(self) -> tuple[int, ...]:
        """The units chosen, by their ids."""
        return tuple(pick["unit"] for pick in self.data["picks"])

    @property
    def differs(self) -> bool:
        """Whether it would get others in its turn."""
        return set(self.units) != set(self.alone)


@dataclass(frozen=True)
class AllTogether:
    """The plan for all open incidents, the most pressing first.

    `waiting` and `waiting_alone` are sums of seconds, each counted as often as its priority says;
    `missing` and `missing_alone` units that nobody could be found for.
    """

    shares: Sequence[Share]
    proven: bool
    waiting: int
    waiting_alone: int
    missing: int
    missing_alone: int


def open_needs(actor: Actor, at: datetime) -> Sequence[tuple[Incident, tuple[Wanted, ...]]]:
    """The incidents of who coordinates that still need units, the most pressing and oldest first.

    Drills take nobody, and planned calls ask for units only when their time is near (2 queries).
    """
    rows = (
        Incident.objects.filter(
            case__in=Case.objects.filter(seen_by(actor), stage__in=OPEN_STAGES),
            ended_at=None, drill=False, lat__isnull=False,
        )
        .exclude(planned_for__gt=at + RESERVED_BEFORE)
        .select_related("case__category", "case__area", "case__procedure", "case__team")
        .order_by("called_at", "pk")[:MOST]
    )  # fmt: skip
    found = sorted(rows, key=lambda one: PRESSING.get(one.case.grade, 3))
    needs = still_needed_by(found)
    return [(one, needs[one.pk]) for one in found if any(n.number for n in needs[one.pk])]


def all_together(actor: Actor, at: datetime, stands: Standing | None = None) -> AllTogether | None:
    """The plan; None where the site has no roads, by which alone it can be proven."""
    stands = stands or standing(at)
    if stands.graph is None:
        return None
    waiting = open_needs(actor, at)
    asked = [emergency(one, actor) for one, _needs in waiting]
    placed = [wanted_of(needs) for _one, needs in waiting]
    with stands.fleet() as fleet:
        calls = [
            planning().Call(
                fleet.node_of((call.lat, call.lon)), tuple(wanted), call.path,
                WEIGHTS.get(call.grade, 1), call.kind, PRESSING.get(call.grade, 3),
            )
            for call, (_places, wanted) in zip(asked, placed, strict=True)
        ]  # fmt: skip
        plan = fleet.choose_together(calls)
        alone = fleet.choose_one_by_one(calls)
        shares = []
        for number, (one, needs) in enumerate(waiting):
            mine = [chosen for chosen in plan.chosen if chosen.call == number]
            others = [chosen.unit for chosen in plan.chosen if chosen.call != number]
            call, (places, wanted) = calls[number], placed[number]
            found = fleet.told(
                call.place, wanted, call.scene, mine, covered=False, elsewhere=others
            )
            turn = tuple(
                fleet.roster.units[chosen.unit].key
                for chosen in alone.chosen
                if chosen.call == number
            )
            data = {**by_road(found, places, stands), "rules": stands.rules[0]}
            say_drills(data, stands)
            shares.append(Share(one, needs, data, turn))
    return AllTogether(
        shares, plan.proven, _waited(plan, calls), _waited(alone, calls), _lacks(plan),
        _lacks(alone),
    )  # fmt: skip


def order_together(
    number: str, units: Sequence[int], actor: Actor, at: datetime, *, key: str
) -> Order:
    """Order to one incident what the plan for all gives it (一键下达).

    `units` are those that were seen. Sent again, the first order stands. Raises Stale where the
    plan is another by now, and what `give_order` raises.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        earlier = Order.objects.filter(key=key).first()
        if earlier is not None:
            return earlier
        incident = incident_to_change(number, actor)
        require_coordinator(incident, actor)
        lock(incident, at)
        plan = all_together(actor, at)
        if plan is None:
            raise Refusal(
                N_("All open needs together are planned by road: this site has no road graph yet.")
            )
        mine = next((one for one in plan.shares if one.incident.pk == incident.pk), None)
        if mine is None or set(mine.units) != set(units):
            raise Stale(N_("The plan is another by now: look at it again."))
        data = {**mine.data, "method": "together", "proven": plan.proven, "of": len(plan.shares)}
        upon = keep(incident, data, mine.needs, actor, at)
        return give_order(number, mine.units, actor, at, key=key, upon=upon.pk)


def _waited(plan: Any, calls: Sequence[Any]) -> int:
    waited: int = sum(one.milliseconds * calls[one.call].weight for one in plan.chosen)
    return round(waited / 1000)


def _lacks(plan: Any) -> int:
    lacking: int = sum(count for _call, _need, count in plan.missing)
    return lacking
