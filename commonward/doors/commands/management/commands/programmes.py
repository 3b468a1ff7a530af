"""`programmes set-up` makes what the programmes stand on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from commonward.people.queries import now
from commonward.programmes.actions.advising import set_up_advice
from commonward.programmes.actions.council_rules import set_up_councils
from commonward.programmes.actions.drills.holding import set_up_learning
from commonward.programmes.actions.inspections.setting_up import set_up as set_up_inspections
from commonward.programmes.actions.marks.setting_up import set_up_marks
from commonward.programmes.actions.planning import set_up_plans
from commonward.programmes.actions.pledges.setting_up import set_up_pledges
from commonward.programmes.actions.risk.setting_up import set_up_risk


class Command(BaseCommand):
    """Programmes (专项工作) of a bare site: procedures, categories, checklists, texts of advice."""

    help = "Sets the programmes up; run again it adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The words of the command."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("set-up", help="procedures, categories, checklists and texts of advice")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; what a site has changed stays as it is."""
        at = now()
        for one in (
            set_up_plans, set_up_inspections, set_up_councils, set_up_risk, set_up_advice,
            set_up_pledges, set_up_marks, set_up_learning,
        ):  # fmt: skip
            one(at)
        self.stdout.write(_("The programmes are set up."))
