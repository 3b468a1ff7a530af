"""`forget`: destroy what people wrote in cases whose time is over; run it every night."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from commonward.cases.actions import forget
from commonward.people.queries import now as site_now


class Command(BaseCommand):
    """Forget on time (到期销毁): contacts are shredded, words blanked, photos deleted."""

    help = "Destroys what people wrote in every case whose keeping time is over."

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget all that is due now and say in how many cases."""
        self.stdout.write(_("Cases forgotten: {count}.").format(count=forget(site_now())))
