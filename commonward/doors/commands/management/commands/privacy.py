"""`privacy record`: the record of processing with its assessment, out of the rooms' registers."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from commonward.doors.commands.recording import LANGUAGES, as_data, as_markdown
from commonward.people.queries import now


class Command(BaseCommand):
    """What is kept of people (个人信息处理活动记录): what, why, how long, who reads it, how it ends."""

    help = "Prints what is kept of people, why, how long, who reads it and how it is destroyed."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        record = words.add_parser("record", help="the record of processing and its assessment")
        record.add_argument("--json", action="store_true", help="for programs, both languages")
        record.add_argument("--language", choices=LANGUAGES, help="one language alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it; nothing is read of anybody, only what the code says of itself."""
        day = timezone.localdate(now()).isoformat()
        told = (settings.JURISDICTION or settings.SITE_URL, settings.CONTACT, day)
        if options["json"]:
            self.stdout.write(json.dumps(as_data(*told), ensure_ascii=False, indent=1))
            return
        languages = [options["language"]] if options["language"] else LANGUAGES
        self.stdout.write("\n".join(as_markdown(one, *told) for one in languages))
