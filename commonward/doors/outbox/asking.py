"""Ask to be told by a channel: its own check of the address, then the question by the same way."""

from datetime import datetime

from commonward.cases.actions.subscribing import subscribe
from commonward.cases.models import Subscription
from commonward.doors.outbox.channels import channel_of


def ask(
    report: int, channel: str, address: str, language: str, at: datetime, *, own: bool
) -> Subscription | None:
    """As `subscribe`, for any channel. Raises Missing for one that is not offered, and as it does."""
    wanted = channel_of(channel).check(address)
    return subscribe(report, wanted, language, at, own=own, channel=channel)
