"""Send what neighbours are owed (投递): lease, sign, call, read the signed answer; in order."""

import http.client
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from commonward.cases.actions.federating import sending, telling
from commonward.core.federation.letters import MOST_BYTES
from commonward.core.hooking import hook_address
from commonward.core.refusals import Refusal
from commonward.doors.look.calling import NotCalled, exchange

log = logging.getLogger(__name__)

LONGEST = 20.0
MOST_LETTERS = 200
"""Letters of one hand-over in one pass: pictures of several megabytes go in pieces."""


@dataclass(slots=True)
class Sent:
    """What one pass did; `away` are the addresses that did not answer."""

    prepared: int = 0
    sent: int = 0
    put_off: int = 0
    away: set[str] = field(default_factory=set)


def send_letters(now: Callable[[], datetime], *, most: int = 500) -> Sent:
    """Owe what has happened, then send what is owed. One that does not answer is asked once."""
    done = Sent(prepared=telling.prepare(now()))
    for leased in sending.all_due(now, most):
        try:
            fault = _all_of(leased, now, done)
        except Exception as broken:  # one that cannot be written must never stop the rest
            log.exception("The hand-over %s could not be sent", leased)
            fault = type(broken).__name__
        if fault:
            sending.put_off(leased, now(), fault)
            done.put_off += 1
        else:
            sending.rest(leased, now())
    return done


def _all_of(hand_over: int, now: Callable[[], datetime], done: Sent) -> str:
    """Everything that one hand-over owes, in order; the words of a fault, or ""."""
    asked = False
    for _each in range(MOST_LETTERS):
        # Receivers refuse old moments: this is the machine's moment of the attempt.
        out = sending.next_letter(hand_over, time.time(), ask=not asked)
        if out is None:
            return ""
        if out.address in done.away:
            return "away"
        try:
            reply = _called(out.address, out.envelope)
            if isinstance(reply, str):
                return reply
            found = sending.heard(out, reply, now(), time.time())
        except (OSError, http.client.HTTPException) as fault:
            done.away.add(out.address)
            return str(fault) if isinstance(fault, NotCalled) else type(fault).__name__
        except Refusal:
            return "not signed"
        done.sent += 1
        asked = True
        if out.seq and found.seen < out.seq:
            return "not taken" if found.body.get("known") or out.seq == 1 else "not known there"
        if out.kind == "ask":
            return ""
    return ""


def _called(address: str, envelope: bytes) -> bytes | str:
    """The answer's body, or the words of a fault."""
    found = exchange(
        hook_address(address, private=settings.HOOKS_PRIVATE),
        envelope,
        {"Content-Type": "application/json", "User-Agent": "Commonward"},
        private=settings.HOOKS_PRIVATE,
        stay=settings.HOOKS_STAY,
        most=MOST_BYTES,
        longest=LONGEST,
    )
    return found.body if found.status == 200 else f"HTTP {found.status}"
