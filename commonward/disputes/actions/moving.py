"""Take a step of the procedure with a dispute, and keep what the room knows in step with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.cases.actions.moving import act
from commonward.cases.models import Case, Event
from commonward.core.refusals import N_, Invalid, Refusal
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change
from commonward.disputes.actions.sealing import seal
from commonward.disputes.actions.terms import follow_terms
from commonward.disputes.models import Dispute, Holding, Reason

ROOM = "disputes"
LONGEST_REASON = 2000


def take_step(
    number: str,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
) -> Case:
    """Take the step `verb` of the procedure `dispute`; the reason, where one is needed, is sealed.

    Raises what `cases.actions.act` raises, and Invalid for too long a reason.
    """
    with transaction.atomic():
        dispute = dispute_to_change(number, actor)
        return move(dispute, verb, actor, at, given, version=version)


def move(
    dispute: Dispute,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
) -> Case:
    """The same with a dispute already looked up; must run in a transaction."""
    if verb == "hold" and Holding.objects.filter(side__dispute=dispute, holds=False).exists():
        raise Refusal(
            N_("A side says that it was not carried out; it cannot be closed as performed."),
            code="side_says_not",
        )
    reason = str((given or {}).get("reason") or "").strip()
    if len(reason) > LONGEST_REASON or "\x00" in reason:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which="reason",
            most=LONGEST_REASON,
            field="reason",
        )
    case = act(dispute.case.number, verb, actor, at, given, version=version, room=ROOM)
    dispute.case = case
    if reason:
        _keep(dispute, verb, reason)
    if not case.is_open and dispute.ended_at is None:
        dispute.result, dispute.ended_at = case.outcome, case.changed_at
        dispute.save(update_fields=["result", "ended_at"])
    follow_terms(dispute, verb, at)
    return dispute.case


def _keep(dispute: Dispute, verb: str, reason: str) -> None:
    event = Event.objects.filter(case=dispute.case, verb=verb).order_by("-pk")[0]
    sealed = seal(dispute, reason, f"reason {event.pk}")
    Reason.objects.create(event=event, dispute=dispute, words=sealed)
