"""`response set-up` makes what urgent help stands on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import ngettext

from commonward.response.actions.setting_up import set_up


class Command(BaseCommand):
    """Urgent help (应急响应) of a bare site: its procedures, and a category for each card."""

    help = "Sets urgent help up; run again it adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("set-up", help="the procedures and a category for each question card")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and tell how much that was."""
        made = set_up(timezone.now())
        self.stdout.write(
            ngettext(
                "Urgent help is set up: {count} category was missing.",
                "Urgent help is set up: {count} categories were missing.",
                made,
            ).format(count=made)
        )
