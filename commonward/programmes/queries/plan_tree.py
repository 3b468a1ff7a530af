"""A plan as a tree with its progress: read in a fixed number of queries, however large it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from commonward.areas.queries import revisions
from commonward.core.targets import course
from commonward.core.targets.progress import Progress, single, together
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.models import Milestone, Plan, PlanTask, Target, TargetTeam

_number = lru_cache(maxsize=4096)(Decimal)
_day = lru_cache(maxsize=4096)(date.fromisoformat)
_milestone = lru_cache(maxsize=4096)(lambda due, value: course.Milestone(_day(due), _number(value)))


def _text(column: str) -> Cast:
    """A number or day as text: thousands of cells are read by few distinct ones, from memory."""
    return Cast(column, TextField())


class Leaf(NamedTuple):
    """A target as the tree shows it; `share` is None where nothing is known of it.

    A tuple: a page makes thousands of them.
    """

    id: int
    key: tuple[int, int, int]
    title: str
    title_en: str
    unit: str
    unit_en: str
    shape: course.Shape
    weight: Decimal
    value: Decimal | None
    value_on: date | None
    share: Fraction | None
    state: str
    owner: int | None
    public: bool
    masked: str
    dropped: str
    formula: str
    task_title: tuple[str, str]
    task_weight: Decimal
    group_title: tuple[str, str]

    @property
    def code(self) -> str:
        """ "3.2.1"."""
        return ".".join(map(str, self.key))


@dataclass(frozen=True, slots=True)
class Branch:
    """A task or a group: its progress, its states counted, when it begins and ends."""

    number: int
    title: str
    title_en: str
    weight: Decimal
    progress: Progress
    states: Mapping[str, int]
    begins: date | None
    due: date | None
    leaves: tuple[Leaf, ...] = ()
    branches: "tuple[Branch, ...]" = ()

    @property
    def targets(self) -> int:
        """How many targets stand in it."""
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole plan: groups in order, progress and counted states."""

    plan: Plan
    groups: tuple[Branch, ...]
    progress: Progress
    states: Mapping[str, int]
    leaves: tuple[Leaf, ...] = field(repr=False)


def tree_of(plan: Plan, today: date, group: int | None = None) -> Tree:
    """The plan's tree as it stands today, or one of its groups alone (4 queries)."""
    leaves = tuple(leaves_of(plan, today, group))
    kept: dict[int, dict[int, list[Leaf]]] = defaultdict(lambda: defaultdict(list))
    for one in leaves:
        kept[one.key[0]][one.key[1]].append(one)
    groups = []
    for number, tasks in sorted(kept.items()):
        branches = tuple(
            _branch(n, found[0].task_title, found[0].task_weight, found)
            for n, found in sorted(tasks.items())
        )
        title = next(iter(tasks.values()))[0].group_title
        groups.append(_above(number, title, branches))
    return Tree(
        plan,
        tuple(groups),
        together((g.weight, g.progress) for g in groups),
        _counted(g.states for g in groups),
        leaves,
    )


def leaves_of(plan: Plan, today: date, group: int | None = None) -> list[Leaf]:
    """The targets in order with their state today (4 queries)."""
    rows = Target.objects.filter(plan=plan)
    milestones = Milestone.objects.filter(target__plan=plan)
    owners = TargetTeam.objects.filter(target__plan=plan, part="owner")
    tasks = PlanTask.objects.filter(group__plan=plan)
    if group is not None:
        rows = rows.filter(task__group__number=group)
        milestones = milestones.filter(target__task__group__number=group)
        owners = owners.filter(target__task__group__number=group)
        tasks = tasks.filter(group__number=group)
    targets = list(
        rows.values_list(
            "id", "task_id", "number", "title", "title_en", "unit", "unit_en", "direction",
            _text("baseline"), _text("wanted"), _text("begins"), _text("due"), _text("weight"),
            _text("value"), _text("value_on"), "public", "masked", "dropped", "formula",
        )
    )  # fmt: skip
    marks: dict[int, list[course.Milestone]] = defaultdict(list)
    steps = milestones.order_by("due").values_list("target_id", _text("due"), _text("value"))
    for target, due, value in steps:
        marks[target].append(_milestone(due, value))
    owner = dict(owners.values_list("target_id", "team_id"))
    above = {
        pk: ((group_no, number), (title, title_en), weight, (group_title, group_en))
        for pk, number, title, title_en, weight, group_no, group_title, group_en in tasks.values_list(
            "id", "number", "title", "title_en", "weight", "group__number", "group__title",
            "group__title_en",
        )
    }  # fmt: skip
    found = [_leaf(row, above[row[1]], marks, owner, today) for row in targets if row[1] in above]
    found.sort(key=lambda one: one.key)
    return found


def _leaf(
    row: tuple[Any, ...], above: tuple[Any, ...], marks: Mapping[int, list[course.Milestone]],
    owner: Mapping[int, int], today: date,
) -> Leaf:  # fmt: skip
    (pk, _task, number, title, title_en, unit, unit_en, direction, baseline, wanted, begins, due,
     weight, given, given_on, public, masked, dropped, formula) = row  # fmt: skip
    key, task_title, task_weight, group_title = above
    shape = course.Shape(
        direction, _number(baseline), _number(wanted), _day(begins), _day(due), marks.get(pk, ())
    )
    value = None if given is None else _number(given)
    value_on = None if given_on is None else _day(given_on)
    share, state = course.standing(shape, value, value_on, today)
    return Leaf(
        pk, (*key, number), title, title_en, unit, unit_en, shape, _number(weight), value,
        value_on, share, state, owner.get(pk), public, masked, dropped,
        formula, task_title, task_weight, group_title,
    )  # fmt: skip


def _branch(number: int, title: tuple[str, str], weight: Decimal, leaves: list[Leaf]) -> Branch:
    running = [one for one in leaves if not one.dropped]
    states: dict[str, int] = defaultdict(int)
    for one in running:
        states[one.state] += 1
    # Before a target has begun, nothing of it is missing: it stands at its beginning.
    parts = [
        (
            one.weight,
            single(
                Fraction(0) if one.share is None and one.state == course.NOT_BEGUN else one.share
            ),
        )
        for one in running
    ]
    return Branch(
        number, *title, weight, together(parts), dict(states),
        min((one.shape.begins for one in running), default=None),
        max((one.shape.due for one in running), default=None), tuple(leaves),
    )  # fmt: skip


def _above(number: int, title: tuple[str, str], branches: tuple[Branch, ...]) -> Branch:
    return Branch(
        number, *title, sum((b.weight for b in branches if b.targets), Decimal(0)),
        together((b.weight, b.progress) for b in branches), _counted(b.states for b in branches),
        min((b.begins for b in branches if b.begins), default=None),
        max((b.due for b in branches if b.due), default=None), (), branches,
    )  # fmt: skip


def _counted(states: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for one in states:
        for state, count in one.items():
            found[state] += count
    return dict(found)


def team_names() -> dict[int, tuple[str, str]]:
    """The names of the teams that work, by id, from memory."""
    return {one.id: (one.name, one.name_en) for one in teams_to_choose(revisions()).values()}
