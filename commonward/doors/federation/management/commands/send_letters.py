"""`send_letters`: send what neighbouring installations are owed; once, or again and again."""

from typing import Any

from django.utils.translation import gettext as _

from commonward.doors.federation.open311 import Asked, ask_neighbours
from commonward.doors.federation.sending import Sent, send_letters
from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Send what is due."""

    help = (
        "Send the letters that neighbouring installations are owed: once, or every so many seconds"
    )

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Send, and tell how many."""
        done = send_letters(site_now)
        asked = ask_neighbours(site_now)
        if quiet and (done, asked) == (Sent(), Asked()):
            return
        self.stdout.write(
            _(
                "Neighbours: {sent} letters sent, {put_off} put off; Open311: {new} new cases, "
                "{pushed} sent, {updates} updates taken, {told} told."
            ).format(
                sent=done.sent,
                put_off=done.put_off,
                new=asked.new,
                pushed=asked.pushed,
                updates=asked.updates,
                told=asked.told,
            )  # fmt: skip
        )
