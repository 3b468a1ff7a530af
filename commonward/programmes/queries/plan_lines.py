"""A plan as the lines of its table: what is exported, and what an import is compared with."""

from collections import defaultdict
from decimal import Decimal

from commonward.core.targets import course
from commonward.core.targets.sheet import Line
from commonward.people.models import Team
from commonward.programmes.models import Milestone, Plan, Target, TargetTeam


def lines_of(plan: Plan) -> list[Line]:
    """The plan's targets in order (4 queries, however many there are)."""
    marks: dict[int, list[course.Milestone]] = defaultdict(list)
    rows = Milestone.objects.filter(target__plan=plan).order_by("due")
    for target, due, value in rows.values_list("target_id", "due", "value"):
        marks[target].append(course.Milestone(due, plain(value)))
    codes = dict(Team.objects.values_list("id", "code"))
    parts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for target, team, part in (
        TargetTeam.objects.filter(target__plan=plan).order_by("id")
        .values_list("target_id", "team_id", "part")
    ):  # fmt: skip
        parts[target, part].append(codes[team])
    found = (
        Target.objects.filter(plan=plan)
        .select_related("task__group")
        .order_by("task__group__number", "task__number", "number")
    )
    return [_line(one, marks[one.pk], parts) for one in found]


def plain(value: Decimal) -> Decimal:
    """A number without the noughts that the database puts behind it."""
    return value.normalize() + Decimal(0) if value == value.to_integral() else value.normalize()


def _line(
    one: Target, marks: list[course.Milestone], parts: dict[tuple[int, str], list[str]]
) -> Line:
    task, group = one.task, one.task.group
    return Line(
        group.number, group.title, group.title_en, task.number, task.title, task.title_en,
        plain(task.weight), one.number, one.title, one.title_en, one.unit, one.unit_en,
        one.direction, plain(one.baseline), plain(one.wanted), one.begins, one.due,
        plain(one.weight), next(iter(parts[one.pk, "owner"]), ""),
        tuple(parts[one.pk, "partner"]), next(iter(parts[one.pk, "checker"]), ""),
        one.evidence, one.formula, tuple(marks), one.public,
    )  # fmt: skip
