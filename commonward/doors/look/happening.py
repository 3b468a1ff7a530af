"""What happened, told to the one it concerns: a stage entered, or a step beside the way."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from commonward.cases.queries.followed import Told
from commonward.core.refusals import N_
from commonward.doors.look.showing import said

_HAPPENED: Mapping[str, str] = {
    "add_words": N_("You added something"),
    "photos_added": N_("You added photos"),
    "me_too": N_("Your report was added to an earlier one"),
    "called_back": N_("You answered our question"),
    "not_content": N_("You were not content"),
    "content": N_("You were content"),
    "reopen": N_("You asked to open it again"),
    "raise": N_("You went to the next level"),
    "ask_reporter": N_("The office has a question for you"),
    "answer_question": N_("You answered the office's question"),
    "withdraw_question": N_("The office needs no answer any more"),
    "extension_approved": N_("They were given more time, for this reason"),
    "suspension_approved": N_("It has to wait, for this reason"),
}


def happened(verb: str) -> str:
    """A step beside the way, in words; "" for one that has none of its own."""
    return _(_HAPPENED[verb]) if verb in _HAPPENED else ""


def heading(one: Told) -> str:
    """The line above it: the stage that was entered, else what was done."""
    if one.stage is not None:
        return said(one.stage.title)
    return happened(one.verb) or (said(one.title) if one.title else "")
