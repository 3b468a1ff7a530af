"""The rounds that are planned, by team, with the points visited on a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q

from commonward.cases.models import Round, Visit
from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor

PLANS = ("dispatcher", "duty_chief", "leader", "administrator", "planner")
MOST_SHOWN = 50
_AT_ONCE = 1_000
_MOST_STANDING = 5_000


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round that has not ended; `points` are {"name", "lat", "lon"}, `days` ISO weekdays 1–7.

    `visited` are the points that the team has been at on the day asked for, `missed` those that it
    could not visit, and why (one of `Visit.MISSED`); who of it is not kept.
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
    missed: Mapping[int, str]


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
        raise Forbidden(N_("Rounds are planned by dispatchers, chiefs, leaders and planners."))
    rows = Round.objects.filter(Q(until=None) | Q(until__gte=on)).select_related("team")
    if team:
        rows = rows.filter(team__code=team)
    if after:
        rows = rows.filter(pk__lt=after)
    rows = rows.defer("way")
    found = list(rows.order_by("-id")[: MOST_SHOWN + 1])
    more, found = len(found) > MOST_SHOWN, found[:MOST_SHOWN]
    visited: dict[int, set[int]] = defaultdict(set)
    missed: dict[int, dict[int, str]] = defaultdict(dict)
    been = Visit.objects.filter(round__in=[row.pk for row in found], on=on)
    for of, point, why in been.values_list("round_id", "point", "why"):
        if why:
            missed[of][point] = why
        else:
            visited[of].add(point)
    lines = tuple(
        PlannedRound(
            row.pk, row.team.code, row.team.name, row.team.name_en, row.name, row.points,
            tuple(row.days), row.since, row.until,
            row.since <= on and on.isoweekday() in row.days, frozenset(visited[row.pk]), missed[row.pk],
        )
        for row in found
    )  # fmt: skip
    return lines, found[-1].pk if more else 0


def place_of(lat: float, lon: float) -> str:
    """What a place is known by from round to round: its degrees, to about a metre."""
    return f"{lat:.5f},{lon:.5f}"


def last_visits(places: Iterable[str], before: date) -> dict[str, date]:
    """The last day on which each place was visited, before this one; the others are left out.

    `places` as `place_of` gives them; one query for each thousand.
    """
    wanted = sorted(set(places))
    found: dict[str, date] = {}
    for begin in range(0, len(wanted), _AT_ONCE):
        rows = Visit.objects.filter(
            place__in=wanted[begin : begin + _AT_ONCE], why="", on__lt=before
        )
        found.update(rows.values_list("place").annotate(Max("on")))
    return found


def rounds_of_plan(plan: str) -> Sequence[Round]:
    """The rounds that were published from a plan, in the order of their teams (1 query)."""
    rows = Round.objects.filter(plan=plan).exclude(plan="").defer("way")
    return tuple(rows.select_related("team").order_by("id"))


def standing_points(on: date) -> Sequence[Mapping[str, Any]]:
    """The points of the rounds by hand that hold on this day, each place once (1 query)."""
    rows = Round.objects.filter(Q(until=None) | Q(until__gte=on), plan="", since__lte=on)
    found: dict[str, Mapping[str, Any]] = {}
    for points in rows.order_by("id").values_list("points", flat=True)[:_MOST_STANDING]:
        for point in points:
            found.setdefault(place_of(point["lat"], point["lon"]), point)
    return tuple(found.values())
