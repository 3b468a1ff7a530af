"""`doctor`: what is wrong with this installation, and what to do about it."""

import dataclasses
import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from commonward.doors.commands.examining import Finding, examine
from commonward.doors.commands.examining_keys import FAULT, OK, WARNING


class Command(BaseCommand):
    """Reads, and changes nothing; ends with 1 where anything is at fault."""

    help = "Looks at settings, database, disk, workers, backup; says what is wrong and what to do."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """How it is told, and how old a backup may be."""
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--backup-hours", type=float, default=36, metavar="N", help="how old a backup may be"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything, and tell it."""
        found = examine(time.time(), options["backup_hours"])
        fault = any(one.state == FAULT for one in found)
        if options["json"]:
            told = {"fault": fault, "findings": [dataclasses.asdict(one) for one in found]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            for one in found:
                self._tell(one)
        if fault:
            sys.exit(1)

    def _tell(self, one: Finding) -> None:
        state = {OK: _("well"), WARNING: _("caution"), FAULT: _("FAULT")}[one.state]
        self.stdout.write(f"{state:<7} {one.about}" + (f": {one.told}" if one.told else ""))
        if one.do:
            self.stdout.write(f"{'':<7} → {one.do}")
