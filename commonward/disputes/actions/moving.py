"""Take a step of the procedure with a dispute, and keep what the room knows in step with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.cases.actions.moving import act
from commonward.cases.models import Case
from commonward.core.refusals import N_, Refusal
from commonward.core.rights import Actor
from commonward.disputes.access import dispute_to_change
from commonward.disputes.actions.terms import follow_terms
from commonward.disputes.models import Dispute, Holding

ROOM = "disputes"


def take_step(
    number: str,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
) -> Case:
    """Take the step `verb` of the procedure `dispute`; the reason, where one is needed, stays a
    remark of the case, which the posts of mediation alone can read.

    Raises what `cases.actions.act` raises.
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
    case = act(dispute.case.number, verb, actor, at, given, version=version, room=ROOM)
    dispute.case = case
    if not case.is_open and dispute.ended_at is None:
        dispute.result, dispute.ended_at = case.outcome, case.changed_at
        dispute.save(update_fields=["result", "ended_at"])
    follow_terms(dispute, verb, at)
    return dispute.case
