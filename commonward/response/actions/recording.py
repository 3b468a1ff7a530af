"""Take steps with an incident's case, and note what happened as its events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case, Event
from commonward.core.rights import Actor
from commonward.response.models import Incident

ROOM = "response"


def lock(incident: Incident, at: datetime) -> tuple[Case, datetime]:
    """The incident's case, locked until the transaction ends, and the moment to write."""
    case = locked(incident.case.number)
    incident.case = case
    return case, in_order(case, at)


def note(
    incident: Incident,
    verb: str,
    at: datetime,
    actor: Actor,
    *,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Append an event; must run in a transaction. `data` holds facts only, never words."""
    case, at = lock(incident, at)
    touch(case, at)
    return record(case, verb, at, actor, team=case.team_id, data=data)


def move(
    incident: Incident,
    verb: str,
    actor: Actor,
    at: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
) -> Case:
    """Take the step `verb` of the procedure; must run in a transaction.

    Raises what `cases.actions.act` raises.
    """
    case = act(incident.case.number, verb, actor, at, given, version=version, room=ROOM)
    incident.case = case
    if case.closed_at is not None and incident.ended_at is None:
        incident.ended_at = case.closed_at
        incident.save(update_fields=["ended_at"])
    return case


def moves_if_offered(incident: Incident, verb: str, actor: Actor, at: datetime) -> bool:
    """Take the step where the incident's stage offers it; otherwise nothing happens."""
    from_ = {
        "acknowledge": ("ordered",),
        "depart": ("ordered", "acknowledged"),
        "arrive": ("ordered", "acknowledged", "en_route"),
    }[verb]
    if incident.case.stage not in from_:
        return False
    move(incident, verb, actor, at)
    return True
