"""What the values of columns are called (代码名称): steps and stages by the procedures' own titles,
the others by the words that the desk's pages use. A value that nobody named stands as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from commonward.core.procedures import Procedure, parse, shipped, shipped_names
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_

Tell = Callable[[str], str]
OUTCOMES: Mapping[str, str] = {
    "solved": N_("Solved"),
    "partly_solved": N_("Partly solved"),
    "not_solved": N_("Not solved"),
    "nothing_found": N_("Nothing was found there"),
    "duplicate": N_("Already known from another report"),
    "refused": N_("Not accepted"),
    "forced": N_("Closed by a leader's decision"),
    "void": N_("Void"),
    "joined": N_("Joined to another report"),
    "answered": N_("Answered"),
    "settled_performed": N_("Settled and performed"),
    "settled_in_part": N_("Settled in part"),
    "settled_not_performed": N_("Settled, not performed"),
    "not_settled": N_("Not settled"),
    "refused_by_side": N_("One side did not want to"),
    "no_answer": N_("No answer came"),
    "withdrawn": N_("Withdrawn"),
    "gated": N_("Not for mediation"),
    "handed_on": N_("Handed on"),
    "ended_on_spot": N_("Ended on the spot"),
    "called_off": N_("Called off"),
    "frozen": N_("Payment stopped"),
    "not_frozen": N_("Payment not stopped"),
}
"""How a case ends (办理结果)."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "outcome": {**OUTCOMES, "open": N_("still open")},
    "origin": {
        "public": N_("The public"),
        "grid": N_("Grid worker"),
        "patrol": N_("On patrol"),
        "hotline": N_("Hotline"),
        "transfer": N_("Handed over by another office"),
    },
    "channel": {
        "phone": N_("Phone"),
        "hotline": N_("Hotline"),
        "portal": N_("Portal"),
        "app": N_("App"),
        "counter": N_("Counter"),
        "grid": N_("Grid worker"),
        "field": N_("Grid worker"),
        "open311": N_("Open311"),
        "api": N_("Another system"),
        "email": N_("E-mail"),
        "mail": N_("Letter"),
        "visit": N_("Visit"),
        "patrol": N_("On patrol"),
        "sms": N_("SMS"),
        "telegram": N_("Telegram"),
        "wechat": N_("WeChat"),
        "web": N_("Chat page"),
    },
    "kind": {
        "total": N_("The case as a whole"),
        "stage": N_("A stage"),
        "task": N_("Task"),
        "review": N_("Next look"),
        "suspension": N_("Suspended until"),
    },
    "role": {
        "reporter": N_("Resident"),
        "system": N_("The system"),
        "grid_worker": N_("Grid worker"),
        "intake_officer": N_("Intake officer"),
        "dispatcher": N_("Dispatcher"),
        "duty_chief": N_("Duty chief"),
        "handler": N_("Handler"),
        "leader": N_("Leader"),
    },
}
_VERBS: Mapping[str, str] = {
    "opened": N_("Opened"),
    "extend": N_("Given more time"),
}
"""Steps that no procedure's table holds."""
_STAGES = ("stage", "from_stage", "to_stage")


def value_name(
    column: str, value: str, language: str, tell: Tell, procedures: Iterable[Procedure] = ()
) -> str:
    """What a value of a column is called in the reader's language.

    `procedures` are the site's; those that ship are asked where it has none of that name.

    >>> value_name("verb", "finish", "en", str), value_name("from_stage", "check", "zh", str)
    ('Done', '核查')
    >>> value_name("category", "0301", "en", str)
    '0301'
    """
    if value in (words := _WORDS.get(column, {})):
        return tell(words[value])
    for one in (*procedures, *_shipped()):
        found = _titled(one, column, value)
        if found is not None:
            return found.in_language(language)
    return tell(_VERBS[value]) if column == "verb" and value in _VERBS else value


def _titled(procedure: Procedure, column: str, value: str) -> Text | None:
    if column == "procedure":
        return procedure.title if procedure.name == value else None
    if column in _STAGES and value in procedure.stages:
        return procedure.stages[value].title
    if column == "verb" and value in procedure.verbs:
        return procedure.verbs[value].title
    return None


@cache
def _shipped() -> tuple[Procedure, ...]:
    # The loop of cases first: other procedures call some of its stages otherwise.
    names = sorted(shipped_names(), key=lambda name: (name != "service_matter", name))
    return tuple(parse(shipped(name)) for name in names)
