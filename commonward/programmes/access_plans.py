"""Who sees and keeps a plan: its officers and leaders, and the teams that have a part in it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import PROGRAMME, Actor
from commonward.programmes.models import Plan, Target, TargetTeam

REVIEW = f"{PROGRAMME}review"
"""The category of a plan's months."""
KEEPS = ("programme_officer",)
SEES = ("programme_officer", "leader")
WORKS = ("programme_officer", "leader", "handler", "grid_worker", "dispatcher", "duty_chief",
         "intake_officer")  # fmt: skip
"""Posts that may report or check for their team."""


def plans_seen(actor: Actor) -> QuerySet[Plan]:
    """The plans that this person may see, the newest first."""
    rows = Plan.objects.select_related("area", "office").order_by("-begins", "-id")
    if actor.role == "system" or actor.roles_for(SEES, "see", "", REVIEW):
        return rows
    parts = TargetTeam.objects.filter(team_id__in=actor.teams, target__plan=OuterRef("pk"))
    ways = Q(office_id__in=actor.teams) | Q(Exists(parts))
    for right in actor.rights:
        if right.role in SEES and right.area and (not right.verbs or "see" in right.verbs):
            ways |= Q(area__path__contains=f"/{right.area}/")
    return rows.filter(ways)


def access_plan(code: str, actor: Actor) -> Plan:
    """The plan with this code, if this person may see it. Raises Missing."""
    found = plans_seen(actor).filter(code=code[:40]).first()
    if found is None:
        raise Missing(N_("There is no plan {code}, or none that you may see."), code=code[:40])
    return found


def access_target(code: str, key: tuple[int, int, int], actor: Actor) -> Target:
    """A target by its group, task and own number, if this person may see its plan."""
    plan = access_plan(code, actor)
    found = (
        Target.objects.select_related("task__group", "plan__office", "plan__area")
        .filter(plan=plan, task__group__number=key[0], task__number=key[1], number=key[2])
        .first()
    )
    if found is None:
        raise Missing(N_("There is no target {key} in this plan."), key=".".join(map(str, key)))
    return found


def path_of(plan: Plan) -> str:
    """The area for which the plan is; "" everywhere."""
    return plan.area.path if plan.area is not None else ""


def keeps(actor: Actor, plan: Plan) -> bool:
    """Whether this person may change the plan."""
    return actor.role == "system" or bool(
        actor.roles_for(KEEPS, "keep_plan", path_of(plan), REVIEW)
    )


def require_keeper(actor: Actor, plan: Plan) -> None:
    """Raises Forbidden for whoever does not keep the plan."""
    if not keeps(actor, plan):
        raise Forbidden(N_("A plan is changed by its programme officer."))


def parts_of(target: int) -> dict[str, set[int]]:
    """The teams of a target by their part (1 query)."""
    found: dict[str, set[int]] = {"owner": set(), "partner": set(), "checker": set()}
    for team, part in TargetTeam.objects.filter(target=target).values_list("team_id", "part"):
        found[part].add(team)
    return found


def works_for(actor: Actor, teams: Iterable[int], plan: Plan, verb: str) -> int | None:
    """The team among these for which this person may do it; None where there is none."""
    mine = sorted(set(teams) & actor.teams)
    if not mine or not actor.roles_for(WORKS, verb, path_of(plan), REVIEW):
        return None
    return mine[0]
