"""The stream as it really runs: granian beside the tests, on the tests' database, and its readers."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from commonward.people.models import Account
from tests.district import District, small_district

ROOT = Path(__file__).resolve().parents[3]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PATIENCE = 900
"""Seconds after which what has not come never will."""


def until(holds: Callable[[], Any], what: str) -> Any:
    """What holds at last; an assertion with `what` where it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never came: {what}")


def session_of(login: str) -> str:
    """The key of a new session of this account, as its browser would hold it."""
    client = Client()
    client.force_login(Account.objects.get(login=login), BACKEND)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


@dataclass
class Told:
    """One message of a stream."""

    name: str
    data: Any
    id: str


@dataclass
class Ear:
    """Somebody's open stream, read in a thread as it comes."""

    port: int
    session: str = ""
    since: str = ""
    case: str = ""
    fleet: str = ""
    origin: str = ""
    status: int = 0
    heard: list[Told] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)
    last: str = ""

    def open(self) -> "Ear":
        """Connect; returns when the first answer is there."""
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        asked = {k: v for k, v in (("case", self.case), ("fleet", self.fleet)) if v}
        headers = {"Accept": "text/event-stream"}
        if self.session:
            headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={quote(self.session)}"
        if self.since:
            headers["Last-Event-ID"] = self.since
        if self.origin:
            headers["Origin"] = self.origin
        self._connection.request("GET", f"/live/events?{urlencode(asked)}", headers=headers)
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self.headers = {k.lower(): v for k, v in self._answer.getheaders()}
        self.last = self.since
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        if self.status == 200:
            until(lambda: self.last, "where the stream begins")
        return self

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            name, id_, data = "message", "", ""
            while line := self._answer.readline():
                told, _, value = line.decode().rstrip("\n").partition(": ")
                if told == "event":
                    name = value
                elif told == "id":
                    id_ = value
                elif told == "data":
                    data = value
                elif not told:
                    self.last = id_ or self.last
                    if name not in ("message", "mark"):
                        self.heard.append(Told(name, json.loads(data), id_))
                    name, id_, data = "message", "", ""
        self.closed.set()

    @property
    def events(self) -> list[int]:
        """The ids of the events that were told."""
        return [t.data["id"] for t in self.heard if t.name == "happened"]

    @property
    def present(self) -> list[str] | None:
        """The colleagues that were named last."""
        found = [t.data for t in self.heard if t.name == "presence"]
        return [one["name"] for one in found[-1]] if found else None

    def has(self, event: int) -> None:
        """Wait until an event was told."""
        until(lambda: event in self.events, f"event {event} among {self.events}")

    def cut(self) -> str:
        """Break the connection; returns where to go on."""
        with contextlib.suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._thread.join(PATIENCE)
        return self.last


def database_url() -> str:
    """The tests' own database, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    who = quote(str(known["USER"]))
    if known["PASSWORD"]:
        who += f":{quote(str(known['PASSWORD']))}"
    return f"postgresql://{who}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@contextlib.contextmanager
def live_server(at: int = 0, site: str = "http://localhost:8000") -> Iterator[int]:
    """The stream's process as `./dev run` starts it, for this site, on a free port or this one."""
    port = at or free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "COMMONWARD_SECRET_KEY": settings.SECRET_KEY,
        "COMMONWARD_SECOND_FACTOR": "0",
        "COMMONWARD_SITE_URL": site,
    }
    server = subprocess.Popen(
        [
            *(str(Path(sys.executable).parent / "granian"), "--interface", "asgi"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
            *("--workers", "1", "--workers-kill-timeout", "1", "--backpressure", "4096"),
            "commonward.config.live:application",
        ],
        cwd=ROOT,
        env=environment,
    )
    try:
        until(lambda: _answers(port) or server.poll() is not None, "the live server")
        assert server.poll() is None, "the live server ended"
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """A live server for the tests of a file."""
    with live_server() as given:
        yield given


@pytest.fixture
def here(transactional_db: None, settings: Any) -> District:
    """The small district, committed, so that the other process sees it."""
    settings.SECOND_FACTOR = False
    return small_district()


@pytest.fixture
def ear(port: int) -> Iterator[Callable[..., Ear]]:
    """Opens streams, and closes them at the end: `ear("dispatcher", since=…, case=…)`."""
    opened: list[Ear] = []

    def listening(login: str = "", at: int = 0, **more: Any) -> Ear:
        given = {"session": session_of(login)} if login else {}
        opened.append(Ear(at or port, **(given | more)))
        return opened[-1].open()

    yield listening
    for one in opened:
        one.cut()
