"""Stop a payment (紧急止付): told, the banks are asked, each answers, it is closed.

From the first words to the answer three minutes are the goal. Numbers of accounts are sealed with
the case's key; with the closing the key is destroyed, so that they can be read nowhere any more.
Only what whoever was deceived says by themselves starts it: on the portal, or to a call-taker.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
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
from commonward.core.urgent.transfers import account_of
from commonward.people.models import Team
from commonward.response.access import COORDINATES, TAKES_CALLS
from commonward.response.actions.asking import ask
from commonward.response.actions.recording import ROOM
from commonward.response.actions.sealing import seal_data
from commonward.response.actions.setting_up import PAYMENT
from commonward.response.models import PaymentStop
from commonward.response.queries.payments import Side, covered, told_of

GOAL_SECONDS = 180
"""From first words to the banks' answer (DOMAIN 3: 一键止付 in three minutes)."""
CHANNELS = ("portal", "phone")
"""The two ways in: the victim's own form, or the victim speaking to a call-taker."""
LONGEST_LINE, LONGEST_WORDS, MOST_TRANSFERS = 200, 2000, 5


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment; a bank is the code or the name of a partner, or any words."""

    amount: str = ""
    from_bank: str = ""
    from_account: str = ""
    to_bank: str = ""
    to_account: str = ""
    paid_at: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Payment:
    """What whoever was deceived says: the transfers, what happened, where to call them back.

    `support` is true where they agreed to be called afterwards with help.
    """

    transfers: tuple[Transfer, ...] = ()
    words: str = ""
    callback: str = ""
    support: bool = False


def receipt_of(secret: str) -> str:
    """What is kept of the secret that opens a receipt's page: its hash."""
    return hashlib.sha256(f"payment receipt {secret}".encode()).hexdigest()


def tell_payment(
    given: Payment, at: datetime, actor: Actor = SYSTEM, *, key: str = "", channel: str = "phone"
) -> PaymentStop:
    """Take the report in and ask each partner bank that it names, in the same moment (止付请求).

    A bank is a team of the kind "bank": no other office ever reads numbers of accounts, and each
    reads those of its own side alone. Sent again under the same `key` nothing is added. Raises
    Invalid naming the field, Forbidden.
    """
    refuse_onlooker(actor)
    if channel not in CHANNELS or (channel == "portal") != (actor.role == "system"):
        raise Forbidden(N_("Only whoever was deceived starts this, on the portal or by telephone."))
    if channel == "phone" and not any(r.role in TAKES_CALLS for r in actor.rights):
        raise Forbidden(N_("Taking calls for help is for the centre and for grid workers."))
    kept = _checked(given)
    # Whoever sent the form opens its receipt with this key: it is kept as a hash alone.
    receipt = receipt_of(key) if key else ""
    mark = receipt[:40]
    with transaction.atomic():
        if mark and (known := PaymentStop.objects.filter(key=mark).first()) is not None:
            return known
        said = Said(channel=channel, idempotency=f"payment {mark}" if mark else "")
        report = open_case(PAYMENT, said, at, actor=actor, grade="urgent", public=False, room=ROOM)
        known = PaymentStop.objects.filter(pk=report.case_id).first()
        if known is not None:
            return known
        made = PaymentStop(case=report.case, key=mark, receipt=receipt, told_at=at)
        made.facts = seal_data(report.case, kept, "payment")
        made.save(force_insert=True)
        _ask_named(made, kept["transfers"], SYSTEM, at)
    return made


def add_transfer(number: str, given: Transfer, actor: Actor, at: datetime) -> PaymentStop:
    """One more transfer, or a corrected number, as the victim says it when called back.

    Its banks are asked in the same moment. Raises as `tell_payment`, and Refusal once closed.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _mine(number, actor, at)
        _refuse_closed(made)
        told = told_of(made)
        kept = _checked(
            Payment((*(Transfer(**one) for one in told["transfers"]), given), told["words"],
                    told["callback"], told["support"])
        )  # fmt: skip
        made.facts = seal_data(made.case, kept, "payment")
        made.save(update_fields=["facts"])
        _ask_named(made, kept["transfers"], actor, at)
    return made


def ask_bank(
    number: str, bank: int, actor: Actor, at: datetime, *, sides: Sequence[Side] = ()
) -> PaymentStop:
    """Ask a bank about those sides that lie with it; none given: those whose name is its own.

    Each side is asked of one bank only. Raises Invalid for no partner, Refusal when asked already.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _mine(number, actor, at)
        _refuse_closed(made)
        partner = Team.objects.filter(pk=bank, kind="bank", active=True).first()
        if partner is None:
            raise Invalid(N_("Choose a bank from the list."), field="bank")
        transfers = told_of(made)["transfers"]
        there = set(_accounts(transfers))
        wanted = list(sides) or list(_named(transfers, partner))
        if not wanted or not set(wanted) <= there:
            raise Invalid(N_("Say which of the accounts lie with this bank."), field="sides")
        if set(wanted) & covered(made):
            raise Refusal(N_("A bank was asked about this account already."))
        ask(made, partner, wanted, actor, at)
    return made


def close_payment(number: str, actor: Actor, at: datetime, *, reason: str = "") -> PaymentStop:
    """Close it (办结): the case's key is destroyed at once, and with it every account number.

    Stopped, in whole or in part, once the banks said so; otherwise a `reason` is needed, which is
    not kept. Raises Refusal, Forbidden.
    """
    refuse_onlooker(actor)
    with transaction.atomic():
        made, at = _mine(number, actor, at)
        stopped = made.confirmed_at is not None and made.answer in ("stopped", "in_part")
        given: Mapping[str, Any] = {} if stopped else {"reason": reason or made.answer}
        case = act(
            number, "close_stopped" if stopped else "close_not_stopped", actor, at, given, room=ROOM
        )
        made.facts, made.key, made.closed_at = None, "", at
        made.save(update_fields=["facts", "key", "closed_at"])
        made.requests.update(words=None, next_at=None)
        shred(case, at, actor)
    return made


def _ask_named(
    made: PaymentStop, transfers: Sequence[Mapping[str, str]], actor: Actor, at: datetime
) -> None:
    """Ask every partner bank about the sides that name it and that nobody was asked about."""
    asked = covered(made)
    for partner in Team.objects.filter(kind="bank", active=True).order_by("pk"):
        wanted = [one for one in _named(transfers, partner) if one not in asked]
        if wanted:
            ask(made, partner, wanted, actor, at)


def _named(transfers: Sequence[Mapping[str, str]], bank: Team) -> Iterator[Side]:
    """The sides with an account whose bank is this one, by its code or its name."""
    names = {one.casefold() for one in (bank.code, bank.name, bank.name_en) if one}
    for place, side in _accounts(transfers):
        if transfers[place][f"{side}_bank"].casefold() in names:
            yield place, side


def _accounts(transfers: Sequence[Mapping[str, str]]) -> Iterator[Side]:
    """Every side of which an account is known."""
    for place, one in enumerate(transfers):
        for side in ("from", "to"):
            if one[f"{side}_account"]:
                yield place, side


def _mine(number: str, actor: Actor, at: datetime) -> tuple[PaymentStop, datetime]:
    """For who coordinates; the case is locked."""
    case = visible_case(number, actor)
    if actor.role != "system" and not actor.roles_for(
        COORDINATES, "see", case.area_path, case.category.code
    ):
        raise Forbidden(N_("Only who coordinates urgent help here does this."))
    return locked_stop(case, at)


def locked_stop(case: Case, at: datetime) -> tuple[PaymentStop, datetime]:
    """The stop of a case, which is locked first; and the moment to write. Raises Missing."""
    case = locked(case.number)
    found = PaymentStop.objects.filter(pk=case.pk).first()
    if found is None:
        raise Missing(
            N_("There is no case {number}, or none that you may see."), number=case.number
        )
    found.case = case
    return found, in_order(case, at)


def _refuse_closed(made: PaymentStop) -> None:
    if made.closed_at is not None:
        raise Refusal(N_("This payment stop is closed; tell it anew."))


def _checked(given: Payment) -> dict[str, Any]:
    """What is sealed; each line trimmed and bounded. Raises Invalid naming the field."""
    transfers = [asdict(one) for one in given.transfers if one]
    for one in transfers:
        for name, value in one.items():
            one[name] = _line(name, value, LONGEST_LINE)
        for side in ("from_account", "to_account"):
            one[side] = account_of(one[side])
    words = _line("words", given.words, LONGEST_WORDS)
    callback = _line("callback", given.callback, LONGEST_LINE)
    if len(transfers) > MOST_TRANSFERS:
        raise Invalid(
            N_("At most {most} transfers are told at once."), most=MOST_TRANSFERS, field="transfers"
        )
    if not callback and not any(_accounts(transfers)):
        raise Invalid(
            N_("Say an account that the money went from or to, or your telephone number."),
            field="callback",
        )
    return {"transfers": transfers, "words": words, "callback": callback, "support": given.support}


def _line(name: str, value: str, most: int) -> str:
    if len(value) > most or "\x00" in value:
        raise Invalid(
            N_("{which} is too long or unknown; at most {most} characters are taken."),
            which=name,
            most=most,
            field=name,
        )
    return value.strip()
