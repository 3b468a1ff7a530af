"""The rounds that are planned, by team, with the points visited on a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from commonward.cases.models import Round, Visit
from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor

PLANS = ("dispatcher", "duty_chief", "leader", "administrator")
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round that has not ended; `points` are {"name", "lat", "lon"}, `days` ISO weekdays 1–7.

    `visited` are the points that the team has been at on the day asked for; who of it is not kept.
    """

    id: int
    team: str
    team_name: str
    team_name_en: str
    name: str
    points: Sequence[Mapping[str, Any]]
    days: tuple[int, ...]
    since: date
    until: date | None
    walked: bool
    visited: frozenset[int]


def may_plan(actor: Actor) -> bool:
    """Whether this post plans rounds."""
    return actor.role == "system" or any(right.role in PLANS for right in actor.rights)


def planned_rounds(
    actor: Actor, on: date, *, team: str = "", after: int = 0
) -> tuple[tuple[PlannedRound, ...], int]:
    """Rounds that hold on this day or later, the newest first, and where the next page begins (0: none).

    `team` is a team's code; `after` the id that the page before gave. 2 queries. Raises Forbidden.
    """
    if not may_plan(actor):
        raise Forbidden(N_("Rounds are planned by dispatchers, chiefs and leaders."))
    rows = Round.objects.filter(Q(until=None) | Q(until__gte=on)).select_related("team")
    if team:
        rows = rows.filter(team__code=team)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[: MOST_SHOWN + 1])
    more, found = len(found) > MOST_SHOWN, found[:MOST_SHOWN]
    visited: dict[int, set[int]] = defaultdict(set)
    been = Visit.objects.filter(round__in=[row.pk for row in found], on=on)
    for of, point in been.values_list("round_id", "point"):
        visited[of].add(point)
    lines = tuple(
        PlannedRound(
            row.pk, row.team.code, row.team.name, row.team.name_en, row.name, row.points,
            tuple(row.days), row.since, row.until,
            row.since <= on and on.isoweekday() in row.days, frozenset(visited[row.pk]),
        )
        for row in found
    )  # fmt: skip
    return lines, found[-1].pk if more else 0
