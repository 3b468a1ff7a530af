"""The page of a plan with 2,000 targets, through the whole stack; goal: at most 100 ms of CPU."""

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.test import Client
from django.utils import timezone

from bench.rows import Context, Row, quantile
from commonward.config.collecting import settled
from commonward.core.rights import SYSTEM
from commonward.core.targets.course import Milestone
from commonward.core.targets.sheet import Line
from commonward.people.actions import add_account, add_team, grant
from commonward.people.models import Account
from commonward.people.queries import team_by_code
from commonward.programmes.actions.planning import NewPlan, import_lines, make_plan, set_state
from commonward.programmes.models import Target

DATABASES = ("sqlite",)
TARGETS, GROUPS, TASKS = 2_000, 11, 205
ASKED = 12
BUDGET_MS = 100.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def bench(ctx: Context) -> list[Row]:
    """The tree as it opens, with all groups open, filtered, and as bars."""
    count = ctx.count(TARGETS, 50)
    settings.SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["*"]
    settings.DEBUG = False
    now = timezone.now()
    _seed(count, now.date())
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(login="officer"), BACKEND)
    address = "/desk/programmes/plans/bench/"
    settled()  # as the workers that serve
    return [
        _row(client, f"plan page, {count:,} targets: {name}", f"{address}{asked}", budget)
        for name, asked, budget in (
            ("the tree as it opens", "", BUDGET_MS),
            ("one group open", "?open=3", BUDGET_MS),
            ("what is behind, first page", "?state=owes", BUDGET_MS),
            ("all groups open", "?open=all", None),
            ("over time", "bars/", None),
        )
    ]


def _seed(count: int, today: date) -> None:
    at = timezone.now() - timedelta(days=200)
    for code in ("a", "b", "c", "d"):
        add_team(SYSTEM, code, f"单位{code}", at=at, kind="department", name_en=f"Office {code}")
    account = add_account(SYSTEM, "officer", "Officer", at=at).pk
    grant(SYSTEM, account, "programme_officer", at=at)
    begins, due = today - timedelta(days=180), today + timedelta(days=180)
    one = Line(
        1, "组", "Group", 1, "项", "Task", Decimal(1), 1, "修复路灯", "Lamps mended", "盏", "lamps", "up",
        Decimal(0), Decimal(100), begins, due, Decimal(1), "a", ("b",), "c", "", "",
        (Milestone(today - timedelta(days=60), Decimal(20)), Milestone(today + timedelta(days=60), Decimal(70))), True,
    )  # fmt: skip
    lines = []
    for n in range(count):
        task = n % TASKS
        lines.append(
            replace(
                one,
                group_no=1 + task % GROUPS,
                group=f"组{task % GROUPS}",
                task_no=1 + task // GROUPS,
                task=f"项{task}",
                target_no=1 + n // TASKS,
                wanted=Decimal(100 + n % 7),
            )  # fmt: skip
        )
    plan = make_plan(
        NewPlan("bench", "计划", begins, due, team_by_code("a").pk, "Plan"), SYSTEM, at
    )
    import_lines("bench", lines, SYSTEM, at, revision=plan.revision)
    set_state("bench", "in_force", SYSTEM, at)
    rows = list(Target.objects.filter(plan=plan).order_by("id"))
    for n, row in enumerate(rows):
        if n % 20:
            row.value, row.value_on = Decimal(20 + n % 40), today - timedelta(days=10)
    Target.objects.bulk_update(rows, ["value", "value_on"], batch_size=200)


def _row(client: Client, work: str, address: str, budget: float | None) -> Row:
    spent = []
    for asked in range(ASKED + 3):
        before = time.process_time()
        answer = client.get(address)
        assert answer.status_code == 200, address
        if asked >= 3:
            spent.append((time.process_time() - before) * 1000)
    middle, slow = quantile(spent, 0.5), quantile(spent, 0.95)
    return Row(
        work,
        f"{middle:.0f} ms, 95 %: {slow:.0f} ms CPU of the web process, {len(answer.content) // 1024} KB",
        f"≤ {budget:.0f} ms" if budget else "–",
        slow <= budget if budget else None,
    )
