"""`disputes set-up` makes what mediation stands on; `disputes review` lists what looks invented."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import ngettext

from commonward.disputes.actions import set_up
from commonward.disputes.actions.reviewing import look_for_invented
from commonward.people.queries import now as site_now


class Command(BaseCommand):
    """Mediation (调解) of a bare site: its procedure and the eighteen categories."""

    help = "Sets mediation up, or lists the settled disputes of a year that look invented."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("set-up", help="the procedure and the eighteen statistical types")
        words.add_parser("review", help="cases to be read again, for coordinators; run it weekly")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and tell how much that was."""
        if options["word"] == "review":
            new = look_for_invented(site_now())
            self.stdout.write(
                ngettext(
                    "{count} case is new on the list to be read again.",
                    "{count} cases are new on the list to be read again.",
                    new,
                ).format(count=new)
            )
            return
        made = set_up(timezone.now())
        self.stdout.write(
            ngettext(
                "Mediation is set up: {count} category was missing.",
                "Mediation is set up: {count} categories were missing.",
                made,
            ).format(count=made)
        )
