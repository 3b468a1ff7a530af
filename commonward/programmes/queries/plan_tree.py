"""A plan as a tree with its progress: read in a fixed number of queries, however large it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from commonward.areas.queries import revisions
from commonward.core.targets import course
from commonward.core.targets.progress import Progress, single, together
from commonward.people.queries.names import teams_to_choose
from commonward.programmes.models import Milestone, Plan, Target, TargetTeam

_COLUMNS = (
    "id", "task_id", "number", "title", "title_en", "unit", "unit_en", "direction", "baseline",
    "wanted", "begins", "due", "weight", "value", "value_on", "public", "masked", "dropped",
    "task__number", "task__title", "task__title_en", "task__weight",
    "task__group__number", "task__group__title", "task__group__title_en", "formula",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """A target as the tree shows it; `share` is None where nothing is known of it."""

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


def tree_of(plan: Plan, today: date) -> Tree:
    """The plan's tree as it stands today (3 queries)."""
    leaves = tuple(leaves_of(plan, today))
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
    """The targets in order with their state today (3 queries)."""
    rows = Target.objects.filter(plan=plan)
    milestones = Milestone.objects.filter(target__plan=plan)
    owners = TargetTeam.objects.filter(target__plan=plan, part="owner")
    if group is not None:
        rows = rows.filter(task__group__number=group)
        milestones = milestones.filter(target__task__group__number=group)
        owners = owners.filter(target__task__group__number=group)
    marks: dict[int, list[course.Milestone]] = defaultdict(list)
    for target, due, value in milestones.order_by("due").values_list("target_id", "due", "value"):
        marks[target].append(course.Milestone(due, value))
    owner = dict(owners.values_list("target_id", "team_id"))
    ordered = rows.order_by("task__group__number", "task__number", "number")
    return [_leaf(row, marks, owner, today) for row in ordered.values_list(*_COLUMNS)]


def _leaf(
    row: tuple, marks: Mapping[int, list[course.Milestone]], owner: Mapping[int, int], today: date  # type: ignore[type-arg]
) -> Leaf:  # fmt: skip
    (pk, _task, number, title, title_en, unit, unit_en, direction, baseline, wanted, begins, due,
     weight, value, value_on, public, masked, dropped, task_no, task_title, task_en, task_weight,
     group_no, group_title, group_en, formula) = row  # fmt: skip
    shape = course.Shape(direction, baseline, wanted, begins, due, marks.get(pk, ()))
    share, state = course.standing(shape, value, value_on, today)
    return Leaf(
        pk, (group_no, task_no, number), title, title_en, unit, unit_en, shape, weight, value,
        value_on, share, state, owner.get(pk), public, masked, dropped,
        formula, (task_title, task_en), task_weight, (group_title, group_en),
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
