"""Rounds on streets (egl, CARP library) and to points (X-n, CVRPLIB) against the best known."""

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from pyvrp import read, solve
from pyvrp.stop import MaxIterations

from bench.rows import Context, Row
from commonward.core.plans.roads import generated
from commonward.core.plans.rounds.day import plan_day
from commonward.core.plans.rounds.streets import Network, Street, network, plan_streets
from commonward.core.plans.rounds.ways import Names
from commonward.core.plans.running import Watch

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
    rows.append(_day(ctx))
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


def _day(ctx: Context) -> Row:
    """A district's day: 150 places, six teams on foot and by bike, breaks, ten joint visits."""
    chance = np.random.default_rng(1)
    kinds = ("grid", "police")
    places: list[dict[str, Any]] = [
        {
            "name": f"P{n}", "lat": 33.73 + chance.uniform(-0.025, 0.025),
            "lon": 114.89 + chance.uniform(-0.03, 0.03), "importance": float(1 + n % 3),
            "every": 7.0, "minutes": 5.0, "from": None, "to": None,
            "kinds": list(kinds) if n < 10 else [], "together": n < 10, "must": False,
            "age": int(chance.integers(1, 30)),
        }
        for n in range(150)
    ]  # fmt: skip
    rest = {"lasts": 1200, "earliest": 9 * 3600, "latest": 11 * 3600}
    teams = [
        {"team": f"t{n}", "kind": kinds[n % 2], "speed": ("foot", "bike")[n // 2 % 2],
         "lat": 33.73, "lon": 114.89, "begins": 8 * 3600, "ends": 12 * 3600, "rest": rest}
        for n in range(6)
    ]  # fmt: skip
    asked = {"day": "2026-11-23", "ordinal": 739_943, "unforeseen": True, "visits": 0,
             "places": places, "teams": teams, "steps": ctx.count(1_500, 20)}  # fmt: skip
    roads = generated(1)
    begun = time.process_time()
    answer = plan_day(asked, 1, Watch(), lambda better: None, roads, Names({}))
    spent = time.process_time() - begun
    stops = [stop for one in answer["rounds"] for stop in one["stops"] if not stop["rest"]]
    met = len({stop["place"] for stop in stops if stop["with"]})
    return Row(
        "rounds of a day: 150 places, 6 teams, 10 joint, 1,600 crossings",
        f"{spent:.1f} CPU s; {len(stops)} visits, {met} joint, {answer['left_out']} places left out",
        "what PyVRP gives",
        None,
    )
