"""A plan in the small district: an officer who keeps it, teams that own, help with and check it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commonward.core.rights import SYSTEM, Actor
from commonward.core.targets.course import Milestone
from commonward.core.targets.sheet import Line
from commonward.people import actions as people
from commonward.people.models import Account
from commonward.people.queries import actor_for
from commonward.programmes.actions.planning import NewPlan, import_lines, make_plan, set_state
from commonward.programmes.models import Plan, Target
from tests.district import SINCE, ZONE, District, small_district

CODE = "year-2026"
AFTER_FEBRUARY = datetime(2026, 3, 2, 9, tzinfo=ZONE)

ESTATES = Line(
    1, "安居工程", "Homes", 1, "老旧小区改造", "Old estates renewed", Decimal(2), 1, "改造小区数",
    "Estates renewed", "个", "estates", "up", Decimal(0), Decimal(12), date(2026, 1, 1),
    date(2026, 12, 31), Decimal(1), "roads", ("street",), "lamps", "验收单", "",
    (Milestone(date(2026, 2, 28), Decimal(2)),), True,
)  # fmt: skip
LAMPS = replace(
    ESTATES, task_no=2, task="路灯", task_en="Lamps", target="修复路灯", target_en="Lamps mended",
    unit="盏", unit_en="lamps", wanted=Decimal(100), owner="lamps", partners=(), checker="roads",
    milestones=(Milestone(date(2026, 2, 28), Decimal(10)),), task_weight=Decimal(1),
)  # fmt: skip
IN_TIME = replace(
    LAMPS, group_no=2, group="高效办理", group_en="Quick answers", task_no=1, task="按期办结",
    task_en="Closed in time", target="按期办结率", target_en="Closed in time", unit="%", unit_en="%",
    direction="up", baseline=Decimal(0), wanted=Decimal(95), owner="street", checker="",
    formula="closed_in_time_rate", milestones=(), evidence="",
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """The district, its plan's officer, and the plan in force with three targets."""

    here: District
    officer: Actor
    second_officer: Actor
    plan: Plan

    def target(self, line: Line) -> int:
        """The id of the target that a line became."""
        return Target.objects.get(
            plan=self.plan, task__group__number=line.group_no, task__number=line.task_no,
            number=line.target_no,
        ).pk  # fmt: skip


def plan_office(here: District | None = None, at: datetime = AFTER_FEBRUARY, **more: Any) -> Office:
    """Set it up in the present database."""
    here = here or small_district(at)
    for login in ("programme_officer", "second_officer"):
        account = people.add_account(SYSTEM, login, login.replace("_", " ").title(), at=SINCE).pk
        people.grant(SYSTEM, account, "programme_officer", at=SINCE)
    officer = actor_for(account_of("programme_officer"), at)
    begun = at - timedelta(days=30)
    plan = make_plan(
        NewPlan(CODE, "2026年专项计划", date(2026, 1, 1), date(2026, 12, 31), here.teams["chiefs"],
                "Plan of 2026"),
        officer, begun,
    )  # fmt: skip
    lines = more.pop("lines", (ESTATES, LAMPS, IN_TIME))
    import_lines(CODE, lines, officer, begun, revision=plan.revision)
    plan = set_state(CODE, "in_force", officer, begun, public=True)
    return Office(here, officer, actor_for(account_of("second_officer"), at), plan)


def account_of(login: str) -> int:
    """The id of an account by its log-in."""

    return Account.objects.get(login=login).pk
