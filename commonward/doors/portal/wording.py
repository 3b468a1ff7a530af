"""The reporter's steps in plain words: buttons, questions, and why one is not possible."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from commonward.cases.queries.followed import Followed
from commonward.core.procedures import Verb
from commonward.core.refusals import N_, Refusal
from commonward.doors.look.naming import moment_format
from commonward.doors.look.showing import said
from commonward.people.queries import now as site_now
from commonward.people.words import tell


@dataclass(frozen=True, slots=True)
class _Words:
    """A step's button, the question on its page, and what is said when it is done."""

    label: str
    question: str
    done: str


_STEPS: Mapping[str, _Words] = {
    "add_words": _Words(
        N_("Add something"),
        N_("What would you like to add?"),
        N_("Thank you. Those who work on it can read it now."),
    ),
    "content": _Words(
        N_("I am content"),
        N_("How content are you, from 1 (not at all) to 5 (fully)?"),
        N_("Thank you for telling us."),
    ),
    "not_content": _Words(
        N_("I am not content"),
        N_("What is still wrong?"),
        N_("Thank you for saying so. You are owed a second answer."),
    ),
    "reopen": _Words(
        N_("Not solved: open it again"),
        N_("What is not solved?"),
        N_("It is open again, and it has a new deadline."),
    ),
    "raise": _Words(
        N_("To the next level"),
        N_("Why should the next level look at it?"),
        N_("It goes to the next level. You are owed another answer."),
    ),
}
_OUTCOMES: Mapping[str, str] = {
    "solved": N_("Solved"),
    "partly_solved": N_("Partly solved"),
    "not_solved": N_("Not solved"),
    "nothing_found": N_("Nothing was found there"),
    "duplicate": N_("Already known from another report"),
    "forced": N_("Closed by a leader's decision"),
    "void": N_("Void"),
    "joined": N_("Joined to another report"),
    "answered": N_("Answered"),
}
_ASK_MARK = frozenset({"content", "not_content"})


def label(verb: Verb) -> str:
    """What stands on the button."""
    found = _STEPS.get(verb.name)
    return _(found.label) if found else said(verb.title)


def question(verb: Verb) -> str:
    """What the step's page asks."""
    found = _STEPS.get(verb.name)
    return _(found.question) if found else said(verb.title)


def asks_mark(verb: Verb) -> bool:
    """Whether a number from 1 to 5 is asked with it."""
    return verb.name in _ASK_MARK or "satisfied" in verb.needs


def done(verb: str) -> str:
    """What is said when the step was taken; "" for a step that there is not."""
    if verb == "answer":
        return _("Thank you. The office can read your answer now.")
    if verb == "consent":
        return _("Noted. You may change it until your details have gone.")
    if verb == "object":
        return _(
            "Your objection goes to a leader, who did not hide it. You read the decision here."
        )
    found = _STEPS.get(verb)
    return _(found.done) if found else ""


def outcome(name: str) -> str:
    """How it ended, in words; the name itself for one that a site added."""
    return _(_OUTCOMES[name]) if name in _OUTCOMES else name


def why_not(verb: Verb, found: Followed) -> str:
    """Why a step is not possible now, and what is."""
    if verb.name == "raise" and found.closed_at is None:
        why = _(
            "While it is being worked on, delays are reported to the leaders by themselves. As "
            "soon as it is closed and you are not content, this button takes it to the next level."
        )
    elif found.stage.name not in verb.from_:
        why = _("This is not possible while it is at “{stage}”.").format(
            stage=said(found.stage.title)
        )
    elif verb.within and found.reopen_until and found.reopen_until < site_now():
        why = _("This was possible until {last}. You are welcome to make a new report.").format(
            last=_moment(found)
        )
    else:
        why = _("This was already done as often as the rules allow.")
    return f"{why} {_possible(found)}"


def refused(refusal: Refusal, found: Followed) -> str:
    """A refused step in the reporter's words instead of the procedure's names."""
    if refusal.code == "stage":
        why = _("This is not possible while it is at “{stage}”.").format(
            stage=said(found.stage.title)
        )
    elif refusal.code == "bound":
        why = _("This was already done as often as the rules allow.")
    elif refusal.code == "window":
        why = _("This was possible until {last}. You are welcome to make a new report.").format(
            last=_moment(found)
        )
    else:
        return tell(refusal)
    return f"{why} {_possible(found)}"


def _possible(found: Followed) -> str:
    if not found.possible:
        return ""
    labels = _(", ").join(label(v) for v in found.possible)
    return _("Possible now: {steps}.").format(steps=labels)


def _moment(found: Followed) -> str:
    if found.reopen_until is None:
        return "–"
    return date_format(timezone.localtime(found.reopen_until), moment_format())
