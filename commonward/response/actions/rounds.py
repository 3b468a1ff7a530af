"""Rounds that a planner proposed go to the teams' phones, when somebody decides so (发布巡查)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from commonward.cases.actions.publishing_rounds import Proposed, publish_rounds, withdraw_rounds
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor
from commonward.people.actions import record_change
from commonward.response.models import Plan
from commonward.response.queries.plans import answer_of, plan_of


def publish_plan(code: str, actor: Actor, at: datetime) -> int:
    """The rounds of an ended plan hold on its day; how many teams go.

    Raises Missing, Invalid where it has no rounds or its day is over, Refusal "published".
    """
    plan = _ended(code, actor)
    answer = answer_of(plan) or {"rounds": [], "day": plan.asked["day"]}
    with transaction.atomic():
        made = publish_rounds(
            plan.code,
            date.fromisoformat(answer["day"]),
            [
                Proposed(one["team"], plan.title, points_of(one["stops"]), one["line"])
                for one in answer["rounds"]
                if any(not stop["rest"] for stop in one["stops"])
            ],
            actor,
            timezone.localdate(at),
        )
        record_change(actor, "publish_rounds", code, at, {"rounds": len(made)})
    return len(made)


def withdraw_plan(code: str, actor: Actor, at: datetime) -> int:
    """Take published rounds back that no team has begun; how many went."""
    plan = _ended(code, actor)
    with transaction.atomic():
        count = withdraw_rounds(plan.code, actor)
        record_change(actor, "withdraw_rounds", code, at, {"rounds": count})
    return count


def points_of(stops: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The stops of a team as points of a round; a rest stands at the point that follows it, the
    last at the one before."""
    found: list[dict[str, Any]] = []
    rest: dict[str, Any] | None = None
    for stop in stops:
        way = {"metres": stop["metres"], "steps": stop["steps"]}
        if stop["rest"]:
            rest = {"at": clock(stop["at"]), "until": clock(stop["until"]), **way}
            continue
        point = {
            "name": stop["name"] or f"№ {stop.get('street', len(found) + 1)}",
            "lat": stop["lat"],
            "lon": stop["lon"],
            "at": clock(stop["at"]),
            "until": clock(stop["until"]),
            "with": list(stop["with"]),
            **way,
        }
        if rest is not None:
            point["rest"], rest = rest, None
        found.append(point)
    if found and rest is not None:
        found[-1]["rest_after"] = rest
    return found


def clock(seconds: float) -> str:
    """Seconds of the day as "08:15"; rounded to the minute."""
    minutes = round(seconds / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _ended(code: str, actor: Actor) -> Plan:
    plan = plan_of(code, actor)
    if plan.kind != "rounds" or plan.state not in ("ended", "stopped"):
        raise Invalid(N_("Only rounds whose planning has ended are published."), field="do")
    return plan
