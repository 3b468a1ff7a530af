"""From events to messages that are owed, and from these to those that were taken (投递).

An event is the outbox. For each subscription whose case has moved on, its new steps become
deliveries; each is leased before it is sent and ended after. Whatever dies in between is sent
again: at least once, under the same Message-ID.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from commonward.cases.actions.subscribing import end, sweep, versions_of
from commonward.cases.models import Allowance, Delivery, Event, Subscription
from commonward.cases.queries.letters import steps_to_tell

LEASE = timedelta(minutes=10)
"""How long whoever sends a mail has it for themselves; longer than any mail server takes."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
STUCK_AFTER = 4
"""Failures after which a delivery stands on the stuck list."""
GIVE_UP_AFTER = timedelta(days=5)


def prepare(at: datetime, *, most: int = 1000) -> int:
    """Owe each subscriber the steps that they were not told; says how many mails that makes.

    A case's events are written under its lock, so the last one looked at is a mark that no later
    one can slip behind; the version that was read before them tells whether to look again.
    """
    moved = (
        Subscription.objects.filter(ended_at=None, confirmed_at__isnull=False)
        .filter(
            ~Q(report__case__version=F("version"))
            | (
                Q(report__case__joined_to__isnull=False)
                & ~Q(report__case__joined_to__version=F("main_version"))
            )
        )
        .order_by("id")
        .values_list("pk", flat=True)
    )
    return sum(_prepare_one(pk, at) for pk in list(moved[:most]))


def _prepare_one(pk: int, at: datetime) -> int:
    with transaction.atomic():
        found = (
            Subscription.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("report__case__joined_to")
            .filter(pk=pk, ended_at=None)
            .first()
        )
        if found is None:  # another worker has it, or it was just ended
            return 0
        own = found.report.case
        found.version, found.main_version = versions_of(own)
        cases = [c for c in (own.pk, own.joined_to_id) if c is not None]
        new = list(
            Event.objects.filter(case_id__in=cases, id__gt=found.last_event)
            .order_by("id")
            .values_list("pk", flat=True)
        )
        told = [s.id for s in steps_to_tell(found, at) if s.id in new] if new else []
        Delivery.objects.bulk_create(
            [Delivery(subscription=found, event_id=event, made_at=at, next_at=at) for event in told]
        )
        found.last_event = max(new, default=found.last_event)
        found.save(update_fields=["version", "main_version", "last_event"])
    return len(told)


def owe(room: str, at: datetime) -> Delivery:
    """A message of a room above, sent as all others are; that room writes it when its turn comes,
    and shows to whom it belongs that it is stuck. Must run in the transaction of its reason."""
    return Delivery.objects.create(room=room, made_at=at, next_at=at)


def all_due(now: Callable[[], datetime], most: int, *, hooks: bool = False) -> Iterator[int]:
    """What is due, each leased only when its turn comes, until nothing or `most` of it is left."""
    for _turn in range(most):
        leased = lease(now(), hooks=hooks)
        if leased is None:
            return
        yield leased


def lease(at: datetime, *, hooks: bool = False) -> int | None:
    """Take the mail (or the call of a hook) that waits longest for oneself; None when none is due."""
    with transaction.atomic():
        found = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(next_at__lte=at, hook__isnull=not hooks)
            .order_by("next_at", "id")
            .first()
        )
        if found is None:
            return None
        found.next_at = at + LEASE
        found.attempts += 1
        found.save(update_fields=["next_at", "attempts"])
    return found.pk


def taken(delivery: int, at: datetime) -> None:
    """The mail server has it."""
    _ended(delivery, at, "sent", "")


def dropped(delivery: int, at: datetime) -> None:
    """There is nothing to send any more: the report is no longer public, or was forgotten."""
    _ended(delivery, at, "dropped", "")


def refused(delivery: int, at: datetime, fault: str) -> None:
    """The mail server will never take mail for this address: the subscription ends with it."""
    _ended(delivery, at, "refused", fault)
    _end_of(delivery, at, "refused")


def put_off(delivery: int, at: datetime, fault: str, *, counts: bool = True) -> None:
    """Try again later, after a growing pause; given up after `GIVE_UP_AFTER`.

    One that does not count was not tried: its turn comes with the next one.
    """
    with transaction.atomic():
        found = Delivery.objects.select_for_update().filter(pk=delivery, state="waiting").first()
        if found is None:
            return
        if counts and at - found.made_at > GIVE_UP_AFTER:
            over = True
        else:
            over = False
            if not counts:
                found.attempts -= 1
            pause = FIRST_PAUSE * 2 ** min(max(found.attempts - 1, 0), 12)
            found.next_at = at + min(pause, LONGEST_PAUSE)
            found.fault = fault[:120]
            found.save(update_fields=["attempts", "next_at", "fault"])
    if over:
        _ended(delivery, at, "failed", fault)
        _end_of(delivery, at, "unreached")


def clean(at: datetime) -> int:
    """Delete addresses that nobody confirmed and the allowances of other days; says how many."""
    gone, _ = Allowance.objects.exclude(day=at.astimezone(UTC).date()).delete()
    return gone + sweep(at)


def _ended(delivery: int, at: datetime, state: str, fault: str) -> None:
    Delivery.objects.filter(pk=delivery, state="waiting").update(
        state=state, next_at=None, ended_at=at, fault=fault[:120]
    )


def _end_of(delivery: int, at: datetime, because: str) -> None:
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(
            pk__in=Delivery.objects.filter(pk=delivery).values("subscription_id")
        )
        for one in found:
            end(one, at, because)
