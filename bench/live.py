"""A thousand people listen to one process: how soon does each hear of what happens?"""

import importlib
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from bench import driving, site
from bench.rows import Context, Row, cpu_seconds, quantile
from commonward.cases import actions as cases
from commonward.cases.models import Event
from commonward.people.models import Account

DATABASES = ("postgres", "sqlite")
LISTENERS = 1_000
EVENTS = 40
PAUSE_SECONDS = 0.5


def bench(ctx: Context) -> list[Row]:
    """Open the streams, write reports one after the other, and ask when each was heard."""
    _files()
    site.grown(100)
    sessions = _sessions(ctx.count(LISTENERS, 10))
    kept = ctx.folder / "sessions"
    kept.write_text("\n".join(sessions), "utf-8")
    reports = ctx.count(EVENTS, 5)
    before = Event.objects.count()
    _report(0)  # what a report adds to the record
    each = Event.objects.count() - before
    connections.close_all()
    application = "commonward.config.live:application"
    more = {"COMMONWARD_SECOND_FACTOR": "0"}
    with driving.serving(application, 1, 1, interface="asgi", **more) as (port, server):
        begun = time.monotonic()
        ears = subprocess.Popen(
            [sys.executable, "-m", "bench.ears", str(port), str(kept), str(reports * each)],
            cwd=driving.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert ears.stdout is not None
        if ears.stdout.readline() != "ready\n":
            raise RuntimeError("the listeners did not come in")
        opened = time.monotonic() - begun
        memory, spent = _memory(server), cpu_seconds(server)
        written: dict[int, float] = {}
        for number in range(1, reports + 1):
            event = _report(number)
            written[event] = time.monotonic()
            time.sleep(PAUSE_SECONDS)
        reached = {int(k): v for k, v in json.loads(ears.stdout.readline()).items()}
        spent = cpu_seconds(server) - spent
        ears.wait()
    if any(reached[event][3] != len(sessions) for event in written):
        raise AssertionError("somebody did not hear of an event")
    last = [max(0.0, reached[event][2] - at) for event, at in written.items()]
    middle = [max(0.0, reached[event][1] - at) for event, at in written.items()]
    return [
        Row(
            f"{len(sessions):,} live listeners on one process: a new event reaches the last of them",
            f"p50 {quantile(last, 0.5):.2f} s, p95 {quantile(last, 0.95):.2f} s, "
            f"longest {max(last):.2f} s",
            "≤ 1 s",
            max(last) <= 1,
            f"{len(last)} reports, {1 / PAUSE_SECONDS:.0f} a second, from the commit on; "
            f"half of the listeners within {quantile(middle, 0.5):.2f} s",
        ),
        Row(
            "the same: the process",
            f"{memory} MiB, CPU {spent / len(last) * 1000:.0f} ms a report",
            note=f"all streams open after {opened:.1f} s; rights looked at again every 5 s",
        ),
    ]


def _files() -> None:
    """Each stream is an open file, for the listeners too."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _sessions(count: int) -> list[str]:
    """So many sign-ins, spread over the accounts that see every case."""
    accounts = list(Account.objects.order_by("id"))
    store = importlib.import_module(settings.SESSION_ENGINE).SessionStore
    made = []
    for number in range(count):
        account = accounts[number % len(accounts)]
        session = store()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        made.append(session.session_key)
    return made


def _report(number: int) -> int:
    """A report as a counter takes it; the id of the last event that it wrote."""
    words = f"Rubbish, number {number}."
    said = cases.Said(channel="counter", words=words, lat=27.5, lon=113.0)
    cases.open_case(f"03{number % site.CATEGORIES:02}", said, datetime.now(UTC))
    return int(Event.objects.order_by("-id").values_list("id", flat=True)[0])


def _memory(root: int) -> int:
    """MiB that a server and its workers hold for themselves."""
    found = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if root in (int(folder.name), parent):
                rollup = (folder / "smaps_rollup").read_text()
                found += int(rollup.partition("Pss:")[2].split()[0])
        except (OSError, ValueError):
            continue
    return found // 1024
