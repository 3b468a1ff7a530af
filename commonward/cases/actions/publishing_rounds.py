"""Rounds of one day that a planner proposed and somebody made hold (发布巡查路线)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from commonward.cases.actions.fielding import checked_point
from commonward.cases.models import Round, Visit
from commonward.cases.queries.planned import may_plan
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.models import Team

MOST_STOPS = 400
"""Stops of one round of one day."""


@dataclass(frozen=True)
class Proposed:
    """One team's round: `points` as of `Round` with times and steps, `way` its line (lon, lat)."""

    team: str
    name: str
    points: Sequence[Mapping[str, Any]]
    way: Sequence[Sequence[float]] = field(default=())


def publish_rounds(
    plan: str, on: date, proposed: Sequence[Proposed], actor: Actor, today: date
) -> tuple[Round, ...]:
    """All rounds of a plan for its day, or none (发布). Published twice: refused.

    Raises Forbidden, Missing for no such team, Invalid for a day that is over or an empty plan,
    Refusal "published".
    """
    refuse_onlooker(actor)
    if not may_plan(actor):
        raise Forbidden(N_("Rounds are planned by dispatchers, chiefs, leaders and planners."))
    if on < today:
        raise Invalid(N_("The day of this plan is over: plan anew."), field="on")
    if not proposed:
        raise Invalid(N_("There is no round in this plan."), field="rounds")
    known = dict(
        Team.objects.filter(code__in=[one.team for one in proposed], active=True).values_list(
            "code", "pk"
        )
    )
    for one in proposed:
        if one.team not in known:
            raise Missing(N_("There is no team {id}."), field="team", id=one.team)
        if not 1 <= len(one.points) <= MOST_STOPS:
            raise Invalid(N_("A round has 1 to {most} points."), field="points", most=MOST_STOPS)
    with transaction.atomic():
        # The teams' rows are locked so that two who publish at once do it one after the other.
        list(Team.objects.select_for_update().filter(pk__in=known.values()).order_by("pk"))
        if Round.objects.filter(plan=plan).exists():
            raise Refusal(N_("This plan is published already."), code="published")
        return tuple(
            Round.objects.create(
                team_id=known[one.team],
                name=one.name[:120],
                points=[dict(point) | checked_point(point) for point in one.points],
                days=[on.isoweekday()],
                since=on,
                until=on,
                plan=plan,
                way=[list(at) for at in one.way],
            )
            for one in proposed
        )


@transaction.atomic
def withdraw_rounds(plan: str, actor: Actor) -> int:
    """Take the rounds of a plan back (撤回); how many went. Raises Forbidden, and Refusal "walked"
    where a team has begun one."""
    refuse_onlooker(actor)
    if not may_plan(actor):
        raise Forbidden(N_("Rounds are planned by dispatchers, chiefs, leaders and planners."))
    rows = list(Round.objects.select_for_update().filter(plan=plan).exclude(plan=""))
    if Visit.objects.filter(round__in=rows).exists():
        raise Refusal(N_("A team has begun its round: it stays."), code="walked")
    for row in rows:
        row.delete()
    return len(rows)
