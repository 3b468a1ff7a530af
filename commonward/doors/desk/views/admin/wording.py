"""Posts, kinds of teams, and acts of administration in the reader's words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.core.rights import ROLES

_ROLES: Mapping[str, str] = {
    "grid_worker": N_("Grid worker"),
    "intake_officer": N_("Intake officer"),
    "dispatcher": N_("Dispatcher"),
    "duty_chief": N_("Duty chief"),
    "handler": N_("Handler of a department"),
    "leader": N_("Leader"),
    "administrator": N_("Administrator"),
    "coordinator": N_("Coordinator of mediation"),
    "mediator": N_("Mediator"),
    "panelist": N_("Expert of the panel"),
    "clerk": N_("Court clerk"),
    "legal_aid": N_("Legal aid"),
}
_KINDS: Mapping[str, str] = {
    "department": N_("Department"),
    "grid": N_("Grid"),
    "centre": N_("Centre"),
    "street": N_("Street or town"),
    "community": N_("Community or village"),
    "partner": N_("Partner outside"),
}
_CHANGES: Mapping[str, str] = {
    "add_account": N_("Account added"),
    "rename": N_("Account renamed"),
    "deactivate_account": N_("Account deactivated"),
    "new_start": N_("New start for an account"),
    "enrol": N_("Accounts enrolled"),
    "add_team": N_("Team added"),
    "change_team": N_("Team changed"),
    "close_team": N_("Team closed"),
    "join_team": N_("Joined a team"),
    "leave_team": N_("Left a team"),
    "grant": N_("Grant given"),
    "revoke": N_("Grant ended"),
    "import_calendar": N_("Holiday table changed"),
    "set_office_hours": N_("Office hours changed"),
    "set_category": N_("Category changed"),
    "set_standard": N_("Filing condition changed"),
    "adopt_procedure": N_("Procedure changed"),
    "adopt_explorer": N_("Explorer of disputes changed"),
    "issue_key": N_("Key issued"),
    "revoke_key": N_("Key revoked"),
    "set_rule": N_("Answering rule set"),
    "end_rule": N_("Answering rule ended"),
    "rename_area": N_("Area renamed"),
    "add_area": N_("Area added"),
    "redraw": N_("Border moved"),
    "split_area": N_("Area split"),
    "merge_areas": N_("Areas merged"),
    "end_area": N_("Area ended"),
    "set_hook": N_("Hook set"),
    "end_hook": N_("Hook ended"),
    "see_as": N_("Saw the pages as somebody else"),
    "see_as_end": N_("Ended seeing as somebody else"),
}
_DELIVERIES: Mapping[str, str] = {
    "waiting": N_("waits"),
    "sent": N_("taken"),
    "refused": N_("refused for good"),
    "failed": N_("given up"),
    "dropped": N_("no longer wanted"),
}
_DUTIES: Mapping[str, str] = {
    "intake": N_("Takes reports in"),
    "dispatch": N_("Dispatches"),
    "grid": N_("Checks in the grid"),
    "handle": N_("Handles"),
}
_HOURS: Mapping[str, str] = {
    "": N_("at any time"),
    "office": N_("in office hours"),
    "closed": N_("outside office hours"),
}


def role_words(role: str) -> str:
    """A post (岗位)."""
    return _(_ROLES[role]) if role in _ROLES else role


def roles_to_give() -> list[tuple[str, str]]:
    """Every role that can be given, with its words."""
    return [(role, role_words(role)) for role in ROLES if role in _ROLES]


def kinds() -> list[tuple[str, str]]:
    """Every kind of team, with its words."""
    return [(kind, _(words)) for kind, words in _KINDS.items()]


def kind_words(kind: str) -> str:
    """A kind of team."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


def change_words(verb: str) -> str:
    """An act of administration; the verb itself for one that only a command does."""
    return _(_CHANGES[verb]) if verb in _CHANGES else verb


def duty_words(duty: str) -> str:
    """A duty that the answering rules are asked for (职责); a site's own one as it is named."""
    return _(_DUTIES[duty]) if duty in _DUTIES else duty


def hours_words(hours: str) -> str:
    """When a rule holds."""
    return _(_HOURS[hours])


def hours_to_choose() -> list[tuple[str, str]]:
    """Every time of day that a rule can name."""
    return [(hours, _(words)) for hours, words in _HOURS.items()]


def delivery_words(state: str) -> str:
    """How far a call of another program has come."""
    return _(_DELIVERIES[state])
