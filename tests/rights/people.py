"""Every standing person: each post that the site ships in each scope, and whoever has no post."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from commonward.core.rights import ROLES, SYSTEM
from commonward.people import actions as people
from commonward.people.models import Account
from tests.district import DISTRICT, SINCE, STREETS, District

POSTS = tuple(role for role in ROLES if role not in ("reporter", "system", "party"))
"""The others come with a receipt, a pass or with the program: no account holds them."""
SOUTH, NORTH, AWAY = f"/{DISTRICT}/{STREETS[0]}/", f"/{DISTRICT}/{STREETS[1]}/", "/99/"

TEAMS_OF: Mapping[str, tuple[str, str]] = {
    "grid_worker": ("grids-south", "grids-north"),
    "intake_officer": ("intake", "spare"),
    "dispatcher": ("dispatch", "spare"),
    "duty_chief": ("chiefs", "spare"),
    "handler": ("street", "lamps"),
    "leader": ("leaders", "spare"),
    "administrator": ("chiefs", "spare"),
    "coordinator": ("coordinators", "spare"),
    "mediator": ("committee-south", "committee-north"),
    "panelist": ("panel", "spare"),
    "clerk": ("court", "spare"),
    "legal_aid": ("legal-aid", "spare"),
    "partner": ("town-bank", "next-centre"),
    "response_coordinator": ("response", "spare"),
    "unit": ("fire-1", "police-1"),
    "planner": ("leaders", "spare"),
    "programme_officer": ("chiefs", "spare"),
}
"""Each post's own team, and another one of the kind."""


@dataclass(frozen=True)
class Scope:
    """How far a grant goes, and whether its holder is in the post's own team or another one."""

    area: str = ""
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    team: int | None = 0

    @property
    def part(self) -> bool:
        """Whether the grant is for a part of the site only."""
        return bool(self.area or self.categories or self.verbs)


SCOPES: Mapping[str, Scope] = {
    "everywhere": Scope(),
    "other-team": Scope(team=1),
    "south": Scope(SOUTH),
    "north": Scope(NORTH, team=1),
    "away": Scope(AWAY),
    "lamps": Scope(categories=("01",)),
    "other-verb": Scope(verbs=("nothing-at-all",)),
}


@dataclass(frozen=True)
class Person:
    """Somebody who asks: a post in a scope, or (no post) one of those who have none."""

    login: str
    post: str = ""
    scope: Scope = Scope()
    team: str = ""
    signed_in: bool = True

    def covers(self, area_path: str, category: str) -> bool:
        """Whether the grant reaches what lies here and is of this category."""
        near = not self.scope.area or area_path.startswith(self.scope.area)
        return near and (not self.scope.categories or category.startswith(self.scope.categories))


WITHOUT = ("no-grant", "ended-grant", "coming-grant", "left-the-site")
"""Accounts to which nothing is granted now; the last one was deactivated while signed in."""


def everybody() -> tuple[Person, ...]:
    """All of them, whoever is not signed in last."""
    found = [
        Person(
            f"{post}-{name}", post, scope, "" if scope.team is None else TEAMS_OF[post][scope.team]
        )
        for post in POSTS
        for name, scope in SCOPES.items()
    ]
    return (
        *found,
        *(Person(login, signed_in=login != "left-the-site") for login in WITHOUT),
        Person("nobody", signed_in=False),
    )


def settle(here: District, teams: Mapping[str, int]) -> dict[str, int]:
    """Accounts, grants and teams for all of them; log-in → id."""
    made = {}
    for person in everybody():
        if person.login == "nobody":
            continue
        account = people.add_account(SYSTEM, person.login, person.login, at=SINCE).pk
        made[person.login] = account
        if person.post:
            people.grant(
                SYSTEM, account, person.post, at=SINCE, area_path=person.scope.area,
                categories=person.scope.categories, verbs=person.scope.verbs,
            )  # fmt: skip
            people.join_team(SYSTEM, account, teams[person.team], at=SINCE)
    past, coming = here.at - timedelta(days=30), here.at + timedelta(days=300)
    people.grant(SYSTEM, made["ended-grant"], "leader", at=SINCE, until=past)
    people.grant(SYSTEM, made["coming-grant"], "leader", at=coming)
    people.grant(SYSTEM, made["left-the-site"], "leader", at=SINCE)
    Account.objects.filter(pk=made["left-the-site"]).update(is_active=False)
    return made
