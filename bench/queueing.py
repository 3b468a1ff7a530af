"""The hypercube model: exact to 25 units, the textbook's example, and 700 units against simulation."""

import subprocess
import sys
import time

import numpy as np

from bench.rows import Context, Row
from commonward.core.plans import simulating
from commonward.core.plans.queueing import Town, approximate, nearest_first, solve, town

DATABASES = ("",)
TOLERANCE = 1e-10
LARGEST = 25
CALLS = 400_000


def bench(ctx: Context) -> list[Row]:
    """CPU seconds of one thread; the largest has a process of its own, so that its memory shows."""
    rows = [_textbook()]
    warm, _ = plane(4, 1)
    solve(warm)
    for units, budget in ((15, None), (18, None), (20, 5.0)):
        asked, _ = plane(units, 1)
        began = time.process_time()
        found = solve(asked, TOLERANCE)
        spent = time.process_time() - began
        rows.append(
            Row(
                f"hypercube, {units} units, {asked.atoms} atoms, exact to 1e-10",
                f"{spent:.2f} CPU s; {found.passes} passes",
                "–" if budget is None else f"≤ {budget:.0f} CPU s",
                None if budget is None else found.done and spent <= budget,
                "published Python code, to 1e-3: N = 15 2.5 s, 18 20 s, 20 92 s",
            )
        )
    rows.append(_largest(ctx))
    rows += _many(ctx)
    return rows


def plane(units: int, seed: int, load: float = 0.5) -> tuple[Town, np.ndarray]:
    """Units and five times as many atoms at random in a square; (N, A) travel times."""
    chance = np.random.default_rng(seed)
    posts, atoms = chance.random((units, 2)), chance.random((5 * units, 2))
    way = np.hypot(*(posts[:, None] - atoms[None]).transpose(2, 0, 1))
    calls = chance.random(5 * units)
    return town(calls * load * units / calls.sum(), nearest_first(way), np.ones(units)), way


def _textbook() -> Row:
    lists = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1)]
    asked = town([0.5, 0.25, 0.35, 0.4], lists, np.ones(3), "infinite")
    exact = solve(asked).measures.workloads
    near = approximate(asked, steps=3, neighbours=False).workloads
    ok = np.abs(exact - [0.5574, 0.4734, 0.4693]).max() < 5e-5
    ok = ok and np.abs(near - [0.5627, 0.4716, 0.4657]).max() < 1e-4
    return Row(
        "Larson & Odoni's three servers: exact; approximation after three rounds",
        " ".join(f"{x:.4f}" for x in exact) + "; " + " ".join(f"{x:.4f}" for x in near),
        ".5574 .4734 .4693; .5627 .4716 .4657",
        bool(ok),
        "the book reckons with four digits",
    )


_CHILD = """
import resource, time
from bench.queueing import TOLERANCE, plane
from commonward.core.plans.queueing import solve
solve(plane(4, 1)[0])
asked, _ = plane({units}, 1)
began = time.process_time()
found = solve(asked, TOLERANCE)
spent = time.process_time() - began
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
print(spent, most, found.passes, int(found.done))
"""


def _largest(ctx: Context) -> Row:
    units = LARGEST if ctx.scale >= 1.0 else 16
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(units=units)],
        capture_output=True,
        text=True,
        check=True,
    )
    spent, most, passes, reached = (float(word) for word in done.stdout.split())
    return Row(
        f"hypercube, {units} units, exact to 1e-10",
        f"{spent:.0f} CPU s; {most:.2f} GB; {passes:.0f} passes",
        "≤ 300 CPU s and 2 GB",
        bool(reached) and spent <= 300 and most <= 2.0,
    )


def _many(ctx: Context) -> list[Row]:
    """700 units in a plane of even density, half busy, against simulated calls."""
    units = ctx.count(700, 40)
    chance = np.random.default_rng(7)
    places = 3 * units
    spots = chance.random((places, 2)) * np.sqrt(units)
    posts = chance.choice(places, units, replace=False)
    # A thousandth of the mean service per unit of distance: the way is not part of the work.
    way = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)).astype(np.float32) / 1000
    demand = chance.gamma(4.0, 1.0, places)
    demand /= demand.sum()
    asked = town(demand * 0.5 * units, nearest_first(way[posts]), np.ones(units), "infinite")
    approximate(asked, steps=1)
    began = time.process_time()
    near = approximate(asked)
    spent = time.process_time() - began
    weeks = ctx.count(CALLS, 20_000) / (0.5 * units * 168)
    calls = simulating.invented(0.5 * units, demand, 3600.0).draw(weeks, 1)
    found = simulating.simulate(
        calls, simulating.roads(way), simulating.Plan(simulating.fleet(posts))
    )
    seen = float(way[posts[found.unit], calls.place].mean())
    told = near.times(way[posts]).mean
    load = float(np.abs(near.workloads - found.workload).mean() / found.workload.mean())
    mean = abs(told / seen - 1.0)
    label = f"hypercube approximated, {units} units, against {len(calls):,} simulated calls"
    return [
        Row(label + ": time", f"{spent:.2f} CPU s", "≤ 1 s", spent <= 1.0),
        Row(label + ": mean travel time", f"{mean:.1%} off", "≤ 2 %", mean <= 0.02),
        Row(
            label + ": workloads",
            f"{load:.1%} off on average",
            note="with the simulation's own noise of a few percent per unit",
        ),
    ]
