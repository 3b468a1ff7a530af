"""Teams, and who belonged to them at a moment."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from commonward.core.refusals import N_, Missing
from commonward.core.routing import TeamState
from commonward.people.models import Membership, Team
from commonward.people.queries.actors import valid_at
from commonward.people.queries.revisions import InMemory


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as a list shows it, with its members at the moment asked about."""

    id: int
    code: str
    name: str
    name_en: str
    kind: str
    members: int


def members(team_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """How many accounts belong to each of these teams at this moment (1 query); 0 is said too."""
    asked = list(team_ids)
    counted = (
        Membership.objects.filter(valid_at(at), team_id__in=asked)
        .values("team_id")
        .annotate(count=Count("account_id", distinct=True))
        .values_list("team_id", "count")
    )
    return dict.fromkeys(asked, 0) | dict(counted)


def answerable(team_id: int, at: datetime) -> str:
    """Why this team cannot take work at this moment, in words; "" when it can (2 queries)."""
    active = Team.objects.filter(pk=team_id).values_list("active", flat=True).first()
    if active is None:
        return N_("there is no such team")
    if not active:
        return N_("it was closed")
    return "" if members([team_id], at)[team_id] else N_("it has no members")


def teams_on(at: datetime, kind: str = "") -> tuple[TeamLine, ...]:
    """The teams that work, of one kind or all, by name, with their members (2 queries)."""
    rows = Team.objects.filter(active=True).order_by("name", "id")
    if kind:
        rows = rows.filter(kind=kind)
    found = list(rows)
    counts = members([team.pk for team in found], at)
    return tuple(
        TeamLine(team.pk, team.code, team.name, team.name_en, team.kind, counts[team.pk])
        for team in found
    )


def team_by_code(code: str) -> Team:
    """The team with this code, working or not; raises Missing."""
    found = Team.objects.filter(code=code).first()
    if found is None:
        raise Missing(N_("There is no team “{given}”."), field="team", given=code)
    return found


@dataclass(frozen=True, slots=True)
class _Standing:
    """A team in memory: the moments at which somebody joined and left it, each in order."""

    active: bool
    joined: list[datetime]
    left: list[datetime]


class TeamsAt(Mapping[int, TeamState]):
    """All teams with their members at one moment, counted when asked."""

    def __init__(self, standing: Mapping[int, _Standing], at: datetime) -> None:
        self._standing = standing
        self._at = at

    def __getitem__(self, team: int) -> TeamState:
        found = self._standing[team]
        belonging = bisect_right(found.joined, self._at) - bisect_right(found.left, self._at)
        return TeamState(found.active, belonging)

    def __iter__(self) -> Iterator[int]:
        return iter(self._standing)

    def __len__(self) -> int:
        return len(self._standing)


def _load() -> dict[int, _Standing]:
    joined: dict[int, list[datetime]] = defaultdict(list)
    left: dict[int, list[datetime]] = defaultdict(list)
    for team, since, until in Membership.objects.values_list("team_id", "since", "until"):
        joined[team].append(since)
        if until is not None:
            left[team].append(until)
    return {
        team: _Standing(active, sorted(joined[team]), sorted(left[team]))
        for team, active in Team.objects.values_list("id", "active")
    }


_standing = InMemory("people", _load)


def team_states(at: datetime, marks: Mapping[str, int]) -> TeamsAt:
    """All teams with their members at this moment, from memory while `marks` say it is new."""
    return TeamsAt(_standing.at(marks), at)


def accounts_of(team_ids: Iterable[int], at: datetime) -> dict[int, list[int]]:
    """Who belongs to each of these teams at this moment, by id, in order of joining (1 query)."""
    asked = list(team_ids)
    found: dict[int, list[int]] = {team: [] for team in asked}
    rows = Membership.objects.filter(valid_at(at), team_id__in=asked, account__is_active=True)
    for team, account in rows.order_by("id").values_list("team_id", "account_id"):
        found[team].append(account)
    return found
