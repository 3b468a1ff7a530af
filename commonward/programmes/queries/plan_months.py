"""One month of a plan as its page reads it: lines, whose they are, orders, means by team."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commonward.cases.models import Case, Event, Photo, Remark, Task
from commonward.core.rights import Actor
from commonward.core.targets.scoring import mean
from commonward.programmes.models import MonthlyReview, Plan, ReviewLine, TargetTeam
from commonward.programmes.queries.plan_tree import team_names


@dataclass(frozen=True, slots=True)
class MonthRead:
    """A month's review: its lines in order, each target's owner, the reader's own part in it."""

    review: MonthlyReview
    case: Case
    lines: Sequence[ReviewLine]
    owner: Mapping[int, int]
    mine: Mapping[int, str]
    names: Mapping[int, tuple[str, str]]
    means: Sequence[tuple[int, Decimal | None, int]]
    orders: Sequence[Task]
    said: Mapping[int, Sequence[str]]
    photos: Mapping[int, Sequence[Photo]]


def month_of(plan: Plan, month: date, actor: Actor) -> MonthRead | None:
    """The review of this month, or None where it was not opened (8 queries)."""
    review = MonthlyReview.objects.select_related("case").filter(plan=plan, month=month).first()
    if review is None:
        return None
    lines = list(
        ReviewLine.objects.filter(review=review)
        .select_related("target__task__group")
        .order_by("target__task__group__number", "target__task__number", "target__number")
    )
    owner: dict[int, int] = {}
    mine: dict[int, str] = {}
    for target, team, part in TargetTeam.objects.filter(target__plan=plan).values_list(
        "target_id", "team_id", "part"
    ):
        if part == "owner":
            owner[target] = team
        if team in actor.teams and (part != "partner" or target not in mine):
            mine[target] = part
    orders = list(
        Task.objects.filter(case=review.case, kind="supervision").select_related("team")
        .order_by("-is_open", "id")
    )  # fmt: skip
    return MonthRead(
        review, review.case, lines, owner, mine, team_names(), _means(lines, owner), orders,
        _said(orders), _photos(review.case),
    )  # fmt: skip


def _means(
    lines: Sequence[ReviewLine], owner: Mapping[int, int]
) -> list[tuple[int, Decimal | None, int]]:
    """Each owning team's mean, by the targets' weights; a team is an office, never a person."""
    kept: dict[int, list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    for line in lines:
        if line.target_id in owner and line.score is not None:
            kept[owner[line.target_id]].append((line.target.weight, line.score))
    found = [(team, mean(scores), len(scores)) for team, scores in kept.items()]
    return sorted(found, key=lambda one: (-(one[1] or 0), one[0]))


def _said(orders: Sequence[Task]) -> dict[int, list[str]]:
    """What was written in each order and its replies, in order."""
    events = dict(
        Event.objects.filter(task__in=[task.pk for task in orders]).order_by("id")
        .values_list("id", "task_id")
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        Remark.objects.filter(event__in=events)
        .order_by("event_id")
        .values_list("event_id", "words")
    )
    for event, words in rows:
        task = events[event]
        if words and task is not None:
            found[task].append(words)
    return found


def _photos(case: Case) -> dict[int, list[Photo]]:
    found: dict[int, list[Photo]] = defaultdict(list)
    for photo in Photo.objects.filter(case=case).order_by("id"):
        found[photo.report_id or 0].append(photo)
    return found
