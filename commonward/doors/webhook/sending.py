"""Call what is owed: lease, write, sign, call, end (投递); at least once, never two at a time."""

import http.client
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from commonward.cases.actions import delivering, hooking
from commonward.cases.queries.causes import came_from
from commonward.cases.queries.hooks import Message, hooks_of, is_owed
from commonward.core.causes import begun
from commonward.core.channels import HOOK
from commonward.core.hooking import hook_address, signatures
from commonward.core.refusals import Refusal
from commonward.doors.webhook.calling import NotCalled, call

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Calls leased together."""
FRESH = timedelta(seconds=5)
"""How long what was read for them is called without being read again; whether it is still owed is
looked at before every call."""


@dataclass(slots=True)
class Called:
    """What one pass did; `away` are the hooks that did not answer at all."""

    prepared: int = 0
    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    away: set[int] = field(default_factory=set)


def call_hooks(now: Callable[[], datetime], *, most: int = 500) -> Called:
    """Owe what events ask for, then call what is due, at most so many calls.

    A hook that does not answer is asked once a pass: its other calls wait with it, and no other
    hook waits for it.
    """
    done = Called(prepared=hooking.prepare(now()))
    hooking.clean(now())
    while most > 0:
        leased = delivering.lease_some(now(), min(most, AT_ONCE), channel=HOOK)
        if not leased:
            break
        _batch(leased, now, done)
        most -= len(leased)
    return done


def _batch(leased: list[int], now: Callable[[], datetime], done: Called) -> None:
    """Call these; what was not tried is given back."""
    began = now()
    rest = list(leased)
    looked: datetime | None = None
    read: Mapping[int, Callable[[], Message]] = {}
    came = came_from(leased)
    try:
        while rest:
            moment = now()
            if moment - began > delivering.LEASE / 2:
                return
            if looked is None or moment - looked > FRESH:
                looked, read = moment, hooks_of(rest, moment)
            one = rest.pop(0)
            with begun("call", "consumer", came.get(one), channel=HOOK):
                _one(one, read.get(one), now, done)
    finally:
        delivering.give_back(rest, now())


def _one(
    delivery: int,
    says: Callable[[], Message] | None,
    now: Callable[[], datetime],
    done: Called,
) -> None:
    found = None
    try:
        if says is None or not is_owed(delivery):
            delivering.dropped(delivery, now())
            done.dropped += 1
            return
        found = says()
        if found.hook in done.away:
            delivering.put_off(delivery, now(), "", counts=False)
            done.put_off += 1
            return
        status = _called(found)
    except (OSError, http.client.HTTPException, Refusal) as fault:
        if found is not None:
            done.away.add(found.hook)
        delivering.put_off(delivery, now(), _words(fault))
        done.put_off += 1
    except Exception as fault:  # one that cannot be written must never stop the rest
        log.exception("The call %s could not be made", delivery)
        delivering.put_off(delivery, now(), type(fault).__name__)
        done.put_off += 1
    else:
        if 200 <= status < 300:
            delivering.taken(delivery, now())
            done.sent += 1
        else:
            delivering.put_off(delivery, now(), f"HTTP {status}")
            done.put_off += 1


def _called(found: Message) -> int:
    private = settings.HOOKS_PRIVATE
    address = hook_address(found.address, private=private)
    body = json.dumps(found.body, ensure_ascii=False, separators=(",", ":")).encode()
    # Receivers refuse old timestamps: this is the machine's moment of the attempt.
    moment = int(time.time())
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Commonward",
        "webhook-id": found.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signatures(found.secrets, found.id, moment, body),
    }
    return call(address, body, headers, private=private, stay=settings.HOOKS_STAY)


def _words(fault: Exception) -> str:
    if isinstance(fault, NotCalled):
        return str(fault)
    return type(fault).__name__
