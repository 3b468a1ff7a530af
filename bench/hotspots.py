"""Hotspots: what the scan costs, how often the models cry for nothing, how much they find.

Processor seconds of this process, one thread. The quiet worlds have busy and quiet cells and
days; the loud ones twice, thrice and five times the usual in seven cells of the last week.
"""

import time

import h3
import numpy as np
from scipy.stats import binom

from bench.rows import Context, Row
from commonward.core.hotspots.finding import Points, Question, find
from commonward.core.hotspots.ground import Floats, Ground, Ints
from commonward.core.hotspots.scan import Model, Scan, scan

DATABASES = ("",)
MODELS: tuple[Model, ...] = ("poisson", "permutation")
AREAS, DAYS, CASES = 800, 90, 20_000
MIDDLE = h3.latlng_to_cell(27.8, 113.1, 9)


def bench(ctx: Context) -> list[Row]:
    """Costs first, then the rates of 0.05; at last what all of it took."""
    begun = time.process_time()
    rows = [*costs(), *alarms(ctx), *power(ctx), whole(ctx)]
    spent = time.process_time() - begun
    return [*rows, Row("all of this table", f"{spent:.0f} s", "< 400 s", spent < 400)]


def costs() -> list[Row]:
    """The district of the budget with a cluster in it, so that no world is left out."""
    land = Ground.of(sorted(h3.grid_disk(MIDDLE, 16))[:AREAS])
    chance = np.random.default_rng(0)
    shares = spread(chance, AREAS)
    rows = []
    for most, longest in ((61, 28), (400, 45)):
        near = land.nearest(most, 1e9)
        places = np.append(chance.choice(AREAS, CASES - 80, p=shares), np.repeat(near[5, :8], 10))
        steps = np.append(chance.integers(0, DAYS, CASES - 80), chance.integers(80, DAYS, 80))
        for model in MODELS:
            begun = time.process_time()
            found = scan(places, steps, near, DAYS, shares, Scan(model=model, longest=longest))
            spent = time.process_time() - begun
            rows.append(
                Row(
                    f"scan, {model}: {AREAS} areas × {DAYS} days × {CASES:,} cases, 999 worlds, "
                    f"rounds of {most} cells × {longest} days",
                    f"{spent:.1f} s, {len(found)} cluster",
                    "< 60 s",
                    spent < 60 and bool(found),
                )
            )
    return rows


def spread(chance: np.random.Generator, cells: int) -> Floats:
    """Shares of busy and quiet cells."""
    shares = chance.gamma(1.5, size=cells)
    return np.asarray(shares / shares.sum(), np.float64)


def quiet(chance: np.random.Generator, shares: Floats, cases: int, days: int) -> tuple[Ints, Ints]:
    """Cases on busy and quiet days, where and when chance put them."""
    by_day = chance.gamma(3.0, size=days)
    places = chance.choice(len(shares), cases, p=shares).astype(np.int64)
    return places, chance.choice(days, cases, p=by_day / by_day.sum()).astype(np.int64)


def alarms(ctx: Context) -> list[Row]:
    """Quiet maps on which the scan, and on which all of it together, finds anything."""
    land = Ground.of(h3.grid_disk(MIDDLE, 5))
    near = land.nearest(19, 1e9)
    chance = np.random.default_rng(1)
    shares = spread(chance, len(land.cells))
    rows, maps = [], ctx.count(1000, 50)
    bounds = int(binom.ppf(0.001, maps, 0.05)), int(binom.ppf(0.999, maps, 0.05))
    for model in MODELS:
        cries = 0
        for seed in range(maps):
            asked = Scan(model=model, longest=14, replicates=199, seed=seed)
            cries += bool(scan(*quiet(chance, shares, 400, 28), near, 28, shares, asked))
        rows.append(
            Row(
                f"scan, {model}: quiet maps with a cluster (p ≤ 0.05)",
                f"{cries} of {maps}",
                f"≤ {bounds[1]} (binomial, 0.999)",
                cries <= bounds[1],
            )
        )
    maps = ctx.count(300, 30)
    bound = int(binom.ppf(0.999, maps, 0.05))
    with_cells = 0
    for seed in range(maps):
        found = find(town(chance), Question(first=364, weeks=12, replicates=19, seed=seed))
        with_cells += any(one.kind == "cells" for one in found.places)
    rows.append(
        Row(
            "Gi* and counts of cells: quiet maps with a hot cell (q ≤ 0.05)",
            f"{with_cells} of {maps}",
            f"≤ {bound} (binomial, 0.999)",
            with_cells <= bound,
        )
    )
    return rows


def town(chance: np.random.Generator, count: int = 4000) -> Points:
    """A busy middle and a quiet rim, a year and twelve weeks; four in ten are asked about."""
    return Points(
        27.80 + chance.normal(0, 0.0067, count),
        113.10 + chance.normal(0, 0.0067, count),
        chance.integers(0, 448, count),
        chance.random(count) < 0.4,
    )


def power(ctx: Context) -> list[Row]:
    """How often a true cluster of seven cells and seven days is found, by how loud it is."""
    land = Ground.of(h3.grid_disk(MIDDLE, 5))
    near = land.nearest(19, 1e9)
    chance = np.random.default_rng(2)
    shares = spread(chance, len(land.cells))
    rows, maps = [], ctx.count(200, 20)
    for model in MODELS:
        told = []
        for loud in (2, 3, 5):
            hits = 0
            for seed in range(maps):
                places, steps = quiet(chance, shares, 600, 28)
                true = near[int(chance.integers(len(near))), :7]
                usual = (np.isin(places, true) & (steps >= 21)).sum()
                more = int(chance.poisson((loud - 1) * max(float(usual), 1.0)))
                places = np.append(places, chance.choice(true, more))
                steps = np.append(steps, chance.integers(21, 28, more))
                asked = Scan(model=model, longest=14, replicates=199, seed=seed)
                found = scan(places, steps, near, 28, shares, asked)
                hits += bool(found) and bool(set(found[0].cells) & set(true.tolist()))
            told.append(f"×{loud}: {hits / maps:.0%}")
        rows.append(
            Row(
                f"scan, {model}: a true cluster found (91 cells, 600 cases, 28 days)",
                ", ".join(told),
            )
        )
    return rows


def whole(ctx: Context) -> Row:
    """One question from points to the answer, as the worker has it worked out."""
    chance = np.random.default_rng(3)
    count = ctx.count(60_000, 5_000)
    points = Points(
        27.8 + chance.normal(0, 0.04, count),
        113.1 + chance.normal(0, 0.04, count),
        chance.integers(0, 455, count),
        chance.random(count) < 0.3,
    )
    begun = time.process_time()
    found = find(points, Question(first=364, resolution=8))
    spent = time.process_time() - begun
    return Row(
        f"one question whole: {count:,} points, {found.ground} cells of 0.7 km², 13 weeks",
        f"{spent:.1f} s",
        "< 10 s",
        spent < 10,
    )
