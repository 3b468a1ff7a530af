"""Ask the banks' computers (止付请求推送): lease, write, sign, call, read the signed answer.

Calls run beside each other in threads, so that a silent bank holds no other up; everything of the
database happens in the thread that asks. What a call says is made when it is sent and is written
nowhere: faults are codes, never what somebody answered.
"""

import http.client
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from commonward.core.hooking import hook_address, signature
from commonward.core.refusals import Refusal
from commonward.core.urgent.banking import (
    MOST_ANSWER,
    BankSays,
    is_signed,
    read_answer,
    written,
)
from commonward.doors.webhook.calling import NotCalled, exchange
from commonward.response.actions import asking
from commonward.response.actions.bank_ends import trials, tried
from commonward.response.actions.paying import GOAL_SECONDS
from commonward.response.queries.bank_calls import BankCall, bank_call, trial_call

log = logging.getLogger(__name__)

LONGEST = 10.0
"""Seconds that a bank's computer may take for one answer."""
AT_ONCE, AT_ONE_BANK = 16, 4


@dataclass(slots=True)
class Asked:
    """What one pass did: calls begun, those whose answer was kept, put off, given to a person."""

    called: int = 0
    heard: int = 0
    put_off: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came of a call: what the bank said, or the code of a fault."""

    says: BankSays | None
    fault: str = ""
    answered: bool = False


class Asker:
    """Asks what is due and collects what came back; one for the life of a worker."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bank")
        self._waiting: dict[int, tuple[int, Future[_Reply]]] = {}
        self._trials: dict[int, Future[_Reply]] = {}

    def pass_once(self, now: Callable[[], datetime], *, patient: bool) -> Asked:
        """Begin what is due and keep what has come; a `patient` one waits for every answer."""
        done = Asked()
        self._collect(now, done)
        self._begin(now, done)
        if patient:
            wait([future for _bank, future in self._waiting.values()])
            wait(list(self._trials.values()))
        self._collect(now, done)
        done.silent = asking.tick_banks(now(), timedelta(seconds=GOAL_SECONDS))
        return done

    def close(self) -> None:
        """End the threads; calls that are on their way end with their own limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, now: Callable[[], datetime], done: Asked) -> None:
        for bank in trials(now()):
            found = trial_call(bank, f"trial-{uuid.uuid4().hex}")
            if found is None:
                tried(bank, now(), "no address")
                continue
            self._trials[bank] = self._submit(found)
        passed: list[int] = []
        while len(self._waiting) < AT_ONCE:
            leased = asking.lease(now(), (*self._waiting, *passed))
            if leased is None:
                return
            call = bank_call(leased)
            if call is None:
                asking.sent_no_more(leased)
                continue
            held = Counter(bank for bank, _future in self._waiting.values())
            if held[call.bank] >= AT_ONE_BANK:
                asking.leave(leased, now())
                passed.append(leased)
                continue
            done.called += 1
            self._waiting[leased] = (call.bank, self._submit(call))

    def _submit(self, call: BankCall) -> Future[_Reply]:
        return self._pool.submit(_asked, call)

    def _collect(self, now: Callable[[], datetime], done: Asked) -> None:
        for bank, future in [(b, f) for b, f in self._trials.items() if f.done()]:
            del self._trials[bank]
            reply = future.result()
            tried(bank, now(), "ok" if reply.says is not None else reply.fault)
        for request, (_bank, future) in list(self._waiting.items()):
            if future.done():
                del self._waiting[request]
                self._keep(request, future.result(), now(), done)

    def _keep(self, request: int, reply: _Reply, at: datetime, done: Asked) -> None:
        if reply.answered:
            asking.reached(request, at)
        fault = reply.fault
        if reply.says is not None:
            try:
                asking.pushed(request, reply.says, at)
            except Refusal as refusal:
                fault = refusal.code
            except Exception as broken:  # one that cannot be kept must never stop the rest
                log.exception("What a bank said of request %s could not be kept", request)
                fault = type(broken).__name__
            else:
                done.heard += 1
                return
        asking.put_off(request, at, fault)
        done.put_off += 1


def _asked(call: BankCall) -> _Reply:
    """One call, in a thread of its own; touches no database and tells faults as codes."""
    try:
        address = hook_address(call.address, private=settings.HOOKS_PRIVATE)
        body = written(call.body)
        # Receivers refuse old timestamps: this is the machine's moment of the attempt.
        moment = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Commonward",
            "Idempotency-Key": call.id,
            "webhook-id": call.id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(call.secret, call.id, moment, body),
        }
        found = exchange(
            address, body, headers, private=settings.HOOKS_PRIVATE, stay=settings.HOOKS_STAY,
            most=MOST_ANSWER, longest=LONGEST,
        )  # fmt: skip
    except NotCalled as refused:
        return _Reply(None, str(refused))
    except (OSError, http.client.HTTPException, Refusal) as fault:
        return _Reply(None, type(fault).__name__)
    except Exception as broken:
        log.error("A bank could not be asked: %s", type(broken).__name__)
        return _Reply(None, type(broken).__name__)
    if not 200 <= found.status < 300:
        return _Reply(None, f"HTTP {found.status}", answered=True)
    signed = is_signed(
        call.secret, call.id, found.headers.get("webhook-timestamp", ""), found.body,
        found.headers.get("webhook-signature", ""), int(time.time()),
    )  # fmt: skip
    if not signed:
        return _Reply(None, "not signed", answered=True)
    try:
        return _Reply(read_answer(found.body, call.id), answered=True)
    except Refusal as refusal:
        return _Reply(None, f"no answer: {refusal.field}", answered=True)
