"""`work`: all that has to be done again and again, in one process: clocks, mails and hooks."""

import io
import logging
from typing import Any

from django.conf import settings
from django.core.management import call_command

from commonward.doors.look.repeating import Repeating
from commonward.doors.outbox.channels import set_up
from commonward.people.queries import now as site_now
from commonward.response.actions.ordering import tick_orders

log = logging.getLogger(__name__)


class Command(Repeating):
    """Safe to run several at once; `./dev run` and `./dev demo` start one."""

    help = "Tick the clocks, call the hooks and send the mails that are owed: once, or every so many seconds"

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Every worker's pass, one after the other."""
        for name in _what():
            if not quiet:
                call_command(name, stdout=self.stdout, stderr=self.stderr)
                continue
            try:
                call_command(name, stdout=io.StringIO(), stderr=self.stderr)
            except Exception:  # one that fails must never stop the others
                log.exception("%s failed; it is tried again", name)

    def pressing(self) -> None:
        """Units that are silent are called again on the second, and not at the next pass."""
        try:
            tick_orders(site_now())
        except Exception:
            log.exception("the silent units could not be looked at; it is tried again")


def _what() -> tuple[str, ...]:
    """The commands of one pass; without any channel set up there is nothing to send with."""
    takes = ("take_mail",) if settings.MAILBOX and settings.MAIL else ()
    texts = ("take_sms",) if settings.SMS.startswith("smpp") else ()
    return (
        "tick",
        "ask_banks",
        "call_hooks",
        "send_letters",
        *takes,
        *texts,
        *(("deliver",) if set_up() else ()),
    )
