"""Payment stops as who coordinates and the bank that was asked may read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from commonward.cases.access import access_case, seen_by
from commonward.cases.models import Case
from commonward.core.refusals import N_, Forbidden, Missing
from commonward.core.rights import Actor
from commonward.people.actions import record_access
from commonward.response.actions.sealing import unseal_data
from commonward.response.models import PaymentStop

MOST_ROWS = 100


def payments(actor: Actor) -> Sequence[PaymentStop]:
    """Those that this person coordinates, the newest first (1 query)."""
    seen = Case.objects.filter(seen_by(actor))
    rows = PaymentStop.objects.filter(case__in=seen).select_related("case__procedure", "bank")
    return list(rows.order_by("-told_at")[:MOST_ROWS])


def payment_for(number: str, actor: Actor, at: datetime, *, door: str) -> PaymentStop:
    """One of them; the look is noted. Raises Missing."""
    case = access_case(number, actor, at, door=door, what="payment stop read")
    found = PaymentStop.objects.select_related("bank").filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    found.case = case
    return found


def asked_of(actor: Actor, at: datetime, *, door: str) -> Sequence[PaymentStop]:
    """The open requests that lie with this person's bank; each look at one is noted."""
    if not any(right.role == "partner" for right in actor.rights):
        raise Forbidden(N_("Requests to stop a payment are read by the bank that was asked."))
    rows = PaymentStop.objects.filter(bank_id__in=actor.teams, closed_at=None)
    found = list(rows.select_related("case", "bank").order_by("asked_at")[:MOST_ROWS])
    for one in found:
        if actor.account is not None:
            record_access(
                actor.seen_by or actor.account,
                None,
                one.case.number,
                "payment stop asked",
                door,
                at,
            )
    return found


def facts_of(found: PaymentStop) -> Mapping[str, str]:
    """What was told, for whom it was looked up; empty once closed."""
    return {k: str(v) for k, v in unseal_data(found.case, found.facts, "payment").items()}
