"""Support cases as who coordinates them reads them; each look is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.cases.access import access_case
from commonward.core.refusals import N_, Missing
from commonward.core.rights import Actor
from commonward.response.actions.sealing import unseal, unseal_data
from commonward.response.models import PaymentStop, Support


@dataclass(frozen=True, slots=True)
class SupportShown:
    """One of them with what it says; `notes` are moment, step and words, the oldest first."""

    support: Support
    callback: str
    suits: str
    notes: Sequence[tuple[datetime, str, str]]


def support_for(number: str, actor: Actor, at: datetime, *, door: str) -> SupportShown:
    """One support case; empty words once it is forgotten. Raises Missing."""
    case = access_case(number, actor, at, door=door, what="support read")
    found = Support.objects.select_related("stop__case").filter(pk=case.pk).first()
    if found is None:
        raise Missing(N_("There is no case {number}, or none that you may see."), number=number)
    found.case = case
    facts = unseal_data(case, found.facts, "support")
    notes = [
        (note.at, note.verb, unseal(case, note.words, f"support {note.pk}"))
        for note in found.notes.order_by("at", "id")
    ]
    return SupportShown(found, str(facts.get("callback", "")), str(facts.get("suits", "")), notes)


def support_of(stop: PaymentStop) -> Support | None:
    """The support case of a payment stop that was looked up already (1 query)."""
    return Support.objects.select_related("case").filter(stop=stop).first()
