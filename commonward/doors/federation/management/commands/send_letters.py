"""`send_letters`: send what neighbouring installations are owed; once, or again and again."""

from typing import Any

from django.utils.translation import gettext as _

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
        if quiet and done == Sent():
            return
        self.stdout.write(
            _("Neighbours: {sent} letters sent, {put_off} put off.").format(
                sent=done.sent, put_off=done.put_off
            )
        )
