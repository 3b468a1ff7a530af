"""`verify`: is the whole store consistent? Prints what is not, and ends with 1 if anything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from commonward.cases.queries.verifying import told, verify
from commonward.doors.commands import terminal


class Command(BaseCommand):
    """Recompute what is stored from the record, and tell what differs."""

    help = "Check the whole store: events, stages, clocks, tasks, numbers, places, photos"

    def add_arguments(self, parser: CommandParser) -> None:
        """How many findings to print, and where."""
        parser.add_argument("--most", type=int, default=50, help="findings to print")
        parser.add_argument("--area", default="", metavar="CODE", help="only cases below it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings; exit code 1 when there are any."""
        console = terminal.console(self.stdout, 140)
        first, count, seen = check(console, options["most"], options["area"])
        for finding in first:
            console.print(str(finding))
        if count:
            raise CommandError(
                _("{count} things do not fit together in {seen} cases.").format(
                    count=count, seen=seen
                )
            )
        console.print(_("{seen} cases: everything fits together.").format(seen=f"{seen:,}"))


def check(console: Console, most: int = 50, area: str = "") -> tuple[list[Any], int, int]:
    """The first findings, how many in all, and how many cases were looked at."""
    seen = 0
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task(_("cases"), total=None)

        def at(number: int) -> None:
            nonlocal seen
            seen = number
            progress.update(bar, completed=number)

        first, count = told(verify(at, area=area), most)
    return first, count, seen
