"""How a plan is told: states in words and signs, numbers, progress, teams (计划用语)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.core.refusals import N_, Missing
from commonward.core.targets.progress import Progress
from commonward.doors.desk.showing import desk_page
from commonward.doors.look.showing import error_of, named
from commonward.doors.look.standing import Standing
from commonward.programmes.queries.plan_lines import plain
from commonward.programmes.queries.plan_tree import Branch, Leaf, Tree

STATES: Mapping[str, tuple[str, str, str]] = {
    "late": ("✕", N_("Late"), "late"),
    "behind": ("▼", N_("Behind"), "late"),
    "unknown": ("?", N_("No figure"), "wait"),
    "at_risk": ("▲", N_("At risk"), "risk"),
    "on_course": ("●", N_("On course"), "good"),
    "done": ("✓", N_("Reached"), "good"),
    "not_begun": ("○", N_("Not begun"), "wait"),
}
"""State → sign, words, tone."""
PLAN_STATES: Mapping[str, str] = {
    "draft": N_("Draft"), "in_force": N_("In force"), "ended": N_("Ended"),
}  # fmt: skip
WHY: Mapping[str, str] = {
    "reached": N_("all that was owed"), "short": N_("short of what was owed"),
    "unreported": N_("not reported"), "refused": N_("evidence refused"),
    "not_owed": N_("nothing owed yet"),
}  # fmt: skip
VERDICTS: Mapping[str, str] = {
    "confirmed": N_("Confirmed"), "corrected": N_("Corrected"), "refused": N_("Refused"),
}  # fmt: skip
DIRECTIONS: Mapping[str, str] = {
    "up": N_("to rise"), "down": N_("to fall"), "below": N_("to stay at or below"),
}  # fmt: skip


def state_of(state: str) -> dict[str, str]:
    """A state as a page shows it."""
    sign, words, tone = STATES[state]
    return {"sign": sign, "words": _(words), "tone": tone, "code": state}


def counted(states: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many stand in each state, the worst first."""
    return [{**state_of(code), "count": states[code]} for code in STATES if states.get(code)]


def number(value: Decimal | None) -> str:
    """A number as it is read; a dash where there is none."""
    return "–" if value is None else f"{plain(value):,f}"


def progress(of: Progress) -> dict[str, Any]:
    """Progress for a bar: its words, and both ends in percent."""
    if not of.known:
        return {"low": 0, "high": 0, "words": _("no figure yet"), "missing": of.missing}
    low, high = of.percent
    words = f"{low} %" if low == high and not of.missing else f"{low}–{high} %"
    return {"low": low, "high": high, "words": words, "missing": of.missing}


def leaf(one: Leaf, plan: str, teams: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """A target's line in the tree."""
    return {
        "code": one.code,
        "href": f"{plan}{one.code}/",
        "title": named(one.title, one.title_en),
        "value": number(one.value),
        "wanted": number(one.shape.wanted),
        "unit": named(one.unit, one.unit_en),
        "due": one.shape.due.isoformat(),
        "state": state_of(one.state),
        "percent": "–" if one.share is None else f"{int(one.share * 100)} %",
        "owner": named(*teams.get(one.owner or 0, ("–", "–"))),
        "masked": one.masked or not one.public,
        "dropped": one.dropped,
        "formula": one.formula,
    }


def branch(one: Branch) -> dict[str, Any]:
    """A group's or task's line."""
    return {
        "number": one.number,
        "title": named(one.title, one.title_en),
        "progress": progress(one.progress),
        "states": counted(one.states),
        "targets": one.targets,
        "begins": one.begins,
        "due": one.due,
        "weight": number(one.weight),
    }


def bar(begins: date, due: date, tree: Tree) -> tuple[float, float]:
    """Where a bar begins and how long it is, in percent of the plan's time."""
    whole = max(1, (tree.plan.ends - tree.plan.begins).days)
    left = 100 * (begins - tree.plan.begins).days / whole
    return round(left, 2), round(max(0.6, 100 * (due - begins).days / whole), 2)


def key_of(code: str) -> tuple[int, int, int]:
    """ "3.2.1" as numbers. Raises Missing."""
    parts = code.split(".")
    if len(parts) != 3 or not all(
        one.isascii() and one.isdecimal() and len(one) < 6 for one in parts
    ):
        raise Missing(N_("There is no target {key} in this plan."), key=code[:20])
    return int(parts[0]), int(parts[1]), int(parts[2])


def missing_page(request: HttpRequest, standing: Standing, missing: Missing) -> HttpResponse:
    """404 in words."""
    context = {"error": error_of(missing)}
    return desk_page(request, standing, "desk/admin/missing.html", context, status=404)


def plan_address(code: str) -> str:
    """The plan's page; its targets lie below it."""
    return reverse("desk:programme_plan", args=[code])
