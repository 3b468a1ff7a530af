"""`demo_bank`: the demonstration's bank has a computer too; it says at once that it has a request,
and what became of the money when it is asked again."""

import base64
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from commonward.core.rights import SYSTEM
from commonward.doors.demo import helping
from commonward.doors.demo.bank import bank
from commonward.people.queries import now as site_now
from commonward.people.queries import team_by_code
from commonward.response.actions.bank_ends import new_bank_secret, set_bank_end

HOTLINE = "00000000"
"""No telephone number of anybody."""


class Command(BaseCommand):
    """Serves on a free port of this machine until it is told to end."""

    help = "The demonstration's simulated bank, on this machine alone"

    def handle(self, *args: Any, **options: Any) -> None:
        """Name the address, agree on a secret, and answer."""
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
        with bank() as made:
            made.way = "in_two_steps"
            team, at = team_by_code(helping.BANK).pk, site_now()
            set_bank_end(
                team, address=made.address, hotline=HOTLINE, silent_seconds=30, at=at, actor=SYSTEM
            )
            secret = new_bank_secret(team, at=at, actor=SYSTEM)
            made.secret = base64.b64decode(secret.removeprefix("whsec_"))
            self.stdout.write(
                _("The simulated bank answers at {address}.").format(address=made.address)
            )
            ended.wait()
