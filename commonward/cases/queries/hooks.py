"""Hooks as those who administer read them, and what one call says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from commonward.cases.actions.sealing import masters
from commonward.cases.models import Delivery, Event, Hook
from commonward.cases.queries.reference import Book, book
from commonward.core import sealing
from commonward.core.hooking import cloud_event
from commonward.core.refusals import N_, Missing
from commonward.people.queries import reading_once
from commonward.people.rows import fixed_cursor

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Message:
    """One call of another program: where to, signed with what (the newest secret first, and the one
    before while it is changed), under which id, and its JSON."""

    id: str
    hook: int
    address: str
    secrets: tuple[bytes, ...]
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


_OWED = """
SELECT count(*) FROM cases_delivery d JOIN cases_hook h ON h.id = d.hook_id
WHERE d.id = %s AND d.state = 'waiting' AND h.ended_at IS NULL
"""


def is_owed(delivery: int) -> bool:
    """Whether its hook still asks for it: looked at right before each call (1 constant statement)."""
    with fixed_cursor() as cursor:
        cursor.execute(_OWED, [delivery])
        return bool(cursor.fetchone()[0])


def hooks_of(deliveries: Collection[int], at: datetime) -> Mapping[int, Callable[[], Message]]:
    """What each of these says at this moment, by delivery; those whose hook has ended are not in it
    (2 queries). Each is written when it is called for: one that cannot be stops no other.

    Facts of the case alone: nobody's words, no place nearer than the area, no contact details. An
    event has the same id whenever and however often it is sent.
    """
    rows = Delivery.objects.select_related("hook", "event__case", "event__team").filter(
        pk__in=deliveries, state="waiting", hook__isnull=False, hook__ended_at=None
    )
    with reading_once():
        known = book()
    return {row.pk: partial(_message, row, at, known) for row in rows}


def message(delivery: int, at: datetime) -> Message | None:
    """What this delivery alone says at this moment; None when its hook has ended."""
    says = hooks_of([delivery], at).get(delivery)
    return None if says is None else says()


def _message(found: Delivery, at: datetime, known: Book) -> Message:
    hook = found.hook
    assert hook is not None  # noqa: S101 (only such rows were read)
    wrapped = [hook.secret]
    if hook.old_secret is not None and hook.old_until is not None and at < hook.old_until:
        wrapped.append(hook.old_secret)
    keys = tuple(sealing.unwrap(bytes(one), masters(), f"hook {hook.pk}") for one in wrapped)
    if found.event is None:
        name = f"commonward-trial-{found.pk}"
        body = cloud_event(f"trial-{found.pk}", source(), "commonward.trial", found.made_at, {})
    else:
        name = f"commonward-{hook.pk}-{found.event.pk}"
        body = told(found.event, known)
    return Message(name, hook.pk, hook.address, keys, body)


def source() -> str:
    """What every event of this installation names as its source."""
    return f"{settings.SITE_URL.rstrip('/')}/api/v1/events"


def told(event: Event, known: Book | None = None) -> dict[str, Any]:
    """One event as other programs are told it; `case` and `team` are read with it."""
    known = known or book()
    case = event.case
    data = {
        "event": event.pk,
        "number": case.number,
        "verb": event.verb,
        "from_stage": event.from_stage,
        "to_stage": event.to_stage,
        "category": known.categories[case.category_id].code,
        "area": case.area_path.strip("/").rpartition("/")[2],
        "grade": case.grade,
        "team": event.team.code if event.team else "",
        "public": case.public,
    }
    return cloud_event(
        str(event.pk), source(), f"commonward.case.{event.verb}", event.at, data,
        subject=f"cases/{case.number}",
    )  # fmt: skip
