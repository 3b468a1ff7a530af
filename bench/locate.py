"""Locating points among 100,000 polygons: ours, and shapely's STRtree in the same run."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely

from bench.rows import Context, Row
from bench.tiling import EAST, NORTH, SOUTH, WEST, tiling
from commonward.core.locator import Locator

POLYGONS = 100_000
POINTS = 1_000_000
SINGLES = 20_000

T = TypeVar("T")
DATABASES = ("",)


def bench(ctx: Context) -> list[Row]:
    """Measure, and check that both ways give the same answers."""
    polygons = tiling(ctx.count(POLYGONS, 100))
    chance = np.random.default_rng(7)
    x, y = chance.uniform(WEST, EAST, POINTS), chance.uniform(SOUTH, NORTH, POINTS)
    built, _, locator = _timed(lambda: Locator.build(polygons))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        locator.save(folder)
        opened, _, _ = _timed(lambda: Locator.load(folder).at(float(x[0]), float(y[0])))
        locator = Locator.load(folder)
        locator.find(x, y)  # reads the mapped pages once, as a web process has after a while
        wall, processor, found = _timed(lambda: locator.find(x, y))
        pairs = list(zip(x[:SINGLES].tolist(), y[:SINGLES].tolist(), strict=True))
        single, _, _ = _timed(lambda: [locator.at(lon, lat) for lon, lat in pairs])
        near, _, _ = _timed(lambda: [locator.near(lon, lat, 15.0) for lon, lat in pairs])
    tree = shapely.STRtree(polygons)
    points = shapely.points(x, y)
    tree_wall, tree_processor, (which, polygon) = _timed(
        lambda: tree.query(points, predicate="intersects")
    )
    expected = np.full(POINTS, len(polygons))
    np.minimum.at(expected, which, polygon)
    expected[expected == len(polygons)] = -1
    if not (expected == found).all():
        raise AssertionError("the locator and STRtree disagree")
    rate = POINTS / wall
    one = max(single, near) / SINGLES * 1e6
    return [
        Row(
            f"locate {POINTS:,} points among {len(polygons):,} polygons",
            f"{rate / 1e6:.1f} M/s; {POINTS / processor / 1e6:.1f} M per CPU second",
            "≥ 1.0 M/s",
            rate >= 1e6,
        ),
        Row(
            "the same with shapely's STRtree, one thread",
            f"{POINTS / tree_wall / 1e6:.2f} M/s; {POINTS / tree_processor / 1e6:.2f} M per CPU "
            "second",
            note=f"ours takes {tree_processor / processor:.0f} times less CPU",
        ),
        Row(
            "one point: its polygon, then borders within 15 m",
            f"{single / SINGLES * 1e6:.0f} µs + {near / SINGLES * 1e6:.0f} µs",
            "≤ 100 µs",
            one <= 100,
        ),
        Row(
            "a fresh process maps the table and answers once",
            f"{opened * 1e3:.1f} ms (building it, once per change: {built:.1f} s)",
            "≤ 100 ms",
            opened <= 0.1,
        ),
    ]


def _timed(work: Callable[[], T]) -> tuple[float, float, T]:
    """Seconds on the clock, and of the processor over all threads; and what the work gave."""
    wall, processor = time.perf_counter(), time.process_time()
    given = work()
    return time.perf_counter() - wall, time.process_time() - processor, given
