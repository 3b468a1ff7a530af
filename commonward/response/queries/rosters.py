"""Published rosters of seats (排班): for planners, who coordinates, and a unit for its own team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from commonward.areas.queries.paths import paths_of
from commonward.core.plans.rostering.model import Ints
from commonward.core.plans.rostering.seats import Task
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.response.access import COORDINATES
from commonward.response.models import Roster, RosterAbsence, RosterShift, Unit
from commonward.response.queries.plans import PLANS, unpacked

ROSTERS = (*PLANS, *COORDINATES, "unit")
"""Who opens rosters: a unit sees the shifts of its own team only."""
SOON = timedelta(hours=1)
"""A shift that begins so soon is the one for which somebody goes on duty now."""


@dataclass(frozen=True)
class Kept:
    """A roster as it is now: the task, what is worked (seats, days), which days seats are away."""

    task: Task
    rows: Ints
    away: dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Sight:
    """A roster, and what of it this person sees: all of it, or the team of one unit."""

    roster: Roster
    team: str = ""

    @property
    def whole(self) -> bool:
        """Whether all teams are seen."""
        return not self.team


@dataclass(frozen=True, slots=True)
class NextShift:
    """A coming shift of a team: its seats (0: the whole team), and whether one came by a change."""

    kind: str
    begin: datetime
    end: datetime
    seats: tuple[int, ...]
    changed: bool


def rosters_of(actor: Actor, at: datetime, most: int = 50) -> Sequence[Roster]:
    """The rosters that this person may open and that are not over, the latest first (2 queries)."""
    rows = list(
        Roster.objects.filter(state="published", ends_at__gte=at)
        .defer("given", "rows")
        .order_by("-first", "-id")[:most]
    )
    own = _own_team(actor)
    mine = set(
        RosterShift.objects.filter(roster__in=rows, team=own).values_list("roster_id", flat=True)
        if own
        else ()
    )
    return [one for one in rows if one.pk in mine or _has_charge(one.area, actor)]


def roster_for(code: str, actor: Actor) -> Sight:
    """The roster of this code as this person may see it. Raises Missing alike where there is none
    and where there is none for this person."""
    found = Roster.objects.filter(code=code).first()
    if found is not None:
        if _has_charge(found.area, actor):
            return Sight(found)
        team = _own_team(actor)
        if team and found.state == "published":
            teams = {one.team for one in kept(found).task.seats}
            if team in teams:
                return Sight(found, team)
    raise Missing(N_("There is no roster {code}, or none that you may see."), code=code)


def kept(roster: Roster) -> Kept:
    """What a roster holds now."""
    packed = unpacked(roster.rows)
    return Kept(
        Task.unpacked(unpacked(roster.given)),
        np.array(packed["rows"], dtype=np.int64),
        {int(seat): list(days) for seat, days in packed["away"].items()},
    )


def absences_of(roster: Roster, team: str = "", most: int = 50) -> Sequence[RosterAbsence]:
    """The changes of a roster, the newest first, of one team or all (1 query)."""
    rows = RosterAbsence.objects.filter(roster=roster).exclude(state="dropped").order_by("-id")
    if team:
        rows = rows.filter(team=team)
    return list(rows[:most])


def next_shifts(unit: Unit, at: datetime, days: int = 7, most: int = 20) -> Sequence[NextShift]:
    """The running and coming shifts of a unit's seats, seats with the same times together
    (1 query)."""
    rows = RosterShift.objects.filter(
        roster__state="published", unit=unit, end__gt=at, begin__lt=at + timedelta(days=days)
    ).order_by("begin", "end", "kind", "seat")
    found: dict[tuple[datetime, datetime, str], list[RosterShift]] = {}
    for one in rows:
        found.setdefault((one.begin, one.end, one.kind), []).append(one)
    return [
        NextShift(
            kind, begin, end, tuple(one.seat for one in of),
            any(one.changed_at is not None for one in of),
        )
        for (begin, end, kind), of in list(found.items())[:most]
    ]  # fmt: skip


def rostered_until(unit: Unit, at: datetime) -> datetime | None:
    """The end of the shift that a unit's team has now, or begins within an hour (值班至); None where
    no roster says so (1 query)."""
    return (
        RosterShift.objects.filter(
            roster__state="published", unit=unit, begin__lte=at + SOON, end__gt=at + SOON
        )
        .order_by("-begin")
        .values_list("end", flat=True)
        .first()
    )


def day_of(roster: Roster, day: date) -> int:
    """The number of a day in a roster (0 the first; may lie outside)."""
    return (day - roster.first).days


def _own_team(actor: Actor) -> str:
    """The code of the unit whose seats this person's are; "" for anybody else."""
    if not any(right.role == "unit" for right in actor.rights):
        return ""
    found = Unit.objects.filter(team_id__in=actor.teams, active=True).order_by("code")
    return str(found.values_list("code", flat=True).first() or "")


def _has_charge(area: str, actor: Actor) -> bool:
    if actor.role == "system":
        return True
    paths = paths_of(area) if area else ()
    return any(
        right.role in (*PLANS, *COORDINATES)
        and (not right.verbs or "see" in right.verbs)
        and (not right.area or any(f"/{right.area}/" in path for path in paths))
        for right in actor.rights
    )
