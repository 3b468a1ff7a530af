"""What a request causes goes on under its number: web, verb, worker; traced, and of nobody."""

import gzip
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonward.cases.actions.delivering import owe
from commonward.cases.queries.causes import came_from
from commonward.config import tracing
from commonward.config.logs import Lines
from commonward.core import causes
from commonward.core.rights import SYSTEM
from commonward.doors.webhook import sending
from commonward.people.actions.causes import KEPT_FOR, forget_causes
from commonward.people.actions.keys import issue_key
from commonward.people.models import Cause
from tests.district import RUBBISH, District
from tests.doors.webhook.conftest import Other, called

Hooked = Callable[..., Any]
SAID = "zzbody of 张女士, 13912345678"


@pytest.fixture
def kept(settings: Any) -> None:
    settings.CAUSES = True


@pytest.fixture
def seen() -> Iterator[list[dict[str, Any]]]:
    """The lines for programs, as they go out."""
    lines: list[dict[str, Any]] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(Lines().format(record)))

    log, handler = logging.getLogger("commonward"), Keeps()
    requests = logging.getLogger("commonward.requests")
    before = requests.level
    log.addHandler(handler)
    requests.setLevel("INFO")
    yield lines
    log.removeHandler(handler)
    requests.setLevel(before)


def reported(district: District) -> str:
    """A report sent through the site's whole stack by another program; gives its number."""
    _key, secret = issue_key(SYSTEM, "an app", ["open311.report"], at=district.at)
    lat, lon = district.inside()
    got = Client().post(
        "/open311/v2/requests.json",
        {
            "api_key": secret, "service_code": RUBBISH, "lat": lat, "long": lon,
            "description": SAID, "phone": "13912345678", "first_name": "zzbody",
        },
    )  # fmt: skip
    assert got.status_code in (200, 201), got.content
    return str(json.loads(got.content)[0]["service_request_id"])


@pytest.mark.usefixtures("kept")
def test_a_worker_s_lines_bear_the_number_of_the_request_that_caused_its_work(
    district: District,
    other: Other,
    hooked: Hooked,
    seen: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hooked()
    number = reported(district)
    (request,) = [one for one in seen if one["by"] == "commonward.requests"]
    assert (request["case"], request["verb"]) == (number, "opened")

    def broken(*_given: Any) -> bool:
        raise RuntimeError(SAID)

    monkeypatch.setattr(sending, "is_owed", broken)
    assert called().put_off == 1
    line = seen[-1]
    assert line["by"] == "commonward.doors.webhook.sending" and line["channel"] == "hook"
    assert line["request"] == request["request"]
    assert "zzbody" not in json.dumps(seen) and "139" not in json.dumps(line["error"])


def test_where_nobody_asks_for_it_nothing_is_kept(
    district: District, other: Other, hooked: Hooked
) -> None:
    hooked()
    reported(district)
    assert called().sent == 1
    assert not Cause.objects.exists()


@pytest.mark.usefixtures("kept")
def test_what_a_room_owes_has_its_cause_too_and_all_are_deleted_after_a_week(db: None) -> None:
    with causes.begun("request", "server") as going:
        made = owe("tests", timezone.now(), channel="sms")
    assert came_from([made.pk])[made.pk].trace == going.cause.trace
    assert forget_causes() == 0
    Cause.objects.update(at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    assert forget_causes() == 1
    assert came_from([made.pk]) == {}


class Sink:
    """A collector on this machine: what was sent to it, opened."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.raw = b""
        self.paths: set[str] = set()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415 (an extra)
                    ExportTraceServiceRequest,
                )

                raw = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    raw = gzip.decompress(raw)
                sink.raw += raw
                sink.paths.add(self.path)
                asked = ExportTraceServiceRequest()
                asked.ParseFromString(raw)
                for resource in asked.resource_spans:
                    for scope in resource.scope_spans:
                        sink.spans += list(scope.spans)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def traced(settings: Any, kept: None) -> Iterator[Callable[..., Any]]:
    """Switches traces on, as `config.cli` and `config.wsgi` do; ends them after the test."""
    pytest.importorskip("opentelemetry.sdk", reason="an extra of the project")
    assert causes.TRACER == []

    def on(address: str, part: float = 1.0) -> Any:
        settings.OTEL, settings.OTEL_PART = address, part
        tracing.start("web")
        return causes.TRACER[0]

    yield on
    told: Any = causes.TRACER
    for one in told:
        one.provider.shutdown()
    causes.TRACER.clear()


def test_web_verb_and_worker_are_one_trace_at_the_collector_and_tell_of_nobody(
    district: District, other: Other, hooked: Hooked, sink: Sink, traced: Callable[..., Any]
) -> None:
    told = traced(sink.address)
    hooked()
    number = reported(district)
    assert called().sent == 1
    assert told.provider.force_flush()
    assert sink.paths == {"/v1/traces"}
    by_name = {span.name: span for span in sink.spans}
    web = by_name["open311:commonward.doors.open311.asking.view"]
    verb, worker = by_name["open_case"], by_name["call"]
    assert {span.trace_id for span in (web, verb, worker)} == {web.trace_id}
    assert verb.parent_span_id == web.span_id and worker.parent_span_id == verb.span_id
    facts = {one.key: one.value for span in sink.spans for one in span.attributes}
    assert set(facts) <= {f"commonward.{name}" for name in causes.FACTS}
    assert facts["commonward.case"].string_value == number
    for private in (b"zzbody", b"139123", b"/requests", b"SELECT", b"127.0.0.1", b"api_key"):
        assert private not in sink.raw


def test_a_fault_is_told_by_its_kind_alone(
    db: None, sink: Sink, traced: Callable[..., Any]
) -> None:
    told = traced(sink.address)
    with pytest.raises(RuntimeError), causes.begun("request", "server", route="zz path /x?y"):
        causes.note(case="13912345678", status=500, path="/my/zztoken/")
        raise RuntimeError(SAID)
    told.provider.force_flush()
    (span,) = sink.spans
    assert {one.key for one in span.attributes} == {"commonward.fault", "commonward.status"}
    assert span.status.code == 2 and not span.events
    assert b"zz" not in sink.raw


def test_only_the_part_that_is_asked_for_is_traced_and_a_whole_trace_or_none(
    db: None, sink: Sink, traced: Callable[..., Any]
) -> None:
    told = traced(sink.address, 0.25)
    kept = []
    for _ in range(400):
        with causes.begun("request", "server") as going:
            above = causes.read(going.cause.written())
        with causes.begun("call", "consumer", above) as later:
            assert (later.cause.trace, later.cause.kept) == (going.cause.trace, going.cause.kept)
        kept.append(going.cause.kept)
    # 400 draws of one in four: outside of these bounds once in a hundred million runs.
    assert 50 < sum(kept) < 155
    told.provider.force_flush()
    assert len(sink.spans) == 2 * sum(kept)


def test_without_a_collector_nothing_of_it_is_imported_and_without_the_extra_it_says_so(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracing.start("web")
    assert causes.TRACER == []
    settings.OTEL = "http://127.0.0.1:1"
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SystemExit, match=r"install the extra commonward\[otel\]"):
        tracing.start("web")
