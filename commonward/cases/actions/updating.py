"""Take an update on a report from another system (外部进展): words, or a step of the procedure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commonward.cases.actions.moving import locked, take
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event, Report
from commonward.cases.queries.reference import book
from commonward.core.procedures import Procedure, Verb
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor, reporter

LONGEST_WORDS = 4000

_VERBS = {
    # (what the update says, whether the case is closed): the steps that would make it so.
    ("open", False): ("add_words", "note"),
    ("open", True): ("reopen",),
    ("closed", False): ("close", "finish", "fix_on_spot"),
    ("closed", True): ("add_words", "note"),
}
_RECEIVED = "update_received"


@dataclass(frozen=True, slots=True)
class Update:
    """What another system says: `name` is its own name for the update (sending it again changes
    nothing), `status` "open" or "closed", `said_at` its own time, kept but never computed with."""

    name: str
    status: str
    words: str
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The report, the case that it stands in now, and the event that the update became."""

    report: Report
    case: Case
    event: int


def add_update(
    number: str, update: Update, account: Actor | None, at: datetime, *, source: str
) -> Taken:
    """Carry out an update on the report with this number; `source` names the other system.

    With an `account` it does what that account may do; without one it may do what the reporter
    may. A description adds words, "open" on a closed case asks to reopen it, "closed" on an open
    one takes the step that leads there, if the account may take it now. Raises Missing, Forbidden,
    Invalid, Refusal; then nothing changes.
    """
    if len(update.words) > LONGEST_WORDS:
        raise Invalid(
            N_("The description has {given} characters; at most {most} are taken."),
            given=len(update.words),
            most=LONGEST_WORDS,
            field="description",
        )
    with transaction.atomic():
        report = (
            Report.objects.select_related("case", "case__joined_to").filter(number=number).first()
        )
        if report is None:
            raise Missing(N_("There is no report {number}."), number=number)
        case = locked((report.case.joined_to or report.case).number)
        name = _digest(f"{source}\n{update.name}")
        content = _digest(f"{update.status}\n{update.words}")
        earlier = _earlier(case, report, name, content) if update.name else None
        if earlier is not None:
            return Taken(report, case, earlier)
        actor = account or reporter(report.pk)
        verb = _verb(case, update, actor)
        if verb is not None:
            words = update.words
            case = take(
                case, verb.name, actor, at,
                {"words": words, "reason": words, "result": words, "outcome": "solved"},
            )  # fmt: skip
        # Words that tell of danger leave an event of their own behind the step.
        steps = Event.objects.filter(case=case, **({"verb": verb.name} if verb else {}))
        last = steps.order_by("-id").values_list("id", flat=True)[0]
        record(
            case, _RECEIVED, at, actor, report=report.pk, team=case.team_id,
            data={
                "name": name,
                "content": content,
                "event": last,
                "source": source,
                **({"said_at": update.said_at.isoformat()} if update.said_at else {}),
            },
        )  # fmt: skip
    return Taken(report, case, last)


def _verb(case: Case, update: Update, actor: Actor) -> Verb | None:
    """The step that makes it so: one the actor has the role for, else the first (which refuses).

    None where the case is as the update says and no words were given.
    """
    closed = case.closed_at is not None
    if not update.words and closed == (update.status == "closed"):
        if not closed:
            raise Invalid(
                N_("The request is open already and nothing is said about it: give a description."),
                field="description",
                code="required",
            )
        return None
    known = book()
    procedure = known.procedures[case.procedure_id]
    names = _VERBS[update.status, closed]
    possible = [v for n in names for v in procedure.by_stage[case.stage] if v.name == n]
    if not possible:
        raise Refusal(
            N_("In the stage “{stage}” an update cannot do this. Possible now: {offered}."),
            stage=procedure.stages[case.stage].title.en,
            offered=_offered(procedure, case),
            code="stage",
        )
    code = known.categories[case.category_id].code
    held = [v for v in possible if actor.roles_for(v.who, v.name, case.area_path, code)]
    chosen = (held or possible)[0]
    if not update.words and {"words", "reason", "result"} & set(chosen.needs):
        raise Invalid(
            N_("“{verb}” needs words: say in description what was done, or why."),
            verb=chosen.name,
            field="description",
            code="required",
        )
    return chosen


def _offered(procedure: Procedure, case: Case) -> str:
    return ", ".join(v.name for v in procedure.by_stage[case.stage]) or "–"


def _earlier(case: Case, report: Report, name: str, content: str) -> int | None:
    """The event that this update became when it was sent before; a refusal if it was another."""
    for data in Event.objects.filter(case=case, verb=_RECEIVED, report=report).values_list(
        "data", flat=True
    ):
        if data["name"] == name:
            if data["content"] != content:
                raise Refusal(
                    N_("This update_id was used for another update; take a new one."),
                    code="idempotency",
                    field="update_id",
                )
            return int(data["event"])
    return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
