"""`programmes set-up` makes what the programmes stand on, `programmes mark` publishes a kind of mark."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.marks.kind import read
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.people.queries import now
from commonward.programmes.actions.advising import set_up_advice
from commonward.programmes.actions.council_rules import set_up_councils
from commonward.programmes.actions.drills.holding import set_up_learning
from commonward.programmes.actions.inspections.setting_up import set_up as set_up_inspections
from commonward.programmes.actions.marks.setting_up import publish_kind, set_up_marks
from commonward.programmes.actions.planning import set_up_plans
from commonward.programmes.actions.pledges.setting_up import set_up_pledges
from commonward.programmes.actions.risk.setting_up import set_up_risk
from commonward.programmes.queries.marks import newest


class Command(BaseCommand):
    """Programmes (专项工作) of a bare site: procedures, categories, checklists, texts of advice."""

    help = "Sets the programmes up; run again it adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("set-up", help="procedures, categories, checklists and texts of advice")

        mark = words.add_parser("mark", help="publish a kind of mark from a file in TOML")
        mark.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what a site has changed stays as it is."""
        at = now()
        if options["word"] == "mark":
            self._publish(options["file"], at)
            return
        for one in (
            set_up_plans, set_up_inspections, set_up_councils, set_up_risk, set_up_advice,
            set_up_pledges, set_up_learning, set_up_marks,
        ):  # fmt: skip
            one(at)
        self.stdout.write(_("The programmes are set up."))

    def _publish(self, path: Path, at: datetime) -> None:
        try:
            kind = read(path.read_text(encoding="utf-8"))
            before = newest(kind.code).get(kind.code)
            made = publish_kind(kind, SYSTEM, at, upon=before.number if before else 0)
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(str(fault)) from fault
        except Refusal as refusal:
            raise CommandError(_(refusal.text).format(**refusal.values)) from refusal
        self.stdout.write(
            _("Published: {kind}, version {number}, nominations from {day}.").format(
                kind=made.kind, number=made.number, day=made.holds_from
            )
        )
