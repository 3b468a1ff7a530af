"""`forecast`: make today's forecast of volumes; the worker `plan` does so by itself."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.refusals import Invalid
from commonward.insight.actions.forecasting import forecast_due, make_forecast
from commonward.people.queries import now as site_now
from commonward.people.words import tell


class Command(BaseCommand):
    """Forecast the next 14 days (来件预测) from the days before today."""

    help = "Forecasts how many cases arrive per area, category and hour in the next 14 days."

    def add_arguments(self, parser: CommandParser) -> None:
        """A seed, and whether one of today is enough."""
        parser.add_argument("--seed", type=_whole, default=1)
        parser.add_argument("--if-due", action="store_true", help="not where today's is there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say from how much it learnt."""
        at = site_now()
        if options["if_due"] and not forecast_due(at):
            return
        try:
            made = make_forecast(at, options["seed"])
        except Invalid as refused:
            raise CommandError(tell(refused)) from None
        self.stdout.write(
            _("Forecast from {first} on, learnt from {cases} cases since {since}.").format(
                first=made.first, cases=made.cases, since=made.since
            )
        )


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(_("Give a whole number."))
    return int(text)
