"""`cases import FILE`: many cases at once, resumable, with a file of what was rejected and why."""

import json
import time
import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from commonward.cases.actions.importing import BATCH, Imported, import_cases
from commonward.cases.actions.rejects import rejects_folder
from commonward.core.incoming import Layout
from commonward.core.refusals import Refusal
from commonward.core.sheets import Sheet
from commonward.doors.commands import terminal


class Command(BaseCommand):
    """Take in cases from a CSV file (UTF-8 or GB18030, perhaps .gz)."""

    help = "Cases: import FILE.csv --mapping MAPPING.toml"

    def add_arguments(self, parser: CommandParser) -> None:
        """`import` with its file and mapping."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        bring = verbs.add_parser("import", help="take in a file; the same file again goes on")
        bring.add_argument("file", type=Path, metavar="FILE")
        bring.add_argument(
            "--mapping", type=Path, required=True, metavar="FILE",
            help="TOML or JSON: source, zone, [columns] field = column, [categories] name = code",
        )  # fmt: skip
        bring.add_argument("--zone", default="", help="zone of moments that name none")
        bring.add_argument(
            "--rejects", type=Path, default=None, metavar="FILE", help="where rejected rows go"
        )
        bring.add_argument("--batch", type=int, default=BATCH, help="rows per transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; exit code 1 when nothing could be used, rejects alone are told."""
        console = terminal.console(self.stdout, 110)
        began = time.monotonic()
        try:
            sheet = Sheet.at(options["file"])
            layout = Layout.from_data(_mapping(options["mapping"]), options["zone"])
            rejects = options["rejects"] or _rejects(sheet)
            with Progress(console=console, transient=True) as progress:
                bar = progress.add_task(_("rows"), total=None)

                def at(done: Imported, line: int) -> None:
                    progress.update(bar, completed=done.taken + done.known + done.rejected)

                done = import_cases(
                    sheet, layout, at=timezone.now(), rejects=rejects, batch=options["batch"],
                    progress=at,
                )  # fmt: skip
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal
        _print(console, done, rejects, time.monotonic() - began)
        if done.rejected and not (done.taken or done.known or done.went_on_after):
            raise CommandError(_("No row of the file could be used."))


def _mapping(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        found = json.loads(raw) if path.suffix == ".json" else tomllib.loads(raw.decode())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise CommandError(_("{path} is not a table of names and values.").format(path=path))
    return found


def _rejects(sheet: Sheet) -> Path:
    return rejects_folder() / f"{sheet.path.name}.{sheet.digest[:8]}.rejects.csv"


def _print(console: Console, done: Imported, rejects: Path, seconds: float) -> None:
    table = Table(title=_("Cases"), show_header=False)
    if done.went_on_after:
        table.add_row(_("went on after line"), f"{done.went_on_after:,}")
    for label, number in (
        (_("taken in"), done.taken),
        (_("known already"), done.known),
        (_("rejected"), done.rejected),
    ):
        table.add_row(label, f"{number:,}")
    table.add_row(_("cases per second"), f"{done.taken / seconds:,.0f}" if seconds else "–")
    console.print(table)
    for text, count in sorted(done.reasons.items(), key=lambda item: -item[1]):
        console.print(f"{count:,} × {_(text)}")
    if done.rejected:
        console.print(_("Rejected rows: {path}").format(path=rejects))
