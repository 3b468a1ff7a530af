"""`words state | train | judge | roll-back | on | off`: the model of categories, by hand."""

import resource
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.cases.actions import training
from commonward.cases.actions.judging import judged_against
from commonward.cases.actions.word_settings import set_reading
from commonward.cases.models import WordModel
from commonward.cases.queries.examples import examples
from commonward.cases.queries.measured import models_kept
from commonward.cases.queries.reading import loaded, reading, starting
from commonward.core.refusals import Refusal
from commonward.core.rights import SYSTEM
from commonward.people.queries import now as site_now
from commonward.people.queries import revisions
from commonward.people.words import tell


class Command(BaseCommand):
    """What the worker `plan` does by itself every night."""

    help = "The model that suggests categories: its state, training, judging, taking back"

    def add_arguments(self, parser: CommandParser) -> None:
        """A verb each."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("state", help="which model answers, and the trainings before it")
        train = verbs.add_parser("train", help="train a challenger; it answers if it is no worse")
        train.add_argument("--if-due", action="store_true", help="not twice a night")
        judge = verbs.add_parser("judge", help="hold an earlier model against who answers now")
        judge.add_argument("version")
        back = verbs.add_parser("roll-back", help="let an earlier model answer again")
        back.add_argument("version")
        verbs.add_parser("on", help="read words again")
        verbs.add_parser("off", help="read no words at all: nothing is computed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the verb."""
        try:
            match options["verb"]:
                case "state":
                    self._state()
                case "train":
                    self._train(if_due=options["if_due"])
                case "judge":
                    self._judge(options["version"])
                case "roll-back":
                    made = training.roll_back(options["version"], SYSTEM, site_now())
                    self.stdout.write(_("{version} answers again.").format(version=made.version))
                case verb:
                    set_reading(SYSTEM, site_now(), on=verb == "on", unsorted=reading().unsorted)
        except Refusal as refused:
            raise CommandError(tell(refused)) from None

    def _state(self) -> None:
        if not reading().on:
            self.stdout.write(_("Reading of words is switched off here."))
        rows = models_kept()
        if not rows:
            self.stdout.write(_("Nothing was trained yet: the site's own keywords suggest."))
        for row in rows:
            figures = row.judged.get("figures", {}).get("challenger", {})
            self.stdout.write(
                f"{row.version}  {row.made_at:%Y-%m-%d %H:%M}  {row.state:<10} "
                f"{row.learnt:>6}  macro-F1 {figures.get('macro_f', 0):.3f}"
            )

    def _train(self, *, if_due: bool) -> None:
        at = site_now()
        if if_due and not training.training_due(at):
            return
        began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        made = training.train(at)
        spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - began
        self.stdout.write(
            _(
                "{version}: {state}; learnt from {learnt} cases in {seconds} processor seconds."
            ).format(
                version=made.version, state=made.state, learnt=made.learnt, seconds=round(spent, 1)
            )
        )
        self._reasons(made.judged)

    def _judge(self, version: str) -> None:
        row = WordModel.objects.filter(version=version).first()
        model = loaded(row) if row is not None else None
        if model is None:
            raise CommandError(_("The file of this model is gone or damaged; take another one."))
        held = training.divide(examples(site_now())).held
        judged = judged_against(reading().model, starting(revisions()), model, held)
        for name, figures in judged.told["figures"].items():
            told = "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
            self.stdout.write(f"{name:<12} {told}")
        self._reasons(judged.told)

    def _reasons(self, told: dict[str, Any]) -> None:
        for one in told.get("because", ()):
            self.stdout.write(_(one["text"]).format(**one["values"]))
