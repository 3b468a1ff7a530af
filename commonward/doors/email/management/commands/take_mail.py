"""`take_mail`: take answers of other offices out of the mailbox; once, or again and again."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.doors.email.taking import Took, take
from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now as site_now


class Command(Repeating):
    """Take what has come."""

    help = "Take answers of courts and other offices out of the mailbox: once, or every so many seconds"

    def check_asked(self, options: dict[str, Any]) -> None:
        """A mailbox is needed."""
        if not settings.MAILBOX:
            raise CommandError(_("No mailbox is set: name its folder in COMMONWARD_MAILBOX."))

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Take, and tell how many."""
        done = take(settings.MAILBOX, site_now)
        if quiet and done == Took():
            return
        self.stdout.write(
            _("{taken} answers taken, {unread} could not be read, {left} others left.").format(
                taken=done.taken, unread=done.unread, left=done.left
            )
        )
