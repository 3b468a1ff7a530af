"""Rounds on streets (egl, CARP library) and to points (X-n, CVRPLIB) against the best known."""

import os
import time
from pathlib import Path

import numpy as np
from pyvrp import read, solve
from pyvrp.stop import MaxIterations

from bench.rows import Context, Row
from commonward.core.plans.rounds.streets import Network, Street, network, plan_streets

DATABASES = ("",)
STREETS = (
    # file, effort for some 25 CPU seconds, share over the best known at most, peer
    ("egl-s2-A", 6_000_000, 0.005, "HGS-CARP 30 s, measured before: +1.0 %"),
    ("egl-s4-C", 6_000_000, 0.005, "HGS-CARP 30 s, measured before: +1.0 %"),
    ("egl-g1-A", 1_700_000, 0.015, "HGS-CARP 30 s, measured before: +2.0 %"),
)
POINTS = (("X-n298-k31", 25_000), ("X-n599-k92", 14_000), ("X-n957-k87", 12_000))


def bench(ctx: Context) -> list[Row]:
    """Each file once, one thread, the same seed."""
    named = os.environ.get("COMMONWARD_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    folder = folder / "data" / "plans"
    if not folder.is_dir():
        return []
    rows = []
    plan_streets(network([Street(0, 1, 1, 1, 1)], 0), 2, effort=10)
    for name, effort, most, peer in STREETS:
        area, room, bound, best = streets(folder / "carp" / f"{name}.dat")
        begun = time.process_time()
        found = plan_streets(area, room, effort=ctx.count(effort, 1_000), seed=1)
        spent = time.process_time() - begun
        over = found.cost / best - 1
        rows.append(
            Row(
                f"rounds on streets {name}",
                f"{spent:.1f} CPU s; {found.cost:,.0f}, {over:+.2%} over the best known {best:,}, "
                f"{found.cost / bound - 1:+.2%} over the proven bound",
                f"≤ +{most:.1%}, ≤ 30 s",
                over <= most and spent <= 30,
                peer,
            )
        )
    rows += [_points(folder / "cvrp", name, ctx.count(steps, 20)) for name, steps in POINTS]
    return rows


def streets(file: Path) -> tuple[Network, float, int, int]:
    """(streets, room of a round, proven bound, best known) of a file of the CARP library."""
    lines = file.read_text().split("\n")
    count = int(lines[1])
    rows = [tuple(map(int, line.split())) for line in lines[2 : 2 + count]]
    rest = [int(line) for line in lines[2 + count :] if line.strip()]
    found = [Street(a, b, c, float(c if d else 0), d) for a, b, c, d in rows]
    return network(found, 0), float(rest[1]), rest[2], rest[3]


def _points(folder: Path, name: str, steps: int) -> Row:
    """PyVRP as it is: the model of `plan_points` without windows or worth."""
    data = read(folder / f"{name}.vrp", round_func="round")
    known = float((folder / f"{name}.sol").read_text().split()[-1])
    begun = time.process_time()
    result = solve(data, MaxIterations(steps), seed=1, display=False, collect_stats=False)
    spent = time.process_time() - begun
    over = float(np.float64(result.cost()) / known - 1)
    return Row(
        f"rounds to points {name}",
        f"{spent:.1f} CPU s; {result.cost():,.0f}, {over:+.2%} over the best known {known:,.0f}",
        "what PyVRP gives",
        None,
    )
