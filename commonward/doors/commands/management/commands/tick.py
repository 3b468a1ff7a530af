"""`tick`: warnings, overdue marks, the ladder, suspensions that end; once, or again and again."""

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from commonward.cases.actions import tick
from commonward.cases.actions.chatting import forget_conversations
from commonward.cases.actions.exchanging import carry_on_all
from commonward.cases.actions.phoning import end_calls
from commonward.cases.actions.presence import end_presence
from commonward.cases.queries.posts_used import posts_used
from commonward.disputes.actions.ticking import DisputesTicked, tick_disputes
from commonward.doors.look.repeating import Repeating
from commonward.people.actions.reviews import again, begin_again, tick_reviews
from commonward.people.queries import now as site_now
from commonward.people.queries.reviews import administered
from commonward.programmes.actions.inspections.ticking import tick_inspections
from commonward.programmes.actions.learning.forgetting import tick_learning
from commonward.programmes.actions.marks.ticking import tick_marks
from commonward.programmes.actions.pledges.reminding import tick_pledges
from commonward.programmes.actions.risk.reminding import tick_risk
from commonward.programmes.actions.wellbeing import close_past
from commonward.response.actions.ordering import tick_orders
from commonward.response.actions.ticking import ResponseTicked, tick_response

ROWS_OF_EXCHANGES = 1_000
"""Rows of another system's file that are taken in between two ticks."""


class Command(Repeating):
    """Do all that is due; safe to run several at once."""

    help = "Tick the clocks: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A moment other than now, or a loop."""
        super().add_arguments(parser)
        parser.add_argument("--at", type=_moment, default=None, metavar="ISO", help="this moment")

    def check_asked(self, options: dict[str, Any]) -> None:
        """A moment is ticked once."""
        if options["every"] is not None and options["at"] is not None:
            raise CommandError(_("A loop runs on the present time: leave --at out."))

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Tick, and tell what that did."""
        end_presence(timezone.now())
        at = options["at"] or site_now()
        done = tick(at)
        end_calls(at)
        forget_conversations(at)
        self._tell_of_disputes(tick_disputes(at), quiet=quiet)
        self._tell_of_help(tick_response(at))
        self._tell_of_inspections(tick_inspections(at))
        self._tell_of_pledges(*tick_pledges(at))
        self._tell_of_marks(*tick_marks(at))
        tick_risk(at)
        tick_learning(at)
        self._tell_of_reviews(*tick_reviews(at), _begun_again(at))
        self._tell_of_surveys(close_past(at))
        if options["at"] is None:
            # Files that were begun on the desk; the clocks are due again before a large one ends.
            carry_on_all(site_now, most=ROWS_OF_EXCHANGES)
        if quiet and not (done.rungs or done.resumed or done.recomputed or done.failed):
            return
        self.stdout.write(
            _(
                "{rungs} rungs of the ladder, {resumed} suspensions ended, {recomputed} deadlines "
                "computed again, {failed} clocks failed (they stand on the stuck list)."
            ).format(
                rungs=done.rungs,
                resumed=done.resumed,
                recomputed=done.recomputed,
                failed=done.failed,
            )
        )

    def pressing(self) -> None:
        """Whoever is silent is called again on the second, however long the pause is."""
        tick_orders(site_now())

    def _tell_of_disputes(self, done: DisputesTicked, *, quiet: bool) -> None:
        if quiet and not (done.went_up or done.warned or done.overdue or done.failed):
            return
        self.stdout.write(
            _(
                "Disputes: {up} went up a level; of the time limits of law {warned} are nearly "
                "over, {overdue} are over, {failed} could not be looked at."
            ).format(up=done.went_up, warned=done.warned, overdue=done.overdue, failed=done.failed)
        )

    def _tell_of_help(self, done: ResponseTicked) -> None:
        if not (done.alarmed or done.escalated or done.shifts_ended):
            return
        self.stdout.write(
            _(
                "Urgent help: {alarmed} silent units called again, {escalated} told of, "
                "{shifts} shifts ended that nobody had ended."
            ).format(alarmed=done.alarmed, escalated=done.escalated, shifts=done.shifts_ended)
        )

    def _tell_of_inspections(self, done: Mapping[str, int]) -> None:
        if any(done.values()):
            self.stdout.write(
                _("Inspections: {rechecks} re-checks drawn, {revisits} visited again soon.").format(
                    **done
                )
            )

    def _tell_of_reviews(self, warned: int, closed: int, begun: int) -> None:
        if warned or closed or begun:
            self.stdout.write(
                _("Reviews of access: {warned} end soon, {closed} closed, {begun} begun.").format(
                    warned=warned, closed=closed, begun=begun
                )
            )

    def _tell_of_surveys(self, closed: int) -> None:
        if closed:
            self.stdout.write(_("Surveys of staff closed: {count}.").format(count=closed))

    def _tell_of_pledges(self, soon: int, late: int) -> None:
        if soon or late:
            self.stdout.write(
                _("Pledges: {soon} fall due soon, {late} are late.").format(soon=soon, late=late)
            )

    def _tell_of_marks(self, soon: int, over: int, settled: int) -> None:
        if soon or over or settled:
            self.stdout.write(
                _(
                    "Marks of quality: {soon} end soon, {over} ended on their day, {settled} "
                    "settled without an appeal."
                ).format(soon=soon, over=over, settled=settled)
            )


def _begun_again(at: datetime) -> int:
    """Yearly and half-yearly reviews of access that are due begin."""
    due = again(at)
    used = {**posts_used(at), **administered(at)} if due else {}
    return sum(begin_again(one, at=at, used=used) is not None for one in due)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("write a moment as 2026-01-31T08:00:00+08:00")) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(_("a moment needs its zone, such as +08:00"))
    return moment
