"""`capacity`: how large a machine a site needs, with the source of each figure."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.capacity import figures, needs


class Command(BaseCommand):
    """Arithmetic alone: it asks no database."""

    help = "Processors, memory and disk for so many people and reports a year, with sources."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, for how long."""
        parser.add_argument("people", type=int, help="inhabitants")
        parser.add_argument("reports", type=int, help="reports a year")
        parser.add_argument("--years", type=int, default=5, help="for how long cases are kept")
        parser.add_argument("--figures", metavar="FILE", help="own figures over the shipped ones")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reckon and tell."""
        try:
            own = Path(options["figures"]).read_text("utf-8") if options["figures"] else ""
            used = figures(own)
            found = needs(options["people"], options["reports"], options["years"], used)
        except (OSError, ValueError) as fault:
            raise CommandError(str(fault)) from fault
        if options["json"]:
            told = {
                "needs": dataclasses.asdict(found),
                "figures": {name: dataclasses.asdict(one) for name, one in used.items()},
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for said in (
            _("Database: {name}").format(name=found.database),
            _("Processors: {count} (the busiest hour takes {busy}, with {reports} reports)").format(
                count=found.cores, busy=found.busy_cpu, reports=found.reports_an_hour
            ),
            _("Memory: {count} GB").format(count=found.memory_gb),
            _("Disk: {count} GB after {years} years, and {backup} GB for backups").format(
                count=found.disk_gb, years=options["years"], backup=found.backup_gb
            ),
            _("Processes: {web} of web, {live} of live, {workers} workers").format(
                web=found.web, live=found.live, workers=found.workers
            ),
            "",
            _("From these figures; put your own in the place of those that are assumed:"),
        ):
            self.stdout.write(said)
        for name, one in used.items():
            kind = {"measured": _("measured"), "assumed": _("assumed")}[one.kind]
            self.stdout.write(f"  {name} = {one.value:g} ({kind}: {one.source})")
