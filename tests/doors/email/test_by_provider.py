"""Mail that goes out by a provider's own interface: one real backend of django-anymail, one sink."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from commonward.core.channels import Later, Message, Sent
from commonward.doors.email.channel import CHANNEL

pytest.importorskip("anymail", reason="the extra of providers is not installed")

MADE = datetime(2026, 3, 2, tzinfo=UTC)
TAKEN = {"id": "<1@mail.example.org>", "message": "Queued. Thank you."}


class Sink(ThreadingHTTPServer):
    """The provider's interface; `says` are its answers, one for each mail, then it takes them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says: list[tuple[int, Any]] = []
        self.came: list[str] = []
        self.taken: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        """One mail."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.came.append(body)
        status, told = self.server.says.pop(0) if self.server.says else (200, TAKEN)
        if told == TAKEN:
            self.server.taken.append(body)
        answer = (told if isinstance(told, str) else json.dumps(told)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """The provider listens, and the site goes out by it."""
    made = Sink()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.MAIL, settings.MAIL_FROM = True, "Commonward <reports@example.org>"
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key", "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"http://127.0.0.1:{made.server_port}/v3",
    }  # fmt: skip
    CHANNEL.close()
    yield made
    CHANNEL.close()
    made.shutdown()
    made.server_close()
    thread.join()


def message() -> Message:
    """News of a report."""
    return Message("commonward.1.a", "alice@example.org", "en", "News", "It is done.", MADE)


def test_a_mail_is_handed_over_once_and_named_as_our_own(sink: Sink) -> None:
    assert CHANNEL.send(message()).provider_id == "commonward.1.a"
    (body,) = sink.taken
    assert "alice%40example.org" in body or "alice@example.org" in body
    assert "commonward.1.a" in body, "what an answer and a receipt will name it by"


@pytest.mark.parametrize(
    ("status", "told", "provider"),
    [
        (429, {"message": "Too many requests"}, True),
        (500, "oops", True),
        (503, "<html>away</html>", True),
        (401, "Forbidden", True),
        (400, {"message": "to parameter is not a valid address"}, False),
        (200, {"error": "no credit"}, True),
        (200, {"id": "", "message": "Not queued"}, True),
        (200, "<html>fine</html>", True),
    ],
)
def test_only_a_yes_of_the_provider_is_one_and_nothing_is_lost(
    sink: Sink, status: int, told: Any, provider: bool
) -> None:
    sink.says = [(status, told)]
    with pytest.raises(Later) as later:
        CHANNEL.send(message())
    assert later.value.provider is provider, "one bad address holds up no other mail"
    assert "alice" not in str(later.value) and str(status if status >= 300 else "") in str(
        later.value
    )
    assert isinstance(CHANNEL.send(message()), Sent)
    assert len(sink.taken) == 1 and len(sink.came) == 2, "told once"
