"""`call_hooks`: call the programs that are owed a message; once, or again and again."""

from typing import Any

from django.utils.translation import gettext as _

from commonward.doors.look.repeating import Repeating
from commonward.doors.webhook.sending import Called, call_hooks
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Call what is due."""

    help = "Call the programs that are owed a message: once, or every so many seconds"

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Call, and tell how many."""
        done = call_hooks(site_now)
        if quiet and done == Called():
            return
        self.stdout.write(
            _("{sent} calls made, {put_off} put off, {dropped} no longer wanted.").format(
                sent=done.sent, put_off=done.put_off, dropped=done.dropped
            )
        )
