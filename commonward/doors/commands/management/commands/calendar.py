"""`calendar import | show`: holiday tables from files, and what a year holds."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from commonward.areas import actions, queries
from commonward.areas.actions import CalendarPlan
from commonward.core.refusals import Refusal


class Command(BaseCommand):
    """Import the yearly notices of holidays and make-up days, show a year."""

    help = "Working calendars: import PATH…, show YEAR"

    def add_arguments(self, parser: CommandParser) -> None:
        """`import` takes files or folders of the holiday-cn form, `show` a year."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="bring yearly tables in line with files")
        bring.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        bring.add_argument("--dry-run", action="store_true", help="show the plan, change nothing")
        show = verbs.add_parser("show", help="days off and make-up days of a year")
        show.add_argument("year", type=int, metavar="YEAR")
        for verb in (bring, show):
            verb.add_argument("--calendar", default=queries.SITE, metavar="NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb; a refusal ends with its words and exit code 1."""
        out = cast(IO[str], self.stdout)
        console = Console(
            file=out, markup=False, highlight=False, width=None if out.isatty() else 100
        )
        try:
            if options["verb"] == "import":
                _import(console, options)
            else:
                _show(console, options["calendar"], options["year"])
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal


def _import(console: Console, options: dict[str, Any]) -> None:
    plan = actions.import_calendar(
        _files(options["paths"]),
        at=timezone.now(),
        calendar=options["calendar"],
        dry_run=options["dry_run"],
    )
    _print_plan(console, plan)
    if options["dry_run"]:
        console.print(_("Dry run: nothing was changed."))


def _files(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """The files named, and of a folder all its .json files."""
    files: list[tuple[str, bytes]] = []
    for path in paths:
        found = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not found:
            raise CommandError(_("{path} holds no .json file.").format(path=path))
        for file in found:
            try:
                files.append((file.name, file.read_bytes()))
            except OSError as error:
                raise CommandError(f"{file}: {error.strerror}") from error
    return files


def _print_plan(console: Console, plan: CalendarPlan) -> None:
    if plan.changes:
        table = Table(title=_("Calendar {name}").format(name=plan.calendar))
        heads = _("year"), _("state"), _("days off"), _("make-up days"), _("added"), _("removed")
        for head in heads:
            table.add_column(head)
        for change in plan.changes:
            table.add_row(
                str(change.year),
                _("new") if change.new else _("changed"),
                str(change.off),
                str(change.work),
                str(len(change.days_in)) if change.new else " ".join(change.days_in),
                " ".join(change.days_out),
            )
        console.print(table)
    else:
        console.print(_("Nothing to change."))
    console.print(_("Unchanged: {number} years.").format(number=len(plan.unchanged)))
    for year in plan.awaited:
        console.print(
            _(
                "{year}: the file has no days, the notice is still to come; its deadlines are "
                "provisional."
            ).format(year=year)
        )
    for year in plan.holes:
        console.print(
            _(
                "{year} is a hole: years before and after it have a table, it has none; its "
                "deadlines are provisional."
            ).format(year=year)
        )


def _show(console: Console, name: str, year: int) -> None:
    days = queries.year_days(name, year)
    if days is None:
        raise CommandError(
            _("The calendar {name} has no table for {year}: import its notice.").format(
                name=name, year=year
            )
        )
    table = Table(title=f"{name} {year}")
    for head in (_("date"), _("name"), _("state")):
        table.add_column(head)
    for day in days:
        table.add_row(day["date"], day["name"], _("day off") if day["off"] else _("worked"))
    console.print(table)
