"""`forget`: destroy what people wrote in cases whose time is over; run it every night."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.cases.actions import forget
from commonward.cases.actions.data_requests import erase_granted
from commonward.cases.actions.exchanging import forget_exchanges
from commonward.cases.actions.finding import sweep_out
from commonward.cases.actions.forgetting_again import forget_again
from commonward.cases.actions.rejects import forget_rejects
from commonward.cases.queries.data_requests import erased_lately
from commonward.cases.queries.forgotten import forgotten
from commonward.disputes.actions.forgetting import forget_papers
from commonward.doors.commands.forgotten import as_line, read_lines
from commonward.doors.look.beats import note_done
from commonward.insight.actions.open_data import withdraw
from commonward.people.actions.breaking_glass import forget_break_glass
from commonward.people.actions.causes import forget_causes
from commonward.people.actions.signing import forget_signing
from commonward.people.durability import leave_no_trace
from commonward.people.queries import now as site_now
from commonward.people.queries.signing import world
from commonward.programmes.actions.councilling import forget_councils
from commonward.programmes.actions.forgetting_plans import forget_plan_words
from commonward.programmes.actions.inspections.ticking import forget_inspections
from commonward.programmes.actions.learning.forgetting import forget_learning
from commonward.programmes.actions.marks.forgetting import forget_marks
from commonward.programmes.actions.pledges.forgetting import forget_pledges
from commonward.programmes.actions.risk.forgetting import forget_risk
from commonward.programmes.actions.surveys.forgetting import forget_surveys
from commonward.response.actions.ticking import forget_response


class Command(BaseCommand):
    """Forget on time (到期销毁): contacts are shredded, words blanked, photos deleted."""

    help = "Destroys what people wrote in every case whose keeping time is over."

    def add_arguments(self, parser: CommandParser) -> None:
        """After a restore: the list of what was forgotten since that backup."""
        parser.add_argument(
            "--again",
            type=Path,
            metavar="FILE",
            help="forget first what this list names (forgotten.jsonl of the newest backup)",
        )
        parser.add_argument(
            "--list", action="store_true", help="print what was forgotten so far, by numbers alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget all that is due now and say in how many cases."""
        if options.get("list"):
            for line in forgotten():
                self.stdout.write(as_line(line))
            return
        at = site_now()
        again = self._again(options["again"], at) if options.get("again") else 0
        self._forget(at, again)

    def _forget(self, at: datetime, again: int) -> None:
        cases = forget(at) + erase_granted(at)
        self.stdout.write(_("Cases forgotten: {count}.").format(count=cases))
        # What was corrected or deleted by day leaves index and files tonight.
        cases += again + erased_lately(at)
        self._take_back(at, cases)
        files = forget_exchanges(at)
        if files:
            self.stdout.write(_("Files of exchanges deleted: {count}.").format(count=files))
        papers = sum(forget_papers(at).values())
        if papers:
            self.stdout.write(_("Papers of disputes shredded: {count}.").format(count=papers))
        said = forget_councils(at)
        if said:
            self.stdout.write(
                _("Names of past councils and old comments: {count} emptied.").format(count=said)
            )
        seen = forget_inspections(at)
        if any(seen.values()):
            self.stdout.write(
                _(
                    "Inspections: {photos} photos and {answers} answers deleted, {notes} notes "
                    "emptied."
                ).format(**seen)
            )
        reviews = forget_risk(at)
        if reviews:
            self.stdout.write(_("Reviews of risk: {count} things emptied.").format(count=reviews))
        lines = forget_plan_words(at)
        if lines:
            self.stdout.write(
                _("Months of plans: words of {count} lines emptied.").format(count=lines)
            )
        pledged = forget_pledges(at)
        if pledged:
            self.stdout.write(_("Alliances: {count} things emptied.").format(count=pledged))
        learnt = forget_learning(at)
        if learnt:
            self.stdout.write(
                _("Courses, drills and surveys: {count} things deleted or emptied.").format(
                    count=learnt
                )
            )
        forget_causes()
        forget_signing(at, world=world())
        forget_break_glass(at)
        self._forget_marks(at)
        self._forget_surveys(at)
        ended = forget_response(at)
        if any(ended.values()):
            self.stdout.write(
                _(
                    "Urgent help: {positions} positions deleted, {notes} hand-over notes and "
                    "{incidents} incidents emptied, {plans} old plans deleted."
                ).format(**ended)
            )
        self._leave_no_trace(at, cases)
        note_done("forget")

    def _again(self, file: Path, at: datetime) -> int:
        try:
            lines = read_lines(file)
        except (OSError, ValueError, KeyError) as fault:
            raise CommandError(
                _("{file} is no list of what was forgotten: {why}").format(file=file, why=fault)
            ) from None
        count = forget_again(lines, at)
        self.stdout.write(_("Forgotten again after a restore: {count}.").format(count=count))
        return count

    def _forget_marks(self, at: datetime) -> None:
        marked = forget_marks(at)
        if marked:
            self.stdout.write(_("Marks of quality: {count} things emptied.").format(count=marked))

    def _forget_surveys(self, at: datetime) -> None:
        ended = forget_surveys(at)
        if ended:
            self.stdout.write(_("Surveys: {count} lists and answers ended.").format(count=ended))

    def _take_back(self, at: datetime, cases: int) -> None:
        if cases and withdraw(at):
            self.stdout.write(_("Open data of earlier days taken back, today's written anew."))

    def _leave_no_trace(self, at: datetime, cases: int) -> None:
        """What is not in a row: tables of imports, the index of words, the log of writes."""
        refused = forget_rejects(at)
        if refused:
            self.stdout.write(
                _("Tables of refused rows of imports deleted: {count}.").format(count=refused)
            )
        if cases:
            sweep_out()
        leave_no_trace()
