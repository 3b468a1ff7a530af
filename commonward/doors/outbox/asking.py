"""Ask to be told by a channel: its own check of the address, then the question by the same way."""

from datetime import datetime

from commonward.cases.actions.allowing import one_more_today
from commonward.cases.actions.subscribing import subscribe
from commonward.cases.models import Subscription
from commonward.doors.outbox.channels import channel_of

MOST_A_DAY = 10
"""Questions to one address in a day, of whatever reports."""


def ask(
    report: int, channel: str, address: str, language: str, at: datetime, *, own: bool
) -> Subscription | None:
    """As `subscribe`, for any channel. Raises Missing for one that is not offered, and as it does.

    Beyond `MOST_A_DAY` an address is asked no more, and whoever typed it is told the same: nobody
    can have another's telephone ring all day by typing its number into one report after another.
    """
    wanted = channel_of(channel).check(address)
    if not one_more_today(wanted, at, MOST_A_DAY, f"asked {channel}"):
        return None
    return subscribe(report, wanted, language, at, own=own, channel=channel)
