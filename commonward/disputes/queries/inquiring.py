"""The inquiries of a dispute, for those who may read what was said in its talks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.actions.sealing import unseal_data
from commonward.disputes.models import Dispute, Inquiry


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One inquiry: when, by whom of the office, and what was written down."""

    id: int
    at: datetime
    by: str
    details: Mapping[str, str]


def inquiries_of(dispute: Dispute, actor: Actor) -> Sequence[InquiryLine]:
    """In the order in which they were made; none for whom they are not meant."""
    if actor.party is not None or not sees(dispute, actor, "record"):
        return []
    rows = Inquiry.objects.filter(dispute=dispute).select_related("by").order_by("at", "pk")
    return [
        InquiryLine(
            id=row.pk,
            at=row.at,
            by=row.by.name,
            details={
                k: str(v) for k, v in unseal_data(dispute, row.details, f"inquiry {row.pk}").items()
            },
        )
        for row in rows
    ]
