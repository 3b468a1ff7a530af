"""`votes set_up | mix | recount FILE [--root HEX]`: proposals and votes from a terminal."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.ballots import recount
from commonward.people.queries import now as site_now
from commonward.programmes.actions.council_rules import set_up_councils
from commonward.programmes.actions.voting import mix
from commonward.programmes.models import Vote


class Command(BaseCommand):
    """Votes (表决): adopt their procedures, mix the open boxes, count a published list again."""

    help = "Proposals and votes: set them up, mix the boxes, count a published list again."

    def add_arguments(self, parser: CommandParser) -> None:
        """`set_up`, `mix` and `recount`."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("set_up", help="adopt the procedures and make their categories")
        verbs.add_parser("mix", help="write the rows of open boxes anew in a drawn order")
        again = verbs.add_parser("recount", help="check and count a published list again")
        again.add_argument("file", type=Path)
        again.add_argument("--root", default="", help="the root that you know from elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        match options["verb"]:
            case "set_up":
                made = set_up_councils(site_now())
                self.stdout.write(_("Categories made: {count}.").format(count=made))
            case "mix":
                for vote in Vote.objects.filter(case__stage="open"):
                    mix(vote)
            case _:
                self._recount(options["file"], options["root"])

    def _recount(self, file: Path, root: str) -> None:
        published = json.loads(file.read_text(encoding="utf-8"))
        faults = recount.check(published, root)
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(json.dumps(published["result"], sort_keys=True))
