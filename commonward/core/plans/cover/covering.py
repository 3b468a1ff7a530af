"""Set covering and p-centre: the fewest sites that reach everybody in time, the shortest such time."""

from dataclasses import dataclass

import highspy
import numpy as np
from numba import njit

from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Numbers
from commonward.core.plans.cover.given import Choice, Ground, limit_of, nearest, need_reached
from commonward.core.plans.cover.merging import Merger
from commonward.core.plans.cover.plan import Plan, planned
from commonward.core.plans.running import Progress, Watch
from commonward.core.refusals import N_, Invalid


@dataclass(frozen=True, slots=True)
class Fewest:
    """The sites taken (flags), and the proven least number."""

    taken: Flags
    bound: int
    nodes: int


def set_cover(
    ground: Ground, limit: float, choice: Choice | None = None, *, watch: Watch | None = None
) -> Plan:
    """The fewest sites with every place within `limit` seconds (集合覆盖): Toregas et al. 1971.

    Raises:
        Invalid: a place that no site reaches in time; or more sites are needed than `choice.count`.
    """
    choice = choice or Choice()
    found = fewest(ground, limit_of(limit), choice, watch or Watch())
    if choice.count is not None and found.bound > choice.count:
        raise Invalid(
            N_("{count} sites cannot reach every place: at least {least} are needed."),
            field="count",
            code="too_few",
            count=choice.count,
            least=found.bound,
        )
    return planned(
        "set cover",
        ground,
        choice,
        found.taken.astype(np.int64),
        float(found.taken.sum()),
        float(found.bound),
        limit=limit,
        nodes=found.nodes,
    )


def p_centre(ground: Ground, choice: Choice, *, watch: Watch | None = None) -> Plan:
    """The sites with the least longest time to the nearest (p-中心): Hakimi 1965; Minieka 1970.

    A binary search over the times that occur, with a set covering at each.

    Raises:
        Invalid: a place that no site reaches, or more sites are needed to reach all than asked for.
    """
    watch = watch or Watch()
    count, must, may = choice.counted(ground.reach.sites)
    need_reached(ground, may)
    asked = ground.demand > 0
    # No place can be nearer than its nearest site, and a greedy plan shows what can be had.
    at_least = float(nearest(ground.reach, may)[1][asked].max())
    best = _spread(ground, must, may, count)
    times = np.unique(ground.reach.only(asked, may).seconds)
    longest = _longest(ground, best)
    times = times[(times >= at_least) & (times <= longest)]
    low, high = 0, len(times) - 1
    if not np.isfinite(longest):
        first = fewest(ground, np.inf, choice, watch, count)
        if first.taken.sum() > count:
            raise Invalid(
                N_("{count} sites cannot reach every place: at least {least} are needed."),
                field="count",
                code="too_few",
                count=count,
                least=fewest(ground, np.inf, choice, watch).bound,
            )
        best = first.taken
        high = int(np.searchsorted(times, _longest(ground, best)))
    nodes = 0
    while low < high and not watch.over:
        middle = (low + high) // 2
        step = fewest(ground, float(times[middle]), choice, watch, count)
        nodes += step.nodes
        if step.taken.sum() <= count:
            best = step.taken
            high = int(np.searchsorted(times, _longest(ground, best)))
        elif step.bound > count:
            low = middle + 1
        else:
            break
        watch.tell(Progress("p-centre", nodes, nodes + 1, float(times[high]), float(times[low])))
    taken = _filled(ground, best, may, count)
    return planned(
        "p-centre",
        ground,
        choice,
        taken.astype(np.int64),
        _longest(ground, taken),
        float(times[low]),
        nodes=nodes,
    )


def fewest(
    ground: Ground, limit: float, choice: Choice, watch: Watch, enough: int | None = None
) -> Fewest:
    """The fewest sites within the limit of every place; with `enough`, only whether so many do.

    Then `taken` may hold more than the fewest, or `bound` be below it, once either answers.
    """
    must, may = choice.flags(ground.reach.sites)
    need_reached(ground, may, limit)
    near = ground.reach.within(limit).only(ground.demand > 0, may)
    rows = np.repeat(np.arange(near.demands), np.diff(near.ptr))
    merger = Merger(near.sites)
    merger.add(near.ptr, near.site[np.lexsort((near.site, rows))], np.ones(near.demands))
    ptr, site, _ = merger.rows
    taken = must.copy()
    begin, row = _turned(ptr, site, near.sites)
    row_left, site_left = reduce_cover(ptr, site, begin, row, taken, may & ~must)
    if not row_left.any():
        return Fewest(taken, int(taken.sum()), 0)
    rest, bound, nodes = _integer(ptr, site, row_left, site_left, int(taken.sum()), watch, enough)
    return Fewest(taken | rest, bound, nodes)


def _turned(ptr: Ints, site: Ints, sites: int) -> tuple[Ints, Ints]:
    order = np.argsort(site, kind="stable")
    counts = np.bincount(site, minlength=sites)
    rows = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    return np.concatenate(([0], np.cumsum(counts))), rows[order]


@njit(cache=True)
def reduce_cover(  # noqa: C901 - the three rules feed each other
    ptr: Ints, site: Ints, begin: Ints, row: Ints, taken: Flags, open_to: Flags
) -> tuple[Flags, Flags]:
    """What a set covering needs not look at (Toregas & ReVelle 1973); returns (rows, sites) left.

    A row whose sites include all of another row's is covered with it; a site whose rows another
    site covers too is not needed; a row with one site decides it (`taken` is changed in place).
    """
    rows = ptr.size - 1
    sites = begin.size - 1
    row_left = np.ones(rows, np.bool_)
    site_left = open_to.copy()
    for j in range(sites):
        if taken[j]:
            for e in range(begin[j], begin[j + 1]):
                row_left[row[e]] = False
    mark = np.full(max(rows, sites), -1, np.int64)
    stamp = 0
    changed = True
    while changed:
        changed = False
        for i in range(rows):
            if not row_left[i]:
                continue
            count = 0
            last = -1
            rare = -1
            stamp += 1
            for e in range(ptr[i], ptr[i + 1]):
                j = site[e]
                if site_left[j]:
                    count += 1
                    last = j
                    mark[j] = stamp
                    if rare < 0 or begin[j + 1] - begin[j] < begin[rare + 1] - begin[rare]:
                        rare = j
            if count == 1:
                taken[last] = True
                site_left[last] = False
                for e in range(begin[last], begin[last + 1]):
                    row_left[row[e]] = False
                changed = True
                continue
            if count == 0:
                continue
            # Any row that has all of these sites lies in the list of each of them.
            for e in range(begin[rare], begin[rare + 1]):
                other = row[e]
                if other == i or not row_left[other]:
                    continue
                held = 0
                size = 0
                for f in range(ptr[other], ptr[other + 1]):
                    if site_left[site[f]]:
                        size += 1
                        if mark[site[f]] == stamp:
                            held += 1
                if held == count and (size > count or other > i):
                    row_left[other] = False
                    changed = True
        mark[:] = -1
        stamp = 0
        for j in range(sites):
            if not site_left[j]:
                continue
            count = 0
            rare = -1
            stamp += 1
            for e in range(begin[j], begin[j + 1]):
                i = row[e]
                if row_left[i]:
                    count += 1
                    mark[i] = stamp
                    if rare < 0 or ptr[i + 1] - ptr[i] < ptr[rare + 1] - ptr[rare]:
                        rare = i
            if count == 0:
                site_left[j] = False
                continue
            for e in range(ptr[rare], ptr[rare + 1]):
                other = site[e]
                if other == j or not site_left[other]:
                    continue
                held = 0
                size = 0
                for f in range(begin[other], begin[other + 1]):
                    if row_left[row[f]]:
                        size += 1
                        if mark[row[f]] == stamp:
                            held += 1
                if held == count and (size > count or other < j):
                    site_left[j] = False
                    changed = True
                    break
        mark[:] = -1
        stamp = 0
    return row_left, site_left


def _integer(
    ptr: Ints,
    site: Ints,
    row_left: Flags,
    site_left: Flags,
    held: int,
    watch: Watch,
    enough: int | None,
) -> tuple[Flags, int, int]:
    """What the reductions left, by HiGHS: (sites, proven least number in all, nodes)."""
    rows = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    stays = row_left[rows] & site_left[site]
    columns = np.flatnonzero(site_left)
    place = np.full(len(site_left), -1, np.int64)
    place[columns] = np.arange(len(columns))
    entries = place[site[stays]].astype(np.int32)
    starts = np.concatenate(
        ([0], np.cumsum(np.bincount(rows[stays], minlength=len(ptr) - 1)[row_left]))
    )
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), int(row_left.sum())
    model.col_cost_ = np.ones(len(columns))
    model.col_lower_, model.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
    model.row_lower_ = np.ones(model.num_row_)
    model.row_upper_ = np.full(model.num_row_, highspy.kHighsInf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_ = entries
    model.a_matrix_.value_ = np.ones(len(entries))
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    if np.isfinite(watch.left):
        solver.setOptionValue("time_limit", watch.left)
    solver.passModel(model)
    start = _greedy_cover(starts, entries, len(columns))
    known = highspy.HighsSolution()
    known.col_value = start.astype(np.float64)
    solver.setSolution(known)

    def look(event: highspy.HighsCallbackEvent) -> None:
        # Before it knows anything HiGHS says infinity, of either sign, for both.
        least, most = event.data_out.mip_dual_bound, event.data_out.mip_primal_bound
        answered = (
            enough is not None
            and abs(least) < np.inf
            and (held + least > enough + 1e-6 or held + most <= enough)
        )
        event.interrupt(answered or watch.over)

    solver.cbMipInterrupt.subscribe(look)
    solver.run()
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value)
    picked = values > 0.5 if len(values) == len(columns) else start
    if not _covers(starts, entries, picked) or picked.sum() > start.sum():
        picked = start
    taken = np.zeros(len(site_left), np.bool_)
    taken[columns[picked]] = True
    # What cannot be left to any reading: at least one site, and not more than were found.
    least = int(np.ceil(np.clip(info.mip_dual_bound, 1.0, picked.sum()) - 1e-6))
    return taken, held + least, max(1, int(info.mip_node_count))


@njit(cache=True)
def _greedy_cover(starts: Ints, entries: Numbers, columns: int) -> Flags:
    taken = np.zeros(columns, np.bool_)
    done = np.zeros(starts.size - 1, np.bool_)
    while not done.all():
        new = np.zeros(columns, np.int64)
        for i in range(done.size):
            if not done[i]:
                for e in range(starts[i], starts[i + 1]):
                    new[entries[e]] += 1
        best = np.argmax(new)
        taken[best] = True
        for i in range(done.size):
            for e in range(starts[i], starts[i + 1]):
                if entries[e] == best:
                    done[i] = True
    return taken


@njit(cache=True)
def _covers(starts: Ints, entries: Numbers, taken: Flags) -> bool:
    for i in range(starts.size - 1):
        held = False
        for e in range(starts[i], starts[i + 1]):
            held = held or taken[entries[e]]
        if not held:
            return False
    return True


def _longest(ground: Ground, taken: Flags) -> float:
    return float(nearest(ground.reach, taken)[1][ground.demand > 0].max())


def _spread(ground: Ground, must: Flags, may: Flags, count: int) -> Flags:
    """A first plan: always the site nearest to the place that is worst off."""
    taken = must.copy()
    own, _ = nearest(ground.reach, may)
    while taken.sum() < count:
        seconds = np.where(ground.demand > 0, nearest(ground.reach, taken)[1], -1.0)
        worst = int(np.argmax(seconds))
        if taken[own[worst]]:
            break
        taken[own[worst]] = True
    return taken


def _filled(ground: Ground, taken: Flags, may: Flags, count: int) -> Flags:
    """The sites that are left over are opened too, where they are nearest to the worst off."""
    taken = taken.copy()
    while taken.sum() < count:
        seconds = np.where(ground.demand > 0, nearest(ground.reach, taken)[1], -1.0)
        own, best = nearest(ground.reach, may & ~taken)
        better = np.where(best < seconds, seconds, -1.0)
        worst = int(np.argmax(better))
        pick = own[worst] if better[worst] >= 0 else np.flatnonzero(may & ~taken)[0]
        taken[pick] = True
    return taken


def weights_of(plan: Plan, ground: Ground) -> Floats:
    """The demand that each open site is nearest to, in the order of `plan.sites`."""
    loads = np.bincount(
        plan.server[plan.server >= 0],
        weights=ground.demand[plan.server >= 0],
        minlength=ground.reach.sites,
    )
    return np.asarray(loads[list(plan.sites)], np.float64)
