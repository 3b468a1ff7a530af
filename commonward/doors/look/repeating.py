"""Commands that do what is due: once, or again and again until they are told to end."""

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, close_old_connections
from django.utils.translation import gettext as _

from commonward.core.refusals import Refusal
from commonward.doors.look.away import passes
from commonward.doors.look.beats import beat
from commonward.people.queries.schema import require_own_schema
from commonward.people.words import tell

log = logging.getLogger(__name__)

PRESSING_EVERY = 1.0
"""Seconds between two looks at what cannot wait for the next pass."""


class Repeating(BaseCommand):
    """A worker: `once` does what is due, `--every SECONDS` does it again and again; in the pauses
    between, what cannot wait for the next pass is done each second by `pressing`.

    SIGTERM and Ctrl-C end the loop between two passes, so that no pass is torn; a pass that is long
    asks `leaving` on its way. Several may run at once: what each takes is leased. Where the database
    is away or long busy, or a disk is full, the worker stays and tries again; only the first pass must have met one.
    Each pass gives a sign of life (`doors.look.beats`). On the database of a newer version none begins.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.leaving = threading.Event()

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
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.leaving.set())
        try:
            require_own_schema()
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        name = " ".join(filter(None, (type(self).__module__.split(".")[-1], options.get("word"))))
        met = False
        while not self.leaving.is_set():
            try:
                close_old_connections()
                beat(name, every, working=True)
                self.once(options, quiet=True)
                beat(name, every, working=False)
                met = True
                self._pause(every)
            except (Error, OSError) as fault:
                if not (met and passes(fault)):
                    raise
                log.exception("the database or a folder failed; it is tried again after the pause")
                self.leaving.wait(every)

    def _pause(self, every: float) -> None:
        until = time.monotonic() + every
        while not self.leaving.wait(max(0.0, min(PRESSING_EVERY, until - time.monotonic()))):
            if time.monotonic() >= until:
                return
            close_old_connections()
            self.pressing()

    def check_asked(self, options: dict[str, Any]) -> None:
        """Raise CommandError before the first pass where this cannot work at all."""

    def pressing(self) -> None:
        """What is done in the pauses, each second; nothing, where all can wait."""

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """One pass; a quiet one tells only what it did, and nothing where nothing was due."""
        raise NotImplementedError
