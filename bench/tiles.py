"""Tiles of open cases: from scratch, from memory, after changes, and the same by one query."""

import random
import resource
import time
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import seed
from bench.rows import Context, Row, quantile
from commonward.areas.models import Area
from commonward.cases.models import Case, Event
from commonward.cases.queries.on_map import keeping
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.core.tiles import Tile, steps
from commonward.doors.tiles import views
from commonward.doors.tiles.kept import Shelf
from commonward.people.models import Team

DATABASES = ("postgres",)
CASES = 1_000_000
TILES = 600
CHANGED = 200
UNCACHED_MS, CACHED_MS, OLDEST_S = 30.0, 1.0, 5.0
SOUTH, WEST, ACROSS = 28.1, 113.0, 1 / 3
"""Where the seeded cases lie."""


def bench(ctx: Context) -> list[Row]:
    """A million cases, all of them open: the worst that a map can be asked for."""
    count = ctx.count(CASES, 2_000)
    now = timezone.now()
    seed.seed_reference(now)
    # Twice the share, so that the seed's oldest half is open too.
    seed.seed_cases(count, now, open_share=2.0)
    _told(now)
    before = _megabytes()
    begun, spent = time.perf_counter(), time.process_time()
    kept = keeping.kept()
    reading, spent = time.perf_counter() - begun, time.process_time() - spent
    grown = _megabytes() - before
    chance = random.Random(7)
    asked = [_asked(chance) for _ in range(ctx.count(TILES, 60))]
    views._cases = Shelf(0)
    scratch, cpu = _apart([_timed(tile, actor) for tile, actor in asked])
    whole, cpu_whole = _apart(
        [_timed(Tile.at(*one), actor) for one in _whole() for actor in _actors(chance)]
    )
    views._cases = Shelf(256 * 1024 * 1024)
    again = _again(asked)
    p95, p95_whole = quantile(scratch, 0.95), quantile(whole, 0.95)
    return [
        Row(
            f"a tile of open cases from scratch, {len(kept.base['id']):,} open",
            f"p50 {quantile(scratch, 0.5):.1f} ms, p95 {p95:.1f} ms, longest {max(scratch):.0f} ms",
            f"p95 ≤ {UNCACHED_MS:.0f} ms",
            p95 <= UNCACHED_MS,
            f"{len(scratch)} tiles, zoom 8 to 18, six kinds of readers; {cpu}",
        ),
        Row(
            "the tiles that hold the whole district, from scratch",
            f"p50 {quantile(whole, 0.5):.1f} ms, p95 {p95_whole:.1f} ms",
            f"p95 ≤ {UNCACHED_MS:.0f} ms",
            p95_whole <= UNCACHED_MS,
            f"{len(whole)} tiles, zoom 6 to 9, six kinds of readers; {cpu_whole}",
        ),
        _by_query(quantile(whole, 0.5), count),
        Row(
            "the same tiles from memory",
            f"p50 {quantile(again, 0.5):.3f} ms, p95 {quantile(again, 0.95):.3f} ms",
            f"p95 ≤ {CACHED_MS:.0f} ms",
            quantile(again, 0.95) <= CACHED_MS,
            f"{len(again)} tiles",
        ),
        _after_changes(chance),
        _freshness(),
        Row(
            "reading all open cases, in the background as a web process starts",
            f"{reading:.1f} s, {grown:.0f} MB more, CPU of that process {spent:.1f} s",
            "–",
            None,
            f"{grown * 2**20 / max(count, 1):.0f} bytes a case at the highest while reading",
        ),
    ]


def _told(at: datetime) -> None:
    """A public report for each case, and one event to begin with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_report (number, token, case_id, channel, words, answers, address,"
            " language, media_url, received_at, idempotency, content_mark, public)"
            " SELECT number, '', id, 'counter', '', '{}', '', '', '', opened_at, '', '', true"
            " FROM cases_case"
        )
        cursor.execute("VACUUM ANALYZE cases_report")
    _changed(Case.objects.order_by("id").values_list("pk", flat=True)[:1], at)


def _changed(cases: Any, at: datetime) -> None:
    Event.objects.bulk_create(
        Event(case_id=case, at=at, written_at=at, verb="checked", role="system") for case in cases
    )


def _asked(chance: random.Random) -> tuple[Tile, Actor | None]:
    z = chance.choice([8, 10, 11, 12, 13, 14, 15, 16, 17, 18])
    lat, lon = SOUTH + chance.random() * ACROSS, WEST + chance.random() * ACROSS
    x, y = (int(one) >> (30 - z) for one in steps(lon, lat))
    return Tile.at(z, x, y), chance.choice(_actors(chance))


def _whole() -> list[tuple[int, int, int]]:
    x, y = steps(WEST + ACROSS / 2, SOUTH + ACROSS / 2)
    return [(z, int(x) >> (30 - z), int(y) >> (30 - z)) for z in (6, 7, 8, 9)]


def _actors(chance: random.Random) -> list[Actor | None]:
    areas = dict(Area.objects.order_by("code").values_list("level", "code"))
    teams = list(
        Team.objects.filter(kind="department").order_by("code").values_list("pk", flat=True)
    )
    team = frozenset(chance.sample(teams, 2))
    return [
        None,
        SYSTEM,
        Actor(rights=(Right("dispatcher", seed.DISTRICT),), teams=team),
        Actor(rights=(Right("handler"),), teams=team),
        Actor(rights=(Right("grid_worker", areas["grid"]),), teams=team),
        Actor(rights=(Right("leader", areas["street"], ("01", "02")),)),
    ]


def _timed(tile: Tile, actor: Actor | None) -> tuple[float, float]:
    """Milliseconds for one tile, ready to be sent, by the clock on the wall and of processor.

    What changed before is read first, apart.
    """
    keeping.kept()
    begun, spent = time.perf_counter(), time.process_time()
    views.cases_tile(tile, actor, timezone.now())
    return (time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000


def _apart(timed: list[tuple[float, float]]) -> tuple[list[float], str]:
    """The times on the wall, and the processor's in words."""
    spent = [cpu for _, cpu in timed]
    words = f"CPU p50 {quantile(spent, 0.5):.1f} ms, p95 {quantile(spent, 0.95):.1f} ms"
    return [wall for wall, _ in timed], words


def _again(asked: list[tuple[Tile, Actor | None]]) -> list[float]:
    """Each tile twice within one state, the second time measured."""
    found = []
    for tile, actor in asked:
        at = timezone.now()
        views.cases_tile(tile, actor, at)
        begun = time.perf_counter()
        views.cases_tile(tile, actor, at)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def _after_changes(chance: random.Random) -> Row:
    """Reading what changed: what the first tile after two seconds waits for."""
    ids = list(Case.objects.order_by("id").values_list("pk", flat=True))
    took = []
    for _ in range(20):
        _changed(chance.sample(ids, min(CHANGED, len(ids))), timezone.now())
        keeping.OLDEST_SECONDS = 0.0
        begun = time.perf_counter()
        keeping.kept()
        took.append((time.perf_counter() - begun) * 1000)
    keeping.OLDEST_SECONDS = 2.0
    return Row(
        f"reading {CHANGED} changed cases, every two seconds at most",
        f"p50 {quantile(took, 0.5):.0f} ms, longest {max(took):.0f} ms",
        "–",
        None,
        "one request in two seconds waits for it",
    )


def _freshness() -> Row:
    """From the commit of a change until a tile shows it, asked for all the time."""
    (z, x, y) = _whole()[0]
    ages = []
    for case in Case.objects.filter(is_open=True).order_by("-id").values_list("pk", flat=True)[:5]:
        before = _count(Tile.at(z, x, y))
        Case.objects.filter(pk=case).update(is_open=False, closed_at=timezone.now())
        _changed([case], timezone.now())
        begun = time.perf_counter()
        while _count(Tile.at(z, x, y)) == before:
            time.sleep(0.05)
        ages.append(time.perf_counter() - begun)
    return Row(
        "from the commit of a change until every tile shows it",
        f"longest {max(ages):.1f} s",
        f"≤ {OLDEST_S:.0f} s",
        max(ages) <= OLDEST_S,
        f"{len(ages)} changes, asked for twenty times a second",
    )


def _count(tile: Tile) -> str:
    return views.cases_tile(tile, SYSTEM, timezone.now()).etag


def _by_query(ours: float, count: int) -> Row:
    """What the database needs for the whole district's counts, without rights."""
    took = []
    with connection.cursor() as cursor:
        for _ in range(5):
            begun = time.perf_counter()
            cursor.execute(
                "SELECT floor((lon - 113) * 48), floor((lat - 28) * 48), count(*),"
                " count(*) FILTER (WHERE due_at < now()),"
                " count(*) FILTER (WHERE due_at >= now() AND warn_at < now())"
                " FROM cases_case WHERE is_open AND lat BETWEEN 28 AND 29 AND lon BETWEEN 113 AND 114"
                " GROUP BY 1, 2"
            )
            cursor.fetchall()
            took.append((time.perf_counter() - begun) * 1000)
    middle = quantile(took, 0.5)
    return Row(
        "the same by one query, of the counts alone and for one who sees all",
        f"p50 {middle:.0f} ms",
        "–",
        None,
        f"{middle / ours:.0f} times as long, {count:,} cases",
    )


def _megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
