"""`deliver`: send the mails that are owed; once, or again and again."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.doors.email.sending import Delivered, deliver
from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Send what is due."""

    help = "Send the mails that subscribers are owed: once, or every so many seconds"

    def check_asked(self, options: dict[str, Any]) -> None:
        """A mail server is needed."""
        if not settings.MAIL:
            raise CommandError(
                _("No mail server is set: name it in COMMONWARD_SMTP, and COMMONWARD_MAIL_FROM.")
            )

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Send, and tell how many."""
        done = deliver(site_now)
        if quiet and done == Delivered():
            return
        self.stdout.write(
            _(
                "{sent} mails sent, {put_off} put off, {refused} refused for good, {dropped} no "
                "longer wanted."
            ).format(
                sent=done.sent, put_off=done.put_off, refused=done.refused, dropped=done.dropped
            )
        )
        if done.unreachable:
            self.stderr.write(_("The mail server took nothing; it is tried again later."))
