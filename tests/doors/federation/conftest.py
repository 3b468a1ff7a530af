"""Three installations, each a process with a database of its own, and a bad line between them."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Lock, Thread
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests import migrated

PROGRAM = Path(__file__).resolve().parents[2] / "installation.py"


@dataclass
class Installation:
    """A process that can be asked, killed and begun again."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As it stands in letters."""
        return f"127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start it; whoever starts it waits in `ready`."""
        env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL",)}
        env |= {
            "COMMONWARD_VAR": str(self.folder), "COMMONWARD_HOOKS_PRIVATE": "1",
            "COMMONWARD_SITE_URL": f"http://{self.name}", "COMMONWARD_SECOND_FACTOR": "0",
            "COMMONWARD_LOG": "CRITICAL",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM)], env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ready(self) -> None:
        """Wait until it serves."""
        assert self._read() == {"ready": True}

    def kill(self) -> None:
        """As a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for end in (self.process.stdin, self.process.stdout):
                if end is not None:
                    end.close()
        self.process = None

    def ask(self, do: str, **given: Any) -> Any:
        """Have it do something; what it refuses comes as {"error", "code"}."""
        assert self.process is not None and self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **given}) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self.process is not None and self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


class Line(ThreadingHTTPServer):
    """Between them all: by the first part of the path it knows to whom. With `badness` above 0 it
    loses letters, loses answers, sends letters twice, and brings old ones once more, later."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.badness = 0.0
        self.chance = random.Random(20260302)
        self.kept: list[tuple[str, str, bytes]] = []
        self.seen: list[bytes] = []
        self.lock = Lock()

    def address(self, of: Installation) -> str:
        """Where a neighbour is called by way of this line."""
        return f"http://127.0.0.1:{self.server_address[1]}/{of.port}"


class _Handler(BaseHTTPRequestHandler):
    server: Line

    def do_POST(self) -> None:
        """One letter."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        port, path = self.path.lstrip("/").split("/", 1)
        with self.server.lock:
            self.server.seen.append(body)
            lot, again = self.server.chance.random(), self.server.chance.random()
            late = self.server.kept.pop(0) if self.server.kept and again < 0.5 else None
            bad = self.server.badness
            if lot < bad * 0.6:
                self.server.kept.append((port, path, body))
        if late is not None:
            self._pass(*late)
        if lot < bad * 0.3:  # lost, or only late
            self.close_connection = True
            return
        answer = self._pass(port, path, body)
        if lot < bad * 0.6 or answer is None:  # the answer is lost; a copy comes once more later
            self.close_connection = True
            return
        if lot < bad:
            answer = self._pass(port, path, body) or answer
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def _pass(self, port: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        there = HTTPConnection("127.0.0.1", int(port), timeout=20)
        try:
            there.request("POST", f"/{path}", body, {"Content-Type": "application/json"})
            found = there.getresponse()
            return found.status, found.read()
        except (OSError, HTTPException):
            return None
        finally:
            there.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@dataclass
class Region:
    """Three neighbours and the line; each knows the two others."""

    a: Installation
    b: Installation
    c: Installation
    line: Line

    @property
    def all(self) -> tuple[Installation, ...]:
        """Those that run."""
        return tuple(one for one in (self.a, self.b, self.c) if one.process is not None)

    def passes(self, rounds: int = 1) -> None:
        """Everybody's sender passes; what waits for its pause waits no longer than an hour."""
        for _round in range(rounds):
            for one in self.all:
                one.ask("send")
                one.ask("move_on", days=1.1 / 24)
                self.one_owner()

    def one_owner(self) -> None:
        """By what lies in the three databases: at most one side of a hand-over works on it, and
        where none does, whoever wrote the record that passes it on still owes its letter."""
        stood = [one.ask("stands") for one in self.all]
        keys = {key for found in stood for key in found["handings"]}
        for key in keys:
            sides = {
                found["handings"][key]["side"]: found["handings"][key]
                for found in stood if key in found["handings"]
            }  # fmt: skip
            giver, taker = sides.get("giver"), sides.get("taker")
            if giver is None or taker is None:
                continue
            works = [giver["state"] in GIVER_WORKS, taker["state"] == "active"]
            assert sum(works) <= 1, (giver, taker)
            if not any(works):
                passing = {"committed": "transfer"}.get(giver["state"])
                if passing and taker["state"] in ("asked", "held"):
                    assert passing in giver["owed"]
                else:
                    assert {"answer", "returned"} & set(taker["owed"]), (giver, taker)


GIVER_WORKS = ("offered", "declined", "withdrawn", "home", "back")


def _free() -> int:
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def region(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    kept_database: Path | None,
) -> Iterator[Region]:
    """Set up once for the tests of a file: they hand different cases."""
    made = []
    if kept_database is None:  # on PostgreSQL: what a run on SQLite kept serves these three
        kept = request.config.cache.mkdir("migrated") / f"{migrated.digest()}.sqlite3"
        kept_database = kept if kept.exists() else None
    for name in "abc":
        folder = tmp_path_factory.mktemp(name)
        (folder / "static").mkdir()
        if kept_database is not None:  # else the process walks through the migrations itself
            # What is kept may be gone: another run keeps what other migrations made.
            made_now = django_settings.VAR / "test.sqlite3"
            migrated.bring(
                kept_database if kept_database.exists() else made_now,
                folder / "commonward.sqlite3",
            )
        made.append(Installation(folder, _free()))
    line = Line()
    Thread(target=line.serve_forever, daemon=True).start()
    try:
        for one in made:
            one.begin()
        for one in made:
            one.ready()
        cards = {one.name: one.ask("card") for one in made}
        for one in made:
            for other in made:
                if other is not one:
                    one.ids[other.name] = one.ask(
                        "neighbour", card=cards[other.name], address=line.address(other)
                    )
        yield Region(made[0], made[1], made[2], line)
    finally:
        for one in made:
            one.kill()
        line.shutdown()
        line.server_close()
