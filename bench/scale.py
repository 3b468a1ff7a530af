"""Ten million cases with a hundred and twenty million events: what the desk asks, and what grows.

The rows are made inside PostgreSQL (bench.seed) without the checks of foreign keys, which would ask
a quarter of a milliard questions; indexes, triggers of the record and constraints stand as on a
site. Beside each figure stands the budget of a million cases: ten years of a district must not be
slower than its first.
"""

import os
import random
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench import desk, lists, seed
from bench.rows import Context, Row, cpu_seconds, postgres_process, quantile
from commonward.cases.actions import Said, open_case, tick
from commonward.cases.models import Case
from commonward.cases.queries.lists import case_list
from commonward.core.rights import SYSTEM

DATABASES = ("postgres",)
CASES = 10_000_000
EVENTS = 12
ASKED, WARMING, PLANNED = 600, 100, 100
OPENED = 300
GRID = f"{seed.DISTRICT}001001001"
TABLES = ("cases_case", "cases_event", "cases_clock")


def bench(ctx: Context) -> list[Row]:
    """Fill the tables, then ask what the benches of a million ask."""
    count = ctx.count(CASES, 2_000)
    now = timezone.now()
    begun = time.perf_counter()
    seed.seed_reference(now - timedelta(days=4_000))
    _opening(ctx, now)  # a process that has served a while has read its plans once
    before = _opening(ctx, now)
    seed.seed_cases(count, now, open_share=0.01 * min(10.0, 1e7 / count), days=3_650)
    _events()
    seed.seed_clocks(now, due_share=0.0)
    took = time.perf_counter() - begun
    found = [*_sizes(count, took), *_lists(ctx, count, now), *_ticked(now)]
    found.append(_opened(_opening(ctx, now), before, count))
    desk._numbered()
    settings.SECOND_FACTOR, settings.DEBUG, settings.ALLOWED_HOSTS = False, False, ["*"]
    draw = desk._Drawing(random.Random(7), desk._people(now - timedelta(days=1)))
    seeded = Case.objects.filter(summary__startswith="Case ").order_by("-opened_at")
    draw.numbers = list(seeded.values_list("number", flat=True)[: desk.OPENED // 2])
    for name, asked in (
        ("list, any filters", draw.queue), ("home", draw.home), ("case page", draw.case),
        ("board, any of its parts", draw.board),
    ):  # fmt: skip
        found.append(desk._row(ctx, f"the desk's {name}, whole page, at {count:,} cases", asked))
    return found


def _events() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_EVENTS, {"each": EVENTS})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_event")


def _sizes(count: int, took: float) -> list[Row]:
    """How large the tables are, with their indexes."""
    found = []
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(
                "SELECT count(*), pg_total_relation_size(%s), pg_table_size(%s) FROM " + name,
                [name, name],
            )
            rows, whole, bare = cursor.fetchone()
            found.append(
                Row(
                    f"{name}: {rows:,} rows",
                    f"{whole / 1e9:.1f} GB, {whole / max(rows, 1):.0f} bytes each",
                    note=f"of it indexes {(whole - bare) / 1e9:.1f} GB",
                )
            )
    found.append(Row(f"{count:,} cases made with their events", f"{took / 60:.0f} minutes"))
    return found


def _lists(ctx: Context, count: int, now: datetime) -> list[Row]:
    """The same questions as `lists` asks, at this size."""
    lists.AT = now
    draw = lists._Drawing(random.Random(7))
    for _ in range(WARMING):
        case_list(*draw.asked(), now)
    asked = [draw.asked() for _ in range(ctx.count(ASKED, 50))]
    processes = (os.getpid(), postgres_process(int(settings.DATABASES["default"]["PORT"])))
    before = sum(cpu_seconds(pid) for pid in processes)
    took = []
    for actor, filters, order in asked:
        begun = time.perf_counter()
        case_list(actor, filters, order, now)
        took.append((time.perf_counter() - begun) * 1000)
    spent = sum(cpu_seconds(pid) for pid in processes) - before
    scans = sum(lists._scans(*one) for one in asked[:PLANNED])
    p95 = quantile(took, 0.95)
    return [
        Row(f"a desk list, 50 rows, any filters, at {count:,} cases",
            f"p50 {quantile(took, 0.5):.0f} ms, p95 {p95:.0f} ms, longest {max(took):.0f} ms",
            f"p95 ≤ {lists.BUDGET_MS:.0f} ms", p95 <= lists.BUDGET_MS,
            f"CPU of web and database {spent * 1000 / len(took):.0f} ms each"),
        Row(f"plans of {min(PLANNED, len(asked))} of them that read the whole table", str(scans),
            "0", scans == 0),
    ]  # fmt: skip


def _ticked(now: datetime) -> list[Row]:
    begun = time.perf_counter()
    done = tick(now)
    spent = time.perf_counter() - begun
    return [Row("tick over the clocks of the open cases, none due", f"{spent:.2f} s", "≤ 1 s",
                spent <= 1, f"{done.rungs} rungs")]  # fmt: skip


def _opening(ctx: Context, now: datetime) -> list[float]:
    """Milliseconds of reports taken, each with its case, events and clock, durable."""
    took = []
    for n in range(ctx.count(OPENED, 30)):
        said = Said(channel="counter", words=f"Rubbish {n}")
        begun = time.perf_counter()
        open_case("0101", said, now.astimezone(UTC), actor=SYSTEM, area_code=GRID)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def _opened(full: list[float], empty: list[float], count: int) -> Row:
    now, once = quantile(full, 0.5), quantile(empty, 0.5)
    return Row(
        f"a report taken at {count:,} cases, beside the same in an empty database",
        f"p50 {now:.1f} ms, p95 {quantile(full, 0.95):.1f} ms; {now / once:.2f} times",
        "≤ 1.5 times", now <= 1.5 * once, f"empty: p50 {once:.1f} ms; one writer, durable",
    )  # fmt: skip


_EVENTS = """
INSERT INTO cases_event (case_id, at, written_at, verb, from_stage, to_stage, role, team_id, data)
SELECT c.id, c.opened_at + n * interval '5 hours', c.opened_at + n * interval '5 hours',
  (ARRAY['report','accept','file','dispatch','take','note','note','finish','pass_on','pass_check',
         'close','content'])[n],
  (ARRAY['','collect','file','dispatch','handle','handle','handle','handle','feed_back','check',
         'close','evaluate'])[n],
  (ARRAY['collect','file','dispatch','handle','handle','handle','handle','feed_back','check',
         'close','evaluate','closed'])[n],
  (ARRAY['reporter','intake_officer','dispatcher','handler'])[1 + mod(n, 4)], c.team_id, '{}'
FROM cases_case c, generate_series(1, %(each)s) n
"""
