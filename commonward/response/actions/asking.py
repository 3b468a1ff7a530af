"""Banks are asked, and what they say is kept (止付请求): the same again is once, late is refused.

Whatever a bank says comes here, by whichever way: the answer to our call, its key, its page, or a
person at the telephone. The case moves when the last bank has said it.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions.moving import act, in_order, locked, touch
from commonward.cases.actions.recording import record
from commonward.cases.models import Case
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.core.urgent.banking import (
    ANSWERS,
    LONGEST_REASON,
    LONGEST_REFERENCE,
    BankSays,
    together,
)
from commonward.people.models import Team
from commonward.response.access import COORDINATES
from commonward.response.actions.recording import ROOM
from commonward.response.actions.sealing import seal_data, unseal_data
from commonward.response.models import BankEnd, BankRequest, PaymentStop
from commonward.response.queries.payments import bank_ends, speaks_until

LEASE = timedelta(seconds=30)
"""How long whoever calls a bank has the request for themselves; longer than a call takes."""
PAUSES = (2, 4, 8, 15, 30)
"""Seconds after the first failures; then always the last."""
ASK_AGAIN = timedelta(seconds=30)
"""A request that is acknowledged and not answered is sent again so often: answers get lost."""
GIVE_UP_AFTER = timedelta(hours=1)
"""Past this no call helps; a person has had it for long."""
LONGEST_FUNCTION = 60


def ask(
    stop: PaymentStop, bank: Team, sides: Sequence[tuple[int, str]], actor: Actor, at: datetime
) -> BankRequest:
    """Ask a bank about these sides; must run under the case's lock. The worker sends it."""
    case = stop.case
    if case.stage == "told":
        stop.case = act(case.number, "ask", actor, at, room=ROOM)
    end = BankEnd.objects.filter(pk=bank.pk).first()
    made = BankRequest.objects.create(
        stop=stop,
        bank=bank,
        key=uuid.uuid4().hex,
        sides=[list(one) for one in sides],
        asked_at=at,
        next_at=at if end is not None and end.address else None,
    )
    _note(stop.case, "bank_asked", at, actor, made)
    _sum_up(stop, at)
    return made


def bank_acknowledges(
    key: str, actor: Actor, at: datetime, *, way: str = "desk", reference: str = ""
) -> BankRequest:
    """The bank has the request (银行接收); said again nothing changes. Raises Missing."""
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _banks(key, actor, at)
        _keep(made, BankSays("acknowledged", reference=reference), actor, at, way)
    return made


def bank_answers(
    key: str,
    answer: str,
    actor: Actor,
    at: datetime,
    *,
    way: str = "desk",
    reason: str = "",
    reference: str = "",
) -> BankRequest:
    """The bank answers with one of `ANSWERS` (银行答复); the same again is once.

    Raises Missing, Invalid, and Refusal where it answered otherwise before.
    """
    refuse_onlooker(actor)
    _check_answer(answer, reason, reference)
    with transaction.atomic():
        made, at = _banks(key, actor, at)
        _keep(made, BankSays("answered", answer, reason, reference), actor, at, way)
    return made


def bank_called(
    number: str,
    request: int,
    answer: str,
    function: str,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
) -> BankRequest:
    """Who coordinates called the bank: what it said ("" for: it has the request), and which
    function there said it, such as "duty desk, fraud" (function, not name).

    Raises Missing, Forbidden, Invalid, Refusal.
    """
    refuse_onlooker(actor)
    if not 1 <= len(function.strip()) <= LONGEST_FUNCTION:
        raise Invalid(
            N_("Say which desk there confirmed it, in at most {most} characters; no name."),
            most=LONGEST_FUNCTION,
            field="function",
        )
    if answer:
        _check_answer(answer, reason, "")
    case = visible_case(number, actor)
    if not actor.roles_for(COORDINATES, "see", case.area_path, case.category.code):
        raise Forbidden(N_("Only who coordinates urgent help here does this."))
    with transaction.atomic():
        row = BankRequest.objects.filter(pk=request, stop__case=case, stop__closed_at=None)
        if (found := row.first()) is None:
            raise Missing(N_("There is no such request that is open."), field="request")
        made, at = _locked(found, at)
        says = BankSays("answered", answer, reason) if answer else BankSays("acknowledged")
        _keep(made, says, actor, at, "phone", function=function.strip())
    return made


def pushed(request: int, says: BankSays, at: datetime) -> None:
    """What the bank's computer said in its answer to our call. Raises as `bank_answers`."""
    with transaction.atomic():
        found = BankRequest.objects.filter(pk=request, stop__closed_at=None).first()
        if found is None:
            return
        made, at = _locked(found, at)
        _keep(made, says, SYSTEM, at, "push")
        if made.answered_at is None:
            made.next_at = at + ASK_AGAIN if at - made.asked_at < GIVE_UP_AFTER else None
            made.attempts, made.fault = 0, ""
            made.save(update_fields=["next_at", "attempts", "fault"])


def lease(at: datetime, besides: Sequence[int] = ()) -> int | None:
    """Take the request that waits longest to be sent, for oneself; None when none is due."""
    with transaction.atomic():
        found = (
            BankRequest.objects.select_for_update(skip_locked=True)
            .filter(next_at__lte=at)
            .exclude(pk__in=besides)
            .order_by("next_at", "id")
            .first()
        )
        if found is None:
            return None
        found.next_at = at + LEASE
        found.attempts += 1
        found.save(update_fields=["next_at", "attempts"])
    return found.pk


def leave(request: int, at: datetime) -> None:
    """Leased and not called: its bank has enough calls to answer; it was no try."""
    with transaction.atomic():
        found = BankRequest.objects.select_for_update().filter(pk=request).first()
        if found is not None and found.next_at is not None:
            found.next_at, found.attempts = at, max(found.attempts - 1, 0)
            found.save(update_fields=["next_at", "attempts"])


def sent_no_more(request: int) -> None:
    """There is nothing to send any more: answered, closed, or the bank has no address now."""
    BankRequest.objects.filter(pk=request).update(next_at=None)


def reached(request: int, at: datetime) -> None:
    """The bank's computer answered at all, for the first time."""
    BankRequest.objects.filter(pk=request, sent_at=None).update(sent_at=at)


def put_off(request: int, at: datetime, fault: str) -> None:
    """Send it again after a growing pause; `fault` is a code, never what the bank wrote."""
    with transaction.atomic():
        found = (
            BankRequest.objects.select_for_update()
            .filter(pk=request, next_at__isnull=False)
            .first()
        )
        if found is None:
            return
        pause = PAUSES[min(max(found.attempts, 1), len(PAUSES)) - 1]
        over = at - found.asked_at >= GIVE_UP_AFTER
        found.next_at = None if over else at + timedelta(seconds=pause)
        found.fault = fault[:120]
        found.save(update_fields=["next_at", "fault"])


def tick_banks(at: datetime, goal: timedelta) -> int:
    """Give the silent to a person (银行未回应，转人工): how many. Each once, with its event.

    A bank is silent that has not acknowledged after its own seconds, or not answered when the
    goal from the first words is used.
    """
    waiting = BankRequest.objects.filter(answered_at=None, silent_at=None, stop__closed_at=None)
    rows = list(waiting.select_related("stop").order_by("asked_at")[:500])
    ends = bank_ends({row.bank_id for row in rows}) if rows else {}
    given = 0
    for found in rows:
        if at >= speaks_until(found, ends.get(found.bank_id), goal):
            with transaction.atomic():
                made, moment = _locked(found, at)
                if made.silent_at is None and made.answered_at is None:
                    made.silent_at = at
                    made.save(update_fields=["silent_at"])
                    _note(made.stop.case, "bank_silent", moment, SYSTEM, made)
                    given += 1
    return given


def _keep(
    made: BankRequest, says: BankSays, actor: Actor, at: datetime, way: str, *, function: str = ""
) -> None:
    """Write what was said; under the lock of the case."""
    case = made.stop.case
    if made.answered_at is not None:
        if says.state == "acknowledged" or made.answer == says.answer:
            return
        raise Refusal(N_("This was answered already: {answer}."), answer=made.answer)
    changed = False
    if made.acknowledged_at is None:
        made.acknowledged_at, changed = at, True
        _note(case, "bank_has_it", at, actor, made, way=way)
    if says.state == "answered":
        made.answered_at, made.answer, made.next_at, changed = at, says.answer, None, True
        _note(case, "bank_answered", at, actor, made, way=way, answer=says.answer)
    if way == "phone":
        made.called_at = made.called_at or at
        changed = True
    if not changed:
        return
    made.way = way
    words = {"reason": says.reason, "reference": says.reference, "function": function}
    said = {name: value for name, value in words.items() if value}
    if said:
        context = f"bank {made.key}"
        made.words = seal_data(case, unseal_data(case, made.words, context) | said, context)
    made.save()
    _sum_up(made.stop, at)


def _sum_up(stop: PaymentStop, at: datetime) -> None:
    """The stop's own moments from its banks', and the case's step once the last has said it."""
    rows = list(stop.requests.all())
    stop.asked_at = min(row.asked_at for row in rows)
    had = [row.acknowledged_at for row in rows if row.acknowledged_at is not None]
    answered = [row.answered_at for row in rows if row.answered_at is not None]
    all_have, all_answered = len(had) == len(rows), len(answered) == len(rows)
    stop.acknowledged_at = max(had) if all_have else None
    stop.confirmed_at = max(answered) if all_answered else None
    stop.answer = together([row.answer for row in rows]) if all_answered else ""
    stop.save(update_fields=["asked_at", "acknowledged_at", "confirmed_at", "answer"])
    if all_answered and stop.case.stage in ("asked", "acknowledged"):
        if stop.case.stage == "asked":
            stop.case = act(stop.case.number, "acknowledge", SYSTEM, at, room=ROOM)
        stop.case = act(stop.case.number, "confirm", SYSTEM, at, room=ROOM)
    elif all_have and stop.case.stage == "asked":
        stop.case = act(stop.case.number, "acknowledge", SYSTEM, at, room=ROOM)


def _note(
    case: Case, verb: str, at: datetime, actor: Actor, made: BankRequest, **more: Any
) -> None:
    """An event with facts only: which bank, how, what; never an account or anybody's words."""
    touch(case, at)
    data = {"bank": made.bank.code, **more}
    record(case, verb, at, actor, team=case.team_id, data=data)


def _banks(key: str, actor: Actor, at: datetime) -> tuple[BankRequest, datetime]:
    """For the bank that was asked; Missing alike for none, for another's, and once closed."""
    found = None
    if any(r.role == "partner" for r in actor.rights):
        found = BankRequest.objects.filter(
            key=key, bank_id__in=actor.teams, bank__kind="bank", stop__closed_at=None
        ).first()
    if found is None:
        raise Missing(N_("There is no request {number} for your bank."), number=key)
    return _locked(found, at)


def _locked(found: BankRequest, at: datetime) -> tuple[BankRequest, datetime]:
    """Case first, then the request, always in this order."""
    number = Case.objects.values_list("number", flat=True).get(pk=found.stop_id)
    case = locked(number)
    made = BankRequest.objects.select_for_update(of=("self",)).select_related("stop", "bank")
    row = made.get(pk=found.pk)
    row.stop.case = case
    return row, in_order(case, at)


def _check_answer(answer: str, reason: str, reference: str) -> None:
    if answer not in ANSWERS:
        raise Invalid(N_("The answer is one of {known}."), known=", ".join(ANSWERS), field="answer")
    if answer == "refused" and not reason.strip():
        raise Invalid(N_("Say why it is refused."), field="reason")
    for name, value, most in (
        ("reason", reason, LONGEST_REASON), ("reference", reference, LONGEST_REFERENCE),
    ):  # fmt: skip
        if len(value) > most or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
