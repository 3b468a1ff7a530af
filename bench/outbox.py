"""The outbox: what one worker sends in a second, and what a claim costs while a million messages wait."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test.utils import override_settings

from bench import site
from bench.rows import Context, Row, quantile
from commonward.cases.actions import Said, act, delivering, open_case
from commonward.cases.actions.hooking import add_hook
from commonward.cases.actions.subscribing import confirm, subscribe, token_of
from commonward.cases.models import Delivery
from commonward.core.channels import Channel
from commonward.core.rights import SYSTEM
from commonward.doors.email.channel import CHANNEL as MAIL
from commonward.doors.outbox.sending import Delivered, send_due
from commonward.doors.sms.channel import CHANNEL as SMS
from commonward.doors.webhook.sending import call_hooks
from commonward.people.models import Account
from commonward.people.queries import actor_for

DATABASES = ("sqlite", "postgres")
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
WAITING = 1_000_000
POLYGONS = 400
CASES = 250
"""Each with a reporter who hears of it by mail and by text message: of the first question and of
two steps. A hook hears of each, too."""
CLAIMS = 300
WARMING = 5
_SINK = """
import http.server, sys
class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        told = b'{"id": "%s"}' % self.headers.get("Idempotency-Key", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Sink).serve_forever()
"""


def bench(ctx: Context) -> list[Row]:
    """Owe letters, fill the table beside them, claim, then send to sinks on this machine."""
    _owed(ctx.count(CASES, 10))
    count = ctx.count(WAITING, 1_000)
    _fill(count)
    rows = [_claims(count, 1), _claims(count, 20)]
    with _sink("-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l") as port:
        mail = override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port, EMAIL_USE_TLS=False, EMAIL_USE_SSL=False, MAIL=True,
            MAIL_FROM="Commonward <reports@example.org>",
        )  # fmt: skip
        with mail:
            rows.append(_sent("mails, SMTP sink", lambda most: _by(MAIL, most)))
    with _sink("-c", _SINK) as port:
        with override_settings(SMS=f"http://site:secret@127.0.0.1:{port}/?source=Centre"):
            rows.append(_sent("text messages, HTTP sink", lambda most: _by(SMS, most)))
        with override_settings(HOOKS_PRIVATE=True):
            add_hook(SYSTEM, "Sink", f"http://127.0.0.1:{port}/", at=AT - timedelta(days=3))
            _open(ctx.count(CASES, 10), told=False)
            rows.append(_sent("calls of a hook, HTTP sink", _hooks))
    return rows


def _owed(cases: int) -> None:
    """Reporters who are owed a question and two steps each, by two channels."""
    site.grown(POLYGONS)
    _open(cases, told=True)
    prepared = delivering.prepare(AT - timedelta(hours=1), most=10 * cases)
    if prepared != 4 * cases:
        raise AssertionError(f"{prepared} steps are owed, not {4 * cases}")


def _open(cases: int, *, told: bool) -> None:
    begun = AT - timedelta(days=2)
    who = actor_for(Account.objects.filter(login__startswith="worker").earliest("id").pk, begun)
    for number, (lat, lon) in enumerate(site.places(cases, POLYGONS, seed=3 + told)):
        said = Said(channel="portal", words="Rubbish", lat=lat, lon=lon, language="en")
        report = open_case("0301", said, begun)
        for channel, address in (
            (("mail", f"reader{number}@example.org"), ("sms", f"+86138{number:08}")) if told else ()
        ):
            made = subscribe(report.pk, address, "en", begun, own=True, channel=channel)
            if made is None:
                raise AssertionError("nobody is told")
            confirm(token_of(made.pk), begun)
        for minute, verb in enumerate(("accept", "file"), 1):
            act(report.case.number, verb, who, begun + timedelta(minutes=minute), {})


def _fill(count: int) -> None:
    """So many that wait: by three channels, half of them due, a quarter not in turn."""
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
            " SELECT 'bench', CASE n % 4 WHEN 0 THEN 'many' WHEN 1 THEN 'chat' ELSE 'fed' END,"
            " 'l' || (n - n % 4 + (CASE WHEN n % 4 = 3 THEN 2 ELSE n % 4 END)),"
            f" n % 4 <> 3, '', '', '', 'waiting', {moment}, {moment}, 0, '' FROM s"
        )
        cursor.execute("ANALYZE cases_delivery")


def _claims(count: int, at_once: int) -> Row:
    took, spent = [], []
    for _each in range(CLAIMS):
        begun, cpu = time.perf_counter(), time.process_time()
        found = delivering.lease_some(AT, at_once, channel="many")
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


def _by(channel: Channel, most: int) -> int:
    done = Delivered()
    send_due(channel, lambda: AT, most, done)
    return done.sent


def _hooks(most: int) -> int:
    return call_hooks(lambda: AT, most=most).sent


def _sent(what: str, send: Callable[[int], int]) -> Row:
    send(WARMING)  # words, templates and reference data are read for the first one
    begun, cpu = time.perf_counter(), time.process_time()
    count = send(1_000_000)
    took, spent = time.perf_counter() - begun, time.process_time() - cpu
    code = {"m": "mail", "t": "sms", "c": "hook"}[what[0]]
    left = Delivery.objects.filter(channel=code, state="waiting").count()
    if left or not count:
        raise AssertionError(f"{what}: {count} went out, {left} did not")
    return Row(
        f"one worker's deliveries: {what}",
        f"{count / took:,.0f}/s",
        "≥ 200/s",
        count / took >= 200,
        f"{count / spent:,.0f} a second of this process's CPU; {count:,} went out",
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
