"""`votes mix | recount FILE [--root HEX]`: votes from a terminal."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commonward.core.ballots import recount
from commonward.programmes.actions.voting import mix_open


class Command(BaseCommand):
    """Votes (表决): mix the open boxes, count a published list again."""

    help = "Votes: mix the open boxes, count a published list again."

    def add_arguments(self, parser: CommandParser) -> None:
        """`mix` and `recount`."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("mix", help="write the rows of open boxes anew in a drawn order")
        again = verbs.add_parser("recount", help="check and count a published list again")
        again.add_argument("file", type=Path)
        again.add_argument("--root", default="", help="the root that you know from elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        if options["verb"] == "mix":
            mix_open()
        else:
            self._recount(options["file"], options["root"])

    def _recount(self, file: Path, root: str) -> None:
        published = json.loads(file.read_text(encoding="utf-8"))
        faults = recount.check(published, root)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(json.dumps(published["result"], sort_keys=True))
