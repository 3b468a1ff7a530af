"""A whole installation of its own, as a server's child processes see it: set up, or looked at.

    python -m tests.scenarios.site set_up     migrates, sets up the small district, prints a key
    python -m tests.scenarios.site look       prints every report and what `verify` finds

Which database and folder: the environment (DATABASE_URL, COMMONWARD_VAR), as for the server.
"""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

import django


def set_up() -> dict[str, Any]:
    """The small district in an empty database, and the secret of a key that may report."""
    from django.core.management import call_command  # noqa: PLC0415 (needs the settings first)

    from commonward.core.rights import SYSTEM  # noqa: PLC0415
    from commonward.people.actions import issue_key  # noqa: PLC0415
    from tests.district import small_district  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    small_district()
    _, secret = issue_key(
        SYSTEM, "load", ["open311.report"], at=datetime.now(UTC), per_minute=1_000_000
    )
    return {"secret": secret}


def look() -> dict[str, Any]:
    """Every report with what hangs on it, and every inconsistency that `verify` finds."""
    from commonward.cases.models import Clock, Event, Report  # noqa: PLC0415
    from commonward.cases.queries.verifying import verify  # noqa: PLC0415

    opened = Event.objects.filter(verb="opened").values_list("case_id", "report_id")
    running = list(Clock.objects.filter(stopped_at=None).values_list("case_id", flat=True))
    return {
        "reports": list(Report.objects.order_by("id").values("id", "number", "words", "case_id")),
        "opened": list(opened),
        "running": running,
        "found": [str(finding) for finding in verify()],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    django.setup()
    print(json.dumps({"set_up": set_up, "look": look}[sys.argv[1]]()))
