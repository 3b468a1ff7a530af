"""The desk's words: posts, steps, what happened, how it ended, and limits as people say them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.cases.queries.filed import EventLine
from commonward.cases.queries.hiding import GROUNDS
from commonward.cases.queries.reference import Book, book
from commonward.core.calendars import Limit, Unit
from commonward.core.procedures import Procedure, Verb
from commonward.core.refusals import N_
from commonward.doors.desk.happenings import HAPPENINGS
from commonward.doors.desk.views.response.wording import HAPPENED as URGENT
from commonward.doors.look.naming import OUTCOMES, ROLES, moment, refused, word
from commonward.doors.look.showing import due_words, language, named, said

__all__ = ("OUTCOMES", "ROLES", "moment", "refused", "word")
"""Words that other doors need too."""
CHANNELS: Mapping[str, str] = {
    "portal": N_("Portal"),
    "app": N_("App"),
    "hotline": N_("Hotline"),
    "counter": N_("Counter"),
    "grid": N_("Grid worker"),
    "field": N_("Grid worker"),
    "open311": N_("Open311"),
    "api": N_("Another system"),
    "neighbour": N_("Neighbouring office"),
    "email": N_("E-mail"),
    "sms": N_("SMS"),
    "telegram": N_("Telegram"),
    "wechat": N_("WeChat"),
    "web": N_("Chat page"),
}
SENDERS: Mapping[str, str] = {
    "yes": N_("Checked sender: yes"),
    "no": N_("Checked sender: no"),
    "unknown": N_("Checked sender: unknown"),
}
"""What the office's mail server found (SPF, DKIM, DMARC): it opens nothing."""
CLOCKS: Mapping[str, str] = {
    "total": N_("The case as a whole"),
    "stage": N_("This stage"),
    "task": N_("Task"),
    "review": N_("Next look"),
    "suspension": N_("Suspended until"),
}
KINDS: Mapping[str, str] = {
    "whistle": N_("Whistle"),
    "assist": N_("Assist"),
    "supervision": N_("Supervision order"),
}
DANGERS: Mapping[str, str] = {
    "fire": N_("Fire or smoke"),
    "gas": N_("Gas or poison"),
    "rescue": N_("Somebody must be rescued"),
    "life": N_("A life in danger"),
    "violence": N_("Violence"),
    "self_harm": N_("Somebody may harm themselves"),
    "child": N_("A child in danger"),
}
"""The kinds of core/danger_words.toml."""
ASKS: Mapping[str, str] = {
    "whistle": N_("Whistle: call departments to the spot"),
    "assist": N_("Ask another team to assist"),
    "supervision": N_("Supervision order: a reply is owed"),
}
REQUESTS: Mapping[str, str] = {
    "extension": N_("Ask for more time"),
    "suspension": N_("Ask to suspend it"),
    "appeal": N_("Appeal the overtime mark"),
}
APPROVALS: Mapping[str, str] = {
    "extension": N_("More time"),
    "suspension": N_("Suspension"),
    "appeal": N_("Appeal of an overtime mark"),
    "objection": N_("Objection to hiding it from the public"),
}
STATES: Mapping[str, str] = {
    "asked": N_("waits for a decision"),
    "granted": N_("granted"),
    "refused": N_("refused"),
    "lapsed": N_("lapsed"),
}
LIGHTS: Mapping[str, str] = {
    "green": N_("in time"),
    "yellow": N_("due soon"),
    "red": N_("overdue"),
}
_HAPPENED: Mapping[str, str] = {
    "opened": N_("Opened"),
    "break_glass": N_("Somebody was given the right to read it in an emergency"),
    "break_glass_over": N_("The right to read it in an emergency was ended"),
    "me_too": N_("Another resident reported the same"),
    "photos_added": N_("Photos added"),
    "routed_by_words": N_("Routed by its words, without a person"),
    "sorted": N_("A person said what it is"),
    "taken_from_words": N_("Given back to a person"),
    "photo_shown": N_("A photo was made public"),
    "photo_hidden": N_("A photo was hidden from the public"),
    "called_back": N_("Called back"),
    "ask_reporter": N_("The reporter was asked"),
    "answer_question": N_("The reporter answered"),
    "withdraw_question": N_("The question was taken back"),
    "handed_over": N_("Danger handed over"),
    "danger_told": N_("Its words told of danger"),
    "danger_seen": N_("A person has seen the danger"),
    "danger_doubted": N_("Its words may be urgent: to be read first"),
    "danger_urgent": N_("A person read it first: urgent"),
    "danger_calm": N_("A person read it first: not urgent"),
    "joined_by": N_("Another case was joined to this one"),
    "follows": N_("Follows another case from now on"),
    "offered_on": N_("Offered to a neighbouring office"),
    "offer_withdrawn": N_("The offer to a neighbouring office was taken back"),
    "offer_declined": N_("The neighbouring office does not take it"),
    "matter_handed_over": N_("Handed to a neighbouring office"),
    "hand_over_arrived": N_("It has arrived at the neighbouring office"),
    "taken_over": N_("Taken over from a neighbouring office"),
    "neighbour_told": N_("The neighbouring office tells how it stands"),
    "neighbour_answered": N_("The neighbouring office has answered"),
    "neighbour_returned": N_("The neighbouring office gave it back"),
    "hand_over_closed": N_("The neighbouring office has our answer"),
    "consent_given": N_("The reporter agreed that details go along"),
    "consent_refused": N_("The reporter did not agree that details go along"),
    "pushed_on": N_("Sent to a neighbouring office as a request"),
    "split": N_("Split"),
    "warned": N_("80 % of the limit is used"),
    "overdue": N_("Overdue"),
    "callback_due": N_("The callback is due"),
    "escalated": N_("Still overdue: the next level was told"),
    "due_moved": N_("The due moment was computed again"),
    "update_received": N_("Another system sent an update"),
    "imported": N_("Taken over from another system"),
    "exchange_updated": N_("Another system's file told more"),
    "exchange_decided": N_("Decided what holds, here or in the other system"),
    "whistle_asked": N_("Whistle"),
    "assist_asked": N_("Asked to assist"),
    "supervision_asked": N_("Supervision order"),
    "extension_asked": N_("More time was asked for"),
    "extension_approved": N_("More time was agreed to"),
    "extension_refused": N_("More time was refused"),
    "suspension_asked": N_("A suspension was asked for"),
    "suspension_approved": N_("A suspension was agreed to"),
    "suspension_refused": N_("A suspension was refused"),
    "appeal_asked": N_("The overtime mark was appealed"),
    "appeal_approved": N_("The appeal was agreed to"),
    "appeal_refused": N_("The appeal was refused"),
    "dispute_registered": N_("Registered as a dispute"),
    "inquired": N_("Somebody was asked, or a place was looked at"),
    "party_added": N_("Somebody was put on a side"),
    "party_left": N_("Somebody was taken off a side"),
    "side_agreed": N_("A side wants to talk"),
    "side_refused": N_("A side does not want to"),
    "graded": N_("Graded by its facts"),
    "facts_stated": N_("More facts were stated"),
    "grade_contested": N_("A side objected to the grade"),
    "regraded": N_("A person graded it again"),
    "term_started": N_("A time limit of law began"),
    "term_warned": N_("A time limit of law is nearly over"),
    "term_overdue": N_("A time limit of law is over"),
    "term_met": N_("A time limit of law was met"),
    "term_late": N_("A time limit of law was met too late"),
    "term_dropped": N_("A time limit of law no longer matters"),
    "term_longer": N_("A time limit of law was made longer"),
    "term_recomputed": N_("A time limit of law was reckoned again"),
    "side_says_holds": N_("A side says that it was carried out"),
    "side_says_not": N_("A side says that it was not carried out"),
    "mediators_proposed": N_("Mediators were proposed"),
    "mediators_ticked": N_("A side ticked mediators"),
    "conflict_answered": N_("A mediator said whether they have an interest"),
    "mediator_appointed": N_("A mediator was appointed"),
    "mediator_left": N_("The mediator left the dispute"),
    "disclosed": N_("The mediator signed the disclosure"),
    "objected": N_("A side objected to the mediator"),
    "objection_decided": N_("The objection was decided"),
    "session_planned": N_("A session was planned"),
    "session_moved": N_("A session was moved"),
    "session_adjourned": N_("A session was adjourned"),
    "session_cancelled": N_("A session was cancelled"),
    "session_reminded": N_("A session begins within a day"),
    "session_recorded": N_("The record of a session was written"),
    "caucus_noted": N_("A note of a talk with one side was sealed"),
    "caucus_handed_over": N_("Notes of talks were handed over"),
    "reviewed": N_("It was read again"),
    "agreement_drafted": N_("The agreement was drafted"),
    "agreement_proposed": N_("The agreement lies before the sides"),
    "agreement_signed": N_("A side signed the agreement"),
    "agreement_objected": N_("A side objected to the text"),
    "agreement_in_force": N_("The agreement is in force"),
    "bids_opened": N_("A round of bids was opened"),
    "bid_key_given": N_("A side's browser made its key"),
    "bid_made": N_("A side made its bid"),
    "bids_crossed": N_("The bids cross"),
    "bids_apart": N_("The bids did not cross"),
    "bids_met": N_("The bids met"),
    "bids_broken": N_("A browser did not keep the rules of the bids"),
    "bids_withdrawn": N_("The bids were withdrawn"),
    "division_started": N_("A division was begun"),
    "points_given": N_("A side gave its points"),
    "division_withdrawn": N_("The division was withdrawn"),
    "paper_made": N_("A paper was handed out"),
    "paper_kept": N_("A paper was put into the file"),
    "paper_taken_back": N_("A paper was taken out of the file"),
    "file_bound": N_("The file was bound"),
    "package_made": N_("The papers for the court were put together"),
    "told": N_("Somebody was told by a person"),
    "hand_over_mail_unread": N_("A mail about a hand-over could not be read"),
    "handed_on": N_("It was handed on to another office"),
    "taken_in": N_("It was handed over by another office"),
    "confirmation_sent": N_("The application went to the court"),
    "hand_over_received": N_("The other office has it"),
    "hand_over_answered": N_("The other office answered"),
    "needs_said": N_("A side said what it needs for the talks"),
    "hidden": N_("Hidden from the public"),
    "marked": N_("Private data checked in what the public reads"),
    "shown_again": N_("Shown to the public again"),
    "objection_asked": N_("The reporter objected to the hiding"),
    "objection_approved": N_("The objection was agreed to: it is public again"),
    "objection_refused": N_("The objection was refused: it stays hidden"),
    "data_asked": N_("The reporter asked to have data corrected or deleted"),
    "data_granted": N_("The request about personal data was agreed to"),
    "data_refused": N_("The request about personal data was refused"),
    "data_erased": N_("What a reporter told was deleted"),
}
MEASURES: Mapping[str, str] = {
    "reminder": N_("reminder"),
    "order": N_("supervision order"),
    "listed": N_("listed"),
    "interview": N_("interview"),
    "notice": N_("notice"),
}


def limit_words(limit: Limit) -> str:
    """A limit as people say it: "4 working hours", "15 working days in the season planting"."""
    count = limit.amount
    told = {
        Unit.URGENT_SECOND: ngettext("{n} second", "{n} seconds", count),
        Unit.URGENT_MINUTE: ngettext("{n} minute", "{n} minutes", count),
        Unit.URGENT_HOUR: ngettext("{n} hour", "{n} hours", count),
        Unit.URGENT_DAY: ngettext("{n} day of 24 hours", "{n} days of 24 hours", count),
        Unit.WORK_MINUTE: ngettext("{n} working minute", "{n} working minutes", count),
        Unit.WORK_HOUR: ngettext("{n} working hour", "{n} working hours", count),
        Unit.WORK_DAY: ngettext("{n} working day", "{n} working days", count),
        Unit.DAY: ngettext("{n} calendar day", "{n} calendar days", count),
    }[limit.unit].format(n=count)
    if limit.season:
        told = _("{limit} in the season “{season}”").format(limit=told, season=limit.season)
    return told


def unit_words(unit: Unit) -> str:
    """What is counted, beside a field for a number."""
    return {
        Unit.URGENT_SECOND: _("seconds"),
        Unit.URGENT_MINUTE: _("minutes"),
        Unit.URGENT_HOUR: _("hours"),
        Unit.URGENT_DAY: _("days of 24 hours"),
        Unit.WORK_MINUTE: _("working minutes"),
        Unit.WORK_HOUR: _("working hours"),
        Unit.WORK_DAY: _("working days"),
        Unit.DAY: _("calendar days"),
    }[unit]


TELLS_SECONDS = 300
"""Below so many seconds, where the clocks of urgent help run, single seconds are told."""


def counted_words(seconds: int) -> str:
    """Counted seconds in at most two units: "2 d 3 h", "45 min", below five minutes "1 min 30 s"."""
    if seconds < 0:
        return "−" + counted_words(-seconds)
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86_400
    single = seconds % 60 if seconds < TELLS_SECONDS else 0
    parts = [
        text.format(n=n)
        for n, text in (
            (days, _("{n} d")), (hours, _("{n} h")), (minutes, _("{n} min")), (single, _("{n} s")),
        )
        if n
    ]  # fmt: skip
    return " ".join(parts[:2]) if parts else _("{n} min").format(n=0)


def day(of: date, *, short: bool = False) -> str:
    """A day in the order of the reader's language, with its weekday."""
    if language().startswith("zh"):
        return dateformat.format(of, "n月j日 D" if short else "Y年n月j日 l")
    return dateformat.format(of, "D j M" if short else "l, j F Y")


def due(at: datetime | None) -> str:
    """A due moment in words, or "" where none runs."""
    return due_words(at) if at is not None else ""


def happened(event: EventLine, procedure: Procedure, known: Book, kind: str = "") -> str:
    """What an event was, as a heading; `kind` is that of its task."""
    verb = event.verb
    if event.task is None and verb in procedure.verbs:
        return said(procedure.verbs[verb].title)
    for table in (_HAPPENED, HAPPENINGS, URGENT):
        if verb in table:
            return _(table[verb])
    own = verb.removeprefix(f"{kind}_")
    if kind in known.in_force and own != verb:
        of_task = known.procedures[known.in_force[kind]]
        if own in of_task.verbs:
            return _("{task}: {step}").format(
                task=word(KINDS, kind), step=said(of_task.verbs[own].title)
            )
    return said(procedure.verbs[verb].title) if verb in procedure.verbs else verb


def step_words(verb: str) -> str:
    """What happened, where no case says by which procedure: the first that has the step names it."""
    for table in (_HAPPENED, HAPPENINGS, URGENT):
        if verb in table:
            return _(table[verb])
    for procedure in book().procedures.values():
        if verb in procedure.verbs:
            return said(procedure.verbs[verb].title)
    return verb


def details(event: EventLine, known: Book, teams: Mapping[int, str]) -> list[str]:
    """What else an event says, without anybody's words."""
    data: Mapping[str, Any] = event.data
    told = [tell(data[name]) for name, tell in _DETAILS.items() if data.get(name)]
    if isinstance(data.get("category"), list):
        before, after = (
            known.categories[known.codes[c]].name if c in known.codes else c
            for c in data["category"]
        )
        told.append(_("{before} → {after}").format(before=before, after=after))
    if data.get("to_team") in teams:
        told.append(_("To: {team}").format(team=teams[data["to_team"]]))
    if data.get("solved") is not None:
        told.append(_("Solved") if data["solved"] is True else _("Not solved"))
    if data.get("reached") is False:
        told.append(_("Not reached"))
    if data.get("model"):
        told += _by_words(data, known)
    return told + [str(child) for child in data.get("children", ())]


def _by_words(data: Mapping[str, Any], known: Book) -> list[str]:
    """Which model said what, and how sure it was."""
    found = known.codes.get(str(data.get("kind", "")))
    facts = known.categories[found] if found is not None else None
    told = [named(facts.name, facts.name_en)] if facts is not None else []
    told.append(_("Model {version}").format(version=data["model"]))
    if data.get("probability") is not None:
        sure = min(99, round(100 * float(data["probability"])))
        told.append(_("confidence {percent} %").format(percent=sure))
    return told


_DETAILS: Mapping[str, Callable[[Any], str]] = {
    "outcome": lambda v: _("Outcome: {outcome}").format(outcome=word(OUTCOMES, v)),
    "measure": lambda v: _("Measure: {measure}").format(measure=word(MEASURES, v)),
    "tells": lambda v: _("Told: {who}").format(who=_(", ").join(word(ROLES, r) for r in v)),
    "count": lambda v: ngettext("{n} photo", "{n} photos", v).format(n=v),
    "satisfied": lambda v: _("Content: {mark} of 5").format(mark=v),
    "score": lambda v: _("Score: {score}").format(score=v),
    "ground": lambda v: word(GROUNDS, v),
    "used": lambda v: _("With the text: {names}").format(
        names=_(", ").join(f"{one['name']} v{one['version']}" for one in v)
    ),
    "danger": lambda v: _(", ").join(
        f"{word(DANGERS, one['kind'])} – {one['number']}" for one in v
    ),
    "emergency": lambda v: _("Handed to {number}").format(number=v),
    "case": str,
    "parent": str,
}


def weight(verb: Verb) -> str:
    """How a step's button looks: the way forward, a side move, or one that ends the case."""
    if verb.outcome and "reason" in verb.needs:
        return "grave"
    # A case is made to be worked on: joining it to another one is never the first thing offered.
    if verb.to == "=" or "reason" in verb.needs or verb.outcome == "joined":
        return "side"
    return "forward"
