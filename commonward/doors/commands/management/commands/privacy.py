"""`privacy record`, `privacy assessment`, `privacy looks`: what is kept of people and at what risk, and
who looked into a case."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.models import Case
from commonward.doors.commands import assessing
from commonward.doors.commands.recording import LANGUAGES, as_data, as_markdown
from commonward.people.queries import access_log, now


class Command(BaseCommand):
    """What is kept of people (个人信息处理活动记录): what, why, how long, who reads it, how it ends."""

    help = "Prints what is kept of people, why and how long; or who looked into a case's file."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        record = words.add_parser("record", help="the record of processing and its assessment")
        assessed = words.add_parser(
            "assessment", help="each kind of data: basis, risk, measures, how long, who reads it"
        )
        for one in (record, assessed):
            one.add_argument("--json", action="store_true", help="for programs, both languages")
            one.add_argument("--language", choices=LANGUAGES, help="one language alone")
        looks = words.add_parser(
            "looks", help="who looked into the file of a case, the latest first"
        )
        looks.add_argument("number", help="the case's number")

    def handle(self, *args: Any, **options: Any) -> None:
        """The record says what the code says of itself: nothing is read of anybody."""
        if options["word"] == "looks":
            self._tell_looks(options["number"].strip())
            return
        day = timezone.localdate(now()).isoformat()
        told = (settings.JURISDICTION or settings.SITE_URL, settings.CONTACT, day)
        assesses = options["word"] == "assessment"
        if options["json"]:
            data = (assessing.as_data if assesses else as_data)(*told)
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
            return
        languages = [options["language"]] if options["language"] else LANGUAGES
        written = assessing.as_table if assesses else as_markdown
        self.stdout.write("\n".join(written(one, *told) for one in languages))

    def _tell_looks(self, number: str) -> None:
        """Moment, member of staff or key, what was seen, through which door."""
        if not Case.objects.filter(number=number).exists():
            raise CommandError(_("There is no case {number}.").format(number=number))
        for look in access_log(number):
            at = timezone.localtime(look.at).isoformat(sep=" ", timespec="minutes")
            self.stdout.write("\t".join((at, look.name or look.key_name, look.what, look.door)))
