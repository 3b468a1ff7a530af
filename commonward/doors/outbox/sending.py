"""Send what is owed by each channel: lease, write, hand to the provider, end (投递).

Nothing here marks a message as sent before the provider has it: whatever dies in between is sent
again, under the same key.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from commonward.cases.actions import channel_rules, delivering
from commonward.cases.models import ChannelRule
from commonward.cases.queries.letter_texts import own_words
from commonward.cases.queries.outbox import Waits, facts_of, held_until
from commonward.core.channels import Channel, Later, Message, Refused
from commonward.doors.outbox.channels import channels
from commonward.doors.outbox.writing import Own, message_of

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Messages leased together: a worker that dies leaves so many to the end of their lease."""


@dataclass(slots=True)
class Delivered:
    """What one pass did; `unreachable` are the channels whose provider was not there."""

    prepared: int = 0
    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    refused: int = 0
    held: int = 0
    unreachable: set[str] = field(default_factory=set)


def deliver(
    now: Callable[[], datetime], *, most: int = 500, channel: str | None = None
) -> Delivered:
    """Owe what events ask for, then send what is due, at most so many messages by each channel."""
    done = Delivered(prepared=delivering.prepare(now()))
    delivering.clean(now())
    for one in channels().values():
        if channel in (None, one.code) and one.ready():
            send_due(one, now, most, done)
    return done


def send_due(channel: Channel, now: Callable[[], datetime], most: int, done: Delivered) -> None:
    """One channel's pass. Where its provider cannot be reached, or takes nothing from us, the pass
    ends there: one delivery waits longer for it, and the others lose no attempt."""
    rule = channel_rules.rule_of(channel.code)
    if rule.down_until is not None and rule.down_until > now():
        done.unreachable.add(channel.code)
        return
    own = own_words()
    try:
        while most > 0:
            may = channel_rules.allowed(rule, now(), min(most, AT_ONCE))
            leased = delivering.lease_some(now(), may, channel=channel.code) if may else []
            channel_rules.unused(rule, may - len(leased))
            if not leased or not _batch(channel, leased, rule, own, now, done):
                return
            most -= len(leased)
    finally:
        channel.close()


def _batch(
    channel: Channel,
    leased: list[int],
    rule: ChannelRule,
    own: Own,
    now: Callable[[], datetime],
    done: Delivered,
) -> bool:
    """Send these; False where the provider itself is at fault. What was not tried is given back."""
    began = now()
    facts = facts_of(leased)
    rest = list(leased)
    try:
        while rest:
            if now() - began > delivering.LEASE / 2:
                return True
            delivery = rest.pop(0)
            if not _one(channel, delivery, facts.get(delivery), rule, own, now, done):
                done.unreachable.add(channel.code)
                return False
    finally:
        delivering.give_back(rest, now())
    return True


def _one(
    channel: Channel,
    delivery: int,
    facts: Waits | None,
    rule: ChannelRule,
    own: Own,
    now: Callable[[], datetime],
    done: Delivered,
) -> bool:
    held = None if facts is None else held_until(rule, facts, now(), rings=channel.rings)
    if held is not None:
        delivering.wait_until(delivery, *held)
        done.held += 1
        return True
    try:
        message = message_of(delivery, channel, now(), own)
    except Exception as fault:  # one that cannot be written must never stop the rest
        log.exception("The delivery %s could not be written", delivery)
        delivering.put_off(delivery, now(), type(fault).__name__)
        done.put_off += 1
        return True
    if message is None:
        delivering.dropped(delivery, now())
        done.dropped += 1
        return True
    return _handed_over(channel, delivery, message, rule, now, done)


def _handed_over(
    channel: Channel,
    delivery: int,
    message: Message,
    rule: ChannelRule,
    now: Callable[[], datetime],
    done: Delivered,
) -> bool:
    try:
        sent = channel.send(message)
    except Refused as fault:
        delivering.refused(delivery, now(), str(fault))
        done.refused += 1
        return True
    except Later as fault:
        delivering.put_off(
            delivery, now(), str(fault), why="provider" if fault.provider else "fault"
        )
        done.put_off += 1
        if fault.provider:
            channel_rules.provider_down(channel.code, now(), str(fault))
        return not fault.provider
    except Exception as fault:  # a door's own mistake must never stop the rest
        log.exception("The delivery %s could not be sent", delivery)
        delivering.put_off(delivery, now(), type(fault).__name__)
        done.put_off += 1
        return True
    delivering.taken(delivery, now(), sent.provider_id)
    channel_rules.provider_up(rule)
    done.sent += 1
    return True
