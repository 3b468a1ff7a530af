"""Good plans fast: take greedily, then swap one site for another as long as that helps.

The swap of the p-median looks at each newcomer once and finds its best leaver on the way (Whitaker
1983; Resende & Werneck 2007); the one of covering counts how often each row is served.
"""

import numpy as np
from numba import njit

from commonward.core.plans.cover.arrays import Flags, Floats, Ints, Marks
from commonward.core.plans.cover.bounding import FREE, OPEN


@njit(cache=True)
def nearest_two(
    begin: Ints, row: Ints, cost: Floats, ceiling: Floats, taken: Flags
) -> tuple[Ints, Floats, Floats]:
    """For each row: cheapest open site (-1: none), its cost, and the second cheapest cost."""
    rows = ceiling.size
    who = np.full(rows, -1, np.int64)
    first = ceiling.copy()
    second = ceiling.copy()
    for j in range(taken.size):
        if taken[j]:
            for e in range(begin[j], begin[j + 1]):
                i = row[e]
                c = cost[e]
                if c < first[i]:
                    second[i] = first[i]
                    first[i] = c
                    who[i] = j
                elif c < second[i]:
                    second[i] = c
    return who, first, second


@njit(cache=True)
def swap_median(  # noqa: C901 - one look at a newcomer and all leavers: calls would cost more than it
    begin: Ints,
    row: Ints,
    cost: Floats,
    gain: Floats,
    status: Marks,
    taken: Flags,
    order: Ints,
) -> float:
    """Swap free sites in `taken` (changed in place) until no swap helps; returns the loss."""
    ceiling = gain[:, 0].copy()
    sites = taken.size
    who, first, second = nearest_two(begin, row, cost, ceiling, taken)
    leave = np.zeros(sites)
    keep = np.zeros(sites)
    for i in range(ceiling.size):
        if who[i] >= 0:
            leave[who[i]] += second[i] - first[i]
    quiet = 0
    at = 0
    while quiet < order.size:
        f = order[at]
        at = at + 1 if at + 1 < order.size else 0
        quiet += 1
        if taken[f] or status[f] != FREE:
            continue
        won = 0.0
        for e in range(begin[f], begin[f + 1]):
            i = row[e]
            c = cost[e]
            if c < first[i]:
                won += first[i] - c
                if who[i] >= 0:
                    keep[who[i]] += second[i] - first[i]
            elif c < second[i] and who[i] >= 0:
                keep[who[i]] += second[i] - c
        worst = -1
        least = np.inf
        for r in range(sites):
            if taken[r] and status[r] == FREE and leave[r] - keep[r] < least:
                least = leave[r] - keep[r]
                worst = r
            keep[r] = 0.0
        if worst < 0 or won - least <= 1e-7 * (1.0 + won):
            continue
        taken[f] = True
        taken[worst] = False
        quiet = 0
        who, first, second = nearest_two(begin, row, cost, ceiling, taken)
        leave[:] = 0.0
        for i in range(ceiling.size):
            if who[i] >= 0:
                leave[who[i]] += second[i] - first[i]
    return first.sum()


@njit(cache=True)
def swap_cover(  # noqa: C901 - one look at a newcomer and all leavers: calls would cost more than it
    ptr: Ints,
    site: Ints,
    begin: Ints,
    row: Ints,
    gain: Floats,
    status: Marks,
    taken: Flags,
    order: Ints,
) -> float:
    """The same for models that count the sites which serve a row."""
    sites = taken.size
    rows, levels = gain.shape
    have = np.zeros(rows, np.int64)
    for j in range(sites):
        if taken[j]:
            for e in range(begin[j], begin[j + 1]):
                have[row[e]] += 1
    leave = np.zeros(sites)
    keep = np.zeros(sites)
    for j in range(sites):
        if taken[j]:
            for e in range(begin[j], begin[j + 1]):
                if have[row[e]] <= levels:
                    leave[j] += gain[row[e], have[row[e]] - 1]
    quiet = 0
    at = 0
    while quiet < order.size:
        f = order[at]
        at = at + 1 if at + 1 < order.size else 0
        quiet += 1
        if taken[f] or status[f] != FREE:
            continue
        won = 0.0
        most = 0.0
        for e in range(begin[f], begin[f + 1]):
            i = row[e]
            h = have[i]
            now = gain[i, h] if h < levels else 0.0
            won += now
            if 0 < h <= levels:
                most += gain[i, h - 1] - now
        lightest = np.inf
        for r in range(sites):
            if taken[r] and status[r] == FREE:
                lightest = min(lightest, leave[r])
        if won + most <= lightest:
            continue
        for e in range(begin[f], begin[f + 1]):
            i = row[e]
            h = have[i]
            if 0 < h <= levels:
                more = gain[i, h - 1] - (gain[i, h] if h < levels else 0.0)
                if more > 0:
                    for other in range(ptr[i], ptr[i + 1]):
                        if taken[site[other]]:
                            keep[site[other]] += more
        worst = -1
        least = np.inf
        for r in range(sites):
            if taken[r] and status[r] == FREE and leave[r] - keep[r] < least:
                least = leave[r] - keep[r]
                worst = r
            keep[r] = 0.0
        if worst < 0 or won - least <= 1e-7 * (1.0 + won):
            continue
        taken[f] = True
        taken[worst] = False
        quiet = 0
        for e in range(begin[f], begin[f + 1]):
            have[row[e]] += 1
        for e in range(begin[worst], begin[worst + 1]):
            have[row[e]] -= 1
        leave[:] = 0.0
        for j in range(sites):
            if taken[j]:
                for e in range(begin[j], begin[j + 1]):
                    if have[row[e]] <= levels:
                        leave[j] += gain[row[e], have[row[e]] - 1]
    loss = 0.0
    for i in range(rows):
        for k in range(have[i], levels):
            loss += gain[i, k]
    return loss


@njit(cache=True)
def greedy(  # noqa: C901 - two kinds of gain in one lazy search
    begin: Ints,
    row: Ints,
    cost: Floats,
    gain: Floats,
    median: bool,
    pick: int,
    status: Marks,
) -> Flags:
    """Take the site that saves most, one after the other; returns who was taken."""
    sites = status.size
    rows, levels = gain.shape
    taken = status == OPEN
    have = np.zeros(rows, np.int64)
    first = gain[:, 0].copy()
    count = 0
    for j in range(sites):
        if taken[j]:
            count += 1
            for e in range(begin[j], begin[j + 1]):
                have[row[e]] += 1
                first[row[e]] = min(first[row[e]], cost[e])
    # What a site saves only shrinks as others come: an old figure is a bound (lazy greedy).
    stale = np.full(sites, np.inf)
    while count < pick:
        best = -1
        most = -1.0
        order = np.argsort(-stale)
        for j in order:
            if stale[j] <= most:
                break
            if taken[j] or status[j] != FREE:
                stale[j] = -1.0
                continue
            won = 0.0
            for e in range(begin[j], begin[j + 1]):
                i = row[e]
                if median:
                    if cost[e] < first[i]:
                        won += first[i] - cost[e]
                elif have[i] < levels:
                    won += gain[i, have[i]]
            stale[j] = won
            if won > most:
                most = won
                best = j
        if best < 0:
            break
        taken[best] = True
        count += 1
        for e in range(begin[best], begin[best + 1]):
            have[row[e]] += 1
            first[row[e]] = min(first[row[e]], cost[e])
    return taken
