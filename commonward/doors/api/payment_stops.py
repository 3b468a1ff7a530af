"""A bank's own key: the requests that lie with it, and its answers (银行止付接口). Nothing else."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from commonward.core.urgent.banking import LONGEST_REASON, LONGEST_REFERENCE, says
from commonward.doors.api.keys import Key, caller
from commonward.doors.api.router import PROBLEMS, router
from commonward.response.actions.asking import bank_acknowledges, bank_answers
from commonward.response.models import BankRequest
from commonward.response.queries.payments import asked_of, own_side

TAGS = ["payment stops"]
DOOR = "api"
BANK = Key("payment_stops")


class SideShown(Schema):
    """One end of a transfer: the account on this bank's own side."""

    transfer: int
    side: str
    account: str
    amount: str
    paid: str
    amount_yuan: str = ""
    paid_about: str = ""


class PaymentStopShown(Schema):
    """A request to stop a payment (止付请求) as its bank sees it."""

    request: str
    number: str
    asked_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    answer: str
    transfers: list[SideShown]


class SaidByBank(Schema):
    """What the bank says: acknowledged; confirmed with a result; or refused with a reason."""

    state: Annotated[str, Field(pattern="^(acknowledged|confirmed|refused)$")]
    result: Annotated[str, Field(pattern="^(|stopped|in_part|too_late)$")] = ""
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""
    reference: Annotated[str, Field(max_length=LONGEST_REFERENCE)] = ""


def _shown(one: BankRequest) -> dict[str, Any]:
    return {
        "request": one.key,
        "number": one.stop.case.number,
        "asked_at": one.asked_at,
        "acknowledged_at": one.acknowledged_at,
        "answered_at": one.answered_at,
        "answer": one.answer,
        "transfers": own_side(one),
    }


@router.get(
    "/payment-stops", tags=TAGS, auth=BANK, response={200: list[PaymentStopShown], **PROBLEMS}
)
def list_payment_stops(request: HttpRequest, response: HttpResponse) -> Any:
    """The open requests that lie with your bank, the oldest first; at most 100."""
    by = caller(request)
    response["Cache-Control"] = "no-store"
    return [_shown(one) for one in asked_of(by.actor, by.at, door=DOOR)]


@router.post(
    "/payment-stops/{key}/answer",
    tags=TAGS,
    auth=BANK,
    response={200: PaymentStopShown, **PROBLEMS},
)
def answer_payment_stop(
    request: HttpRequest,
    response: HttpResponse,
    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$")],
    given: SaidByBank,
) -> dict[str, Any]:
    """Say that your bank has it, or what became of it. The same again changes nothing; another
    answer than the first is refused with 409."""
    by = caller(request)
    said = says(given.state, given.result, given.reason, given.reference)
    if said.state == "acknowledged":
        made = bank_acknowledges(key, by.actor, by.at, way="key", reference=said.reference)
    else:
        made = bank_answers(
            key, said.answer, by.actor, by.at, way="key", reason=said.reason,
            reference=said.reference,
        )  # fmt: skip
    response["Cache-Control"] = "no-store"
    return _shown(made)
