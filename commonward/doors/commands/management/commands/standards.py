"""`standards import FILE`: filing conditions become categories, limits and closing conditions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from commonward.cases.actions.standards import StandardsPlan, import_standards
from commonward.core.refusals import Refusal
from commonward.core.sheets import Sheet
from commonward.doors.commands import terminal


class Command(BaseCommand):
    """Import a table of filing conditions (立案条件)."""

    help = "Filing conditions: import FILE.csv [--dry-run]"

    def add_arguments(self, parser: CommandParser) -> None:
        """`import` with its file."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="bring categories and conditions in line")
        bring.add_argument("file", type=Path, metavar="FILE")
        bring.add_argument(
            "--procedure", default="service_matter", help="which new categories follow"
        )
        bring.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; rejected rows are told with their line, and none is half-written."""
        console = terminal.console(self.stdout, 110)
        try:
            plan = import_standards(
                Sheet.at(options["file"]),
                procedure=options["procedure"],
                dry_run=options["dry_run"],
            )
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal
        print_plan(console, plan)
        if options["dry_run"]:
            console.print(_("Dry run: nothing was changed."))
        if plan.rejected and not (plan.added or plan.changed or plan.unchanged):
            raise CommandError(_("No row of the file could be used."))


def print_plan(console: Console, plan: StandardsPlan) -> None:
    """The plan as a table, the rejected rows below it."""
    table = Table(title=_("Filing conditions"), show_header=False)
    for label, number in (
        (_("new categories"), len(plan.new_categories)),
        (_("changed categories"), len(plan.changed_categories)),
        (_("conditions added"), len(plan.added)),
        (_("conditions changed"), len(plan.changed)),
        (_("conditions unchanged"), plan.unchanged),
        (_("of local extensions"), plan.extensions),
        (_("rows rejected"), len(plan.rejected)),
    ):
        table.add_row(label, f"{number:,}")
    console.print(table)
    for season in plan.seasons_missing:
        console.print(
            _(
                "Some limits count only in the season “{season}”, which the site's calendar does "
                "not have: set its first and last day."
            ).format(season=season),
            style="bold",
        )
    for row in plan.rejected:
        why = _(row.refusal.text).format(**row.refusal.values)
        console.print(_("line {line}: {why}").format(line=row.line, why=why))
