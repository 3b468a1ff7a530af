"""`deliver`: send the messages that are owed; once, or again and again."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from commonward.core.refusals import Missing
from commonward.doors.look.repeating import Repeating
from commonward.doors.outbox.channels import channel_of, set_up
from commonward.doors.outbox.sending import Delivered, deliver
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Send what is due."""

    help = "Send the messages that subscribers are owed: once, or every so many seconds"

    def add_arguments(self, parser: CommandParser) -> None:
        """A loop, and one channel alone."""
        super().add_arguments(parser)
        parser.add_argument("--channel", default=None, metavar="CODE", help="this channel alone")

    def check_asked(self, options: dict[str, Any]) -> None:
        """A channel that is set up is needed."""
        asked = options["channel"]
        if asked is not None:
            try:
                channel_of(asked)
            except Missing as refusal:
                raise CommandError(_(refusal.text)) from refusal
        if not set_up():
            raise CommandError(
                _("No mail server is set: name it in COMMONWARD_SMTP, and COMMONWARD_MAIL_FROM.")
            )

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Send, and tell how many."""
        done = deliver(site_now, channel=options["channel"])
        if quiet and done == Delivered():
            return
        self.stdout.write(
            _(
                "{sent} messages sent, {put_off} put off, {held} held for later, {refused} refused for good, "
                "{dropped} no longer wanted."
            ).format(
                sent=done.sent,
                put_off=done.put_off,
                held=done.held,
                refused=done.refused,
                dropped=done.dropped,
            )
        )
        if done.unreachable:
            self.stderr.write(
                _("These took nothing; they are tried again later: {channels}.").format(
                    channels=", ".join(sorted(done.unreachable))
                )
            )
