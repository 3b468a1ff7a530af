"""The outbox: what one worker sends in a second, and what a claim costs while a million messages wait."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from bench.rows import Context, Row, quantile
from commonward.cases.actions import delivering
from commonward.cases.models import Delivery
from commonward.core.channels import Channel, Later, Message, Sent
from commonward.core.letter_texts import fill, shipped
from commonward.doors.email.channel import CHANNEL
from commonward.doors.outbox.address import key_of
from commonward.doors.outbox.sending import Delivered, send_due
from commonward.doors.outbox.writing import html_of

DATABASES = ("sqlite", "postgres")
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WAITING = 1_000_000
SENT = 1_000
CLAIMS = 300
_SINK = """
import http.server, sys
class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers()
        self.wfile.write(b"ok")
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Sink).serve_forever()
"""


def bench(ctx: Context) -> list[Row]:
    """Fill the table, claim, then send to sinks on this machine."""
    count = ctx.count(WAITING, 1_000)
    _fill(count)
    rows = [_claims(count, 1), _claims(count, 20)]
    with _sink("-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l") as port:
        mail = override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False,
            MAIL_FROM="Commonward <reports@example.org>",
        )  # fmt: skip
        with mail:
            rows.append(_sent(ctx, replace(CHANNEL, code="smtp", write=_write), "mail, SMTP sink"))
    with _sink("-c", _SINK) as port:
        line = http.client.HTTPConnection("127.0.0.1", port)

        def send(message: Message) -> Sent:
            line.request("POST", "/", message.text.encode(), {"Idempotency-Key": message.key})
            answer = line.getresponse()
            answer.read()
            if answer.status != 200:
                raise Later(f"HTTP {answer.status}")
            return Sent(message.key[-12:])

        text = Channel("http", "Text", "Number", check=str, send=send, ready=lambda: True,
                       longest=300, write=_write)  # fmt: skip
        rows.append(_sent(ctx, text, "short messages, HTTP sink"))
    return rows


def _fill(count: int) -> None:
    """So many that wait: by four channels, half of them due, a quarter not in turn."""
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
        if connection.vendor == "sqlite"
        else f"WITH s AS (SELECT generate_series(1, {count}) AS n)"
    )
    moment = (
        "datetime('2026-03-02 08:00:00', '-' || (n % 7200) || ' minutes', '+3600 minutes')"
        if connection.vendor == "sqlite"
        else "TIMESTAMPTZ '2026-03-02 08:00:00+00' - (n % 7200 - 3600) * INTERVAL '1 minute'"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_delivery (room, channel, lane, turn, why, provider_id, receipt,"
            f" state, made_at, next_at, attempts, fault) {series}"
            " SELECT 'bench', CASE n % 4 WHEN 0 THEN 'sms' WHEN 1 THEN 'chat' WHEN 2 THEN 'hook'"
            " ELSE 'mail' END, 'l' || (n - n % 4 + (CASE WHEN n % 4 = 3 THEN 2 ELSE n % 4 END)),"
            f" n % 4 <> 3, '', '', '', 'waiting', {moment}, {moment}, 0, '' FROM s"
        )
        cursor.execute("ANALYZE cases_delivery")


def _claims(count: int, at_once: int) -> Row:
    took, spent = [], []
    for _each in range(CLAIMS):
        begun, cpu = time.perf_counter(), time.process_time()
        found = delivering.lease_some(AT, at_once, channel="sms")
        took.append(time.perf_counter() - begun)
        spent.append(time.process_time() - cpu)
        if not found and count > 100_000:
            raise AssertionError("nothing was due")
    middle, late = quantile(took, 0.5) * 1000, quantile(took, 0.95) * 1000
    return Row(
        f"claim {at_once} of {count:,} that wait",
        f"{middle:.1f} ms, p95 {late:.1f} ms",
        "≤ 5 ms",
        middle <= 5,
        f"{quantile(spent, 0.5) * 1000:.1f} ms of this process's CPU",
    )


def _write(delivery: int, at: datetime) -> Message:
    """As a real step's words: filled in, and as a page."""
    words = fill(shipped()["step", "long", "en"], {
        "number": str(delivery), "heading": "Filing", "plain": "The centre is opening a case.",
        "has": "Street office", "link": f"{settings.SITE_URL}/mail/{delivery}/",
    })  # fmt: skip
    return Message(
        key_of(delivery), f"reader{delivery}@example.org", "en", words.title, words.body, at,
        html=html_of(words),
    )  # fmt: skip


def _sent(ctx: Context, channel: Channel, what: str) -> Row:
    count = ctx.count(SENT, 50)
    Delivery.objects.bulk_create(
        [
            Delivery(room="bench", channel=channel.code, lane=f"{channel.code}{number}",
                     made_at=AT, next_at=AT - timedelta(days=1))
            for number in range(count)
        ]
    )  # fmt: skip
    done = Delivered()
    begun, cpu = time.perf_counter(), time.process_time()
    send_due(channel, lambda: AT, count, done)
    took, spent = time.perf_counter() - begun, time.process_time() - cpu
    if done.sent != count:
        raise AssertionError(f"of {count}: {done}")
    return Row(
        f"deliveries by one worker: {what}",
        f"{count / took:,.0f}/s",
        "≥ 200/s",
        count / took >= 200,
        f"{count / spent:,.0f} a second of this process's CPU",
    )


@contextlib.contextmanager
def _sink(*command: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    where = f"127.0.0.1:{port}" if command[0] == "-m" else str(port)
    process = subprocess.Popen([sys.executable, *command, where], stderr=subprocess.DEVNULL)
    try:
        for _each in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()
