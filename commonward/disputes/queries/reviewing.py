"""Cases to be read again, for coordinators; no person and no post stands in the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from commonward.core.rights import Actor
from commonward.disputes.access import roles_in
from commonward.disputes.models import Review


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A listed case: its signs with the count behind each, and the finding."""

    number: str
    kind: str
    registered_at: datetime
    weight: float
    signs: Mapping[str, float]
    listed_at: datetime
    finding: str
    read_at: datetime | None


def to_be_read(actor: Actor, *, done: bool = False, most: int = 100) -> list[ReviewLine]:
    """The listed cases this coordinator may see, the heaviest first; or those read already."""
    rows = Review.objects.select_related("dispute__case__category").filter(read_at__isnull=not done)
    order = ("-read_at", "dispute") if done else ("-weight", "dispute")
    return [
        ReviewLine(
            row.dispute.case.number,
            row.dispute.kind,
            row.dispute.registered_at,
            row.weight,
            row.signs,
            row.listed_at,
            row.finding,
            row.read_at,
        )
        for row in rows.order_by(*order)[:most]
        if "coordinator" in roles_in(row.dispute, actor)
    ]
