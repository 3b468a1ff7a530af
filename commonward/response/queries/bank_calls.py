"""What one call of a bank's computer says, for the worker that makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from commonward.core.urgent.banking import TRIAL, request_body
from commonward.response.actions.bank_ends import secret_of
from commonward.response.models import BankEnd, BankRequest
from commonward.response.queries.payments import own_side

ANSWERS_AT = "/api/v1/payment-stops/{key}/answer"


@dataclass(frozen=True, slots=True)
class BankCall:
    """Where to, signed with what, under which id, and the JSON; never written to a log."""

    id: str
    bank: int
    address: str
    secret: bytes
    body: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<call {self.id}>"


def bank_call(request: int) -> BankCall | None:
    """The call of a leased request; None when nothing is to be sent any more.

    It holds the accounts on this bank's own side: made when it is sent, and kept nowhere.
    """
    found = (
        BankRequest.objects.select_related("stop__case", "bank")
        .filter(pk=request, answered_at=None, stop__closed_at=None)
        .first()
    )
    end = None if found is None else BankEnd.objects.filter(pk=found.bank_id).first()
    if found is None or end is None or not end.address or end.secret is None:
        return None
    body = request_body(
        found.key,
        found.stop.case.number,
        timezone.localtime(found.asked_at).isoformat(timespec="seconds"),
        own_side(found),
        settings.SITE_URL.rstrip("/") + ANSWERS_AT.format(key=found.key),
    )
    return BankCall(found.key, end.pk, end.address, secret_of(end), body)


def trial_call(bank: int, name: str) -> BankCall | None:
    """A call that names no case, to be acknowledged like any other."""
    end = BankEnd.objects.filter(pk=bank).first()
    if end is None or not end.address or end.secret is None:
        return None
    return BankCall(name, bank, end.address, secret_of(end), {"type": TRIAL, "request": name})
