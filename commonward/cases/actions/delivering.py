"""From events to messages that are owed, and from these to those that were taken (投递).

An event is the outbox. For each subscription whose case has moved on, its new steps become
deliveries; each is leased before it is sent and ended after. Whatever dies in between is sent
again: at least once, under the same key. Those of one lane go out in order: the next has its turn
when the one before it ended, however it did.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from commonward.cases.actions.subscribing import end, sweep, versions_of
from commonward.cases.models import Allowance, Delivery, Event, Hook, Subscription
from commonward.cases.queries.letters import steps_to_tell
from commonward.core.channels import HOOK, MAIL
from commonward.people.actions.causes import caused
from commonward.people.durability import soon_durable
from commonward.people.rows import among, fixed_cursor, many

LEASE = timedelta(minutes=10)
"""How long whoever sends a message has it for themselves; longer than any provider takes."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
STUCK_AFTER = 4
"""Failures after which a delivery stands on the stuck list."""
GIVE_UP_AFTER = timedelta(days=5)
UNREACHED_AFTER = 3
"""Messages given up one after the other, after which nobody is there any more."""


def prepare(at: datetime, *, most: int = 1000) -> int:
    """Owe each subscriber the steps that they were not told; says how many messages that makes.

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
        if told:
            line_up(
                [
                    Delivery(
                        subscription=found,
                        event_id=event,
                        channel=found.channel,
                        lane=lane_of(found.pk),
                        made_at=at,
                        next_at=at,
                    )
                    for event in told
                ]
            )
        found.last_event = max(new, default=found.last_event)
        found.save(update_fields=["version", "main_version", "last_event"])
    return len(told)


def lane_of(subscription: int) -> str:
    """The lane of a subscription: one recipient of one report, and nobody across cases."""
    return f"s{subscription}"


def line_up(owed: Sequence[Delivery], *, again: bool = False) -> None:
    """Write deliveries of one lane behind what waits in it already.

    The caller holds what the lane belongs to (`hold`), so that nothing ends meanwhile.
    """
    lane = owed[0].lane
    free = not lane or not Delivery.objects.filter(lane=lane, next_at__isnull=False).exists()
    for place, one in enumerate(owed):
        one.turn = not lane or (free and place == 0)
    Delivery.objects.bulk_create(owed, ignore_conflicts=again)
    if again and lane and free:  # the first of them may have been there, and ended
        next_turn(lane, owed[0].made_at)


def owe_again(found: Delivery, at: datetime) -> None:
    """Owe one that ended once more, under the same key. The caller holds its lane."""
    found.state, found.made_at, found.next_at, found.ended_at = "waiting", at, at, None
    found.attempts, found.fault, found.why = 0, "", ""
    found.provider_id, found.receipt, found.receipt_at = "", "", None
    waits = Delivery.objects.filter(lane=found.lane, next_at__isnull=False)
    found.turn = not found.lane or not waits.exists()
    found.save()


def owe(room: str, at: datetime, *, channel: str = MAIL, lane: str = "") -> Delivery:
    """A message of a room above, sent as all others are; that room writes it when its turn comes,
    and shows to whom it belongs that it is stuck. Must run in the transaction of its reason, which
    holds whatever the lane ("": no order) belongs to."""
    made = Delivery(room=room, channel=channel, lane=lane, made_at=at, next_at=at)
    line_up([made])
    caused("delivery", made.pk)
    return made


def all_due(
    now: Callable[[], datetime], most: int, *, channel: str = MAIL, hooks: bool = False
) -> Iterator[int]:
    """What is due, each leased only when its turn comes, until nothing or `most` of it is left."""
    for _turn in range(most):
        leased = lease(now(), channel=HOOK if hooks else channel)
        if leased is None:
            return
        yield leased


def lease(at: datetime, *, channel: str = MAIL, hooks: bool = False) -> int | None:
    """Take the message of a channel that waits longest for oneself; None when none is due."""
    found = lease_some(at, 1, channel=HOOK if hooks else channel)
    return found[0] if found else None


CLAIM = """
SELECT id FROM cases_delivery
WHERE channel = %s AND next_at <= %s AND next_at IS NOT NULL AND turn ORDER BY next_at, id LIMIT %s
"""
"""What is due. "IS NOT NULL" and "turn" are the index's own condition, word for word."""


def lease_some(at: datetime, most: int, *, channel: str = MAIL) -> list[int]:
    """Take up to so many that wait longest, one of each lane; ids in the order of their turn."""
    moment, until = (connection.ops.adapt_datetimefield_value(one) for one in (at, at + LEASE))
    waits = CLAIM + "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else CLAIM
    # A lease that a power cut undoes was of somebody whom it ended, too.
    with soon_durable(), fixed_cursor() as cursor:
        cursor.execute(waits, [channel, moment, most])
        found = [pk for (pk,) in cursor.fetchall()]
        if found:
            cursor.execute(
                "UPDATE cases_delivery SET next_at = %s, attempts = attempts + 1"  # noqa: S608 (a constant)
                f" WHERE id {among()}",
                [until, many(found)],
            )
    return found


def give_back(deliveries: Sequence[int], at: datetime) -> None:
    """What was leased and not tried: due at once, and no attempt was lost."""
    if deliveries:
        Delivery.objects.filter(pk__in=deliveries, state="waiting", attempts__gt=0).update(
            next_at=at, attempts=F("attempts") - 1
        )


def taken(delivery: int, at: datetime, provider_id: str = "") -> None:
    """The provider has it. Noted before the next one goes out: a sender that is killed then tells
    nobody twice. A power cut may undo the last of these, and they are sent again, under their keys."""
    with soon_durable():
        _ended(delivery, at, "sent", "", provider_id)


def dropped(delivery: int, at: datetime) -> None:
    """There is nothing to send any more: the report is no longer public, or was forgotten."""
    with transaction.atomic():
        _ended(delivery, at, "dropped", "")


def refused(delivery: int, at: datetime, fault: str) -> None:
    """The provider will never take anything for this address: the subscription ends with it."""
    with transaction.atomic():
        _ended(delivery, at, "refused", fault)
    _end_of(delivery, at, "refused")


def put_off(
    delivery: int, at: datetime, fault: str, *, counts: bool = True, why: str = "fault"
) -> None:
    """Try again later, after a growing pause; given up after `GIVE_UP_AFTER`.

    One that does not count was not tried: its turn comes with the next one. The pause is a little
    different for each, so that what failed together is not tried together.
    """
    with transaction.atomic():
        found = Delivery.objects.select_for_update().filter(pk=delivery, state="waiting").first()
        if found is None:
            return
        over = counts and at - found.made_at > GIVE_UP_AFTER
        if not over:
            if not counts:
                found.attempts = max(found.attempts - 1, 0)
            pause = FIRST_PAUSE * 2 ** min(max(found.attempts - 1, 0), 12)
            found.next_at = at + min(pause, LONGEST_PAUSE) * _spread(found.pk, found.attempts)
            found.fault, found.why = fault[:120], why
            found.save(update_fields=["attempts", "next_at", "fault", "why"])
    if over:
        with transaction.atomic():
            _ended(delivery, at, "failed", fault)
        _unreached(delivery, at)


def wait_until(delivery: int, until: datetime, why: str) -> None:
    """Not tried yet: quiet hours ("quiet") or a limit ("limit") hold it until then."""
    Delivery.objects.filter(pk=delivery, state="waiting", attempts__gt=0).update(
        next_at=until, why=why, attempts=F("attempts") - 1
    )


def received(channel: str, provider_id: str, receipt: str, at: datetime, fault: str = "") -> bool:
    """A later receipt of a provider (送达回执): "delivered" or "undeliverable".

    False where no message of that id is known (yet): the provider is to tell it again. The last
    word stays: an undeliverable one is on the list of those that were given up.
    """
    if not provider_id:
        return False
    with transaction.atomic():
        found = (
            Delivery.objects.select_for_update()
            .exclude(provider_id="")
            .filter(channel=channel, provider_id=provider_id)
            .first()
        )
        if found is None:
            return False
        if found.receipt == receipt or (found.receipt == "delivered"):
            return True
        if found.state not in ("sent", "refused"):  # tried again by hand since then
            return True
        found.receipt, found.receipt_at = receipt, at
        if receipt == "undeliverable":
            found.state, found.fault = "refused", (fault or "undeliverable")[:120]
        else:
            found.state, found.fault = "sent", ""
        found.save(update_fields=["receipt", "receipt_at", "state", "fault"])
    if receipt == "undeliverable":
        _unreached(found.pk, at)
    return True


def set_right(at: datetime) -> int:
    """What a clock that ran ahead leased or put off waits for a time that is no more: it is due now.

    No lease is longer than `LEASE`, no pause after a fault longer than the longest; whoever holds
    such a lease still sends under the same key. Says how many.
    """
    waiting = Delivery.objects.filter(turn=True, next_at__isnull=False)
    leased = Q(why="", next_at__gt=at + LEASE)
    paused = Q(why="fault", next_at__gt=at + LONGEST_PAUSE * 1.2 + LEASE)
    return waiting.filter(leased | paused).update(next_at=at)


def clean(at: datetime) -> int:
    """Delete addresses that nobody confirmed and the allowances of other days; says how many."""
    set_right(at)
    gone, _ = Allowance.objects.exclude(day=at.astimezone(UTC).date()).delete()
    return gone + sweep(at)


def hold(found: Delivery) -> None:
    """Lock what the lane of a delivery belongs to: nothing lines up behind it meanwhile."""
    if found.subscription_id is not None:
        Subscription.objects.select_for_update().filter(pk=found.subscription_id).first()
    elif found.hook_id is not None:
        Hook.objects.select_for_update().filter(pk=found.hook_id).first()


def next_turn(lane: str, at: datetime) -> None:
    """The earliest that waits in a lane has its turn now. The caller holds the lane."""
    if not lane:
        return
    first = Delivery.objects.filter(lane=lane, next_at__isnull=False).order_by("id").first()
    if first is not None and not first.turn:
        first.turn, first.next_at = True, at
        first.save(update_fields=["turn", "next_at"])


_OF = "SELECT lane, subscription_id, hook_id FROM cases_delivery WHERE id = %s"
_END = """
UPDATE cases_delivery SET state = %s, next_at = NULL, ended_at = %s, fault = %s, why = '',
    provider_id = %s WHERE id = %s AND state = 'waiting'
"""
_FIRST_OF_LANE = """
SELECT id, turn FROM cases_delivery WHERE lane = %s AND next_at IS NOT NULL ORDER BY id LIMIT 1
"""
_HAS_TURN = "UPDATE cases_delivery SET turn = %s, next_at = %s WHERE id = %s"


def _ended(delivery: int, at: datetime, state: str, fault: str, provider_id: str = "") -> None:
    """By fixed SQL (people.rows says why): each message that goes out passes here. Call it in a
    transaction."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with fixed_cursor() as cursor:
        cursor.execute(_OF, [delivery])
        found = cursor.fetchone()
        if found is None:
            return
        lane, subscription, hook = found
        # SQLite has one writer, and that is whoever is here.
        if lane and connection.features.has_select_for_update:
            hold(Delivery(subscription_id=subscription, hook_id=hook))
        cursor.execute(_END, [state, moment, fault[:120], provider_id[:120], delivery])
        if not cursor.rowcount or not lane:
            return
        cursor.execute(_FIRST_OF_LANE, [lane])
        first = cursor.fetchone()
        if first is not None and not first[1]:
            cursor.execute(_HAS_TURN, [True, moment, first[0]])


def _unreached(delivery: int, at: datetime) -> None:
    """End a subscription whose latest messages were all given up; one alone may have been the
    provider's fault, and can be sent again by hand."""
    of = Delivery.objects.filter(pk=delivery).values_list("subscription_id", flat=True).first()
    if of is None:
        return
    latest = list(
        Delivery.objects.filter(subscription_id=of, ended_at__isnull=False)
        .order_by("-ended_at", "-id")
        .values_list("state", flat=True)[:UNREACHED_AFTER]
    )
    if len(latest) == UNREACHED_AFTER and set(latest) <= {"failed", "refused"}:
        _end_of(delivery, at, "unreached")


def _end_of(delivery: int, at: datetime, because: str) -> None:
    with transaction.atomic():
        found = Subscription.objects.select_for_update().filter(
            pk__in=Delivery.objects.filter(pk=delivery).values("subscription_id")
        )
        for one in found:
            end(one, at, because)


def _spread(delivery: int, attempt: int) -> float:
    """Between 0.8 and 1.2, another for each message and attempt."""
    return 0.8 + 0.4 * ((delivery * 7919 + attempt * 104729) % 1000 / 1000)
