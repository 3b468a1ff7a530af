"""Bulk import of located, routed cases; and a raw COPY of the same rows in the same run."""

import csv
import time
from pathlib import Path

from django.db import connection

from bench import site
from bench.rows import Context, Row
from commonward.cases.actions.importing import import_cases
from commonward.cases.models import Case
from commonward.core.incoming import Layout
from commonward.core.sheets import Sheet

DATABASES = ("postgres",)
CASES = 200_000
POLYGONS = 100_000
TABLES = ("cases_case", "cases_report", "cases_event", "cases_clock")
LAYOUT = {
    "source": "bench",
    "columns": {
        name: name for name in ("ref", "category", "opened_at", "closed_at", "lat", "lon", "words")
    },
}


def bench(ctx: Context) -> list[Row]:
    """Import a written file, then COPY what came of it into bare tables of the same columns."""
    count, polygons = ctx.count(CASES, 1_000), ctx.count(POLYGONS, 100)
    site.grown(polygons)
    written = _written(ctx.folder / "cases.csv", count, polygons)
    moments = site.moments(count, 100)
    begun = time.perf_counter()
    done = import_cases(
        Sheet.at(written),
        Layout.from_data(LAYOUT),
        at=moments[-1],
        rejects=ctx.folder / "rejects.csv",
    )
    took = time.perf_counter() - begun
    if (done.taken, done.rejected, Case.objects.count()) != (count, 0, count):
        raise AssertionError(f"of {count}: {done}")
    unlocated = Case.objects.filter(area=None).count()
    if unlocated > count / 100 or Case.objects.filter(is_open=True, unrouted=True).exists():
        raise AssertionError(f"{unlocated} cases were not located, or some were not routed")
    raw = _raw_copy()
    return [
        Row(
            f"import of {count:,} cases, located among {polygons:,} polygons and routed",
            f"{count / took:,.0f} cases/s",
            "≥ 8,000/s",
            count / took >= 8_000,
            "half of them closed; reports, events and clocks with them",
        ),
        Row(
            "a raw COPY of the same rows into tables without indexes or constraints",
            f"{count / raw:,.0f} cases/s",
            note=f"the import takes {took / raw:.1f} times as long",
        ),
    ]


def _written(path: Path, count: int, polygons: int) -> Path:
    moments = site.moments(count, 100)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(LAYOUT["columns"])
        places = site.places(count, polygons, seed=5)
        for n, ((lat, lon), opened) in enumerate(zip(places, moments, strict=True)):
            closed = opened.isoformat() if n % 2 else ""
            category = f"03{n % site.CATEGORIES:02}"
            words = f"Rubbish beside gate {n}"
            rows.writerow([f"B{n}", category, opened.isoformat(), closed, lat, lon, words])
    return path


def _raw_copy() -> float:
    """Seconds to COPY the rows of the import into bare copies of its tables."""
    with connection.cursor() as cursor:
        kept = {}
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT") as out:
                kept[table] = b"".join(bytes(part) for part in out)
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table})")
        begun = time.perf_counter()
        for table, content in kept.items():
            with cursor.copy(f"COPY bare_{table} FROM STDIN") as into:
                into.write(content)
        return time.perf_counter() - begun
