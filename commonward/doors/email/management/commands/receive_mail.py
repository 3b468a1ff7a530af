"""`receive_mail`: a small mail server to which the office's own hands mails over (SMTP)."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """Runs until it is told to end."""

    help = "Take mails that the office's mail server hands over by SMTP"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where."""
        parser.add_argument("--listen", default="127.0.0.1:8025", metavar="HOST:PORT")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen; SIGTERM and Ctrl-C end it after the mails that are on their way."""
        if not settings.MAIL:
            raise CommandError(
                _("No mail is set up: COMMONWARD_MAIL_FROM names the address that mails come to.")
            )
        from commonward.doors.email.receiving import listening  # noqa: PLC0415 (a server of its own)

        host, _colon, port = options["listen"].rpartition(":")
        if not host or not port.isdecimal():
            raise CommandError(_("Write --listen as HOST:PORT."))
        server = listening(host.strip("[]"), int(port))
        ends = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ends.set())
        server.start()
        try:
            self.stdout.write(_("Mails are taken at {where}.").format(where=options["listen"]))
            ends.wait()
        finally:
            server.stop()
