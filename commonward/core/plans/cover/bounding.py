"""The bound under every model with a fixed number of sites: Lagrange's, raised by the volume algorithm.

All of them are one problem. Row `i` (a place with demand) has levels of gain
`gain[i, 0] ≥ gain[i, 1] ≥ … ≥ 0`; entry `(i, j)` says that site `j` serves row `i` at `cost`. The
loss to be made small is the sum of the levels that no open site serves, plus the cost of those
that are served. p-median: one level, as dear as the dearest road. Maximal covering: one level, the
demand; cost 0. Backup cover: two levels. MEXCLP: as many levels as there are units.

Relaxing "a level is served only by an open site" with multipliers `u ≥ 0` leaves

    L(u) = Σ_i Σ_k min(gain[i, k], u[i]) - Σ_{the p best sites} worth[j],
    worth[j] = Σ_i max(0, u[i] - cost[i, j]),

which is a valid bound for every `u` (Cornuéjols, Fisher & Nemhauser 1977; Beasley 1985; for covering
Galvão & ReVelle 1996). `worth` also tells by how much the bound grows when a site is forced in or
out: what would pass the best known value is fixed.
"""

import numpy as np
from numba import njit

from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Marks

FREE, OPEN, CLOSED = 0, 1, -1
TINY = 1e-9


@njit(cache=True)
def pack(
    ptr: Ints, site: Ints, cost: Floats, status: Marks, ceiling: Floats
) -> tuple[Ints, Ints, Floats]:
    """The entries that still matter in a node: free sites, cheaper than what is open already."""
    rows = ptr.size - 1
    begin = np.empty(rows + 1, np.int64)
    begin[0] = 0
    size = 0
    for i in range(rows):
        for e in range(ptr[i], ptr[i + 1]):
            if cost[e] >= ceiling[i]:
                break
            if status[site[e]] == FREE:
                size += 1
        begin[i + 1] = size
    packed_site = np.empty(size, np.int64)
    packed_cost = np.empty(size, np.float64)
    at = 0
    for i in range(rows):
        for e in range(ptr[i], ptr[i + 1]):
            if cost[e] >= ceiling[i]:
                break
            if status[site[e]] == FREE:
                packed_site[at] = site[e]
                packed_cost[at] = cost[e]
                at += 1
    return begin, packed_site, packed_cost


@njit(cache=True)
def counted(status: Marks, mark: int) -> int:
    """How many sites have this mark."""
    count = 0
    for j in range(status.size):
        if status[j] == mark:
            count += 1
    return count


@njit(cache=True)
def stand(
    begin: Ints, row: Ints, cost: Floats, gain: Floats, median: bool, status: Marks
) -> tuple[Ints, Floats]:
    """What the open sites have done: levels served per row, and what the next level can be worth.

    `begin`, `row`, `cost` list each site's rows.
    """
    rows, levels = gain.shape
    served = np.zeros(rows, np.int64)
    ceiling = gain[:, 0].copy()
    for j in range(status.size):
        if status[j] == OPEN:
            for e in range(begin[j], begin[j + 1]):
                served[row[e]] += 1
                ceiling[row[e]] = min(ceiling[row[e]], cost[e])
    if not median:
        for i in range(rows):
            ceiling[i] = gain[i, served[i]] if served[i] < levels else 0.0
    return served, ceiling


@njit(cache=True)
def relax(
    begin: Ints,
    site: Ints,
    cost: Floats,
    gain: Floats,
    median: bool,
    served: Ints,
    ceiling: Floats,
    dual: Floats,
    worth: Floats,
) -> float:
    """Fill `worth` with what each free site is worth; return the rows' part of the bound."""
    levels = gain.shape[1]
    for j in range(worth.size):
        worth[j] = 0.0
    total = 0.0
    for i in range(dual.size):
        u = dual[i]
        if median or levels == 1:
            total += min(u, ceiling[i])
        else:
            for k in range(served[i], levels):
                total += min(u, gain[i, k])
        if u <= 0.0:
            continue
        if median:
            for e in range(begin[i], begin[i + 1]):
                if cost[e] >= u:
                    break
                worth[site[e]] += u - cost[e]
        else:
            for e in range(begin[i], begin[i + 1]):
                worth[site[e]] += u
    return total


@njit(cache=True)
def take(worth: Floats, status: Marks, left: int, chosen: Flags) -> tuple[float, float, float]:
    """Choose the `left` free sites of most worth: (their sum, the least of them, the best other)."""
    sites = status.size
    free = np.empty(sites, np.float64)
    size = 0
    for j in range(sites):
        chosen[j] = False
        if status[j] == FREE:
            free[size] = worth[j]
            size += 1
    last, after = 0.0, -np.inf
    if left < size:
        parted = np.partition(free[:size], size - left - 1)
        after, last = parted[size - left - 1], np.inf
        for k in range(size - left, size):
            last = min(last, parted[k])
    total = 0.0
    ties = left
    for j in range(sites):
        if status[j] == FREE and worth[j] > last:
            chosen[j] = True
            total += worth[j]
            ties -= 1
    for j in range(sites):
        if ties <= 0:
            break
        if status[j] == FREE and not chosen[j] and worth[j] >= last:
            chosen[j] = True
            total += worth[j]
            ties -= 1
    return total, last, after


@njit(cache=True)
def serve(
    begin: Ints,
    row: Ints,
    cost: Floats,
    gain: Floats,
    median: bool,
    served: Ints,
    ceiling: Floats,
    dual: Floats,
    chosen: Flags,
    count: Ints,
) -> float:
    """Fill `count` with how many chosen sites want each row; return the loss as a plan."""
    rows, levels = gain.shape
    for i in range(rows):
        count[i] = 0
    lost = ceiling.copy()
    for j in range(chosen.size):
        if not chosen[j]:
            continue
        for e in range(begin[j], begin[j + 1]):
            i = row[e]
            if median:
                if cost[e] < dual[i]:
                    count[i] += 1
                lost[i] = min(lost[i], cost[e])
            else:
                count[i] += 1
    if median:
        return lost.sum()
    loss = 0.0
    for i in range(rows):
        for k in range(served[i] + count[i], levels):
            loss += gain[i, k]
    return loss


@njit(cache=True)
def fix(
    worth: Floats,
    chosen: Flags,
    status: Marks,
    total: float,
    last: float,
    after: float,
    limit: float,
) -> bool:
    """Open and close the free sites whose other choice would pass `limit`; whether there were any."""
    changed = False
    for j in range(status.size):
        if status[j] != FREE:
            continue
        if chosen[j]:
            if total + worth[j] - after > limit:
                status[j] = OPEN
                changed = True
        elif total + last - worth[j] > limit:
            status[j] = CLOSED
            changed = True
    return changed


@njit(cache=True)
def turn(
    gain: Floats,
    median: bool,
    served: Ints,
    dual: Floats,
    count: Ints,
    way: Floats,
    most: float,
) -> float:
    """Blend the subgradient into `way`; returns whether the two agreed (their product).

    The share of the new one makes the blend short, within `most` / 10 and `most`; a way that is
    nowhere yet takes all of it.
    """
    levels = gain.shape[1]
    slope = np.empty(dual.size)
    own, both, before = 0.0, 0.0, 0.0
    for i in range(dual.size):
        wanted = 1
        if not median and levels > 1:
            wanted = 0
            for k in range(served[i], levels):
                if gain[i, k] <= dual[i]:
                    break
                wanted += 1
        slope[i] = wanted - count[i]
        own += slope[i] * slope[i]
        both += slope[i] * way[i]
        before += way[i] * way[i]
    share = 1.0
    if before > 0.0:
        apart = own - 2.0 * both + before
        share = (before - both) / apart if apart > TINY else most
        share = min(max(share, 0.1 * most), most)
    for i in range(dual.size):
        way[i] = share * slope[i] + (1.0 - share) * way[i]
    return both


@njit(cache=True)
def length(way: Floats, dual: Floats, ceiling: Floats) -> float:
    """The square of the part of the way that multipliers at their ends can go."""
    square = 0.0
    for i in range(dual.size):
        if way[i] > 0.0:
            if dual[i] < ceiling[i]:
                square += way[i] * way[i]
        elif dual[i] > 0.0:
            square += way[i] * way[i]
    return square


@njit(cache=True)
def ascend(  # noqa: C901 - the loop shares a dozen arrays between its steps
    ptr: Ints,
    site: Ints,
    cost: Floats,
    begin: Ints,
    row: Ints,
    cost_of_site: Floats,
    gain: Floats,
    median: bool,
    pick: int,
    status: Marks,
    dual: Floats,
    way: Floats,
    best: float,
    unit: float,
    rounds: int,
    patience: int,
    step: float,
    least_step: float,
) -> tuple[float, Floats, float, Flags, bool]:
    """Raise the bound of one node; fix what cannot be in a better plan.

    `best` is the least loss known, `unit` what every loss is a whole multiple of (0: unknown).
    `status`, `dual` and `way` are changed: another call goes on from where this one ended. The
    steps start from the best multipliers and go the mean way of late (volume algorithm, Barahona &
    Anbil 2000), whose mean of sites chosen comes near to the linear program's own solution.

    Returns (bound, how often the relaxation used each site of late, the least loss met, its sites,
    whether the node can hold nothing better than that).
    """
    rows, sites = gain.shape[0], status.size
    use, worth = np.zeros(sites), np.zeros(sites)
    chosen, found_sites = np.zeros(sites, np.bool_), np.zeros(sites, np.bool_)
    count = np.zeros(rows, np.int64)
    served, ceiling = stand(begin, row, cost_of_site, gain, median, status)
    packed = pack(ptr, site, cost, status, ceiling)
    left = pick - counted(status, OPEN)
    found = best
    top, top_before = -np.inf, -np.inf
    top_dual = dual.copy()
    most = 0.2
    stale = 0
    for turns in range(rounds):
        if left < 0:
            return np.inf, use, found, found_sites, True
        for i in range(rows):
            top_dual[i] = min(max(top_dual[i], 0.0), ceiling[i])
            dual[i] = min(max(dual[i], 0.0), ceiling[i])
        free = counted(status, FREE)
        total = relax(*packed, gain, median, served, ceiling, dual, worth)
        spent, last, after = take(worth, status, left, chosen)
        total -= spent
        loss = serve(begin, row, cost_of_site, gain, median, served, ceiling, dual, chosen, count)
        if loss < found - TINY * max(1.0, abs(found)):
            found = loss
            for j in range(sites):
                found_sites[j] = chosen[j] or status[j] == OPEN
        slack = TINY * max(1.0, abs(found)) + 1e-7 * unit
        limit = found - unit + slack if unit > 0 else found - slack
        if total > limit or left >= free or left == 0:
            dual[:] = top_dual
            return total, use, found, found_sites, True
        for j in range(sites):
            use[j] = 0.93 * use[j] + (0.07 if chosen[j] else 0.0)
        if fix(worth, chosen, status, total, last, after, limit):
            served, ceiling = stand(begin, row, cost_of_site, gain, median, status)
            packed = pack(ptr, site, cost, status, ceiling)
            left = pick - counted(status, OPEN)
        agreed = turn(gain, median, served, dual, count, way, most)
        if total > top:
            top = total
            top_dual[:] = dual
            stale = 0
            if agreed > 0.0:
                step = min(2.0, 1.1 * step)
        else:
            stale += 1
            if stale >= patience:
                stale = 0
                step *= 0.66
                if step < least_step:
                    break
        if turns % 100 == 99:
            if top < top_before + 0.01 * (found - top):
                most = max(0.5 * most, 1e-4)
            top_before = top
        square = length(way, top_dual, ceiling)
        if square < 1e-12:
            break
        pace = step * (found - top) / square
        for i in range(rows):
            dual[i] = top_dual[i] + pace * way[i]
    dual[:] = top_dual
    return top, use, found, found_sites, False
