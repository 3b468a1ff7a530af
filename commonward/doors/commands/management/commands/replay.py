"""`replay DATASET`: a real data set through the loop's own verbs, on a simulated clock."""

import argparse
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console

from commonward.core.refusals import Refusal
from commonward.doors.commands import terminal
from commonward.doors.commands.replay.matters import DataSet, seconds
from commonward.doors.commands.replay.printing import as_csv, as_json, rows, show
from commonward.doors.commands.replay.running import READERS, data_set, replay, shared_folder


class Command(BaseCommand):
    """Generated staff accept, hand back, finish and fail checks at the data set's own times."""

    help = "Replay a data set: boston, zurich or synthetic"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which data set, how much of it, and in which form to tell the figures."""
        parser.add_argument("dataset", choices=[*READERS, "synthetic"])
        parser.add_argument("--shared", type=Path, default=None, help="folder that holds data/")
        parser.add_argument("--limit", type=int, default=None, help="only the first so many cases")
        parser.add_argument("--until", type=_moment, default=None, metavar="ISO", help="stop then")
        parser.add_argument("--form", choices=["table", "csv", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, then print the figures by department."""
        console = terminal.console(self.stdout, 190)
        quiet = terminal.console(self.stderr, 110)
        began = time.monotonic()
        try:
            data = data_set(options["dataset"], shared_folder(options["shared"]), options["limit"])
            until = options["until"]
            found, done = replay(
                quiet, data, limit=options["limit"], until=seconds(until) if until else None
            )
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal
        if options["form"] != "table":
            told = as_csv(rows(found)) if options["form"] == "csv" else as_json(rows(found))
            self.stdout.write(told)
            return
        show(console, data.title_en, found)
        steps = sum(done.steps.values())
        tell_notes(console, data)
        console.print(
            _(
                "{opened} cases, {steps} steps, {rungs} rungs of the ladder, {refused} steps "
                "refused, {seconds} s."
            ).format(
                opened=f"{done.opened:,}",
                steps=f"{steps:,}",
                rungs=f"{done.rungs:,}",
                refused=len(done.refused),
                seconds=round(time.monotonic() - began),
            )
        )
        for ref, verb, why in done.refused[:10]:
            console.print(f"{ref} {verb}: {why}")


def tell_notes(console: Console, data: DataSet) -> None:
    """What was decided about odd rows."""
    for note, count in data.notes.items():
        console.print(f"{count:,} × {note}")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write a moment as 2026-01-31T08:00:00+08:00")) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(_("a moment needs its zone, such as +08:00"))
    return moment
