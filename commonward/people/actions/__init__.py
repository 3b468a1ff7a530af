"""Every change to accounts, teams, grants and keys; each is one verb that every door calls."""

from commonward.people.actions.accounts import (
    add_account,
    deactivate_account,
    new_start,
    own_password,
    rename,
)
from commonward.people.actions.clock import change_speed, set_site_clock
from commonward.people.actions.enrolling import Newcomer, enrol
from commonward.people.actions.grants import grant, revoke
from commonward.people.actions.keys import Allowance, count_use, issue_key, revoke_key
from commonward.people.actions.qualifying import (
    drop_requirement,
    forget_qualifications,
    qualify,
    require,
    unqualify,
)
from commonward.people.actions.records import end_access_log, record_access, record_change
from commonward.people.actions.revisions import raise_revision
from commonward.people.actions.signing import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    forget_signing,
)
from commonward.people.actions.teams import add_team, change_team, close_team, join_team, leave_team

__all__ = [
    "Allowance",
    "Newcomer",
    "add_account",
    "add_team",
    "change_speed",
    "change_team",
    "close_team",
    "count_use",
    "deactivate_account",
    "drop_requirement",
    "end_access_log",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "enrol",
    "forget_qualifications",
    "forget_signing",
    "grant",
    "issue_key",
    "join_team",
    "leave_team",
    "new_start",
    "own_password",
    "qualify",
    "raise_revision",
    "record_access",
    "record_change",
    "rename",
    "require",
    "revoke",
    "revoke_key",
    "set_site_clock",
    "unqualify",
]
