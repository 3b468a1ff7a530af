"""What other rooms and the doors may read of people."""

from commonward.people.queries.actors import account_by_login, actor_for, actors_for
from commonward.people.queries.clock import now, site_time
from commonward.people.queries.keys import KEY_RIGHTS, KeyHolder, key_for
from commonward.people.queries.records import Look, access_log
from commonward.people.queries.revisions import InMemory, reading_once, revisions
from commonward.people.queries.teams import (
    TeamLine,
    accounts_of,
    answerable,
    members,
    team_by_code,
    team_states,
    teams_on,
)

__all__ = [
    "KEY_RIGHTS",
    "InMemory",
    "KeyHolder",
    "Look",
    "TeamLine",
    "access_log",
    "account_by_login",
    "accounts_of",
    "actor_for",
    "actors_for",
    "answerable",
    "key_for",
    "members",
    "now",
    "reading_once",
    "revisions",
    "site_time",
    "team_by_code",
    "team_states",
    "teams_on",
]
