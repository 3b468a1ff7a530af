"""`plan`: the worker of the planners; runs what was asked, one plan after the other."""

import os
from typing import Any

from django.utils.translation import gettext as _

from commonward.doors.look.repeating import Repeating
from commonward.people.queries import now
from commonward.response.actions.planning import run_next


class Command(Repeating):
    """Beside the site and `work`, because a run may take minutes; several may run at once."""

    help = "Run the plans that were asked for: all that wait, or again and again"

    def once(self, options: dict[str, Any], *, quiet: bool) -> None:
        """Every plan that waits."""
        if hasattr(os, "nice") and os.nice(0) < 5:
            os.nice(5)  # pages and clocks come first
        count = 0
        while not self.leaving.is_set():
            plan = run_next(now(), self.leaving.is_set)
            if plan is None:
                break
            count += 1
            self.stdout.write(f"{plan.code} {plan.kind}: {plan.state}")
        if not quiet:
            self.stdout.write(_("{count} plans were run.").format(count=count))
