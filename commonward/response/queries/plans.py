"""Questions to the planners and their answers, for pages and other rooms."""

import json
import zlib
from collections.abc import Sequence
from typing import Any

from commonward.areas.queries.paths import paths_of
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.response.models import Plan, PlanData

PLANS = ("planner",)
"""Who asks the planners for their area (规划员)."""


def plans_of(actor: Actor, kind: str = "", most: int = 100) -> Sequence[Plan]:
    """The newest plans of the areas for which this person plans (2 queries at most)."""
    # What was asked may hold a file.
    rows = Plan.objects.select_related("asked_by").defer("asked", "course").order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    return [one for one in rows[:most] if may_plan(actor, one.area)]


def plan_of(code: str, actor: Actor) -> Plan:
    """The plan of this code. Raises Missing alike where there is none and none for this person."""
    found = Plan.objects.select_related("asked_by").filter(code=code).first()
    if found is None or not may_plan(actor, found.area):
        raise Missing(N_("There is no plan {code}, or none that you may see."), code=code)
    return found


def may_plan(actor: Actor, area: str) -> bool:
    """Whether this person plans for the area of this code ("" = everywhere)."""
    paths = paths_of(area) if area else ("",)
    return any(
        right.role in PLANS
        and (not right.verbs or "plan" in right.verbs)
        and (not right.area or any(f"/{right.area}/" in p for p in paths))
        for right in actor.rights
    )


def answer_of(plan: Plan) -> dict[str, Any] | None:
    """The best answer so far; None where there is none yet."""
    packed = PlanData.objects.filter(plan=plan).values_list("answer", flat=True).first()
    return None if packed is None else unpacked(packed)


def given_of(plan: Plan) -> dict[str, Any] | None:
    """What the planner was given; None before it began."""
    packed = PlanData.objects.filter(plan=plan).values_list("given", flat=True).first()
    return None if packed is None else unpacked(packed)


def packed(value: Any) -> bytes:
    """JSON, made small."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(value: bytes | memoryview) -> dict[str, Any]:
    """The JSON of `packed`."""
    found: dict[str, Any] = json.loads(zlib.decompress(bytes(value)))
    return found
