"""What a person decides of a difference, with the reason; it stands in the case's events."""

from datetime import datetime

from django.db import transaction

from commonward.cases.actions.exchanging import keeping
from commonward.cases.actions.exchanging.comparing import apart
from commonward.cases.actions.exchanging.rights import require_runner
from commonward.cases.actions.finding import find_more
from commonward.cases.actions.moving import in_order, locked, take, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, ExchangeItem, ExchangeRow
from commonward.cases.queries.reference import book
from commonward.core.exchanging.orders import mark_of
from commonward.core.refusals import N_, Invalid, Missing, Refusal
from commonward.core.rights import Actor

DECIDED = "exchange_decided"
DECISIONS = ("theirs", "ours", "ask")
TAKEN_OVER = frozenset({"words", "address", "category", "status"})
"""What “take theirs” can do here; the rest is changed on the case itself."""
_CLOSING = ("close", "finish")


@transaction.atomic
def decide(actor: Actor, row: int, decision: str, reason: str, at: datetime) -> ExchangeRow:
    """Take theirs, keep ours, or ask them. Raises Forbidden, Missing, Invalid; then nothing changes.

    "Theirs" adds their words, sets the address, sorts into their category or takes the step that
    ends it, each by the rules of the case and the rights of whoever decides.
    """
    require_runner(actor)
    found = (
        ExchangeRow.objects.select_for_update(of=("self",))
        .select_related("run__exchange", "case")
        .filter(pk=row, state="differs")
        .first()
    )
    if found is None or found.case is None:
        raise Missing(N_("There is no such difference."), field="row")
    if decision not in DECISIONS:
        raise Invalid(N_("Choose: take theirs, keep ours, or ask."), field="decision")
    if not reason.strip():
        raise Invalid(N_("Say why: the reason stands on the case."), field="reason")
    if len(reason) > 1000:
        raise Invalid(N_("A reason has at most {most} characters."), most=1000, field="reason")
    if found.decision in ("theirs", "ours"):
        raise Refusal(N_("This was decided already."), field="decision", code="decided")
    item = ExchangeItem.objects.select_related("case__category").get(
        exchange_id=found.run.exchange_id, ref=found.ref
    )
    if apart(item):
        raise Missing(N_("There is no such difference."), field="row")
    if found.content is None:
        raise Invalid(N_("What they sent was deleted: its time was over."), field="row")
    key = keeping.unwrapped(found.run.key)
    fields = keeping.unsealed(found.content, key)["fields"]
    theirs = {name: both[1] for name, both in fields.items()}
    case = locked(found.case.number)
    moment = in_order(case, at)
    if decision == "theirs":
        case = _take(case, theirs, actor, moment, reason)
    touch(case, moment)
    record(
        case, DECIDED, moment, actor, team=case.team_id, words=reason,
        data={"exchange": found.run.exchange.name, "run": found.run.number,
              "decision": decision, "fields": sorted(fields)},
    )  # fmt: skip
    if decision != "ask":
        # The same content sent again is decided already.
        end = "" if decision == "theirs" else "="
        item.marks = {**item.marks, **{n + end: mark_of(text) for n, text in theirs.items()}}
        item.save(update_fields=["marks"])
    found.decision, found.decided_at = decision, at
    found.save(update_fields=["decision", "decided_at"])
    return found


def _take(case: Case, theirs: dict[str, str], actor: Actor, at: datetime, reason: str) -> Case:
    """Each field as they have it. Raises Invalid for what is not changed from here."""
    beyond = sorted(set(theirs) - TAKEN_OVER)
    if beyond:
        raise Invalid(
            N_("{fields} cannot be taken over from here: change it on the case itself, then keep "
               "ours."),
            fields=", ".join(beyond), field="decision",
        )  # fmt: skip
    if "category" in theirs:
        given = {"category": theirs["category"], "reason": reason}
        case = take(case, "recategorise", actor, at, given)
    if theirs.get("address"):
        case.address = theirs["address"][:300]
        case.save(update_fields=["address"])
    if theirs.get("words"):
        touch(case, at)
        find_more(case, theirs["words"], "", {})
        record(
            case, "exchange_updated", at, actor, team=case.team_id, words=theirs["words"],
            data={"fields": ["words"]},
        )  # fmt: skip
    if "status" in theirs:
        case = _status(case, theirs["status"], actor, at, reason)
    return case


def _status(case: Case, status: str, actor: Actor, at: datetime, reason: str) -> Case:
    offered = book().procedures[case.procedure_id].by_stage[case.stage]
    wanted = ("reopen",) if status == "open" else _CLOSING
    verb = next((one.name for name in wanted for one in offered if one.name == name), None)
    if verb is None:
        raise Invalid(
            N_(
                "In this stage no step makes it so: take the steps on the case itself, or ask them."
            ),
            field="decision",
        )
    given = {"words": reason, "reason": reason, "result": reason, "outcome": "solved"}
    return take(case, verb, actor, at, given)
