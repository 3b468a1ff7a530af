"""`tick`: warnings, overdue marks, the ladder, suspensions that end; once, or again and again."""

import argparse
import signal
import threading
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.actions import Ticked, tick
from commonward.cases.actions.presence import end_presence
from commonward.people.queries import now as site_now


class Command(BaseCommand):
    """Do all that is due; safe to run several at once."""

    help = "Tick the clocks: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A moment other than now, or a loop."""
        parser.add_argument("--at", type=_moment, default=None, metavar="ISO", help="this moment")
        parser.add_argument("--every", type=float, default=None, metavar="SECONDS", help="go on")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick; in the loop SIGTERM and Ctrl-C end it between two ticks."""
        if options["every"] is None:
            end_presence(timezone.now())
            self._tell(tick(options["at"] or site_now()))
            return
        if options["at"] is not None or options["every"] <= 0:
            raise CommandError(_("A loop runs on the present time, with a pause above 0 seconds."))
        ended = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: ended.set())
        while not ended.is_set():
            close_old_connections()
            end_presence(timezone.now())
            self._tell(tick(site_now()), quiet=True)
            ended.wait(options["every"])

    def _tell(self, done: Ticked, *, quiet: bool = False) -> None:
        if quiet and not (done.rungs or done.resumed or done.recomputed or done.failed):
            return
        self.stdout.write(
            _(
                "{rungs} rungs of the ladder, {resumed} suspensions ended, {recomputed} deadlines "
                "computed again, {failed} clocks failed (they stand on the stuck list)."
            ).format(
                rungs=done.rungs,
                resumed=done.resumed,
                recomputed=done.recomputed,
                failed=done.failed,
            )
        )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write a moment as 2026-01-31T08:00:00+08:00")) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(_("a moment needs its zone, such as +08:00"))
    return moment
