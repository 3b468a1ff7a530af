"""What a grid worker carries through the street: the least that the day's work needs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from commonward.cases.models import Case, Photo, Round, Visit
from commonward.cases.queries.foreseen import offered_each
from commonward.cases.queries.listed import CaseLine, Filters
from commonward.cases.queries.lists import case_list
from commonward.core.masking import mask
from commonward.core.procedures import Verb
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor

MOST_TASKS = 100
STAGES = ("verify", "check", "collect", "handle")
FILLED_IN_THE_STREET = frozenset({"reason", "words", "result", "outcome"})
"""What a verb may need so that a phone without network can fill it in."""


@dataclass(frozen=True, slots=True)
class FieldTask:
    """One case of the worker's teams: the line, the problem's words, steps, earlier photos."""

    line: CaseLine
    words: str
    verbs: tuple[Verb, ...]
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldRound:
    """A round of today; `visited` are the points that the team has been at, `missed` those that it
    could not visit, and why; `plan` is the code of the plan that made it, "" for one by hand."""

    id: int
    name: str
    points: Sequence[dict[str, object]]
    on: date
    visited: tuple[int, ...]
    missed: Mapping[int, str]
    plan: str


def field_tasks(actor: Actor, at: datetime) -> tuple[FieldTask, ...]:
    """The open cases that the worker's teams have now, due soonest first (at most MOST_TASKS).

    Words are masked: a phone can be lost. No reporter's details are among it.
    """
    filters = Filters(state="open", stages=STAGES, mine=True)
    rows = case_list(actor, filters, "due", at, size=MOST_TASKS).rows
    numbers = [row.number for row in rows]
    verbs = offered_each(actor, numbers, at)
    ids = {row.id: row.number for row in rows}
    photos: dict[str, list[str]] = defaultdict(list)
    kept = Photo.objects.filter(case_id__in=list(ids)).order_by("id")
    for case, name in kept.values_list("case_id", "name"):
        photos[ids[case]].append(name)
    found = []
    for row in rows:
        steps = tuple(v for v in verbs.get(row.number, ()) if set(v.needs) <= FILLED_IN_THE_STREET)
        if any(v.to != "=" for v in steps):
            found.append(FieldTask(row, mask(row.summary), steps, tuple(photos[row.number])))
    return tuple(found)


def field_rounds(actor: Actor, today: date) -> tuple[FieldRound, ...]:
    """The rounds of the worker's teams today, with what is visited already (2 queries)."""
    rows = [
        row
        for row in Round.objects.filter(
            Q(until=None) | Q(until__gte=today), team_id__in=actor.teams, since__lte=today
        )
        .defer("way")
        .order_by("id")
        if today.isoweekday() in row.days
    ]
    visited: dict[int, list[int]] = defaultdict(list)
    missed: dict[int, dict[int, str]] = defaultdict(dict)
    been = Visit.objects.filter(round__in=rows, on=today).order_by("point")
    for of, point, why in been.values_list("round_id", "point", "why"):
        if why:
            missed[of][point] = why
        else:
            visited[of].append(point)
    return tuple(
        FieldRound(r.pk, r.name, r.points, today, tuple(visited[r.pk]), missed[r.pk], r.plan)
        for r in rows
    )


def round_of_team(round_id: int, actor: Actor) -> Round:
    """A round of the worker's own teams. Raises Missing."""
    found = Round.objects.filter(pk=round_id, team_id__in=actor.teams).first()
    if found is None:
        raise Missing(N_("There is no such round of your team."), field="round")
    return found


def case_of_photo(name: str) -> Case | None:
    """The case that a photo belongs to; whether somebody may see it is `access.may_see`'s."""
    found = Photo.objects.select_related("case").filter(name=name).first()
    return found.case if found else None
