"""What happened, told to the one it concerns: a stage entered, or a step beside the way."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from commonward.cases.queries.followed import Told
from commonward.core.procedures import Stage
from commonward.core.refusals import N_
from commonward.doors.look.showing import language, said

_HAPPENED: Mapping[str, str] = {
    "add_words": N_("You added something"),
    "photos_added": N_("You added photos"),
    "me_too": N_("Your report was added to an earlier one"),
    "called_back": N_("You answered our question"),
    "not_content": N_("You were not content"),
    "content": N_("You were content"),
    "reopen": N_("You asked to open it again"),
    "raise": N_("You went to the next level"),
    "offered_on": N_("The office asked a neighbouring office to take it, for this reason"),
    "offer_declined": N_("The neighbouring office does not take it; it stays here"),
    "matter_handed_over": N_("A neighbouring office has it now"),
    "neighbour_told": N_("The neighbouring office tells how it stands"),
    "neighbour_answered": N_("The neighbouring office has answered; our office closes it"),
    "neighbour_returned": N_("The neighbouring office gave it back; our office has it again"),
    "ask_reporter": N_("The office has a question for you"),
    "answer_question": N_("You answered the office's question"),
    "withdraw_question": N_("The office needs no answer any more"),
    "hidden": N_("The office hid it from the public, for this reason"),
    "marked": N_("The office hid private data in your words"),
    "shown_again": N_("The office shows it to the public again"),
    "objection_asked": N_("You objected to the hiding"),
    "objection_approved": N_("A leader agreed with your objection: it is public again"),
    "objection_refused": N_("A leader decided that it stays hidden, for this reason"),
    "data_asked": N_("You asked to have your data corrected or deleted"),
    "data_granted": N_("The office agreed to your request about your data"),
    "data_refused": N_("The office did not agree to your request about your data"),
    "data_erased": N_("What you told was deleted"),
    "extension_approved": N_("They were given more time, for this reason"),
    "suspension_approved": N_("It has to wait, for this reason"),
}


_WHY_MOVED: Mapping[str, str] = {
    "not_found": N_("Somebody looked and found nothing there. The centre reads it again."),
    "refuse": N_("The centre cannot take it on; it says why."),
    "hand_back": N_("Those who had it say that it is not theirs to solve, and why."),
    "mis_dispatched": N_("Those who had it say that it is not theirs to solve, and why."),
    "decide_finally": N_("It has now been decided for good who must answer."),
    "suspend": N_("It cannot be done now. The reason and the end of the waiting are known."),
    "resume": N_("The waiting is over."),
    "ask_rework": N_("What was done is not enough: it goes back to those who must solve it."),
    "fail_check": N_("Somebody looked: it is not solved. It goes back to those who must solve it."),
    "report_unsolved": N_("Somebody looked again: it is still not solved."),
    "check_again": N_("Somebody is sent to look once more."),
    "fix_on_spot": N_("A grid worker solved it on the spot."),
    "force_close": N_("A leader decided to close it, and says why."),
    "void": N_("It was ended without work, for the reason given."),
    "not_content": N_("The answer was not enough."),
    "reopen": N_("It was opened again because it is not solved."),
    "raise": N_("The next level looks at it now."),
}
"""Why a step moved it, where the stage alone does not tell."""


def happened(verb: str) -> str:
    """A step beside the way, in words; "" for one that has none of its own."""
    return _(_HAPPENED[verb]) if verb in _HAPPENED else ""


def heading(one: Told) -> str:
    """The line above it: the stage that was entered, else what was done."""
    if one.stage is not None:
        return said(one.stage.title)
    return happened(one.verb) or (said(one.title) if one.title else "")


def plain(verb: str, stage: Stage | None) -> str:
    """What a step means, in a sentence or two: why it moved, and what happens now."""
    if stage is None:
        return ""
    why = _(_WHY_MOVED[verb]) if verb in _WHY_MOVED else ""
    gap = "" if language().startswith("zh") else " "
    return gap.join(part for part in (why, said(stage.plain)) if part)
