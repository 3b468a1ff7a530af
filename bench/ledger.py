"""The public log: leaves sequenced from real events to signed files, proofs, a report's receipt."""

import hashlib
import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.rows import Context, Row, quantile
from commonward.cases.actions import adopt_shipped
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, Category, Event, ProcedureVersion, Remark, Report
from commonward.cases.queries.leaves import index_of
from commonward.cases.queries.ledger import queued, receipt_of, state
from commonward.cases.queries.ledger_checking import check
from commonward.core.ledger.folder import Folder
from commonward.core.ledger.merkle import inclusion
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.receipts import verify
from commonward.core.ledger.tiles import Tiled, width_of

DATABASES = ("sqlite", "postgres")
EVENTS = 100_000
TAKEN_OVER = 200_000
LARGE = 100_000_000
STEPS = (
    ("opened", "", "collect", False), ("accept", "collect", "file", False),
    ("file", "file", "dispatch", True), ("dispatch", "dispatch", "handle", False),
    ("warned", "handle", "handle", False), ("finish", "handle", "check", True),
    ("pass_check", "check", "close", False), ("close", "close", "closed", True),
)  # fmt: skip


def bench(ctx: Context) -> list[Row]:
    """Cases of eight steps each, with a report and three remarks; then all of them as leaves."""
    reports = _seed(ctx.count(EVENTS, 800) // len(STEPS))
    count = Event.objects.count()
    wall, spent = time.perf_counter(), time.process_time()
    if sequence() != count:
        raise AssertionError("not every event became a leaf")
    wall, spent = time.perf_counter() - wall, time.process_time() - spent
    checking = time.process_time()
    done = check()
    checking = time.process_time() - checking
    if done.findings or done.leaves != count:
        raise AssertionError(f"the log does not fit its record: {done.findings[:3]}")
    files = sum(1 for path in (ctx.folder / "ledger").rglob("*") if path.is_file())
    found, receipts = _receipts(reports), _receipt_times(reports)
    return [
        Row(
            f"{count:,} events become leaves, from the rows to signed files",
            f"{count / spent:,.0f} leaves/s of CPU, {count / wall:,.0f}/s of the clock",
            "≥ 5,000 leaves/s",
            count / spent >= 5_000,
            f"{spent:.1f} CPU s, {wall:.1f} s; {files:,} files, a flush to the disk each",
        ),
        Row(
            "every leaf compared with its row (`ledger check`)",
            f"{checking / count * 1e6:.0f} µs of CPU a leaf",
            note=f"{checking:.1f} CPU s",
        ),
        Row(
            "the leaf of an event", f"p95 {quantile(found, 0.95) * 1000:.2f} ms", "≤ 5 ms",
            quantile(found, 0.95) <= 0.005,
        ),
        Row(
            f"a report's receipt, {len(STEPS)} events, each with its proof",
            f"p50 {quantile(receipts, 0.5) * 1000:.1f} ms, p95 {quantile(receipts, 0.95) * 1000:.1f} ms",
            note="process time; checked with the key alone afterwards",
        ),
        _while_taken_over(ctx.count(TAKEN_OVER, 5_000)),
        _proofs(ctx.folder / "large"),
    ]  # fmt: skip


def _while_taken_over(count: int) -> Row:
    """A worker as the site runs it, with so many events from elsewhere; a report every few seconds,
    until the worker has entered all of them: when is each report's step in a signed checkpoint?
    """
    _seed(count // len(STEPS), "T")
    begun = time.perf_counter()
    times: list[float] = []
    command = [sys.executable, "manage.py", "ledger", "sequence", "--every", "2"]
    with subprocess.Popen(command) as worker:
        try:
            # As on a site: the worker runs before the report is filed.
            while not queued() and worker.poll() is None:
                time.sleep(0.1)
            while queued() or len(times) < 3:
                times.append(_until_sealed(len(times)))
                time.sleep(1)
        finally:
            worker.terminate()
    return Row(
        f"a report's receipt while {count:,} events from elsewhere are entered",
        f"p50 {quantile(times, 0.5):.1f} s, worst {max(times):.1f} s",
        "≤ 10 s",
        max(times) <= 10,
        f"{len(times)} reports; all was entered after {time.perf_counter() - begun:.0f} s of the clock",
    )


def _until_sealed(number: int) -> float:
    """Seconds of the clock from the moment a report is filed until its receipt is complete."""
    now = datetime.now(UTC)
    like = Case.objects.order_by("pk")[0]
    case = Case.objects.create(
        number=f"N{number:09}", procedure=like.procedure, stage="collect", category=like.category,
        opened_at=now, stage_since=now, changed_at=now,
    )  # fmt: skip
    report = Report.objects.create(
        number=case.number, case=case, channel="portal", received_at=now, words="A lamp is out."
    )
    Event.objects.create(
        case=case, report=report, at=now, written_at=now, verb="opened", role="reporter"
    )
    begun = time.perf_counter()
    while not receipt_of(report.pk, now).complete:
        if time.perf_counter() - begun > 120:
            raise AssertionError("a report's step did not become a leaf")
        time.sleep(0.1)
    return time.perf_counter() - begun


def _seed(cases: int, letter: str = "B") -> list[int]:
    """Cases with all their steps; those of the letter T come from elsewhere."""
    now = datetime.now(UTC)
    taken = letter == "T"
    if not taken:
        adopt_shipped(now - timedelta(days=1))
    category, _ = Category.objects.get_or_create(code="0101", defaults={"name": "井盖"})
    procedure = ProcedureVersion.objects.get(name="service_matter", in_force=True)
    made = Case.objects.bulk_create(
        (
            Case(
                number=f"{letter}{n:09}", origin="import" if taken else "public", procedure=procedure, stage="closed", is_open=False,
                category=category, opened_at=now, stage_since=now, changed_at=now, closed_at=now,
            )
            for n in range(cases)
        ),
        batch_size=2_000,
    )  # fmt: skip
    told = Report.objects.bulk_create(
        (
            Report(
                number=case.number, case=case, channel="counter", received_at=now,
                words="The lid beside the gate is broken, somebody may fall in at night.",
                lat=27.8, lon=113.1, address="Gate 3",
            )
            for case in made
        ),
        batch_size=2_000,
    )  # fmt: skip
    events = Event.objects.bulk_create(
        (
            Event(
                case=case, at=now, written_at=now, verb=verb, from_stage=before, to_stage=after,
                role="system" if taken else "dispatcher", report=report if verb == "opened" else None, spent=600,
                data={"routing": {"team": "roads", "rule": 17, "name": "Lids", "number": 3}},
            )
            for case, report in zip(made, told, strict=True)
            for verb, before, after, _ in STEPS
        ),
        batch_size=2_000,
    )  # fmt: skip
    said = [verb for verb, _, _, words in STEPS if words]
    Remark.objects.bulk_create(
        (
            Remark(event=event, words="The lid was replaced and the edge repaired.", public=True)
            for event in events
            if event.verb in said
        ),
        batch_size=2_000,
    )
    return [report.pk for report in told]


def _receipts(reports: list[int]) -> list[float]:
    ids = random.Random(7).choices(range(1, Event.objects.count() + 1), k=500)
    times = []
    for id_ in ids:
        begun = time.process_time()
        index_of(id_)
        times.append(time.process_time() - begun)
    return times


def _receipt_times(reports: list[int]) -> list[float]:
    key = Verifier.read(state().keys[-1].verifier)
    times = []
    for report in random.Random(8).choices(reports, k=60):
        begun = time.process_time()
        found = receipt_of(report, datetime.now(UTC))
        times.append(time.process_time() - begun)
        if not found.complete or not verify(json.dumps(found.receipt), [key]):
            raise AssertionError("a receipt does not prove its report")
    return times


def _proofs(folder: Path) -> Row:
    """Proofs in a log of a hundred million, read from files: those tiles that they ask for."""
    log, drawn = Folder(folder), random.Random(9)
    asked = [drawn.randrange(LARGE) for _ in range(200)]

    def made(path: str) -> bytes:
        name, _, width = path.partition(".p/")
        level, _, index = name.removeprefix("tile/").partition("/")
        number = int(index.replace("x", "").replace("/", ""))
        there = width_of(LARGE, int(level), number)
        if (int(width) if width else 256) != there:
            raise LookupError(path)
        raw = hashlib.shake_256(name.encode()).digest(there * 32)
        log.put(path, raw)
        return raw

    for index in asked:
        inclusion(index, LARGE, Tiled(LARGE, made).node)
    times = []
    for index in asked:
        begun = time.process_time()
        proof = inclusion(index, LARGE, Tiled(LARGE, log.fetch).node)
        times.append(time.process_time() - begun)
        if not 26 <= len(proof) <= 27:
            raise AssertionError("a proof has a wrong length")
    return Row(
        f"a proof of inclusion in a log of {LARGE:,} leaves, from its files",
        f"p50 {quantile(times, 0.5) * 1000:.2f} ms, p99 {quantile(times, 0.99) * 1000:.2f} ms",
        "≤ 5 ms",
        quantile(times, 0.99) <= 0.005,
        "the tiles that 200 random proofs ask for, filled with random hashes",
    )
