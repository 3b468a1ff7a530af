"""Who is told of one report, as the holder of its receipt sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from commonward.cases.actions.subscribing import opened, token_of
from commonward.cases.models import Subscription


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One way by which the holder of a receipt is told, and the link that changes and ends it."""

    channel: str
    address: str
    confirmed: bool
    news: str
    token: str


def of_report(report: int) -> Sequence[Subscribed]:
    """The reporter's own ways, the oldest first; followers are not among them."""
    rows = Subscription.objects.filter(report=report, own=True, ended_at=None)
    return tuple(
        Subscribed(
            one.channel,
            opened(one, one.report.case),
            one.confirmed_at is not None,
            one.news,
            token_of(one.pk),
        )
        for one in rows.select_related("report__case").order_by("id")
    )
