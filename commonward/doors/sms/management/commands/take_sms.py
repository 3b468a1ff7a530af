"""`take_sms`: stay bound to the message centre and take what comes; once, or again and again."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from commonward.cases.queries.reading import reading
from commonward.core.channels import Later
from commonward.core.refusals import Refusal
from commonward.core.sms.provider import provider_of
from commonward.doors.look.repeating import Repeating
from commonward.doors.sms.session import Session
from commonward.doors.sms.taking import take_alone, take_delivered
from commonward.people.queries import now as site_now
from commonward.people.words import tell

LONGEST_PASS, IDLE, PRESSING = 20.0, 1.0, 0.5
"""Seconds: of one pass at most, of silence that end it, and of each look in the pauses between."""


class Command(Repeating):
    """Take what has come."""

    help = "Take text messages and receipts from the message centre: once, or every so many seconds"
    session: Session | None = None
    staying = False

    def check_asked(self, options: dict[str, Any]) -> None:
        """A message centre is needed, and a category for what nobody sorted yet."""
        if not settings.SMS.startswith("smpp"):
            raise CommandError(_("No message centre is set: name it in COMMONWARD_SMS (smpp://…)."))
        try:
            by = provider_of(settings.SMS)
        except Refusal as refusal:
            raise CommandError(tell(refusal)) from refusal
        if not (by.category or reading().unsorted):
            raise CommandError(
                _(
                    "Text messages need a category: that for the unsorted, or category=… in COMMONWARD_SMS."
                )
            )
        self.staying = options["every"] is not None

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Take, and tell how many."""
        taken = self._listen(LONGEST_PASS, IDLE)
        alone = take_alone(site_now())
        if not self.staying and self.session is not None:
            self.session.close()
            self.session = None
        if not quiet or taken or alone:
            self.stdout.write(
                _("{taken} texts and receipts taken, {alone} without all their parts.").format(
                    taken=taken, alone=alone
                )
            )

    def pressing(self) -> None:
        """Nobody waits for the next pass."""
        self._listen(PRESSING, None)

    def _listen(self, seconds: float, idle: float | None) -> int:
        try:
            if self.session is None or not self.session.good:
                self.session = Session(provider_of(settings.SMS), take_delivered)
                self.session.bind()
            return self.session.listen(seconds, idle=idle)
        except Later as fault:
            self.session = None
            self.stderr.write(_("The message centre is away: {fault}.").format(fault=fault))
            return 0
