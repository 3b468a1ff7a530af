"""`work`: all that has to be done again and again, in one process: clocks, mails and hooks."""

import io
import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Safe to run several at once; `./dev run` starts one."""

    help = "Tick the clocks, call the hooks and send the mails that are owed: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A loop."""
        parser.add_argument("--every", type=float, default=None, metavar="SECONDS", help="go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; in the loop SIGTERM and Ctrl-C end it between two passes."""
        if options["every"] is None:
            for name in _what():
                call_command(name, stdout=self.stdout, stderr=self.stderr)
            return
        if options["every"] <= 0:
            raise CommandError(_("The pause between two passes is above 0 seconds."))
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
        while not ended.is_set():
            close_old_connections()
            for name in _what():
                try:
                    call_command(name, stdout=io.StringIO(), stderr=self.stderr)
                except Exception:  # one that fails must never stop the others
                    log.exception("%s failed; it is tried again", name)
            ended.wait(options["every"])


def _what() -> tuple[str, ...]:
    """The commands of one pass; without a mail server there is nothing to send with."""
    return ("tick", "call_hooks", "deliver") if settings.MAIL else ("tick", "call_hooks")
