"""Send what is owed by each channel: lease, write, hand to the provider, end (投递).

Nothing here marks a message as sent before the provider has it: whatever dies in between is sent
again, under the same key.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commonward.cases.actions import channel_rules, delivering
from commonward.cases.models import ChannelRule
from commonward.cases.queries.causes import came_from
from commonward.cases.queries.letter_texts import own_words
from commonward.cases.queries.letters import Letter, Mark, letter, letters, mark_of
from commonward.cases.queries.outbox import Waits, facts_of, held_until
from commonward.core.causes import Cause, begun
from commonward.core.channels import Channel, Later, Message, Refused
from commonward.doors.outbox.channels import channels
from commonward.doors.outbox.writing import Own, message_of

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Messages leased together: a worker that dies leaves so many to the end of their lease."""
FRESH = timedelta(seconds=5)
"""How long what was read for a batch is sent without being read again. What its reader stops, and
each step of the case, is looked at before every message."""


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
    going = _Pass(channel, rule, own_words(), now, done)
    try:
        while most > 0:
            may = channel_rules.allowed(rule, now(), min(most, AT_ONCE))
            leased = delivering.lease_some(now(), may, channel=channel.code) if may else []
            channel_rules.unused(rule, may - len(leased))
            if not leased or not going.batch(leased):
                return
            most -= len(leased)
    finally:
        channel.close()


@dataclass(slots=True)
class _Pass:
    """One channel's way through what is due; `read` are the letters of a batch, read together."""

    channel: Channel
    rule: ChannelRule
    own: Own
    now: Callable[[], datetime]
    done: Delivered
    facts: Mapping[int, Waits] = field(default_factory=dict)
    read: Mapping[int, tuple[Mark, Letter | None]] = field(default_factory=dict)
    causes: Mapping[int, Cause] = field(default_factory=dict)

    def batch(self, leased: list[int]) -> bool:
        """Send these; False where the provider itself is at fault. What was not tried is given
        back."""
        began = looked = self.now()
        rest = list(leased)
        self.causes = came_from(leased)
        try:
            self._look(rest)
            while rest:
                moment = self.now()
                if moment - began > delivering.LEASE / 2:
                    return True
                if moment - looked > FRESH:
                    looked = moment
                    self._look(rest)
                one = rest.pop(0)
                with begun("deliver", "consumer", self.causes.get(one), channel=self.channel.code):
                    reached = self._one(one)
                if not reached:
                    self.done.unreachable.add(self.channel.code)
                    return False
        finally:
            delivering.give_back(rest, self.now())
        return True

    def _look(self, rest: list[int]) -> None:
        """Read what these say, all together."""
        self.facts = facts_of(rest)
        try:
            self.read = letters(self.facts, self.now())
        except Exception:  # one that cannot be read must never stop the rest: each by itself, then
            log.exception("The letters of a batch could not be read together")
            self.read = {}

    def _one(self, delivery: int) -> bool:
        facts = self.facts.get(delivery)
        held = (
            None
            if facts is None
            else held_until(self.rule, facts, self.now(), rings=self.channel.rings)
        )
        if held is not None:
            delivering.wait_until(delivery, *held)
            self.done.held += 1
            return True
        try:
            message = self._written(delivery)
        except Exception as fault:  # one that cannot be written must never stop the rest
            log.exception("The delivery %s could not be written", delivery)
            delivering.put_off(delivery, self.now(), type(fault).__name__)
            self.done.put_off += 1
            return True
        if message is None:
            delivering.dropped(delivery, self.now())
            self.done.dropped += 1
            return True
        return self._handed_over(delivery, message)

    def _written(self, delivery: int) -> Message | None:
        """The message as it must be at this moment: whoever stopped it meanwhile gets nothing, and
        what changed since the batch was read is read again."""
        found = None
        if delivery in self.facts:
            mark = mark_of(delivery)
            if mark is None:
                return None
            known = self.read.get(delivery)
            found = (
                known[1] if known is not None and known[0] == mark else letter(delivery, self.now())
            )
            if found is None:
                return None
        return message_of(delivery, found, self.channel, self.now(), self.own)

    def _handed_over(self, delivery: int, message: Message) -> bool:
        now, done = self.now, self.done
        try:
            sent = self.channel.send(message)
        except Refused as fault:
            delivering.refused(delivery, now(), str(fault))
            done.refused += 1
            return True
        except Later as fault:
            why = "provider" if fault.provider else "fault"
            delivering.put_off(delivery, now(), str(fault), why=why)
            done.put_off += 1
            if fault.provider:
                channel_rules.provider_down(self.channel.code, now(), str(fault))
            return not fault.provider
        except Exception as fault:  # a door's own mistake must never stop the rest
            log.exception("The delivery %s could not be sent", delivery)
            delivering.put_off(delivery, now(), type(fault).__name__)
            done.put_off += 1
            return True
        delivering.taken(delivery, now(), sent.provider_id)
        channel_rules.provider_up(self.rule)
        done.sent += 1
        return True
