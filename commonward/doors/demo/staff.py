"""Who acts in the demonstration by themselves: everybody but the log-ins for visitors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commonward.core.rights import Actor
from commonward.doors.demo import matters
from commonward.doors.demo.roles import POSTS
from commonward.people.queries import account_by_login, accounts_of, actors_for, teams_on

FEW = 2
"""So many of each grid's workers act; the others are at their rounds."""


@dataclass
class Staff:
    """People by team, with their rights as of `since`."""

    since: datetime
    teams: Mapping[str, int] = field(init=False)
    _people: Mapping[int, list[Actor]] = field(init=False)

    def __post_init__(self) -> None:
        standing = teams_on(self.since)
        self.teams = {team.code: team.id for team in standing}
        visitors = {account_by_login(post.login) for post in POSTS}
        grids = {team.id for team in standing if team.kind == "grid"}
        chosen = {
            team: [one for one in ids if one not in visitors][: FEW if team in grids else None]
            for team, ids in accounts_of(self.teams.values(), self.since).items()
        }
        actors = actors_for([one for ids in chosen.values() for one in ids], self.since)
        self._people = {team: [actors[one] for one in ids] for team, ids in chosen.items()}

    def of_role(self, role: str, turn: int) -> Actor:
        """Somebody at the centre with this role; `turn` chooses whom."""
        return self.of_team(self.teams[matters.CENTRE[role][0]], turn)

    def of_team(self, team: int, turn: int) -> Actor:
        """Somebody of this team."""
        people = self._people[team]
        return people[turn % len(people)]
