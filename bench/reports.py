"""Public reports over HTTP, from the request to the durable receipt; a bare endpoint beside it."""

import os
import sqlite3
from urllib.parse import urlencode

import django
from django.conf import settings
from django.db import connection, connections

from bench import driving, site
from bench.rows import Context, Row, postgres_process, quantile
from commonward.areas.queries import locate
from commonward.cases.models import Clock, Event, Report

DATABASES = ("postgres", "sqlite")
POLYGONS = 100_000
CLIENTS = 16
FORM = "application/x-www-form-urlencoded"


def bench(ctx: Context) -> list[Row]:
    """Drive the same reports from 16 clients, and on PostgreSQL a bare endpoint too."""
    polygons = ctx.count(POLYGONS, 100)
    secret = site.grown(polygons)
    # The table of places is built once per change, by whoever asks first.
    locate(27.5, 113.0, at=site.SINCE)
    connections.close_all()
    embedded = connection.vendor == "sqlite"
    count = ctx.count(2_000 if embedded else 6_000, 64)
    sent = [_report(secret, lat, lon, n) for n, (lat, lon) in _numbered(count, polygons)]
    warming = [_report(secret, lat, lon, -1 - n) for n, (lat, lon) in _numbered(128, polygons)]
    database = [] if embedded else [postgres_process(int(settings.DATABASES["default"]["PORT"]))]
    size = (1, 4) if embedded else (2, 8)
    with driving.serving("commonward.config.wsgi:application", *size) as (port, server):
        warm = driving.drive(port, warming, CLIENTS, [])
        web = driving.drive(port, sent, CLIENTS, [server, *database])
    _kept([warm, web], count + len(warming))
    label = "one process" if embedded else "two web workers"
    rows = _rows(web, label, polygons, embedded)
    if not embedded:
        rows.append(_bare(ctx, web, database))
    return rows


def _numbered(count: int, polygons: int) -> list[tuple[int, tuple[float, float]]]:
    return list(enumerate(site.places(count, polygons, seed=count)))


def _report(secret: str, lat: float, lon: float, number: int) -> bytes:
    body = {
        "api_key": secret,
        "service_code": f"03{number % site.CATEGORIES:02}",
        "lat": lat,
        "long": lon,
        "description": f"Rubbish beside the gate, number {number}.",
        "phone": "13800000000",
        "idempotency_key": f"bench{number}",
    }
    return driving.post("/open311/v2/requests.json", urlencode(body), FORM)


def _kept(driven: list[driving.Driven], expected: int) -> None:
    """Every acknowledged report is there, with its event and its clock."""
    for refused in (one.refused for one in driven if one.refused):
        raise AssertionError(f"{len(refused)} were refused: {refused[0]}")
    counts = (
        Report.objects.count(),
        Event.objects.filter(verb="opened").count(),
        Clock.objects.values("case").distinct().count(),
    )
    if set(counts) != {expected}:
        raise AssertionError(f"{expected} were acknowledged; reports, events, clocks: {counts}")


def _rows(web: driving.Driven, label: str, polygons: int, embedded: bool) -> list[Row]:
    p95, longest = quantile(web.latencies, 0.95), max(web.latencies)
    least = 100 if embedded else 200
    told = f"p50 {quantile(web.latencies, 0.5):.0f} ms, p95 {p95:.0f} ms, longest {longest:.0f} ms"
    rows = [
        Row(
            f"public report over HTTP among {polygons:,} polygons, {CLIENTS} clients, {label}",
            f"{web.rate:.0f}/s",
            f"≥ {least}/s",
            web.rate >= least,
            f"{len(web.latencies)} reports, all durable, located, routed, their clocks set",
        )
    ]
    if embedded:
        rows.append(Row("the same: longest wait, no lock error", told, "longest ≤ 1 s",
                        longest <= 1_000, f"CPU {web.cpu_each:.1f} ms each; SQLite "
                        f"{sqlite3.sqlite_version}, WAL, synchronous=FULL"))  # fmt: skip
    else:
        rows.append(Row("the same: waiting", told, "p95 ≤ 100 ms", p95 <= 100))
        rows.append(Row("the same: server CPU each (web + database)",
                        f"{web.cpu_each:.1f} ms", "≤ 8 ms", web.cpu_each <= 8,
                        "a comparable system in production: 80–99 ms"))  # fmt: skip
    return rows


def _bare(ctx: Context, web: driving.Driven, database: list[int]) -> Row:
    """The least that Django and ninja can do: validate, three inserts, one commit."""
    count = ctx.count(6_000, 64)
    more = {"DJANGO_SETTINGS_MODULE": "bench.bare.settings"}
    body = '{"words": "Rubbish beside the gate.", "lat": 27.5, "lon": 113.0}'
    one = driving.post("/report", body, "application/json")
    with connection.cursor() as cursor:
        for table in ("report", "step", "limit"):
            cursor.execute(
                f"CREATE TABLE bare_{table} (id bigserial PRIMARY KEY, report_id bigint,"
                " words text NOT NULL, lat double precision, lon double precision)"
            )
    connections.close_all()
    with driving.serving("bench.bare.application:application", 2, 8, **more) as (port, server):
        driving.drive(port, [one] * 64, CLIENTS, [])
        bare = driving.drive(port, [one] * count, CLIENTS, [server, *database])
    if bare.refused:
        raise AssertionError(bare.refused[0])
    return Row(
        f"beside it: bare Django {django.__version__} + ninja, 3 inserts",
        f"{bare.rate:.0f}/s, CPU {bare.cpu_each:.1f} ms each",
        note=f"a whole report costs {web.cpu_each / bare.cpu_each:.1f} times the CPU of it; "
        f"{os.cpu_count()} cores shared with the clients",
    )
