"""Overtime marks (超时标记) and what became of their appeals (申诉); the raw facts stay beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commonward.cases.access import seen_by
from commonward.cases.models import Approval, Case, Clock, Event
from commonward.cases.queries.reference import book
from commonward.core.rights import Actor

MOST = 50
VERB = "appeal_mark"
_COLUMNS = ("id", "number", "opened_at", "closed_at", "counted", "procedure_id", "stage")


@dataclass(frozen=True, slots=True)
class Mark:
    """A case with or without an overtime mark. `late` is the raw fact, `counted` says whether the
    mark stands, `appeal` what was asked or decided ("" where nobody appealed); `appealable`, that
    the case stands where its mark can be appealed and nobody did yet."""

    number: str
    opened_at: datetime
    closed_at: datetime | None
    late: bool
    counted: bool
    appeal: str
    appealable: bool


def marks_of(numbers: Sequence[str]) -> list[Mark]:
    """The marks of these cases, in the order of the cases (3 queries)."""
    rows = Case.objects.filter(number__in=list(numbers)).order_by("id")
    return _marks(list(rows.values_list(*_COLUMNS)))


def marks_by(actor: Actor, since: datetime, until: datetime) -> list[Mark]:
    """Closed cases with an overtime mark in which this person acted in a window, newest first, as
    far as they may see them."""
    if actor.account is None:
        return []
    acted = Event.objects.filter(
        account_id=actor.account, at__gte=since, at__lt=until, task=None
    ).values("case_id")
    late = Clock.objects.filter(task=None, met=False, case_id__in=acted).values("case_id")
    rows = (
        Case.objects.filter(seen_by(actor), pk__in=late, closed_at__isnull=False)
        .order_by("-id")
        .distinct()
    )
    return _marks(list(rows.values_list(*_COLUMNS)[:MOST]))


def _marks(rows: list[Any]) -> list[Mark]:
    keys = [row[0] for row in rows]
    late = set(
        Clock.objects.filter(case__in=keys, task=None, met=False).values_list("case_id", flat=True)
    )
    appeals = dict(
        Approval.objects.filter(case__in=keys, kind="appeal")
        .order_by("id")
        .values_list("case_id", "state")
    )
    procedures = book().procedures
    found = []
    for key, number, opened, closed, counted, procedure, stage in rows:
        verb = procedures[procedure].verbs.get(VERB)
        open_to = key in late and key not in appeals and verb is not None and stage in verb.from_
        appeal = appeals.get(key, "")
        found.append(Mark(number, opened, closed, key in late, counted, appeal, open_to))
    return found
