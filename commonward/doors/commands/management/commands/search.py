"""`search waiting`, `search rebuild`: the full-text index of cases."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from commonward.cases.actions import make_anew, take_in
from commonward.cases.queries.searched import waiting


class Command(BaseCommand):
    """The index (全文索引): see how many cases wait for it, or make it anew."""

    help = "Tells how many cases wait for the full-text index, or makes it anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("waiting", help="how many cases the next ticks will take in")
        words.add_parser("rebuild", help="make the index anew; the site may go on working")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell, or take everything in; stopped half-way, the tick goes on with the rest."""
        if options["word"] == "waiting":
            self.stdout.write(_("Cases that wait for the index: {count}.").format(count=waiting()))
            return
        count, done = make_anew(), 0
        while taken := take_in():
            done += taken
            self.stdout.write(_("{done} of {count}").format(done=done, count=count))
        self.stdout.write(_("Cases in the index: {count}.").format(count=done))
