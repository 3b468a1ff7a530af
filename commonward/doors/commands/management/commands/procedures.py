"""`procedures list`, `procedures check FILE`, `procedures adopt FILE`: what cases follow."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.actions import adopt_procedure, adopt_shipped
from commonward.cases.queries import book
from commonward.core.procedures import check, parse
from commonward.core.procedures.read import read_toml
from commonward.core.refusals import Refusal
from commonward.people.words import tell


class Command(BaseCommand):
    """Procedures (办理程序): look at those in force, check a file, bring it into force."""

    help = "Lists the procedures in force, checks a procedure file, or brings one into force."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("list", help="the procedures in force and their versions")
        words.add_parser("shipped", help="adopt every shipped procedure that has no version yet")
        for word, told in (("check", "tell every fault"), ("adopt", "bring into force")):
            words.add_parser(word, help=told).add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says; a file with a fault ends with status 1 and the faults."""
        word = options["word"]
        if word == "list":
            known = book()
            for name, version in sorted(known.in_force.items()):
                title = known.procedures[version].title
                self.stdout.write(
                    _("{name}  version {number}  {title}").format(
                        name=name, number=known.numbers[version], title=f"{title.zh} {title.en}"
                    )
                )
            return
        if word == "shipped":
            for made in adopt_shipped(timezone.now()):
                self.stdout.write(
                    _("{name} version {number} is in force.").format(
                        name=made.name, number=made.number
                    )
                )
            return
        try:
            data = read_toml(options["file"].read_text(encoding="utf-8"))
            if word == "check":
                self._check(data)
                return
            made = adopt_procedure(data, at=timezone.now())
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        except (OSError, UnicodeDecodeError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(
            _("{name} version {number} is in force for new cases.").format(
                name=made.name, number=made.number
            )
        )

    def _check(self, data: dict[str, Any]) -> None:
        faults = check(parse(data))
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(_("No fault was found."))
