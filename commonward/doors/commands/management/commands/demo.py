"""`demo --headless`: replays the real data, prints the tables and ends."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.refusals import Refusal
from commonward.doors.commands import terminal
from commonward.doors.commands.replay.running import shared_folder
from commonward.doors.commands.replay.showing import headless


class Command(BaseCommand):
    """Show the whole loop."""

    help = "Real data through the whole loop, then a table (the living district: ./dev demo)"

    def add_arguments(self, parser: CommandParser) -> None:
        """How much, and where the real data is."""
        parser.add_argument("--headless", action="store_true", help="print the tables and end")
        parser.add_argument("--cases", type=int, default=None, help="only so many per data set")
        parser.add_argument("--shared", type=Path, default=None, help="folder that holds data/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up, replay, verify, compare; exit code 1 when something does not fit."""
        console = terminal.console(self.stdout, 190)
        try:
            if not options["headless"]:
                raise CommandError(_("The living district is started by `./dev demo`."))
            right = headless(console, shared_folder(options["shared"]), options["cases"])
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal
        if not right:
            raise CommandError(_("Something does not fit; see above."))
