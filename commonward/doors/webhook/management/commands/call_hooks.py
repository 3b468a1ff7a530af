"""`call_hooks`: call the programs that are owed a message; once, or again and again."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _

from commonward.doors.webhook.sending import Called, call_hooks
from commonward.people.queries import now as site_now


class Command(BaseCommand):
    """Call what is due; safe to run several at once."""

    help = "Call the programs that are owed a message: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A loop."""
        parser.add_argument("--every", type=float, default=None, metavar="SECONDS", help="go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call; in the loop SIGTERM and Ctrl-C end it between two passes."""
        if options["every"] is None:
            self._tell(call_hooks(site_now))
            return
        if options["every"] <= 0:
            raise CommandError(_("The pause between two passes is above 0 seconds."))
        ended = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: ended.set())
        while not ended.is_set():
            close_old_connections()
            self._tell(call_hooks(site_now), quiet=True)
            ended.wait(options["every"])

    def _tell(self, done: Called, *, quiet: bool = False) -> None:
        if quiet and done == Called():
            return
        self.stdout.write(
            _("{sent} calls made, {put_off} put off, {dropped} no longer wanted.").format(
                sent=done.sent, put_off=done.put_off, dropped=done.dropped
            )
        )
