"""`learning import FILE [--try]`: past courses of colleagues from a table."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.learning_sheet import read_past
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.core.targets.workbook import rows_of
from commonward.people.queries import now
from commonward.people.words import tell
from commonward.programmes.actions.learning.bringing_in import bring_in


class Command(BaseCommand):
    """Past courses (培训记录) from XLSX, ODS or CSV: all lines are written, or none."""

    help = "Brings past courses in from a table; --try says what it would do."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        bring = words.add_parser("import", help="log-in, course, day, and until when it counts")
        bring.add_argument("file", type=Path)
        bring.add_argument("--try", action="store_true", dest="only_try", help="write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; a fault ends with status 1 and names its row."""
        try:
            lines, faults = read_past(rows_of(options["file"].read_bytes(), fill=False))
            only_try = options["only_try"] or bool(faults)
            made = bring_in(lines, SYSTEM, now(), only_try=only_try)
        except (OSError, Refusal) as why:
            raise CommandError(tell(why) if isinstance(why, Refusal) else str(why)) from None
        wrong = sorted([*faults, *made.faults], key=lambda one: one.row)
        if wrong:
            raise CommandError(
                "\n".join(
                    _("Row {row}: {why}").format(row=one.row, why=tell(one.why)) for one in wrong
                )
            )
        told = _("{new} records are new, {same} stand there already.")
        self.stdout.write(told.format(new=len(made.new), same=made.same))
