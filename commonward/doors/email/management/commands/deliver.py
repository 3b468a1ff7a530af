"""`deliver`: send the mails that are owed; once, or again and again."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _

from commonward.doors.email.sending import Delivered, deliver
from commonward.people.queries import now as site_now


class Command(BaseCommand):
    """Send what is due; safe to run several at once."""

    help = "Send the mails that subscribers are owed: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A loop."""
        parser.add_argument("--every", type=float, default=None, metavar="SECONDS", help="go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send; in the loop SIGTERM and Ctrl-C end it between two passes."""
        if not settings.MAIL:
            raise CommandError(
                _("No mail server is set: name it in COMMONWARD_SMTP, and COMMONWARD_MAIL_FROM.")
            )
        if options["every"] is None:
            self._tell(deliver(site_now))
            return
        if options["every"] <= 0:
            raise CommandError(_("The pause between two passes is above 0 seconds."))
        ended = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: ended.set())
        while not ended.is_set():
            close_old_connections()
            self._tell(deliver(site_now), quiet=True)
            ended.wait(options["every"])

    def _tell(self, done: Delivered, *, quiet: bool = False) -> None:
        if quiet and done == Delivered():
            return
        self.stdout.write(
            _(
                "{sent} mails sent, {put_off} put off, {refused} refused for good, {dropped} no "
                "longer wanted."
            ).format(
                sent=done.sent, put_off=done.put_off, refused=done.refused, dropped=done.dropped
            )
        )
        if done.unreachable:
            self.stderr.write(_("The mail server took nothing; it is tried again later."))
