"""`ask_banks`: send requests to stop a payment to the banks' computers; once, or again and again."""

from typing import Any

from django.utils.translation import gettext as _

from commonward.doors.look.repeating import Repeating
from commonward.doors.webhook.banks import Asked, Asker
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Ask what is due. As a loop of its own every second: three minutes are the goal."""

    help = "Ask the banks to stop payments: once, or every so many seconds"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asker: Asker | None = None

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Ask and collect; a single pass waits for the answers, a loop takes them as they come."""
        if options.get("every") is None:
            asker = Asker()
            try:
                done = asker.pass_once(site_now, patient=True)
            finally:
                asker.close()
        else:
            self._asker = self._asker or Asker()
            done = self._asker.pass_once(site_now, patient=False)
        if quiet and done == Asked():
            return
        self.stdout.write(
            _(
                "Banks: {called} asked, {heard} answered, {put_off} put off, {silent} silent and "
                "given to a person."
            ).format(called=done.called, heard=done.heard, put_off=done.put_off, silent=done.silent)
        )
