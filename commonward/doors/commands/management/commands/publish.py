"""`publish`: closed months as they may be told, and the files of open data, once a day."""

import logging
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now as site_now

log = logging.getLogger(__name__)


class Command(Repeating):
    """Safe to run at any time: what was published stays, and a day's files are written once."""

    help = (
        "Publish the closed months and today's files of open data: once, or every so many seconds"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether today's files are made anew."""
        super().add_arguments(parser)
        parser.add_argument("--again", action="store_true", help="write today's files anew")

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """One pass."""
        try:
            self._publish(again=options["again"], quiet=quiet)
        except Exception:
            if not quiet:
                raise
            log.exception("nothing could be published; it is tried again")

    def _publish(self, *, again: bool, quiet: bool) -> None:
        from commonward.insight.actions.open_data import publish_files  # noqa: PLC0415 (late)
        from commonward.insight.actions.publishing import publish_months  # noqa: PLC0415

        at = site_now()
        months = publish_months(at)
        folder = publish_files(at, again=again)
        if quiet and not months and folder is None:
            return
        self.stdout.write(
            _("{months} months published; files: {folder}.").format(
                months=len(months), folder=folder or _("they are there")
            )
        )
