"""Hooks as those who administer read them, and what one call says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonward.cases.actions.sealing import masters
from commonward.cases.models import Delivery, Hook
from commonward.cases.queries.reference import book
from commonward.core import sealing
from commonward.core.refusals import N_, Missing

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Message:
    """One call of another program: where to, signed with what, under which id, and its JSON."""

    id: str
    hook: int
    address: str
    secret: bytes
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HookCard:
    """One hook and its latest deliveries, the newest first."""

    hook: Hook
    deliveries: Sequence[Delivery]


def hooks() -> Sequence[Hook]:
    """Every hook, those that are called first (1 query)."""
    return tuple(Hook.objects.order_by("ended_at", "-id")[:500])


def hook_card(hook: int, before: int | None = None) -> HookCard:
    """One hook with its deliveries before an id (2 queries). Raises Missing."""
    found = Hook.objects.filter(pk=hook).first()
    if found is None:
        raise Missing(N_("There is no hook {id}."), field="hook", id=hook)
    rows = Delivery.objects.filter(hook=found).select_related("event__case").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return HookCard(found, tuple(rows[:ON_A_PAGE]))


def message(delivery: int) -> Message | None:
    """What this delivery says; None when its hook has ended.

    Facts of the case alone: nobody's words, no place nearer than the area, no contact details.
    """
    found = (
        Delivery.objects.select_related("hook", "event__case", "event__team")
        .filter(pk=delivery, state="waiting")
        .first()
    )
    if found is None or found.hook is None or found.hook.ended_at is not None:
        return None
    key = sealing.unwrap(bytes(found.hook.secret), masters(), f"hook {found.hook.pk}")
    return Message(f"commonward-{found.pk}", found.hook.pk, found.hook.address, key, _body(found))


def _body(found: Delivery) -> dict[str, Any]:
    event = found.event
    if event is None:
        return {"type": "test", "timestamp": found.made_at.isoformat(), "data": {}}
    case = event.case
    return {
        "type": f"case.{event.verb}",
        "timestamp": event.at.isoformat(),
        "data": {
            "event": event.pk,
            "number": case.number,
            "verb": event.verb,
            "from_stage": event.from_stage,
            "to_stage": event.to_stage,
            "category": book().categories[case.category_id].code,
            "area": case.area_path.strip("/").rpartition("/")[2],
            "grade": case.grade,
            "team": event.team.code if event.team else "",
            "public": case.public,
        },
    }
