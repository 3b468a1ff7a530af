"""Posts, kinds of teams, and acts of administration in the reader's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from commonward.core.calendars import Limit
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import ROLES
from commonward.doors.desk.wording import limit_words

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
    "partner": N_("Partner office"),
    "response_coordinator": N_("Response coordinator"),
    "unit": N_("Unit that goes out"),
    "planner": N_("Planner"),
    "programme_officer": N_("Programme officer"),
    "bank": N_("Bank that stops payments"),
}
_KINDS: Mapping[str, str] = {
    "department": N_("Department"),
    "grid": N_("Grid"),
    "centre": N_("Centre"),
    "street": N_("Street or town"),
    "community": N_("Community or village"),
    "partner": N_("Partner outside"),
    "unit": N_("Unit that goes out"),
}
_CHANGES: Mapping[str, str] = {
    "add_account": N_("Account added"),
    "rename": N_("Account renamed"),
    "deactivate_account": N_("Account deactivated"),
    "new_start": N_("New start for an account"),
    "ask_break_glass": N_("Right for an emergency asked for"),
    "give_break_glass": N_("Right for an emergency given"),
    "refuse_break_glass": N_("Right for an emergency refused"),
    "end_break_glass": N_("Right for an emergency ended"),
    "end_sessions": N_("All sessions of an account ended"),
    "enrol": N_("Accounts enrolled"),
    "add_team": N_("Team added"),
    "change_team": N_("Team changed"),
    "close_team": N_("Team closed"),
    "join_team": N_("Joined a team"),
    "leave_team": N_("Left a team"),
    "set_office_mail": N_("Mailbox of an office set"),
    "grant": N_("Grant given"),
    "revoke": N_("Grant ended"),
    "import_calendar": N_("Holiday table changed"),
    "set_office_hours": N_("Office hours changed"),
    "set_category": N_("Category changed"),
    "set_standard": N_("Filing condition changed"),
    "adopt_procedure": N_("Procedure changed"),
    "adopt_figures": N_("Figures changed"),
    "adopt_explorer": N_("Explorer of disputes changed"),
    "adopt_rules": N_("Rules of disputes changed"),
    "train_words": N_("Model of words trained"),
    "roll_back_words": N_("Earlier model of words taken back"),
    "set_words": N_("Reading of words set"),
    "train_same": N_("Weights of the same problem trained"),
    "set_same": N_("Threshold of the same problem set"),
    "set_read_first": N_("Reading first set"),
    "put_away_same": N_("Weights of the same problem put away"),
    "set_word_variant": N_("Word of the table set"),
    "end_word_variant": N_("Word of the table taken away"),
    "ask_word_training": N_("Training of the words asked for"),
    "set_auto_route": N_("Confidence without a person set"),
    "end_auto_route": N_("Category always given by a person again"),
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
    "propose_grids": N_("Grids proposed"),
    "withdraw_grids": N_("Proposal of grids withdrawn"),
    "hand_back_grids": N_("Proposal of grids handed back"),
    "regrid": N_("Grids published"),
    "take_back_grids": N_("Published grids taken back"),
    "set_hook": N_("Hook set"),
    "set_letter_text": N_("Words of a message changed"),
    "set_channel_rule": N_("Quiet hours and limits of a channel set"),
    "try_channel": N_("A channel's provider asked again"),
    "send_again": N_("Messages sent again"),
    "end_hook": N_("Hook ended"),
    "replay_hook": N_("Hook told again of a span"),
    "set_exchange": N_("Exchange set"),
    "end_exchange": N_("Exchange ended"),
    "set_bank_end": N_("Bank's address and number set"),
    "new_bank_secret": N_("New secret for a bank's calls"),
    "try_bank": N_("Trial call of a bank"),
    "directory_joins": N_("Joined by the directory"),
    "directory_changes": N_("Changed by the directory"),
    "directory_leaves": N_("Left by the directory"),
    "directory_returns": N_("Came back by the directory"),
    "directory_deletes": N_("Deleted in the directory"),
    "directory_group": N_("Group of the directory set"),
    "directory_members": N_("Members of a directory group changed"),
    "directory_group_ends": N_("Group of the directory ended"),
    "directory_gives": N_("Directory gives from now on"),
    "directory_gives_not": N_("Directory gives no more"),
    "begin_review": N_("Review of access begun"),
    "confirm_grant": N_("Grant confirmed"),
    "warn_review": N_("Review of access ends soon"),
    "close_review": N_("Review of access closed"),
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

_CATEGORIES: Mapping[str, str] = {
    "component": N_("Part of the city"),
    "event": N_("Event"),
    "enquiry": N_("Enquiry"),
    "service": N_("Service"),
}
_ANSWERS: Mapping[str, str] = {
    "string": N_("A line of text"),
    "text": N_("Several lines of text"),
    "number": N_("A number"),
    "date": N_("A day"),
    "datetime": N_("Day and time"),
    "singlevaluelist": N_("One of the choices"),
    "multivaluelist": N_("Several of the choices"),
}
_KEYS: Mapping[str, str] = {
    "open311.report": N_("Send reports in (Open311)"),
    "open311.update": N_("Send updates of cases (Open311)"),
    "payment_stops": N_("answer requests to stop a payment"),
    "calls": N_("Tell of danger (other systems)"),
    "telephony": N_("Tell of calls (telephone system)"),
    "positions": N_("Say where a unit is (vehicle tracker)"),
    "scim": N_("Say who comes, moves and leaves (directory of staff)"),
    "api": N_("Everything that a login may do (own API)"),
}
_DETAILS: Mapping[str, str] = {
    "name": N_("name"),
    "name_en": N_("English name"),
    "kind": N_("kind"),
    "role": N_("post"),
    "count": N_("how many"),
    "team": N_("team"),
    "rights": N_("rights"),
    "area": N_("area"),
    "categories": N_("categories"),
    "verbs": N_("steps"),
    "version": N_("version"),
    "number": N_("number"),
    "limit": N_("limit"),
    "contact": N_("contact"),
    "since": N_("since"),
    "until": N_("until"),
    "code": N_("code"),
    "emergency": N_("under the right for an emergency no."),
    "key": N_("key"),
    "changed": N_("changed"),
    "came": N_("came"),
    "went": N_("went"),
    "why": N_("reason"),
    "undecided": N_("undecided"),
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


def category_kinds(known: tuple[str, ...]) -> list[tuple[str, str]]:
    """Kinds of categories (部件 事件 咨询 服务), with their words."""
    return [(kind, _(_CATEGORIES[kind])) for kind in known]


def answer_kinds(known: tuple[str, ...]) -> list[tuple[str, str]]:
    """Kinds of answers to a category's question, with their words."""
    return [(kind, _(_ANSWERS.get(kind, kind))) for kind in known]


def key_words(right: str) -> str:
    """What a key opens to a program."""
    return _(_KEYS[right]) if right in _KEYS else right


def detail_words(data: Mapping[str, Any]) -> str:
    """What the record of changes notes beside the thing itself, as far as anything was noted."""
    told = [
        _("{what}: {value}").format(what=_(_DETAILS.get(name, name)), value=_detail(name, value))
        for name, value in data.items()
        if value
    ]
    return _("; ").join(told)


def _detail(name: str, value: Any) -> str:
    known = {"role": role_words, "kind": kind_words, "rights": key_words}.get(name, str)
    if isinstance(value, list | tuple):
        return _(", ").join(known(str(one)) for one in value)
    return known(str(value))


def limit_told(limit: Any) -> str:
    """A limit as people say it; "" for none, and for one that is not understood."""
    if not limit:
        return ""
    if isinstance(limit, Mapping):
        limit = f"{limit['amount']} {limit['unit']}"
    try:
        return limit_words(Limit.parse(str(limit)))
    except Invalid:
        return ""
