"""Rounds that were planned for the small district: what was asked, and an answer at once."""

import json
from datetime import date, datetime
from typing import Any

from commonward.core.plans.running import Watch
from commonward.core.rights import Actor
from commonward.response.actions.planning import ask_plan
from commonward.response.models import Plan, PlanData
from commonward.response.planning import rounds
from commonward.response.queries.plans import packed
from tests.district import CELL, SOUTH, WEST

TABLE = "\n".join(
    [
        "place,lat,lon,importance,every,minutes,from,to,kinds,together",
        *(
            f"Gate {n},{SOUTH + (0.3 + n % 3) * CELL:.5f},{WEST + (0.2 + n // 3) * CELL:.5f},1,7,5,,,,"
            for n in range(6)
        ),
        f"Joint yard,{SOUTH + CELL:.5f},{WEST + CELL:.5f},3,7,10,08:30,11:00,grid;roads,yes",
    ]
)
"""Six gates and one yard that two kinds of teams visit together."""


def team(code: str, **more: str) -> dict[str, str]:
    """A team on a bike, eight to twelve, from the district's middle."""
    return {
        "team": code, "kind": "grid", "speed": "bike", "begins": "08:00", "ends": "12:00",
        "start": f"{SOUTH + 1.5 * CELL},{WEST + 1.5 * CELL}",
    } | more  # fmt: skip


def asked(on: date, **more: Any) -> dict[str, Any]:
    """Two teams to the places of `TABLE`, one with a break."""
    return {
        "source": "csv", "day": on.isoformat(), "csv": TABLE, "visits": 0, "unforeseen": True,
        "teams": [
            team("grids-south", rest_minutes="20", rest_from="09:30", rest_to="10:30"),
            team("roads", kind="roads"),
        ],
    } | more  # fmt: skip


def planned(who: Actor, at: datetime, on: date, area: str = "", **more: Any) -> Plan:
    """A plan of rounds that has ended, run at once: the worker's thread needs a database of its own."""
    plan = ask_plan("rounds", "Morning rounds", area, asked(on, **more), who, at, seconds=300)
    given = json.loads(json.dumps(rounds.gathered(plan.asked, area, at)))
    answer = rounds.planned(given | {"steps": 150}, plan.seed, Watch(), lambda _better: None)
    PlanData.objects.filter(plan=plan).update(given=packed(given), answer=packed(answer))
    plan.state, plan.ended_at = "ended", at
    plan.save()
    return plan
