"""What a neighbour answers instead of taking a letter: it is owed on, in order, and sent again."""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.actions.federating import giving, neighbours
from commonward.cases.models import HandOver, HandOverLetter
from commonward.core.federation import letters
from commonward.doors.federation.sending import send_letters
from tests.district import RUBBISH, District, small_district


class Gate(ThreadingHTTPServer):
    """Answers every letter with one status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 503
        self.came: list[bytes] = []


class _Handler(BaseHTTPRequestHandler):
    server: Gate

    def do_POST(self) -> None:
        """One letter."""
        self.server.came.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"no")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A neighbour's server."""
    made = Gate()
    thread = Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.mark.parametrize("status", [409, 429, 503])
def test_nothing_is_lost_whatever_a_neighbour_answers(
    db: None, settings: Any, gate: Gate, status: int
) -> None:
    settings.HOOKS_PRIVATE = True
    here: District = small_district(timezone.now())
    public = letters.public_of(letters.new_key())
    to = neighbours.add_neighbour(
        here.administrator, "Them", f"http://127.0.0.1:{gate.server_address[1]}", at=here.at,
        key=letters.public_text(public),
    )  # fmt: skip
    neighbours.compare(here.administrator, to.pk, letters.fingerprint(public), at=here.at)
    report = here.report(RUBBISH, "A heap.")
    giving.offer(report.case.number, to.pk, "It is theirs.", here.dispatcher, timezone.now())
    gate.status = status
    done = send_letters(timezone.now)
    assert (done.sent, done.put_off) == (0, 1)
    row = HandOver.objects.get()
    assert (row.state, row.fault) == ("offered", f"HTTP {status}")
    assert row.failing_since is not None and row.next_at is not None
    assert row.next_at > timezone.now(), "not at once"
    assert HandOverLetter.objects.get(hand_over=row).kind == "offer"
    send_letters(timezone.now)
    assert len(gate.came) == 1, "its pause is kept"
    later = timezone.now() + timedelta(hours=2)
    send_letters(lambda: later)
    assert len(gate.came) == 2 and HandOver.objects.get().failing_since == row.failing_since
