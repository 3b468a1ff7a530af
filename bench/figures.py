"""Figures over many cases: rollups, exact medians, and the ratio to the bare scan of DuckDB.

Three million cases; `--scale 10` is the thirty million of a large city in three years: 800 grids,
200 categories, 36 months. With `--keep FOLDER` the files stay there and serve the next run. What is measured runs in processes of its own, so that its memory can
be told.
"""

import json
import multiprocessing
import resource
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.conf import settings

from bench.rows import Context, Row
from commonward.core.indicators import book as books
from commonward.core.indicators import compiling
from commonward.core.indicators.book import Book
from commonward.core.indicators.expressions import in_utc
from commonward.core.indicators.facts import CASES
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.windows import Window, run_up, window

DATABASES = ("",)
MONTHS, GRIDS, CATEGORIES = 36, 800, 200
LAST = date(2025, 12, 1)
ZONE = "Asia/Shanghai"
MEMORY = "3GB"
_FORK = multiprocessing.get_context("fork")
_EXACT = {
    "counts": {
        name: {"of": "cases", "moment": "closed_at", "measure": f"{measure}(took)"}
        for name, measure in (("middle", "median"), ("slow", "p95"))
    }
}
_BARE = """
SELECT {groups} quantile_cont(took, 0.5) AS middle, quantile_cont(took, 0.95) AS slow
FROM read_parquet('{folder}/cases/*.parquet')
WHERE closed_at >= TIMESTAMP '{first}' AND closed_at < TIMESTAMP '{last}' {where} {by}
"""
_CASE = """
SELECT i AS "case", 'service_matter' AS procedure, printf('%04d', c) AS category,
  printf('%02d', c // 20) AS part, 'ordinary' AS grade, 'public' AS origin,
  CASE WHEN shut THEN 'solved' ELSE '' END AS outcome, grid AS area,
  '/D/' || street || '/' || community || '/' || grid || '/' AS path, 'D' AS district, street,
  community, grid, printf('team-%02d', c % 40) AS department, printf('%012d', i) AS number,
  CASE WHEN shut THEN 'closed' ELSE 'handle' END AS stage, 'phone' AS channel, opened_at,
  opened_at + INTERVAL 10 MINUTE AS filed_at, opened_at + INTERVAL 20 MINUTE AS dispatched_at,
  CASE WHEN shut THEN ended END AS answered_at, CASE WHEN shut THEN ended END AS handled_at,
  CASE WHEN shut THEN ended END AS closed_at, CASE WHEN limited THEN due END AS due_at,
  CASE WHEN limited AND NOT shut THEN due END AS next_due_at,
  CASE WHEN limited THEN least(due, CASE WHEN shut THEN ended ELSE due END) END AS reckoned_at,
  NOT shut AS "open", limited, CASE WHEN limited AND shut THEN ended <= due END AS met,
  u % 97 = 0 AND NOT shut AS suspended, u % 89 <> 0 AS counted, u % 89 = 0 AS appealed,
  u % 3 = 0 AS public, u % 50 = 0 AS on_the_spot, u % 60 = 0 AS first_contact,
  u % 70 = 0 AS forced, (u % 41 = 0)::BIGINT AS reopened, (u % 31 = 0)::BIGINT AS returned,
  (u % 37 = 0)::BIGINT AS misdispatched, 1::BIGINT AS dispatched,
  (u % 23 = 0)::BIGINT AS reworked, shut::BIGINT AS handled, (u % 29 = 0)::BIGINT AS extended,
  (u % 43 = 0)::BIGINT AS supervised, 1::BIGINT AS reports,
  CASE WHEN shut THEN seconds END AS took, CASE WHEN shut THEN seconds END AS first_answer,
  27.8 + (u % 10000) / 100000 AS lat, 113.1 + (u % 7919) / 100000 AS lon
FROM (
  SELECT *, opened_at + to_seconds(seconds) AS ended, opened_at + INTERVAL 5 DAY AS due,
    opened_at + to_seconds(seconds) < TIMESTAMP '{over}' AS shut, u % 10 < 8 AS limited,
    printf('G%03d', g) AS grid, printf('C%02d', g // 8) AS community, printf('S%d', g // 80) AS street
  FROM (
    SELECT i, (hash(i) % 1000003)::BIGINT AS u,
      (hash(i + 7) % {grids} * (hash(i + 8) % 1000) // 1000)::BIGINT AS g,
      (hash(i + 9) % {categories})::BIGINT AS c,
      TIMESTAMP '{first}' + to_seconds((hash(i + 10) % {seconds})::BIGINT) AS opened_at,
      exp(4 + 10.5 * (hash(i + 11) % 100003) / 100003)::BIGINT AS seconds
    FROM range({begin}, {end}) r(i)
  )
)
"""


def bench(ctx: Context) -> list[Row]:
    """Make the files once, then measure."""
    cases = ctx.count(3_000_000, 36_000)
    settings.FIGURES = (ctx.kept or ctx.folder) / f"figures-{cases}"
    settings.FIGURES_MEMORY = MEMORY
    made = _apart(_made, cases)
    rows = [
        Row(
            f"{cases:,} cases written by month with their rollups",
            f"{made['cpu']:.1f} CPU s, {made['bytes'] / 1e9:.2f} GB of facts, "
            f"{made['rolled'] / 1e9:.2f} GB of rollups",
            note="kept from a run before" if made["kept"] else "",
        )
    ]
    shapes = _apart(_rates)
    for name, (wall, processor, groups) in shapes["shapes"].items():
        rows.append(Row(
            f"a rate by {name} ({groups:,} figures), warm", f"{wall * 1000:.0f} ms "
            f"({processor:.2f} CPU s)", "≤ 300 ms", processor <= 0.3, f"peak {shapes['peak'] / 1e9:.2f} GB",
        ))  # fmt: skip
    one = _apart(_area_year)
    ratio = one["cpu"] / one["bare"]
    rows.append(Row(
        "exact median and p95 of a grid and year",
        f"{one['wall'] * 1000:.0f} ms ({one['cpu']:.2f} CPU s), {ratio:.2f} × the bare scan",
        "≤ 1 s, ≤ 1.0 ×", one["wall"] <= 1 and ratio <= 1.05,
        f"bare {one['bare']:.2f} CPU s; told to keep footers in memory as ours is, {one['cached']:.2f}",
    ))  # fmt: skip
    ours, bare = _apart(_everything, True), _apart(_everything, False)
    peak = ours["peak"] / 1e9
    rows.append(Row(
        f"exact median and p95 by month × category × grid ({ours['groups']:,} groups)",
        f"{ours['cpu']:.1f} CPU s, {ours['wall']:.1f} s, peak {peak:.2f} GB, "
        f"{ours['cpu'] / bare['cpu']:.2f} × the bare scan", "≤ 3 GB, ≤ 1.0 ×",
        peak <= 3 and ours["cpu"] <= bare["cpu"] * 1.05,
        f"bare {bare['cpu']:.1f} CPU s, {bare['wall']:.1f} s, {bare['peak'] / 1e9:.2f} GB",
    ))  # fmt: skip
    return rows


def _apart(work: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """What a piece of work told, in a process of its own, and the most memory that took."""
    here, there = _FORK.Pipe()
    process = _FORK.Process(target=_tell, args=(there, work, given))
    process.start()
    there.close()
    found: dict[str, Any] = here.recv()
    process.join()
    return found


def _tell(there: Connection, work: Callable[..., dict[str, Any]], given: tuple[Any, ...]) -> None:
    found = work(*given)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    there.send(found)


def _months() -> list[Window]:
    return run_up(window("month", LAST, ZONE), MONTHS)


def _made(cases: int) -> dict[str, Any]:
    """What making the files took; they are made where none of this version are kept."""
    from commonward.insight.store import manifest, rolling

    folder = Path(settings.FIGURES)
    told = folder / "made.json"
    now = manifest.read(folder) if told.exists() else None
    if now is not None and dict(now.counts) == dict(rolling.counts_of(_book())):
        return {**json.loads(told.read_text("utf-8")), "kept": True}
    shutil.rmtree(folder, ignore_errors=True)
    found = _make(cases)
    told.write_text(json.dumps(found), "utf-8")
    return {**found, "kept": False}


def _make(cases: int) -> dict[str, Any]:
    """The files, as the one writer makes them, of rows that DuckDB makes up itself."""
    from commonward.cases.queries.facts import Codes
    from commonward.insight.store import manifest, writing

    folder = Path(settings.FIGURES)
    folder.mkdir(parents=True)
    begun = time.process_time()
    empty = manifest.Manifest(
        0, manifest.schema(), ZONE, "0", datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    )
    writer = writing._Writer(folder, empty, _book(), Codes({}, {}, {}, {}, {}))
    files = {}
    for number, month in enumerate(_months()):
        name = f"{month.first:%Y-%m}"
        rows = _CASE.format(
            over="2026-01-01", grids=GRIDS, categories=CATEGORIES, first=f"{month.first} 00:00:00",
            seconds=(month.until - month.first).days * 86_400,
            begin=cases * number // MONTHS, end=cases * (number + 1) // MONTHS,
        )  # fmt: skip
        columns = ", ".join(f'"{column}"' for column in CASES.columns)
        files[name] = writer._file(CASES, name, f"SELECT {columns} FROM ({rows})")
    done = writer._put({"cases": files}).manifest
    size = {n: (folder / n).stat().st_size for n in done.names()}
    return {
        "cpu": time.process_time() - begun,
        "bytes": sum(size[one.name] for one in files.values()),
        "rolled": sum(size[name] for one in files.values() for name in one.rolled.values()),
    }


def _book() -> Book:
    return books.book(books.shipped())


def _rates() -> dict[str, Any]:
    """One rate in the shapes that dashboards ask for, the second time each."""
    from commonward.insight.store import engine

    months = _months()
    year = [window("year", LAST, ZONE)]
    last = months[-1:]
    shapes: dict[str, tuple[list[Window], tuple[str, ...], dict[str, tuple[str, ...]]]] = {
        "month": (months, (), {}),
        "grid, a month": (last, ("grid",), {}),
        "month × street": (months, ("street",), {}),
        "month × category, a grid": (months, ("category",), {"grid": ("G100",)}),
        "month × grid, a category": (months, ("grid",), {"category": ("0007",)}),
        "month × category": (months, ("category",), {}),
        "month × grid": (months, ("grid",), {}),
        "month × category × street": (months, ("category", "street"), {}),
        "grid × part, a year": (year, ("grid", "part"), {}),
        "grid × category, a month": (last, ("grid", "category"), {}),
    }
    asked = _book()
    found: dict[str, tuple[float, float, int]] = {}
    with engine.reading() as reading:
        if reading is None:
            raise AssertionError("no files")
        for name, (windows, by, only) in shapes.items():
            for _ in range(3):
                wall, processor = time.perf_counter(), time.process_time()
                told = figures(
                    asked, Asked(["closed_in_time_rate"], windows, by, only), reading.counter()
                )
                values = [groups.told("closed_in_time_rate") for groups in told.values()]
                found[name] = (
                    time.perf_counter() - wall,
                    time.process_time() - processor,
                    sum(len(one) for one in values),
                )
    return {"shapes": found}


def _area_year() -> dict[str, Any]:
    """A grid's year, by the engine and by the bare scan of the same files; both warm."""
    import duckdb

    from commonward.insight.store import engine

    counts = list(books.book(_EXACT).counts.values())
    year = window("year", LAST, ZONE)
    bare = duckdb.connect(":memory:", config={"memory_limit": MEMORY})
    first, last = in_utc(year.start), in_utc(year.end)
    statement = _BARE.format(
        folder=settings.FIGURES, first=first, last=last, groups="", by="",
        where="AND grid = 'G100'",
    )  # fmt: skip
    cached = duckdb.connect(":memory:", config={"memory_limit": MEMORY})
    cached.execute("SET GLOBAL parquet_metadata_cache = true")
    walls, bares, footers, processors = [], [], [], []
    with engine.reading() as reading:
        if reading is None:
            raise AssertionError("no files")
        for _ in range(5):
            wall, processor = time.perf_counter(), time.process_time()
            told = reading.counter()(counts, [year], (), {"grid": ("G100",)})
            walls.append(time.perf_counter() - wall)
            processors.append(time.process_time() - processor)
            processor = time.process_time()
            right = bare.execute(statement).fetchall()[0]
            bares.append(time.process_time() - processor)
            processor = time.process_time()
            cached.execute(statement).fetchall()
            footers.append(time.process_time() - processor)
    if tuple(told[year, ()].values()) != tuple(right):
        raise AssertionError(f"the engine and the bare scan disagree: {told}, {right}")
    return {
        "wall": sorted(walls)[2],
        "bare": sorted(bares)[2],
        "cached": sorted(footers)[2],
        "cpu": sorted(processors)[2],
    }


def _everything(ours: bool) -> dict[str, Any]:
    """Every month × category × grid, by the compiled statement or by one written by hand."""
    import duckdb

    from commonward.insight.store import engine

    months = _months()
    if ours:
        counts = list(books.book(_EXACT).counts.values())
        statement = compiling.sql(
            compiling.statement(counts, months, ("category", "grid"), {}), "duckdb"
        )
        told = f"SELECT count(*) FROM ({statement}) WHERE n0 > 0 AND m0 <= m1"
        with engine.reading() as reading:
            if reading is None:
                raise AssertionError("no files")
            wall, processor = time.perf_counter(), time.process_time()
            groups = reading.run(told)[0][0]
    else:
        bare = duckdb.connect(":memory:", config={"memory_limit": MEMORY})
        first, last = in_utc(months[0].start), in_utc(months[-1].end)
        statement = _BARE.format(
            folder=settings.FIGURES, first=first, last=last, where="",
            groups="date_trunc('month', closed_at + INTERVAL 8 HOUR) AS month, category, grid,",
            by="GROUP BY ALL",
        )  # fmt: skip
        wall, processor = time.perf_counter(), time.process_time()
        told = f"SELECT count(*) FROM ({statement}) WHERE middle <= slow"
        groups = bare.execute(told).fetchall()[0][0]
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - processor,
        "groups": groups,
    }
