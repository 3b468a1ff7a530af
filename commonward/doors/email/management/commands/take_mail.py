"""`take_mail`: take what came out of the mailbox; once, or again and again."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.doors.email.taking import Took, take
from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Take what has come."""

    help = "Take answers and reports out of the mailbox: once, or every so many seconds"

    def check_asked(self, options: dict[str, Any]) -> None:
        """A mailbox is needed."""
        if not settings.MAILBOX:
            raise CommandError(_("No mailbox is set: name it in COMMONWARD_MAILBOX."))

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Take, and tell how many."""
        try:
            done = take(settings.MAILBOX, site_now)
        except OSError as fault:
            told = _("The mailbox cannot be reached: {fault}").format(fault=type(fault).__name__)
            if not quiet:
                raise CommandError(told) from fault
            self.stderr.write(told)
            return
        if quiet and done == Took():
            return
        self.stdout.write(
            _(
                "{taken} answers of offices taken, {unread} could not be read; {reported} reports, "
                "{answered} answers of reporters, {bounced} receipts of mail servers; "
                "{dropped} dropped, {left} others left."
            ).format(
                taken=done.taken, unread=done.unread, reported=done.reported,
                answered=done.answered, bounced=done.bounced, dropped=done.dropped, left=done.left,
            )
        )  # fmt: skip
        if done.many:
            self.stdout.write(
                _(
                    "{many} reports came beyond what is taken within an hour from senders that "
                    "nobody checked: they stay in the mailbox, unread, for a person."
                ).format(many=done.many)
            )
