"""Note what happened in a dispute as an event of its case, whose version rises."""

from collections.abc import Mapping
from datetime import datetime

from commonward.cases.actions.moving import in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event
from commonward.core.rights import Actor
from commonward.disputes.models import Dispute


def lock(dispute: Dispute, at: datetime) -> tuple[Case, datetime]:
    """The dispute's case, locked until the transaction ends, and the moment to write."""
    case = locked(dispute.case.number)
    dispute.case = case
    return case, in_order(case, at)


def note(
    dispute: Dispute,
    verb: str,
    at: datetime,
    actor: Actor,
    *,
    role: str = "",
    data: Mapping[str, object] | None = None,
) -> Event:
    """Append an event; must run in a transaction. `data` holds facts only, never words.

    Words of a dispute are sealed in their own table: a remark of a case would lie open.
    """
    case, at = lock(dispute, at)
    touch(case, at)
    return record(case, verb, at, actor, role=role, team=case.team_id, data=data)
