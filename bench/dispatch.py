"""Sending: nearest suitable units by road, all calls together, tables of times, reach on a map."""

import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import dijkstra

from bench.rows import Context, Row, quantile
from commonward.core.plans.dispatching import Call, Chosen, Fleet, Need, Scene, Unit
from commonward.core.plans.roads import ByScipy, RoadGraph, read_roads
from commonward.core.plans.roads.graph import metres_between

DATABASES = ("",)
ROOT = Path(__file__).resolve().parent.parent
Result = TypeVar("Result")
AGENCIES = ("police", "fire", "ambulance", "utility", "flood", "mediation", "volunteer")
KINDS = ("car", "van", "foot")
SKILLS = ("ropes", "gas", "pumps", "crisis", "first_aid", "dogs")
STATES = ("free", "free", "free", "busy", "resting")
CHECKED_AT_ONCE = 40
MOVES = 2_000


def bench(ctx: Context) -> list[Row]:
    """Processor time of the thread that answers; one process, numba compiled before."""
    roads = Path(os.environ.get("COMMONWARD_SHARED") or ROOT.parent / "shared") / "data" / "roads"
    if not roads.is_dir():
        return [
            Row("dispatch", "skipped", note=f"no road files in {roads}: name COMMONWARD_SHARED")
        ]
    large = read_roads(roads / "newyork_topology.gr.xz")
    rows = [prepared(large)]
    incidents = ctx.count(100_000, 1_000)
    for count, budget in ((10_000, 0.1), (131, 0.3)):
        fleet = Fleet(large, units(large, count))
        rows += asked(fleet, incidents, budget)
        rows.append(told(fleet, ctx.count(3_000, 100)))
        rows.append(moved(fleet))
    rows += together(large)
    city = read_roads(roads / "auckland_roads.zip")
    rows += [prepared(city), tables(city), reached(city)]
    return [*rows, by_the_crow(city, ctx.count(2_000, 100))]


def units(graph: RoadGraph, count: int) -> list[Unit]:
    """Units of seven agencies and three kinds; about half may be sent at the moment."""
    chance = random.Random(5)
    return [
        Unit(
            key,
            chance.randrange(len(graph)),
            chance.choice(AGENCIES),
            chance.choice(KINDS),
            frozenset(chance.sample(SKILLS, chance.randrange(4))),
            chance.randrange(1, 6),
            chance.choice(STATES),
            f"station {key % 50}",
            frozenset(chance.sample("wxyz", 2)) if chance.random() < 0.5 else frozenset(),
            chance.random() < 0.1,
        )
        for key in range(count)
    ]


def wanted(chance: random.Random) -> Need:
    """A need as a run card may state it."""
    return Need(
        chance.choice(AGENCIES),
        chance.choice((*KINDS[:2], "")),
        chance.choice((1, 1, 2)),
        frozenset(chance.sample(SKILLS, chance.randrange(3))),
        chance.randrange(4),
    )


def prepared(graph: RoadGraph) -> Row:
    began = time.process_time()
    graph.prepare(12)
    spent = time.process_time() - began
    labels = graph.labels(12)
    if labels is None:
        raise AssertionError("numba is not installed")
    return Row(
        f"labels of {len(graph):,} nodes",
        f"{spent:.1f} CPU s, {labels.octets / 1e6:.0f} MB, {labels.mean:.0f} hubs a label",
        note="with the time of compiling, where numba had not kept it",
    )


def asked(fleet: Fleet, incidents: int, budget: float) -> list[Row]:
    """Each incident asks for one need of 64; the answers are then searched again by scipy."""
    chance = random.Random(2)
    needs = [wanted(chance) for _ in range(64)]
    calls = [
        (chance.randrange(len(fleet.graph)), chance.choice(needs), chance.choice(("", "w")))
        for _ in range(incidents)
    ]
    # Run cards are known before the first call: what suits each need is worked out by then.
    for place, need, area in {(call[1], call[2]): call for call in calls}.values():
        fleet.choose(place, [need], area=area)
    spent, answers = [], []
    for place, need, area in calls:
        began = time.thread_time_ns()
        found = fleet.choose(place, [need], area=area)
        spent.append((time.thread_time_ns() - began) / 1e6)
        answers.append(found)
    began_peer = time.process_time()
    dijkstra(fleet.graph.matrix(12, back=True), indices=calls[0][0])
    peer = time.process_time() - began_peer
    wrong = mismatches(fleet, calls, answers)
    late, name = quantile(spent, 0.99), f"{len(fleet):,} units"
    return [
        Row(
            f"dispatch exact by road, all filters, {name}, {len(fleet.graph):,} nodes",
            f"p50 {quantile(spent, 0.5):.3f}, p99 {late:.3f} ms; scipy {peer * 1000:.0f} ms",
            f"p99 ≤ {budget} ms",
            late <= budget,
            "processor time of `Fleet.choose`, Python and all",
        ),
        Row(
            f"… of {incidents:,} incidents, answers other than scipy's ({name})",
            f"{wrong}",
            "0",
            wrong == 0,
            "each answer searched again by scipy, as far as its last unit",
        ),
    ]


def mismatches(
    fleet: Fleet,
    calls: Sequence[tuple[int, Need, str]],
    answers: Sequence[tuple[Chosen, ...]],
) -> int:
    """How many answers are not the sorted list that scipy's distances give.

    One search of scipy from each place, limited to the farthest answer of its batch, finds whatever
    is as near; how many suit at all is counted, as every node of this graph is reached from each.
    """
    matrix, roster = fleet.graph.matrix(12, back=True), fleet.roster
    free, tired = roster.state == 0, roster.state & ~1 == 0
    last = [max((one.milliseconds for one in answer), default=0) for answer in answers]
    order = np.argsort(last, kind="stable")
    wrong = 0
    for first in range(0, len(order), CHECKED_AT_ONCE):
        batch = order[first : first + CHECKED_AT_ONCE]
        limit = last[batch[-1]]
        places = [calls[number][0] for number in batch]
        took = dijkstra(matrix, indices=places, limit=limit)[:, roster.nodes]
        for number, times in zip(batch.tolist(), took, strict=True):
            _, need, area = calls[number]
            suiting = roster.wanted(need, Scene(area)).fits
            fits = suiting & np.isfinite(times)
            expected = soonest(times, fits & free)[: need.number]
            if len(expected) < need.number:
                more = soonest(times, fits & tired & ~free)
                expected = sorted([*expected, *more[: need.number - len(expected)]])
            given = [(float(one.milliseconds), one.unit) for one in answers[number]]
            whole = min(need.number, int((suiting & tired).sum()))
            wrong += given != expected or len(given) != whole
    return wrong


def soonest(times: npt.NDArray[np.float64], fits: npt.NDArray[np.bool_]) -> list[tuple[float, int]]:
    """(milliseconds, column) of all that fit, in order."""
    return sorted((float(times[unit]), int(unit)) for unit in np.flatnonzero(fits))


def told(fleet: Fleet, count: int) -> Row:
    """The whole recommendation: picks, reasons, near misses, shortfalls, cover before and after."""
    chance = random.Random(3)
    needs = [wanted(chance) for _ in range(64)]
    for need in needs:
        fleet.recommend(0, [need])
    spent = []
    for _ in range(count):
        place, need = chance.randrange(len(fleet.graph)), chance.choice(needs)
        began = time.thread_time_ns()
        fleet.recommend(place, [need])
        spent.append((time.thread_time_ns() - began) / 1e6)
    return Row(
        f"… with reasons, near misses, shortfalls and cover ({len(fleet):,} units)",
        f"p50 {quantile(spent, 0.5):.2f}, p99 {quantile(spent, 0.99):.2f} ms",
        "p50 ≤ 1 ms",
        quantile(spent, 0.5) <= 1.0,
    )


def moved(fleet: Fleet) -> Row:
    chance, keys = random.Random(9), [unit.key for unit in fleet.roster.units]
    began = time.process_time()
    for _ in range(MOVES):
        fleet.move(chance.choice(keys), chance.randrange(len(fleet.graph)))
    each = (time.process_time() - began) / MOVES
    return Row(
        f"a unit reports from another node, cover and all ({len(fleet):,} units)",
        f"{each * 1000:.2f} ms: {1 / each:,.0f}/s",
        "≥ 200/s",
        each <= 1 / 200,
    )


def together(graph: RoadGraph) -> list[Row]:
    """100 incidents of seven needs each; scipy gets the whole table of times for nothing."""
    chance = random.Random(4)
    fleet = Fleet(graph, units(graph, 10_000))
    calls = [
        Call(
            chance.randrange(len(graph)),
            tuple(
                Need(agency, "car", 1, frozenset({chance.choice(SKILLS)})) for agency in AGENCIES
            ),
            weight=chance.randrange(1, 6),
        )
        for _ in range(100)
    ]
    fleet.choose_together(calls)
    plan, spent = best_of(lambda: fleet.choose_together(calls))
    columns = np.flatnonzero(fleet.roster.state == 0)
    nodes = fleet.roster.nodes[columns].astype(np.int64)
    times = graph.times(12).table(nodes, [call.place for call in calls]) * 1000
    costs = np.full((700, len(columns)), 1e12)
    for number, call in enumerate(calls):
        for at, need in enumerate(call.needs):
            fits = fleet.roster.wanted(need).fits[columns]
            costs[number * 7 + at, fits] = np.rint(times[fits, number]) * call.weight
    (rows, chosen), peer = best_of(lambda: linear_sum_assignment(costs))
    same = round(float(costs[rows, chosen].sum())) == plan.cost
    greedy = one_by_one(costs)
    return [
        Row(
            "joint assignment, 100 incidents × 7 needs × 10,000 units",
            f"{spent * 1000:.0f} ms, {'proven' if plan.proven else 'NOT PROVEN'}; "
            f"scipy {peer * 1000:.0f} ms without finding the times",
            "≤ 50 ms, proven",
            spent <= 0.05 and plan.proven and same and len(plan.chosen) == 700,
            f"CPU s; {plan.candidates:,} pairs in {plan.rounds} rounds; the same cost as scipy's: "
            f"{same}; one need after the other costs {greedy / plan.cost - 1:.1%} more",
        )
    ]


def one_by_one(costs: npt.NDArray[np.float64]) -> float:
    """What dispatch systems do: each need takes the nearest that is left."""
    left, total = costs.copy(), 0.0
    for row in left:
        unit = int(row.argmin())
        total += float(row[unit])
        left[:, unit] = 1e12
    return total


def tables(graph: RoadGraph) -> Row:
    chance = np.random.default_rng(1)
    sources, targets = chance.integers(0, len(graph), (2, 1_000))
    times = graph.times(12)
    times.table(sources[:5], targets[:5])
    table, spent = best_of(lambda: times.table(sources, targets))
    began = time.process_time()
    expected = ByScipy(graph, 12).table(sources, targets)
    peer = time.process_time() - began
    wrong = int((table != expected).sum())
    return Row(
        f"travel-time table 1,000 × 1,000, {len(graph):,} nodes",
        f"{spent:.3f} CPU s, {wrong} of a million off; scipy {peer:.1f} s",
        "≤ 0.5 s, exact",
        spent <= 0.5 and wrong == 0,
    )


def reached(graph: RoadGraph) -> Row:
    starts = np.random.default_rng(2).integers(0, len(graph), 1_000)
    found, spent = best_of(lambda: graph.isochrone(starts, 300))
    _, drawn = best_of(lambda: found.area(250.0))
    return Row(
        f"cover within 5 minutes of 1,000 units, {len(graph):,} nodes",
        f"{spent * 1000:.0f} ms; {drawn * 1000:.0f} ms as polygons of 250 m",
        note="CPU",
    )


def by_the_crow(graph: RoadGraph, count: int) -> Row:
    """How wrong the straight line is: 131 units, the nearest and the seven nearest."""
    chance = np.random.default_rng(3)
    at, places = chance.integers(0, len(graph), 131), chance.integers(0, len(graph), count)
    took = graph.times(12).table(at, places)
    first = seven = 0
    later = []
    for number, place in enumerate(places):
        here = np.full(131, place)
        far = metres_between(graph.lat[at], graph.lon[at], graph.lat[here], graph.lon[here])
        by_line, by_road = np.argsort(far)[:7], np.argsort(took[:, number], kind="stable")[:7]
        first += took[by_line[0], number] > took[by_road[0], number]
        seven += set(by_line) != set(by_road)
        later.append(took[by_line, number].max() - took[by_road, number].max())
    return Row(
        "the straight-line rule instead, 131 units (Auckland)",
        f"the nearest is not the fastest in {first / count:.0%}, the seven are not the best seven "
        f"in {seven / count:.0%}; the last arrives {np.mean(later):.0f} s later",
        note="what dispatch systems do",
    )


def best_of(work: Callable[[], Result], runs: int = 3) -> tuple[Result, float]:
    """The result and the least processor seconds of a few runs."""
    spent = []
    for _ in range(runs):
        began = time.process_time()
        result = work()
        spent.append(time.process_time() - began)
    return result, min(spent)
