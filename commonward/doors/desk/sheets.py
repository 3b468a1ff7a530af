"""The form of each step that somebody at the desk may take: made from what the procedure needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonward.cases import actions
from commonward.cases.access import visible_case
from commonward.cases.actions.photos import Ready, act_with_photos
from commonward.cases.models import Case
from commonward.cases.queries.explaining import standing_of
from commonward.cases.queries.filed import reports_of
from commonward.core.masking import mask
from commonward.core.numbers import normalise
from commonward.core.procedures import Procedure, Verb
from commonward.core.procedures.step import step as ask_core
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.doors.desk import choosing, helping, wording
from commonward.doors.desk.filling import Field, Group, Option
from commonward.doors.look.showing import said
from commonward.doors.look.standing import Standing

_WITH_PHOTOS = ("finish", "fix_on_spot", "pass_check", "fail_check", "confirm", "not_found")
_CALLED_BACK = ("content", "not_content", "unreached")
"""The steps by which somebody tells what a resident said when called back (回访)."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What the resident will read: where it stands then, in plain words, and the words masked.

    `alone`: only this one reads it, though the case is public.
    """

    heading: str
    plain: str
    words: str
    masked: bool
    alone: bool = False


@dataclass(frozen=True)
class Sheet:
    """A form to be filled: `take` does it with what was filled in, photos and the version.

    `barred` says in words why it cannot be done now. `reads` tells what of it the resident will
    read, None where nothing is.
    """

    title: str
    button: str
    fields: tuple[Field, ...]
    version: int
    procedure: Procedure
    take: Callable[[Mapping[str, Any], tuple[Ready, ...], int | None], object]
    about: str = ""
    barred: str = ""
    weight: str = "forward"
    reads: Callable[[Mapping[str, Any]], Reads | None] = lambda given: None
    answers: bool = False
    """Whether the resident is answered: then what helps with an answer stands beside it."""


def is_direct(verb: Verb) -> bool:
    """Whether a step asks for nothing at all: then its button takes it at once."""
    asks = ("file", "locate", "join", *_WITH_PHOTOS, *_CALLED_BACK)
    return not verb.needs and verb.name not in asks


def meant(number: str) -> str:
    """The number that somebody wrote; one of another form (taken over) as it stands."""
    try:
        return normalise(number)
    except Invalid:
        return number.strip()


def of_verb(case: Case, verb: str, standing: Standing) -> Sheet:
    """The form of a step with a case. Raises Missing for no such step, Forbidden for others' posts."""
    procedure, situation = standing_of(case)
    found = procedure.verbs.get(verb)
    if found is None or found.approval:
        raise Missing(N_("There is no such step."))
    barred = ""
    try:
        ask_core(procedure, verb, standing.actor, situation, {}, standing.at)
    except Invalid:
        pass  # what is not filled in is what the form asks for
    except Forbidden as refusal:
        if refusal.code != "apart":
            raise
        barred = wording.refused(refusal, procedure)
    except Refusal as refusal:
        barred = wording.refused(refusal, procedure)

    def take(given: Mapping[str, Any], photos: tuple[Ready, ...], version: int | None) -> object:
        return _taken(case, found, standing, given, photos, version)

    return Sheet(
        title=said(found.title),
        button=said(found.title),
        about=_leads(found, procedure),
        fields=_fields(case, found, procedure, standing),
        version=case.version,
        procedure=procedure,
        take=take,
        barred=barred,
        weight=wording.weight(found),
        reads=lambda given: _reads(found, procedure, given),
        answers=found.public and any(n in ("result", "words", "reason") for n in found.needs),
    )


def _taken(
    case: Case,
    verb: Verb,
    standing: Standing,
    given: Mapping[str, Any],
    photos: tuple[Ready, ...],
    version: int | None,
) -> object:
    actor, at = standing.actor, standing.at
    if verb.name == "join":
        into = given.get("into") or given.get("number") or ""
        if not into:
            raise Invalid(N_("Say which case it is the same as."), field="number")
        main = visible_case(meant(into), actor)
        return actions.join(
            case.number, main.number, given.get("words", ""), actor, at, version=version
        )
    filled = {k: v for k, v in given.items() if v not in (None, "", [])}
    if verb.name in _CALLED_BACK:
        filled["reached"] = verb.name != "unreached"
    for name in ("solved", "reached"):
        if filled.get(name) in ("yes", "no"):
            filled[name] = filled[name] == "yes"
    if verb.public and (texts := helping.used_in(case, filled, actor, at)):
        filled["used"] = texts
    return act_with_photos(case.number, verb.name, photos, actor, at, filled, version=version)


def _leads(verb: Verb, procedure: Procedure) -> str:
    """Where a step leads, and how often it may still be done."""
    parts = []
    if verb.to in procedure.stages:
        title = said(procedure.stages[verb.to].title)
        parts.append(_("Leads to: {stage}.").format(stage=title))
    if verb.at_most is not None and verb.at_most < 20:
        parts.append(
            ngettext(
                "Possible {n} time for a case.", "Possible {n} times for a case.", verb.at_most
            ).format(n=verb.at_most)
        )
    return " ".join(parts)


def _reads(verb: Verb, procedure: Procedure, given: Mapping[str, Any]) -> Reads | None:
    if not verb.public:
        return None
    words = str(given.get("reason") or given.get("result") or given.get("words") or "")
    stage = procedure.stages.get(verb.to)
    return reading(
        words,
        heading=said(stage.title) if stage else said(verb.title),
        plain=said(stage.plain) if stage else "",
    )


def reading(words: str, *, heading: str, plain: str) -> Reads | None:
    """These words as the resident will read them; None where there are none."""
    if not words:
        return None
    shown = mask(words)
    return Reads(heading, plain, shown, shown != words)


def _fields(case: Case, verb: Verb, procedure: Procedure, standing: Standing) -> tuple[Field, ...]:
    found = [_needed(name, case, verb, procedure, standing) for name in verb.needs]
    if verb.name == "join":
        near = choosing.near(case, standing.actor, standing.at)
        if near:
            found.append(Field("into", "radio", _("Perhaps the same"), groups=near))
        found += [
            Field("number", "line", _("Or the number of the other case")),
            Field("words", "text", _("Why it is the same")),
        ]
    if verb.name == "file":
        standards = choosing.standards(case)
        if standards:
            hint = _("It sets the limit for handling and the condition for closing.")
            found.insert(
                0, Field("standard", "radio", _("Filing condition"), hint=hint, groups=standards)
            )
    if verb.name == "locate":
        found.insert(0, _place(case))
    if verb.name in _CALLED_BACK:
        found += _called_back(case, verb)
    if verb.name in _WITH_PHOTOS and reports_of(case):
        found.append(photos_field())
    return tuple(found)


def photos_field(*, required: bool = False) -> Field:
    """Photos of the place, shrunk by the browser where it can."""
    hint = _("Nobody outside sees them before an officer has looked at them.")
    return Field("photos", "photos", _("Photos"), hint=hint, required=required)


def _place(case: Case) -> Field:
    return Field(
        "place",
        "place",
        _("Where it is"),
        required=True,
        value=case.address,
        lat="" if case.lat is None else f"{case.lat:.6f}",
        lon="" if case.lon is None else f"{case.lon:.6f}",
    )


def _called_back(case: Case, verb: Verb) -> list[Field]:
    found = []
    reports = reports_of(case)
    if len(reports) > 1:
        options = tuple(
            Option(r.number, r.number, wording.word(wording.CHANNELS, r.channel)) for r in reports
        )
        found.append(Field("report", "select", _("Who was called"), groups=(Group("", options),)))
    if verb.name != "unreached":
        found.append(
            Field("solved", "radio", _("Is the problem solved?"), groups=choosing.yes_no())
        )
        if "satisfied" not in verb.needs:
            found.append(satisfied_field(required=False))
    return found


def satisfied_field(*, required: bool) -> Field:
    """How content the resident is."""
    return Field(
        "satisfied", "radio", _("How content is the resident?"), required, groups=choosing.marks()
    )


def _needed(name: str, case: Case, verb: Verb, procedure: Procedure, standing: Standing) -> Field:
    """The field of one thing that a step needs."""
    hint = _("The resident reads this.") if verb.public else ""
    match name:
        case "team":
            stage = verb.to if verb.to in procedure.stages else case.stage
            groups = choosing.teams(case, stage, standing.at)
            return Field("team", "select", _("Team"), True, groups=groups)
        case "category":
            return Field(
                "category", "select", _("Category"), True, groups=choosing.categories(case)
            )
        case "outcome":
            groups = choosing.outcomes(procedure)
            return Field("outcome", "radio", _("How did it end?"), True, groups=groups)
        case "satisfied":
            return satisfied_field(required=True)
        case "score":
            return Field("score", "number", _("Score (0 to 100)"), True, least=0, most=100)
        case "result" | "words" | "reason":
            labels = {"result": _("What was done?"), "words": _("Words"), "reason": _("Reason")}
            texts = choosing.texts(case, standing.actor, standing.at) if verb.public else ()
            return Field(name, "text", labels[name], True, hint, texts=texts)
    return Field(name, "line", name, True)
