"""A plan of the demonstration: 205 tasks in 11 groups, eight months of life, the last still open."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM, Actor
from commonward.core.targets.course import Milestone, planned
from commonward.core.targets.sheet import Line
from commonward.doors.demo.programmes.plan_works import GROUPS, PARTS
from commonward.doors.demo.settling import seeded
from commonward.people.models import Membership, Team
from commonward.people.queries import account_by_login, actor_for, teams_on
from commonward.programmes.actions.ordering_replies import answer_order, order_reply
from commonward.programmes.actions.planning import (
    NewPlan,
    import_lines,
    make_plan,
    mask_target,
    set_state,
)
from commonward.programmes.actions.reviewing import (
    begin_check,
    check_line,
    month_end,
    open_review,
    shapes_of,
)
from commonward.programmes.actions.taking_over_plans import (
    PastLine,
    take_over_month,
    take_over_reports,
)
from commonward.programmes.models import MonthlyReview, Plan, ReviewLine, Target, TargetTeam

CODE = "district-plan"
TASKS, MONTHS = 205, 8
_TEAMS = 9
_SLOW = 0.22
"""Share of targets that fall behind."""


def live(begins: datetime, ends: datetime) -> int:
    """Make the plan, let seven months be taken over and the eighth be lived; how many targets."""
    first = _back(timezone.localdate(ends).replace(day=1), MONTHS)
    last = _back(first, -12) - timedelta(days=1)
    teams = _teams(ends)
    at = timezone.make_aware(datetime(first.year, first.month, 1, 9))  # noqa: DTZ001 (made aware here)
    office = Team.objects.get(code="leaders")
    plan = make_plan(
        NewPlan(
            CODE, "年度民生实事计划", first, last, office.pk, "The year's plan of public works",
            "205 项工作，11 个组，逐月考核。", "205 tasks in 11 groups, reviewed every month.",
        ),
        SYSTEM, at,
    )  # fmt: skip
    lines = _lines(first, last, [team.code for team in teams])
    import_lines(CODE, lines, SYSTEM, at, revision=plan.revision)
    mask_target(CODE, lines[40].key, "招标进行中，金额暂不公开。", SYSTEM, at)
    plan = set_state(CODE, "in_force", SYSTEM, at, public=True)
    targets = list(Target.objects.filter(plan=plan).order_by("id"))
    shapes = shapes_of(targets)
    for n in range(MONTHS - 1):
        month = _back(first, -n)
        told = {
            one.pk: _told(one, shapes[one.pk], month, n)
            for one in targets
            if one.begins <= month_end(month)
        }
        take_over_month(plan, month, told, _steps(month), notice="按公开公式计分；落后事项已督办。")
    _live_last(plan, targets, shapes, _back(first, 1 - MONTHS), ends)
    return len(targets)


def _back(day: date, months: int) -> date:
    """The first of the month so many months before; after, where the count is below nought."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _teams(at: datetime) -> list[Team]:
    """Departments that have people, in a fixed order."""
    there = {one.code for one in teams_on(at, "department") if one.members}
    return list(Team.objects.filter(code__in=there).order_by("code")[:_TEAMS])


def _lines(first: date, last: date, teams: list[str]) -> list[Line]:
    found: list[Line] = []
    tasks = 0
    for number, (group, group_en, works) in enumerate(GROUPS, 1):
        task_no = 0
        for part, part_en in PARTS:
            for work, work_en, unit, unit_en, wanted in works:
                if tasks == TASKS:
                    return found
                task_no, tasks = task_no + 1, tasks + 1
                owner = teams[(number + task_no) % len(teams)]
                partner = teams[(number + task_no + 1) % len(teams)]
                checker = teams[(number + task_no + 3) % len(teams)]
                chance = seeded(work, part)
                amount = Decimal(max(2, round(wanted * chance.uniform(0.6, 1.4))))
                half = _back(first, -6)
                due = last if chance.random() < 0.7 else _back(first, -10) - timedelta(days=1)
                shared: dict[str, Any] = {
                    "group_no": number, "group": group, "group_en": group_en, "task_no": task_no,
                    "task": f"{work}（{part}）", "task_en": f"{work_en}, {part_en}",
                    "task_weight": Decimal(chance.choice((1, 1, 2, 3))), "weight": Decimal(1),
                    "begins": first, "due": due, "owner": owner, "partners": (partner,),
                    "public": True,
                }  # fmt: skip
                found.append(Line(
                    **shared, target_no=1, target=work, target_en=work_en, unit=unit, unit_en=unit_en,
                    direction="up", baseline=Decimal(0), wanted=amount, checker=checker,
                    evidence="验收单、现场照片", formula="",
                    milestones=(Milestone(half, (amount * 2 / 5).to_integral_value()),),
                ))  # fmt: skip
                quick = number == 10 and task_no <= 2
                found.append(Line(
                    **shared, target_no=2, unit="%", unit_en="%", direction="up", milestones=(),
                    target="案件按期办结率" if quick else "一次验收合格率",
                    target_en="Cases closed in time" if quick else "Accepted at the first inspection",
                    baseline=Decimal(0) if quick else Decimal(80),
                    wanted=Decimal(95), checker="" if quick else checker,
                    evidence="" if quick else "验收记录",
                    formula="closed_in_time_rate" if quick else "",
                ))  # fmt: skip
    return found


def _told(target: Target, shape: object, month: date, n: int) -> PastLine:
    """What was reported of a target in a month: some behind, a few not told, a few corrected."""
    chance = seeded(str(target.pk), f"{month}")
    steady = seeded(str(target.pk), "pace").random()
    if chance.random() < 0.03:
        return PastLine(None)
    owed = planned(shape, month_end(month))  # type: ignore[arg-type]
    pace = 0.5 + steady if steady < _SLOW else 0.96 + 0.12 * steady
    base = target.baseline
    value = base + (Decimal(owed.numerator) / Decimal(owed.denominator) - base) * Decimal(
        str(round(pace, 3))
    )
    value = min(value, target.wanted).quantize(Decimal("0.1") if target.unit == "%" else Decimal(1))
    words = "受连续阴雨影响，进度滞后，已增加班组。" if steady < _SLOW else "按计划推进。"
    if chance.random() < 0.05 and value > base + 1:
        return PastLine(value, value - 1, words, "现场少一处，按实数计。")
    return PastLine(value, None, words)


def _steps(month: date) -> dict[str, datetime]:
    """Working through the first weeks of the month after."""
    opened = month_end(month) + timedelta(days=2)
    days = {"opened": 0, "begin_check": 6, "reckon": 12, "notify": 14, "end_review": 23}
    start = timezone.make_aware(datetime(opened.year, opened.month, opened.day, 9))  # noqa: DTZ001 (made aware here)
    return {verb: start + timedelta(days=after) for verb, after in days.items()}


def _live_last(
    plan: Plan, targets: list[Target], shapes: object, month: date, ends: datetime
) -> None:
    """The month just over: reported, being checked, orders given and one answered."""
    opened = max(ends - timedelta(days=9), _steps(month)["opened"])
    if timezone.localdate(opened) <= month_end(month) or opened > ends:
        opened = ends
    review = open_review(plan, month, SYSTEM, opened)
    told = {
        one.pk: _told(one, shapes[one.pk], month, MONTHS - 1)  # type: ignore[index]
        for one in targets
        if not one.formula and one.pk % 11
    }
    take_over_reports(review, told, opened)
    officer = _officer(ends)
    _orders(review, officer, opened, ends)
    if officer is not None:
        begin_check(review.case.number, officer, ends)
        _checks(review, ends)


def _officer(at: datetime) -> Actor | None:
    return actor_for(account_by_login("demo-programmes"), at)


def _member(team: int, at: datetime) -> Actor | None:
    row = Membership.objects.filter(team_id=team, until=None).order_by("id").first()
    return actor_for(row.account_id, at) if row is not None else None


def _orders(review: MonthlyReview, officer: Actor | None, opened: datetime, ends: datetime) -> None:
    """Three teams behind are asked for a written reply; the first has given it."""
    if officer is None:
        return
    behind = (
        ReviewLine.objects.filter(review=review, own__isnull=False, words__startswith="受")
        .order_by("id").values_list("target_id", flat=True)[:200]
    )  # fmt: skip
    teams = list(dict.fromkeys(
        TargetTeam.objects.filter(target__in=list(behind), part="owner").order_by("target_id")
        .values_list("team_id", flat=True)
    ))[:3]  # fmt: skip
    for place, team in enumerate(teams):
        task = order_reply(
            review.case.number, team, "多项目标落后于计划，请说明原因和赶工安排。", officer, opened
        )
        who = _member(team, ends)
        if place == 0 and who is not None:
            try:
                answer_order(
                    task.pk, "reply", "因雨停工六天，已增加两个班组，月底前补齐。", who, ends
                )
            except Refusal:
                continue


def _checks(review: MonthlyReview, at: datetime) -> None:
    """A few values were looked at already."""
    done = 0
    rows = ReviewLine.objects.filter(review=review, own__isnull=False, verdict="").order_by("id")
    checker = dict(
        TargetTeam.objects.filter(target__plan=review.plan_id, part="checker").values_list(
            "target_id", "team_id"
        )
    )
    people: dict[int, Actor | None] = {}
    for line in rows[:60]:
        team = checker.get(line.target_id)
        if team is None or line.target_id % 3 == 0:
            continue
        who = people.setdefault(team, _member(team, at))
        if who is None:
            continue
        try:
            check_line(review.case.number, line.target_id, "confirmed", "", "", who, at)
        except Refusal:
            continue
        done += 1
        if done >= 20:
            return
