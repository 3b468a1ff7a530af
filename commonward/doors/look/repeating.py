"""Commands that do what is due: once, or again and again until they are told to end."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _


class Repeating(BaseCommand):
    """A worker: `once` does what is due, `--every SECONDS` does it again and again.

    SIGTERM and Ctrl-C end the loop between two passes, so that no pass is torn. Several may run
    at once: what each takes is leased.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        """A loop."""
        parser.add_argument("--every", type=float, default=None, metavar="SECONDS", help="go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass, or one after another."""
        every: float | None = options["every"]
        self.check_asked(options)
        if every is None:
            self.once(options, quiet=False)
            return
        if every <= 0:
            raise CommandError(_("The pause between two passes is above 0 seconds."))
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
        while not ended.is_set():
            close_old_connections()
            self.once(options, quiet=True)
            ended.wait(every)

    def check_asked(self, options: dict[str, Any]) -> None:
        """Raise CommandError before the first pass where this cannot work at all."""

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """One pass; a quiet one tells only what it did, and nothing where nothing was due."""
        raise NotImplementedError
