"""Stop a payment (紧急止付): told, the bank is asked, it acknowledges, it answers, it is closed.

From the first words to the answer three minutes are the goal. Numbers of accounts are sealed with
the case's key; with the closing the key is destroyed, so that they can be read nowhere any more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from commonward.cases.access import visible_case
from commonward.cases.actions import Said, open_case
from commonward.cases.actions.moving import act, in_order, locked
from commonward.cases.actions.sealing import shred
from commonward.cases.models import Case
from commonward.core.refusals import N_, Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM, Actor, refuse_onlooker
from commonward.people.models import Team
from commonward.response.access import COORDINATES, TAKES_CALLS
from commonward.response.actions.recording import ROOM
from commonward.response.actions.sealing import seal_data
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.models import PaymentStop
from commonward.response.models.payments import ANSWERS

GOAL_SECONDS = 180
"""From first words to the bank's answer (DOMAIN 3: 一键止付 in three minutes)."""
LONGEST_LINE, LONGEST_WORDS = 200, 2000


@dataclass(frozen=True, slots=True)
class Payment:
    """What whoever was deceived says: how much, from which account to which, when and how."""

    amount: str = ""
    from_bank: str = ""
    from_account: str = ""
    to_bank: str = ""
    to_account: str = ""
    paid_at: str = ""
    words: str = ""
    callback: str = ""


def tell_payment(
    given: Payment,
    at: datetime,
    actor: Actor = SYSTEM,
    *,
    bank: int | None = None,
    key: str = "",
    channel: str = "phone",
) -> PaymentStop:
    """Take the report in and, where the bank is known, ask it in the same moment (止付请求).

    `bank` is a team of the kind "bank": no other office ever reads numbers of accounts. Sent again under the same `key` nothing is added. Raises Invalid
    naming the field, Forbidden.
    """
    refuse_onlooker(actor)
    _check(given)
    if actor.role != "system" and not any(r.role in TAKES_CALLS for r in actor.rights):
        raise Forbidden(N_("Taking calls for help is for the centre and for grid workers."))
    with transaction.atomic():
        if key and (known := PaymentStop.objects.filter(key=key).first()) is not None:
            return known
        said = Said(channel=channel, idempotency=f"payment {key}" if key else "")
        report = open_case(PAYMENT, said, at, actor=actor, grade="urgent", public=False, room=ROOM)
        known = PaymentStop.objects.filter(pk=report.case_id).first()
        if known is not None:
            return known
        made = PaymentStop(case=report.case, key=key, told_at=at)
        made.facts = seal_data(report.case, asdict(given), "payment")
        made.save(force_insert=True)
        if bank is not None:
            _ask(made, bank, SYSTEM, at)
    return made


def ask_bank(number: str, bank: int, actor: Actor, at: datetime) -> PaymentStop:
    """Ask a bank to stop the payment. Raises Invalid for no partner, Refusal when asked already."""
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _mine(number, actor, at)
        _ask(made, bank, actor, at)
    return made


def bank_acknowledges(number: str, actor: Actor, at: datetime) -> PaymentStop:
    """The bank has the request (银行接收); said again nothing changes. Raises Missing."""
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _banks(number, actor, at)
        if made.acknowledged_at is None:
            act(number, "acknowledge", SYSTEM, at, room=ROOM)
            made.acknowledged_at = at
            made.save(update_fields=["acknowledged_at"])
    return made


def bank_answers(number: str, answer: str, actor: Actor, at: datetime) -> PaymentStop:
    """The bank answers: "stopped", "in_part" or "too_late" (银行答复); the same again is once."""
    refuse_onlooker(actor)
    if answer not in ANSWERS:
        raise Invalid(N_("The answer is one of {known}."), known=", ".join(ANSWERS), field="answer")
    with transaction.atomic():
        made, at = _banks(number, actor, at)
        if made.confirmed_at is not None:
            if made.answer == answer:
                return made
            raise Refusal(N_("This was answered already: {answer}."), answer=made.answer)
        act(number, "confirm", SYSTEM, at, room=ROOM)
        made.acknowledged_at = made.acknowledged_at or at
        made.confirmed_at, made.answer = at, answer
        made.save(update_fields=["acknowledged_at", "confirmed_at", "answer"])
    return made


def close_payment(number: str, actor: Actor, at: datetime, *, reason: str = "") -> PaymentStop:
    """Close it (办结): the case's key is destroyed at once, and with it every account number.

    Stopped, in whole or in part, once the bank said so; otherwise a `reason` is needed, which is
    not kept. Raises Refusal, Forbidden.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _mine(number, actor, at)
        stopped = made.answer in ("stopped", "in_part")
        given: Mapping[str, Any] = {} if stopped else {"reason": reason or made.answer}
        case = act(
            number, "close_stopped" if stopped else "close_not_stopped", actor, at, given, room=ROOM
        )
        made.facts, made.key, made.closed_at = None, "", at
        made.save(update_fields=["facts", "key", "closed_at"])
        shred(case, at, actor)
    return made


def _ask(made: PaymentStop, bank: int, actor: Actor, at: datetime) -> None:
    partner = Team.objects.filter(pk=bank, kind="bank", active=True).first()
    if partner is None:
        raise Invalid(N_("Choose a bank from the list."), field="bank")
    if made.asked_at is not None:
        raise Refusal(N_("A bank was asked already; its answer is awaited."))
    act(made.case.number, "ask", actor, at, room=ROOM)
    made.bank, made.asked_at = partner, at
    made.save(update_fields=["bank", "asked_at"])


def _mine(number: str, actor: Actor, at: datetime) -> tuple[PaymentStop, datetime]:
    """For who coordinates; the case is locked."""
    case = visible_case(number, actor)
    if actor.role != "system" and not actor.roles_for(
        COORDINATES, "see", case.area_path, case.category.code
    ):
        raise Forbidden(N_("Only who coordinates urgent help here does this."))
    return _locked(case, at)


def _banks(number: str, actor: Actor, at: datetime) -> tuple[PaymentStop, datetime]:
    """For the bank that was asked; Missing alike for none and for another's, and once closed."""
    row = PaymentStop.objects.filter(
        case__number=number, bank_id__in=actor.teams, closed_at=None
    ).select_related("case")
    found = row.first()
    if found is None or not any(r.role == "partner" for r in actor.rights):
        raise Missing(N_("There is no request {number} for your bank."), number=number)
    return _locked(found.case, at)


def _locked(case: Case, at: datetime) -> tuple[PaymentStop, datetime]:
    case = locked(case.number)
    found = PaymentStop.objects.filter(pk=case.pk).first()
    if found is None:
        raise Missing(
            N_("There is no case {number}, or none that you may see."), number=case.number
        )
    found.case = case
    return found, in_order(case, at)


def _check(given: Payment) -> None:
    for name, value in asdict(given).items():
        most = LONGEST_WORDS if name == "words" else LONGEST_LINE
        if len(value) > most or "\x00" in value:
            raise Invalid(
                N_("{which} is too long or unknown; at most {most} characters are taken."),
                which=name,
                most=most,
                field=name,
            )
    if not given.to_account.strip() and not given.from_account.strip():
        raise Invalid(
            N_("Say at least from which account, or to which, the money went."), field="to_account"
        )
