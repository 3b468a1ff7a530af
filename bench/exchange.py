"""A large file of another system, as CSV and as XLSX, taken in by the command that a site runs."""

import csv
import io
import resource
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command
from django.db import connection

from bench import site
from bench.rows import Context, Row
from commonward.cases.actions import exchanging
from commonward.cases.models import Case, ExchangeRun
from commonward.core.rights import SYSTEM

DATABASES = ("sqlite", "postgres")
ORDERS = 50_000
POLYGONS = 400
TITLES = ("Order", "Told", "Kind", "North", "East", "Where", "Taken at")
FIELDS = ("ref", "words", "category", "lat", "lon", "address", "opened_at")
FORM = "%Y-%m-%d %H:%M"


def bench(ctx: Context) -> list[Row]:
    """Take in as many orders from each form of file; then the same CSV once more, and compared."""
    site.grown(POLYGONS)
    count = ctx.count(ORDERS, 200)
    rows = []
    for name, write in (("csv", _csv), ("xlsx", _xlsx)):
        file = ctx.folder / f"orders.{name}"
        write(file, count, name)
        _exchange(name)
        before = Case.objects.count()
        rows.append(
            _timed(f"{count:,} orders of a file in {name.upper()}", "in", name, file, count)
        )
        # A place on the very border of the land is refused in words, as in every other door.
        if (made := Case.objects.count() - before) < count * 0.99:
            raise AssertionError(f"{name}: {made} cases of {count} orders")
    file = ctx.folder / "orders.csv"
    rows.append(_timed("the same CSV once more", "in", "csv", file, count))
    rows.append(_timed("the same CSV compared", "reconcile", "csv", file, count))
    return rows


def _timed(what: str, verb: str, name: str, file: Path, count: int) -> Row:
    asked = 0

    def counted(execute: Any, *given: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*given)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counted):
        call_command("exchange", verb, name, str(file), stdout=io.StringIO())
    took, spent = time.perf_counter() - begun, time.process_time() - cpu
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    run = ExchangeRun.objects.order_by("-id")[0]
    if run.ended_at is None or run.fault or run.refused > count / 100 or run.differing:
        raise AssertionError(f"{what}: {run.fault}, {run.refused} refused, {run.differing} differ")
    return Row(
        what,
        f"{count / took:,.0f} rows/s",
        note=f"{spent:.1f} s of CPU ({1000 * spent / count:.2f} ms a row), {asked / count:.2f} "
        f"statements a row, {more / 1024:.0f} MB more at the highest",
    )


def _exchange(name: str) -> None:
    fields: dict[str, Any] = {
        field: {"column": title} for field, title in zip(FIELDS, TITLES, strict=True)
    }
    fields["category"]["values"] = {f"kind {n}": f"03{n:02}" for n in range(site.CATEGORIES)}
    fields["opened_at"]["form"] = FORM
    fields["channel"] = {"constant": "hotline"}
    at = site.moments(1, 1)[0]
    exchanging.add_exchange(SYSTEM, name, direction="in", form=name, at=at)
    exchanging.set_mapping(SYSTEM, name, {"fields": fields}, at=at)


def _orders(count: int, name: str) -> Iterator[tuple[object, ...]]:
    places = site.places(count, POLYGONS, seed=17)
    for n, ((lat, lon), opened) in enumerate(zip(places, site.moments(count, 60), strict=True)):
        yield (
            f"{name}{n}", f"Rubbish beside gate {n}", f"kind {n % site.CATEGORIES}", lat, lon,
            f"Gate {n}", (opened + timedelta(hours=8)).strftime(FORM),
        )  # fmt: skip


def _csv(path: Path, count: int, name: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(TITLES)
        out.writerows(_orders(count, name))


def _xlsx(path: Path, count: int, name: str) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, TITLES)
    for line, row in enumerate(_orders(count, name), 1):
        sheet.write_row(line, 0, row)
    book.close()
