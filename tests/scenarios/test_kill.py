"""kill -9 of the whole server under load: no acknowledged report is lost, none is half-written."""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from house import postgres
from tests.district import RUBBISH, District

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, CLIENTS = 4, 8
ACKNOWLEDGED = (20, 120)
"""A server is killed somewhere between these numbers of answers."""
PATIENCE = 60
"""Seconds after which a server that does not answer never will."""


@dataclass
class Site:
    """An installation with a database and a folder of its own."""

    environment: dict[str, str]
    workers: int

    def told(self, what: str) -> dict[str, Any]:
        """What `tests.scenarios.site` prints about it."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.scenarios.site", what],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    @contextlib.contextmanager
    def serving(self) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        """The real server, as `./dev run` starts it; killed with all its workers at the end."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = subprocess.Popen(
            [
                *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
                *("--workers", str(self.workers), "--blocking-threads", "4"),
                "commonward.config.wsgi:application",
            ],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
        )
        try:
            _answers(port, server)
            yield port, server
        finally:
            killed(server)


def killed(server: subprocess.Popen[bytes]) -> None:
    """The whole process group at once, so that nobody finishes anything."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _answers(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended by itself"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/open311/discovery.json")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the server did not answer")


@pytest.fixture
def site() -> Iterator[Site]:
    """On the database of this run: SQLite in a folder, or a durable cluster of its own."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="commonward-kill-")))
        (folder / "static").mkdir()
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"COMMONWARD_VAR": str(folder), "COMMONWARD_LANGUAGE": "en"}
        workers = 1
        if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            if postgres.binaries() is None:
                pytest.skip("no PostgreSQL server binaries here for a cluster that syncs")
            environment["DATABASE_URL"] = stack.enter_context(postgres.throwaway(durable=True))
            workers = 2
        yield Site(environment, workers)


@dataclass
class Sent:
    """What the clients sent and what came back, by idempotency key."""

    secret: str
    words: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, connection: http.client.HTTPConnection, key: str, words: str) -> str:
        """Send one report; its number is noted once the answer is here, and given back."""
        with self.lock:
            self.words[key] = words
        lat, lon = District.inside()
        body = urlencode(
            {
                "api_key": self.secret,
                "service_code": RUBBISH,
                "lat": lat,
                "long": lon,
                "description": words,
                "email": "resident@example.org",
            }
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key}
        connection.request("POST", "/open311/v2/requests.json", body, kind)
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status not in (200, 201):
            with self.lock:
                self.wrong.append((answer.status, text))
            return ""
        number = str(json.loads(text)[0]["service_request_id"])
        with self.lock:
            self.numbers[key] = number
        return number


def client(sent: Sent, port: int, name: str) -> None:
    """Report after report until the server is gone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        for n in range(100_000):
            sent.report(connection, f"{name}-{n}", f"Heap {n} seen by {name}. 垃圾一堆。")
    except (OSError, http.client.HTTPException, ValueError):
        return
    finally:
        connection.close()


def round_of_load(site: Site, sent: Sent, round_: int, rng: random.Random) -> None:
    """Clients report in parallel; somewhere in the middle the server is killed."""
    before = len(sent.numbers)
    wanted = rng.randint(*ACKNOWLEDGED)
    with site.serving() as (port, server):
        clients = [
            threading.Thread(target=client, args=(sent, port, f"client{round_}-{n}"))
            for n in range(CLIENTS)
        ]
        for thread in clients:
            thread.start()
        until = time.monotonic() + PATIENCE
        while len(sent.numbers) < before + wanted and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.02))
        killed(server)
        for thread in clients:
            thread.join()
    assert len(sent.numbers) >= before + wanted, sent.wrong[:3]


def test_a_killed_server_has_kept_every_report_that_it_acknowledged(site: Site) -> None:
    sent = Sent(site.told("set_up")["secret"])
    rng = random.Random()
    for round_ in range(ROUNDS):
        round_of_load(site, sent, round_, rng)
    assert sent.wrong == []
    first_answers = dict(sent.numbers)
    unanswered = sorted(set(sent.words) - set(sent.numbers))
    assert unanswered, "nothing was under way when the server was killed"

    kept = {r["words"]: r["number"] for r in site.told("look")["reports"]}
    lost = [key for key, number in first_answers.items() if kept.get(sent.words[key]) != number]
    assert lost == []

    with site.serving() as (port, _server):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        again = [*unanswered, *rng.sample(sorted(first_answers), 10)]
        for key in again:
            sent.report(connection, key, sent.words[key])
        connection.close()
    assert sent.wrong == []
    assert {k: sent.numbers[k] for k in first_answers} == first_answers

    seen = site.told("look")
    assert seen["found"] == []
    reports = seen["reports"]
    assert {r["words"]: r["number"] for r in reports} == {
        words: sent.numbers[key] for key, words in sent.words.items()
    }
    assert len(reports) == len(sent.words), "a report sent again is there twice"
    assert sorted(seen["opened"]) == sorted([r["case_id"], r["id"]] for r in reports)
    assert set(seen["running"]) == {r["case_id"] for r in reports}
