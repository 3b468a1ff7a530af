"""What the demonstration's planner has asked for; the worker `plan` answers in its first minute."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.doors.demo import names
from commonward.people.queries import account_by_login, actor_for
from commonward.response.actions.planning import ask_plan

_OUT_TO = ("D1", "D2", "D5")
"""Categories for which somebody goes out at once: lamps and mains, roads, order in the streets."""
ASKED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    (
        "cover",
        "五分钟到场 Help within five minutes",
        {"kinds": _OUT_TO, "level": "grid", "turnout": 20, "cost": 180_000},
    ),
    (
        "cover",
        "七个单元的昼夜布点 Seven units by day and by night",
        {
            "kinds": _OUT_TO, "level": "community", "turnout": 20, "count": 7, "hours": "two",
            "model": "expected_cover", "limit": 15, "most": 2,
        },
    ),
    (
        "grids",
        "工作量均衡的网格 Grids of equal work",
        {"metres": 300, "households": 0, "cases": 60, "hectares": 40},
    ),
)  # fmt: skip
"""Kind, title, choices."""


def ask(at: datetime) -> int:
    """Ask for all of them; how many. Nothing is computed here."""
    planner = actor_for(account_by_login("demo-planner"), at)
    for kind, title, choices in ASKED:
        ask_plan(kind, title, names.CODE, choices, planner, at, seconds=300)
    return len(ASKED)
