"""Where to be: p-median and maximal covering on their public instances, each proven, beside HiGHS.

Processor seconds of this process, one thread; code is compiled before it is measured.
"""

import csv
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import highspy
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from bench.rows import Context, Row
from commonward.core.plans.cover import (
    Choice,
    Ground,
    Merger,
    Plan,
    Reach,
    expected_cover,
    maximal_cover,
    p_centre,
    p_median,
    set_cover,
)
from commonward.core.plans.cover.arrays import Floats
from commonward.core.plans.running import Watch

DATABASES = ("",)
ROOT = Path(__file__).resolve().parent.parent
EARTH = 6_371_008.8
# Instance, metres, sites to open, whether the peer can say anything about it in its time.
COVERED = (
    ("Manhattan2713", 500.0, 30, True),
    ("SanFrancisco5137", 800.0, 20, False),
    ("Kings7730", 800.0, 40, False),
)
PEER_SECONDS = 60.0
Found = TypeVar("Found")
P = ParamSpec("P")


def bench(ctx: Context) -> list[Row]:
    """Every goal of the table, then the models without one."""
    folder = Path(os.environ.get("COMMONWARD_SHARED") or ROOT.parent / "shared") / "data" / "plans"
    warm()
    rows = [*medians(folder, ctx), *covers(folder, ctx)]
    rows.append(ten_million(ctx))
    return [*rows, *others(folder)]


def spent(work: Callable[P, Found], *args: P.args, **named: P.kwargs) -> tuple[Found, float]:
    """What it gives, and the processor seconds it took."""
    begun = time.process_time()
    return work(*args, **named), time.process_time() - begun


def warm() -> None:
    """Compile: a small ground through every model."""
    chance = np.random.default_rng(1)
    ground = Ground.of(Reach.of_table(chance.integers(1, 50, (40, 20)).astype(float)))
    Merger(20).add_table(np.zeros((4, 20), np.float32), 1.0, np.ones(4))
    p_median(ground, Choice(4))
    p_centre(ground, Choice(4))
    set_cover(ground, 9)
    maximal_cover(ground, 4, Choice(4))
    expected_cover(ground, 4, Choice(4), busy=0.3)


def medians(folder: Path, ctx: Context) -> list[Row]:
    """The 40 instances of the OR-Library, and the plain radius model in HiGHS on two of them."""
    with (folder / "pmed" / "optima.csv").open() as lines:
        optima = [(row["instance"], int(row["optimum"])) for row in csv.DictReader(lines)]
    optima = optima[: ctx.count(len(optima))]
    proven, seconds, slowest, nodes = 0, 0.0, (0.0, ""), 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    compared = []
    for name, optimum in optima:
        table, count = median(folder / "pmed" / f"{name}.txt")
        plan, took = spent(p_median, Ground.of(Reach.of_table(table)), Choice(count))
        proven += plan.value == plan.bound == optimum
        seconds += took
        nodes += plan.nodes
        slowest = max(slowest, (took, name))
        if name in {"pmed6", "pmed15"}:
            compared.append((name, took, table, count))
    top = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Afterwards: the peer's memory is not ours.
    peers = [(name, took, spent(radius, table, count)) for name, took, table, count in compared]
    whole = len(optima) == 40
    return [
        Row(
            f"p-median, {len(optima)} OR-Library instances: proven",
            f"{proven} of {len(optima)}",
            "40 of 40",
            proven == 40 if whole else None,
            f"{nodes:,} nodes",
        ),
        Row(
            "p-median, all of them",
            f"{seconds:.1f} CPU s; slowest {slowest[1]} {slowest[0]:.1f} s",
            "≤ 60 s in all",
            seconds <= 60 if whole else None,
        ),
        Row(
            "p-median, memory of the process",
            f"{top:.0f} MB (before: {before / 1024:.0f} MB)",
            "≤ 300 MB",
            top <= 300,
        ),
        *(
            Row(
                f"p-median, {name}: plain radius model in HiGHS",
                f"{peer:.1f} CPU s, {value:.0f} (inf: no plan in {PEER_SECONDS:.0f} s of the clock); "
                f"here {took:.2f} s",
            )
            for name, took, (value, peer) in peers
        ),
    ]


def median(path: Path) -> tuple[Floats, int]:
    """(lengths between all corners, sites to open); of a street listed twice the last line counts."""
    words = [int(word) for word in path.read_text().split()]
    corners, streets, count = words[:3]
    along = {}
    for a, b, length in np.reshape(words[3 : 3 + 3 * streets], (-1, 3)):
        along[min(a, b) - 1, max(a, b) - 1] = length
    ends = np.array(list(along))
    graph = csr_array((list(along.values()), (ends[:, 0], ends[:, 1])), shape=(corners, corners))
    return dijkstra(graph, directed=False), count


def radius(table: Floats, count: int) -> float:
    """The peer: p-median by steps of the radius (Cornuéjols, Nemhauser & Wolsey 1980) in HiGHS."""
    sites = table.shape[1]
    starts, columns, values, lower = [0], list(range(sites)), [1.0] * sites, [float(count)]
    cost, constant, at = [0.0] * sites, 0.0, sites
    starts.append(sites)
    for row in table:
        steps = np.unique(row)
        order = np.argsort(row, kind="stable")
        for near, far in zip(steps, steps[1:], strict=False):
            cost.append(float(far - near))
            within = order[: np.searchsorted(row[order], near, side="right")]
            if len(within) > sites - count:
                cost.pop()
                break
            columns += [at, *within.tolist()]
            values += [1.0] * (len(within) + 1)
            starts.append(len(columns))
            lower.append(1.0)
            at += 1
        constant += float(steps[0])
    return mixed(cost, at, sites, (starts, columns, values), lower, [float(count)]) + constant


def mixed(
    cost: list[float],
    columns: int,
    whole: int,
    matrix: tuple[list[int], list[int], list[float]],
    lower: list[float],
    upper: list[float],
) -> float:
    """The least cost by HiGHS, one thread; the first `whole` columns are 0 or 1."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(lower)
    model.col_cost_ = np.array(cost)
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.ones(columns)
    model.row_lower_ = np.array(lower)
    model.row_upper_ = np.array(upper + [highspy.kHighsInf] * (len(lower) - len(upper)))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(matrix[0], np.int32)
    model.a_matrix_.index_ = np.array(matrix[1], np.int32)
    model.a_matrix_.value_ = np.array(matrix[2])
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * whole + [kinds.kContinuous] * (columns - whole)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", PEER_SECONDS)
    solver.passModel(model)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def covers(folder: Path, ctx: Context) -> list[Row]:
    """Maximal covering of three cities' blocks, each block a place and a site."""
    rows = []
    for name, metres, count, peer in COVERED[: ctx.count(len(COVERED))]:
        ground = city(folder / "mclp" / f"{name}.txt", metres)
        watch = Watch(seconds=60 * 10, stop=Processor(60.0).over)
        plan, took = spent(maximal_cover, ground, metres, Choice(count), watch=watch)
        note = f"{plan.nodes:,} nodes"
        if peer:
            value, other = spent(plain_cover, ground, count)
            note += f"; plain model in HiGHS {other:.1f} CPU s, {value:,.0f}"
        rows.append(
            Row(
                f"maximal cover, {name}, {metres:.0f} m, p = {count}",
                f"{plan.value:,.0f}, gap {plan.gap:.3%}, {took:.1f} CPU s",
                "proven, ≤ 60 s",
                plan.proven and took <= 60,
                note,
            )
        )
    return rows


class Processor:
    """Stops a run after so many processor seconds: the machine may be shared."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    def over(self) -> bool:
        """Whether they are spent."""
        return time.process_time() >= self._end


def city(path: Path, metres: float) -> Ground:
    """Every block is a place with its people and a site; great-circle metres instead of seconds."""
    lines = [line.split()[:3] for line in path.read_text().splitlines()[1:]]
    north, east, people = np.array([line for line in lines if len(line) == 3], float).T
    north, east = np.radians(north), np.radians(east)
    places = np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    )
    chord = 2 * np.sin(metres / EARTH / 2)
    near = cKDTree(places).query_ball_point(places, chord, return_sorted=True)
    ptr = np.concatenate(([0], np.cumsum([len(one) for one in near])))
    site = np.concatenate(near)
    rows = np.repeat(np.arange(len(places)), np.diff(ptr))
    apart = np.linalg.norm(places[rows] - places[site], axis=1)
    along = np.minimum(2 * EARTH * np.arcsin(apart / 2), metres)
    return Ground.of(Reach.of_lists(ptr, site, along, len(places)), people)


def plain_cover(ground: Ground, count: int) -> float:
    """The peer: Church & ReVelle's model as it stands, in HiGHS."""
    reach = ground.reach
    sites, places = reach.sites, reach.demands
    starts = [0, sites]
    columns, values = list(range(sites)), [1.0] * sites
    for i in range(places):
        mine = reach.site[reach.ptr[i] : reach.ptr[i + 1]].tolist()
        columns += [sites + i, *mine]
        values += [-1.0] + [1.0] * len(mine)
        starts.append(len(columns))
    cost = [0.0] * sites + (-ground.demand).tolist()
    lower = [float(count)] + [0.0] * places
    return -mixed(cost, sites + places, sites, (starts, columns, values), lower, [float(count)])


def ten_million(ctx: Context) -> Row:
    """Ten million places × 100 sites in a square, piece by piece: merged, then planned."""
    places, sites, piece = ctx.count(10_000_000, 100_000), 100, 200_000
    chance = np.random.default_rng(7)
    at = chance.uniform(0, 30, (sites, 2)).astype(np.float32)
    merger = Merger(sites)
    whole, merging = 0.0, 0.0
    for begin in range(0, places, piece):
        size = min(piece, places - begin)
        homes = chance.uniform(0, 30, (size, 2)).astype(np.float32)
        demand = chance.integers(1, 101, size).astype(float)
        apart = np.hypot(
            homes[:, :1] - at[:, 0][None, :], homes[:, 1:] - at[:, 1][None, :], dtype=np.float32
        )
        _, took = spent(merger.add_table, apart, 3.25, demand)
        merging += took
        whole += float(demand.sum())

    def plan() -> Plan:
        ptr, site, weight = merger.rows
        reach = Reach.of_lists(ptr, site, np.zeros(len(site)), sites)
        return maximal_cover(Ground.of(reach, weight), 0.0, Choice(15))

    done, took = spent(plan)
    kinds = len(merger.rows[2])
    return Row(
        f"maximal cover, {places:,} places × {sites} sites, p = 15",
        f"{merging + took:.1f} CPU s (merging {merging:.1f}); gap {done.gap:.3%}",
        "≤ 60 s",
        done.proven and merging + took <= 60,
        f"{kinds:,} kinds of demand; covered {done.value / whole:.1%}",
    )


def others(folder: Path) -> list[Row]:
    """The models that have no goal: what they take on a city's blocks and on a big road network."""
    ground = city(folder / "mclp" / "Manhattan2713.txt", 500.0)
    covered, one = spent(lambda: set_cover(ground, 500.0, watch=Watch(stop=Processor(20.0).over)))
    busy, two = spent(
        lambda: expected_cover(
            ground, 500.0, Choice(30), busy=0.4, watch=Watch(stop=Processor(20.0).over)
        )
    )
    table, count = median(folder / "pmed" / "pmed20.txt")
    centre, three = spent(lambda: p_centre(Ground.of(Reach.of_table(table)), Choice(count)))
    return [
        Row(
            "set cover, Manhattan2713, 500 m",
            f"{len(covered.sites)} sites, bound {covered.bound:.0f}, {one:.1f} CPU s",
        ),
        Row(
            "expected cover (MEXCLP), Manhattan2713, 500 m, 30 units, busy 0.4",
            f"gap {busy.gap:.3%}, {two:.1f} CPU s",
            note=f"{busy.nodes:,} nodes",
        ),
        Row("p-centre, pmed20", f"{centre.value:.0f}, gap {centre.gap:.3%}, {three:.1f} CPU s"),
    ]
