"""`figures`: the files that figures are counted from: followed, made anew, looked at."""

import logging
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.refusals import Refusal
from commonward.doors.look.naming import refused
from commonward.doors.look.repeating import Repeating
from commonward.insight.queries.measuring import book_in_force
from commonward.insight.queries.reports import last_over, month_of
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)


class Command(Repeating):
    """One process writes; another that is started beside it waits for its turn."""

    help = "Keep the files that figures are counted from: refresh (--every SECONDS), rebuild, state; make a monthly report"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to be done."""
        parser.add_argument("what", choices=("refresh", "rebuild", "state", "report"))
        parser.add_argument(
            "month",
            nargs="?",
            default="",
            help="of a report: 2026-10; else the newest complete one",
        )
        super().add_arguments(parser)

    def check_asked(self, options: dict[str, Any]) -> None:
        """Only following goes on and on."""
        if options["every"] is not None and options["what"] != "refresh":
            raise CommandError(_("Only refresh is done again and again."))
        if options["month"] and options["what"] != "report":
            raise CommandError(_("Only a report is made of a month."))

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """One pass."""
        if options["what"] == "report":
            self._report(options["month"])
            return
        try:
            getattr(self, f"_{options['what']}")(quiet)
        except Exception:
            if not quiet:
                raise
            log.exception("the figures could not be followed; it is tried again")

    def _refresh(self, quiet: bool) -> None:
        from commonward.insight.store import writing  # noqa: PLC0415 (loads DuckDB and pyarrow)

        done = writing.refresh(site_now(), book_in_force())
        if done is None:
            if not quiet:
                self.stdout.write(_("Another process writes the files just now."))
        elif done.anew:
            self.stdout.write(
                _("All files of figures were made anew: {cases} cases.").format(cases=done.cases)
            )
        elif done.written or not quiet:
            self.stdout.write(
                _("{events} events followed, {cases} cases read, {files} files written.").format(
                    events=done.events, cases=done.cases, files=done.written
                )
            )

    def _report(self, text: str) -> None:
        from commonward.doors.look.monthly import make  # noqa: PLC0415 (loads the drawing of papers)

        at = site_now()
        try:
            made = make(month_of(text) if text else last_over(at), at)
        except Refusal as refusal:
            raise CommandError(refused(refusal)) from refusal
        self.stdout.write(
            _("The report of {month} was made: {bytes} bytes.").format(
                month=made.name, bytes=sum(made.sizes.values())
            )
        )

    def _rebuild(self, _quiet: bool) -> None:
        from commonward.insight.store import writing  # noqa: PLC0415

        told = 0

        def progress(cases: int) -> None:
            nonlocal told
            if cases // 100_000 > told:
                told = cases // 100_000
                self.stdout.write(_("{cases} cases read …").format(cases=cases))

        done = writing.rebuild(site_now(), book_in_force(), progress)
        if done is None:
            raise CommandError(_("Another process writes the files just now."))
        self.stdout.write(
            _("All files of figures were made anew: {cases} cases.").format(cases=done.cases)
        )

    def _state(self, _quiet: bool) -> None:
        from commonward.insight.store import state  # noqa: PLC0415

        found = state.state()
        if found is None:
            self.stdout.write(_("There are no files yet; refresh makes them."))
            return
        self.stdout.write(
            _("As of {at}; {behind} events are not followed yet; {megabytes} MB.").format(
                at=found.at, behind=found.behind, megabytes=round(found.bytes / 1e6, 1)
            )
        )
        for table, count in found.rows.items():
            self.stdout.write(_("{table}: {rows} rows").format(table=table, rows=count))
