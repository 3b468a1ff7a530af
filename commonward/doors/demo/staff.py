"""Who acts in the demonstration by themselves: everybody but the log-ins for visitors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commonward.core.rights import Actor
from commonward.doors.demo import matters
from commonward.doors.demo.roles import POSTS
from commonward.people.queries import account_by_login, accounts_of, actor_for, teams_on

FEW = 2
"""So many of each grid's workers act; the others are at their rounds."""


@dataclass
class Staff:
    """People by team, looked up when first needed, with their rights as of `since`."""

    since: datetime
    teams: Mapping[str, int] = field(init=False)
    _codes: Mapping[int, str] = field(init=False)
    _people: dict[int, list[Actor]] = field(default_factory=dict)
    _visitors: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.teams = {team.code: team.id for team in teams_on(self.since)}
        self._codes = {team: code for code, team in self.teams.items()}
        self._visitors = {account_by_login(post.login) for post in POSTS}

    def of_role(self, role: str, turn: int) -> Actor:
        """Somebody at the centre with this role; `turn` chooses whom."""
        return self.of_team(self.teams[matters.CENTRE[role][0]], turn)

    def of_team(self, team: int, turn: int) -> Actor:
        """Somebody of this team."""
        if team not in self._people:
            ids = [one for one in accounts_of(team, self.since) if one not in self._visitors]
            few = ids[:FEW] if self.is_grid(team) else ids
            self._people[team] = [actor_for(one, self.since) for one in few]
        people = self._people[team]
        return people[turn % len(people)]

    def is_grid(self, team: int | None) -> bool:
        """Whether the team is one of a grid."""
        return self._codes.get(team or 0, "").startswith("grid-")
