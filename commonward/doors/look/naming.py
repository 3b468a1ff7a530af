"""Code words in the reader's language: posts, outcomes, and the names inside a refusal.

Refusals name steps, stages and posts by the words that programs know; people read the titles.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import dateformat, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonward.cases.queries.reference import book
from commonward.core.indicators.names import OUTCOMES as OUTCOMES
from commonward.core.procedures import Procedure
from commonward.core.procedures.model import Text
from commonward.core.refusals import N_, Refusal
from commonward.people.words import filled

ROLES: Mapping[str, str] = {
    "reporter": N_("Resident"),
    "system": N_("The system"),
    "grid_worker": N_("Grid worker"),
    "intake_officer": N_("Intake officer"),
    "dispatcher": N_("Dispatcher"),
    "duty_chief": N_("Duty chief"),
    "handler": N_("Handler"),
    "leader": N_("Leader"),
    "administrator": N_("Administrator"),
    "party": N_("A side of the dispute"),
    "coordinator": N_("Coordinator of mediation"),
    "mediator": N_("Mediator"),
    "panelist": N_("Expert of the panel"),
    "clerk": N_("Court clerk"),
    "legal_aid": N_("Legal aid"),
    "partner": N_("Partner office"),
    "response_coordinator": N_("Response coordinator"),
    "unit": N_("Unit"),
    "planner": N_("Planner"),
    "programme_officer": N_("Programme officer"),
}
_NEEDS: Mapping[str, str] = {
    "reason": N_("the reason"),
    "words": N_("some words"),
    "result": N_("what was done"),
    "team": N_("the team"),
    "category": N_("the category"),
    "outcome": N_("the outcome"),
    "satisfied": N_("how content the resident is"),
    "score": N_("a score"),
}


def word(known: Mapping[str, str], name: str) -> str:
    """The name in the reader's language; as it stands where a site added its own."""
    return _(known[name]) if name in known else name


def moment(at: datetime) -> str:
    """A moment by the site's clock, in the order of the reader's language."""
    return dateformat.format(timezone.localtime(at), moment_format())


def moment_format() -> str:
    """How a moment is written: in the order of the language, by the clock of 24 hours.

    Django's own English form says "midnight" and "noon", which leave the day in doubt.
    """
    return "Y年n月j日 H:i" if (get_language() or "").startswith("zh") else "j F Y, H:i"


def refused(refusal: Refusal, procedure: Procedure | None = None) -> str:
    """A refusal with titles in the place of its names: the procedure's own, or else any one's."""
    told = filled(refusal.text, {k: _titled(k, v, procedure) for k, v in refusal.values.items()})
    entry = refusal.values.get("entry")  # where in a set of data it stands
    return f"{entry}: {told}" if entry else told


def _titled(place: str, value: Any, procedure: Procedure | None) -> Any:
    if not isinstance(value, str):
        return value
    names = value.split(", ")
    match place:
        case "verb" | "other" | "then" | "offered":
            return _listed(_title(name, _verb, procedure) for name in names)
        case "stage":
            return _title(value, _stage, procedure)
        case "kind":
            return _title(value, _whole, None)
        case "role" | "who":
            return _listed(word(ROLES, name) for name in names)
        case "missing":
            return _listed(word(_NEEDS, name) for name in names)
        case "outcome":
            return word(OUTCOMES, value)
        case "last" | "due" if "T" in value:
            return moment(datetime.fromisoformat(value))
    return value


def _listed(names: Iterable[str]) -> str:
    return _(", ").join(names)


def _title(
    name: str, find: Callable[[Procedure, str], Text | None], procedure: Procedure | None
) -> str:
    """What a procedure calls it; the name itself where none knows it."""
    known = [procedure] if procedure else []
    for one in known or book().procedures.values():
        if title := find(one, name):
            return title.in_language(get_language() or "en")
    return name


def _verb(procedure: Procedure, name: str) -> Text | None:
    return procedure.verbs[name].title if name in procedure.verbs else None


def _stage(procedure: Procedure, name: str) -> Text | None:
    return procedure.stages[name].title if name in procedure.stages else None


def _whole(procedure: Procedure, name: str) -> Text | None:
    return procedure.title if procedure.name == name else None
