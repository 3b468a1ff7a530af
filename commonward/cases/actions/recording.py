"""Write what happened: one event row, its free words apart."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from commonward.cases.actions.ringing import ring_after_commit
from commonward.cases.actions.rows import EVENTS, REMARKS
from commonward.cases.models import Case, Event, Remark
from commonward.core import causes
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions.causes import caused


def in_short(routing: Mapping[str, Any]) -> dict[str, Any]:
    """Which rule decided, for the event; the case itself keeps what else was considered."""
    return {k: routing[k] for k in ("team", "rule", "name", "number") if k in routing}


def record(
    case: Case,
    verb: str,
    at: datetime,
    actor: Actor,
    *,
    role: str = "",
    from_stage: str = "",
    to_stage: str = "",
    team: int | None = None,
    task: int | None = None,
    report: int | None = None,
    spent: int | None = None,
    data: Mapping[str, Any] | None = None,
    words: str = "",
    public: bool = False,
) -> Event:
    """Append an event. `words` must not stand in `data`: events stay, remarks can be shredded."""
    refuse_onlooker(actor)
    told = dict(data or {})
    if actor.under is not None:
        told["emergency"] = actor.under
    event = Event(
        case_id=case.pk,
        task_id=task,
        report_id=report if report is not None else actor.report,
        at=at,
        written_at=datetime.now(UTC),
        verb=verb,
        from_stage=from_stage,
        to_stage=to_stage,
        account_id=actor.account,
        role=role or actor.role,
        team_id=team,
        spent=spent,
        data=told,
    )
    EVENTS.insert(event)
    causes.note(case=case.number, verb=verb)
    caused("event", event.pk)
    if words:
        REMARKS.insert(Remark(event_id=event.pk, words=words, public=public))
    ring_after_commit()
    return event
