"""`backup make`, `backup restore`: a whole copy of the site, and the way back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.doors.commands.backing.making import make
from commonward.doors.commands.backing.restoring import restore


class Command(BaseCommand):
    """Keep and put back (备份与恢复): database, public log and photos, of one moment."""

    help = "Makes a backup while the site works, or puts one back into an empty installation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """A word and a folder."""
        words = parser.add_subparsers(dest="word", required=True)
        made = words.add_parser("make", help="make one below this folder; the site goes on")
        made.add_argument("folder", type=Path, metavar="FOLDER")
        back = words.add_parser("restore", help="put this one back; nothing is written over")
        back.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the word says."""
        try:
            getattr(self, f"_{options['word']}")(options["folder"])
        except OSError as fault:
            raise CommandError(str(fault)) from None

    def _make(self, into: Path) -> None:
        folder, count = make(into, datetime.now(UTC))
        self.stdout.write(
            _("{count} files in {folder}. The master key is not among them.").format(
                count=f"{count:,}", folder=folder
            )
        )

    def _restore(self, folder: Path) -> None:
        told, owed = restore(folder)
        self.stdout.write(_("Restored as it was at {moment}.").format(moment=told["made_at"]))
        if owed:
            self.stdout.write(
                _("The backup is of version {version}: run `migrate` next ({count} steps).").format(
                    version=told["version"], count=len(owed)
                )
            )
        self.stdout.write(
            _(
                "Then forget again what was forgotten since then, by the list of the newest backup "
                "or of the site itself: `forget --again FOLDER/forgotten.jsonl`."
            )
        )
        self.stdout.write(_("Then run `verify`, `ledger check` and `doctor`."))
