"""The site as its own code sees it: set up, or looked at after a fault, in a process of its own.

    python -m faults.inside make                   migrates, and the small district
    python -m faults.inside set_up HOOK_ADDRESS    keys of staff, and a hook
    python -m faults.inside look                   all that the book is held against

One line of JSON. Which site: the environment, as for its server.
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

STAFF = ("intake_officer", "duty_chief", "dispatcher")
STEPS = ("accept", "file", "dispatch")


def make() -> dict[str, Any]:
    """The small district in an empty database: minutes of processor time, so it is kept and copied."""
    from django.core.management import call_command

    from tests.district import RUBBISH, District, small_district

    call_command("migrate", verbosity=0)
    district = small_district()
    return {
        "accounts": {login: district.accounts[login] for login in STAFF},
        "team": district.teams["street"],
        "category": RUBBISH,
        "places": [District.inside(n, n) for n in range(3)],
    }


def set_up(hook: str, accounts: str) -> dict[str, Any]:
    """Keys of staff, and a hook that is told everything."""
    from commonward.cases.actions.hooking import add_hook
    from commonward.core.rights import SYSTEM
    from commonward.people.actions import issue_key

    at = datetime.now(UTC)
    secrets = {
        login: issue_key(SYSTEM, login, ["api"], at=at, account=account, per_minute=1_000_000)[1]
        for login, account in json.loads(accounts).items()
    }
    secrets["open311"] = issue_key(SYSTEM, "load", ["open311.report"], at=at, per_minute=1_000_000)[
        1
    ]
    made, _ = add_hook(SYSTEM, "sink", hook, at=at)
    return {"secrets": secrets, "hook": made.pk}


def look() -> dict[str, Any]:
    """Reports, receipts, steps and deliveries, and all that the site's own examiners find."""
    from django.conf import settings
    from django.db import connection

    from commonward.cases.actions.ledger_checks import check_and_keep
    from commonward.cases.actions.sequencing import sequence
    from commonward.cases.models import Clock, Delivery, Event, Photo, Receipt, Report
    from commonward.cases.queries.verifying import verify
    from commonward.core.refusals import Refusal

    steps: dict[str, list[Any]] = defaultdict(list)
    backwards = []
    last: dict[int, Any] = {}
    events = Event.objects.order_by("id").values_list("id", "case_id", "case__number", "verb", "at")
    opened = []
    for pk, case, number, verb, at in events:
        if verb in STEPS:
            steps[number].append(verb)
        if verb == "opened":
            opened.append(case)
        if case in last and at < last[case]:
            backwards.append(pk)
        last[case] = at
    whole: list[str] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            whole = [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            whole += [str(row) for row in cursor.fetchall()]
    refused = []
    try:
        sequence()
    except Refusal as refusal:
        refused.append(str(refusal))
    findings = [] if refused else check_and_keep().findings
    told = [one.values["event"] for one in findings if "event" in one.values]
    return {
        "around": _around(told[:5]),
        "refused": refused,
        "reports": list(Report.objects.order_by("id").values_list(
            "number", "words", "channel", "case__number", "case_id"
        )),
        "receipts": dict(Receipt.objects.values_list("digest", "report__number")),
        "steps": steps,
        "opened": opened,
        "running": list(Clock.objects.filter(stopped_at=None).values_list("case_id", flat=True)),
        "deliveries": list(
            Delivery.objects.order_by("id").values_list("id", "channel", "event_id", "state")
        ),
        "backwards": backwards,
        "names": list(Photo.objects.values_list("name", flat=True)),
        "photos": [n for n in Photo.objects.values_list("name", flat=True)
                   if not (settings.MEDIA_ROOT / n).is_file()],
        "file": whole,
        "found": [str(one) for one in verify()],
        "chain": [str(one) for one in findings],
        "leaves": Event.objects.count(),
    }  # fmt: skip


def _around(told: list[int]) -> list[Any]:
    """What stands beside such an event: which transaction wrote each, and when."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    found: list[Any] = []
    with connection.cursor() as cursor:
        for event in told:
            cursor.execute(
                "SELECT id, xmin::text, verb, case_id, written_at::text FROM cases_event "
                "WHERE id BETWEEN %s AND %s ORDER BY id",
                [event - 3, event + 3],
            )
            found += cursor.fetchall()
    return found


WORDS: dict[str, Callable[..., dict[str, Any]]] = {"make": make, "set_up": set_up, "look": look}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonward.config.settings")
    django.setup()
    print(json.dumps(WORDS[sys.argv[1]](*sys.argv[2:])))
