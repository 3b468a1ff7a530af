"""Planners for the small district: who plans, and a file of calls to plan with."""

import json
import random
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from commonward.core.plans.running import Progress, Watch
from commonward.core.rights import SYSTEM, Actor
from commonward.people import actions as people
from commonward.people.queries import actor_for
from commonward.response.actions import planning
from commonward.response.actions.planning import ask_plan
from commonward.response.models import Plan, PlanData
from commonward.response.planning import grids
from commonward.response.planning import planner as planner_of
from commonward.response.queries.plans import packed
from tests.district import CELL, DISTRICT, SINCE, SOUTH, STREETS, WEST, ZONE

BEGINS = datetime(2026, 2, 2, tzinfo=ZONE)
"""A Monday."""


def planner(login: str, at: datetime, area: str = "") -> Actor:
    """Somebody who plans for the district, or for one street of it."""
    account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
    path = f"/{DISTRICT}/{area}/" if area else ""
    people.grant(SYSTEM, account, "planner", at=SINCE, area_path=path)
    return actor_for(account, at)


def planners(at: datetime) -> dict[str, Actor]:
    """One for everywhere, one for the first street alone."""
    return {
        "planner": planner("planner", at),
        "street_planner": planner("street_planner", at, STREETS[0]),
    }


def calls_csv(count: int = 120, weeks: int = 2, seed: int = 5) -> str:
    """Calls anywhere in the district, as many a day, most of them in the north-east."""
    chance = random.Random(seed)
    lines = ["time,lat,lon"]
    for number in range(count):
        moment = BEGINS + timedelta(days=7 * weeks) * number / count
        lat = SOUTH + 3 * CELL * chance.random() ** 0.5
        lon = WEST + 3 * CELL * chance.random() ** 0.5
        lines.append(f"{moment.isoformat(timespec='minutes')},{lat:.5f},{lon:.5f}")
    return "\n".join(lines)


def held_until_stopped(patch: pytest.MonkeyPatch) -> None:
    """Each run rests once its posts are chosen until somebody has stopped it: however quick it is,
    it is stopped on its way."""
    tell = planning._Beside.tell

    def told(self: planning._Beside, progress: Progress) -> None:
        tell(self, progress)
        if progress.step == "Playing the calls through":
            assert self.stopped.wait(60), "nobody stopped the run"

    patch.setattr(planning._Beside, "tell", told)


def asked(**more: object) -> dict[str, object]:
    """The choices of a small cover plan over `calls_csv`."""
    return {
        "source": "file", "calls_text": calls_csv(), "candidates": "areas", "level": "grid",
        "count": 3, "turnout": 30, "stay": 20,
    } | more  # fmt: skip


GRIDS = {"metres": 250, "households": 0, "cases": 60, "hectares": 40, "keep": "some"}
"""The choices of a small grid design: about a hundred blocks in three villages."""


def grid_plan(who: Actor, at: datetime, area: str = DISTRICT, **more: object) -> Plan:
    """A grid design that has ended, run at once: the worker's thread needs a database of its own."""
    plan = ask_plan("grids", "Grids", area, {**GRIDS, **more}, who, at, seconds=600)
    given = grids.gathered(plan.asked, area, at)
    answer = _answer_to(json.dumps(given), plan.seed)
    PlanData.objects.filter(plan=plan).update(given=packed(given), answer=packed(answer))
    plan.state, plan.ended_at = "ended", at
    plan.save()
    return plan


@cache
def _answer_to(given: str, seed: int) -> dict[str, Any]:
    """The planner's answer, computed once for all tests that ask the same."""
    return grids.planned(json.loads(given), seed, Watch(), lambda _better: None)


def answered(plan: Plan) -> Plan:
    """The plan with its answer, computed here: a worker's thread would wait for the test's end."""
    kind = planner_of(plan.kind)
    given = kind.gathered(plan.asked, plan.area, plan.asked_at)
    answer = kind.planned(given, plan.seed, Watch(), lambda _: None)
    PlanData.objects.filter(plan=plan).update(given=packed(given), answer=packed(answer))
    Plan.objects.filter(pk=plan.pk).update(state="ended", ended_at=plan.asked_at)
    return Plan.objects.get(pk=plan.pk)
