"""A real HTTP server on this machine, which answers as a test wishes, and a hook that calls it."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.hooking import add_hook
from commonward.cases.models import Hook
from commonward.core.rights import SYSTEM
from commonward.doors.webhook.sending import Called, call_hooks
from tests.district import District, small_district


@dataclass
class Got:
    """One call as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The JSON of it."""
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Other:
    """The other program: what reached it, and what it answers."""

    address: str = ""
    got: list[Got] = field(default_factory=list)
    status: int = 204
    location: str = ""
    says: bytes = b""
    slow: threading.Event | None = None
    """What its answers wait for."""


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    """A program that listens, on a site that allows calls to its own network."""
    settings.HOOKS_PRIVATE = True
    made = Other()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append(Got(self.path, dict(self.headers), body))
            if made.slow is not None:
                made.slow.wait(20)
            self.send_response(made.status)
            if made.location:
                self.send_header("Location", made.location)
            self.send_header("Content-Length", str(len(made.says)))
            self.end_headers()
            self.wfile.write(made.says)

        def log_message(self, *_args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}/hook?a=1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    if made.slow is not None:
        made.slow.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def district(db: None) -> District:
    """The small district two days ago."""
    return small_district(timezone.now() - timedelta(days=2))


@pytest.fixture
def hooked(district: District, other: Other) -> Callable[..., tuple[Hook, bytes]]:
    """Names the other program as a hook; gives it and the key that its secret stands for."""

    def made(**narrowed: Any) -> tuple[Hook, bytes]:
        address = narrowed.pop("address", other.address)
        hook, secret = add_hook(SYSTEM, "Other", address, at=timezone.now(), **narrowed)
        return hook, base64.b64decode(secret.removeprefix("whsec_"))

    return made


def called(at: datetime | None = None) -> Called:
    """One pass, now or at another moment."""
    return call_hooks(lambda: at or timezone.now())
