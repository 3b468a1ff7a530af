"""`plan`: the worker of the planners; runs what was asked, one plan after the other."""

import logging
import os
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commonward.cases.actions import same_training, training
from commonward.cases.actions.placing import adopt_case_places
from commonward.cases.actions.word_asking import train_asked
from commonward.core.refusals import Invalid, Refusal
from commonward.doors.look.repeating import Repeating
from commonward.insight.actions import reporting
from commonward.insight.actions.forecasting import forecast_due, make_forecast
from commonward.insight.actions.hot import find_hot, hot_due
from commonward.insight.actions.hotspots import work_out_owed
from commonward.people.queries import now
from commonward.programmes.actions import advising
from commonward.response.actions.planning import run_next

log = logging.getLogger(__name__)


class Command(Repeating):
    """Beside the site and `work`, because a run may take minutes; several may run at once."""

    help = "Run the plans that were asked for: all that wait, or again and again"
    _learnt_at: datetime | None = None
    _same_at: datetime | None = None
    _places_at: datetime | None = None
    _advised_at: datetime | None = None

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Every plan that waits."""
        if hasattr(os, "nice") and os.nice(0) < 5:
            os.nice(5)  # pages and clocks come first
        # What takes seconds comes before plans of minutes, so that no page waits a morning for it.
        self._forecast()
        self._report()
        self._hotspots()
        self._hot_issues()
        self._words()
        self._same()
        self._places()
        self._advice()
        count = 0
        while not self.leaving.is_set():
            plan = run_next(now(), self.leaving.is_set)
            if plan is None:
                break
            count += 1
            self.stdout.write(f"{plan.code} {plan.kind}: {plan.state}")
        if not quiet:
            self.stdout.write(_("{count} plans were run.").format(count=count))

    def _report(self) -> None:
        """The report of the newest complete month, once (月度报告)."""
        at = now()
        if self.leaving.is_set():
            return
        try:
            month = reporting.due(at)
            if month is None:
                return
            from commonward.doors.look.monthly import make  # noqa: PLC0415 (loads what draws papers)

            made = make(month, at)
        except Refusal:
            return  # figures are being prepared: the next pass finds them
        except Exception:  # a report that fails must never stop the planners
            log.exception("the monthly report failed; it is tried again")
            return
        self.stdout.write(f"report {made.name}: {sum(made.sizes.values())}")

    def _forecast(self) -> None:
        """Today's forecast of volumes, once a day."""
        at = now()
        if self.leaving.is_set() or not forecast_due(at):
            return
        try:
            made = make_forecast(at)
        except Invalid:
            return  # too short a past; the page says so
        except Exception:  # a forecast that fails must never stop the planners
            log.exception("the forecast failed; it is tried again")
            return
        self.stdout.write(f"forecast {made.first}: {made.cases}")

    def _hotspots(self) -> None:
        """Hotspots that somebody waits for or that are a day old, and periods that are over."""
        try:
            made = work_out_owed(now(), self.leaving.is_set)
        except Exception:  # as above
            log.exception("the hotspots failed; it is tried again")
            return
        if made:
            self.stdout.write(f"hotspots: {made}")

    def _hot_issues(self) -> None:
        """The cases that came since the last hour are put where they belong (热点问题)."""
        at = now()
        if self.leaving.is_set() or not hot_due(at):
            return
        try:
            read = find_hot(at, self.leaving.is_set)
        except Exception:  # as above
            log.exception("the hot issues failed; it is tried again")
            return
        if read:
            self.stdout.write(f"hot issues: {read}")

    def _words(self) -> None:
        """The model of categories learns from what people confirmed: once a night, and when an
        administrator asked for it (夜间训练)."""
        at = now()
        try:
            asked = None if self.leaving.is_set() else train_asked(at)
        except Exception:  # as above
            log.exception("the training of words failed; the page says so to who asked")
            asked = None
        if asked is not None:
            self.stdout.write(f"words {asked.version}: {asked.state}")
        if self._learnt_at is not None and at - self._learnt_at < training.EVERY:
            return  # whether something is new is asked once a night, not at every pass
        try:
            if self.leaving.is_set() or not training.training_due(at):
                return
            self._learnt_at = at
            made = training.train(at)
        except Refusal:
            return  # too little to learn from; the page says so
        except Exception:  # as above
            log.exception("the training of words failed; it is tried again in a night")
            return
        self.stdout.write(f"words {made.version}: {made.state}")

    def _places(self) -> None:
        """The names of places that many cases share, once a night (案件地名)."""
        at = now()
        if self.leaving.is_set() or (
            self._places_at is not None and at - self._places_at < training.EVERY
        ):
            return
        self._places_at = at
        try:
            made = adopt_case_places(at)
        except Exception:  # as above
            log.exception("the names of places failed; they are read again in a night")
            return
        if made:
            self.stdout.write(f"places: {len(made)}")

    def _advice(self) -> None:
        """What counts and the season call for is proposed to a person, once a night (防范提示)."""
        at = now()
        if self._advised_at is not None and at - self._advised_at < advising.EVERY:
            return
        try:
            if self.leaving.is_set() or not advising.advice_due(at):
                return
            self._advised_at = at
            made = advising.propose_advice(at)
        except Exception:  # as above
            log.exception("the advice failed; it is tried again in a night")
            return
        self.stdout.write(f"advice proposed: {made}")

    def _same(self) -> None:
        """The weights of the same problem learn from what people answered, once a night."""
        at = now()
        if self._same_at is not None and at - self._same_at < same_training.EVERY:
            return
        try:
            if self.leaving.is_set() or not same_training.same_due(at):
                return
            self._same_at = at
            made = same_training.train_same(at)
        except Refusal:
            return  # too little to learn from; the page says so
        except Exception:  # as above
            log.exception("the weights of the same problem were not learnt; again in a night")
            return
        self.stdout.write(f"the same problem {made.version}: {made.state}")
