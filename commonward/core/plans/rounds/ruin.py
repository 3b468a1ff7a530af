"""Strings of streets taken out of neighbouring rounds and put back where they cost least.

Slack induction by string removals (Christiaens & Vanden Berghe 2020), for streets: every insertion
is priced with the best directions of all streets of the round at once, by two labels a street
(the idea of combined neighbourhoods: Vidal 2017).
"""

import numpy as np
from numba import njit

from commonward.core.plans.chances import below, share

ORDER_RANDOM, ORDER_DEMAND, ORDER_FAR = 4, 8, 10
"""Of 11: how often the order of putting back is random, by demand, by distance (rest: near first)."""
SPLIT, LONGER, BLINK = 0.5, 0.5, 0.01
"""How often a string keeps its middle; how often that middle grows; how often a place is missed."""


@njit(cache=True)
def label(route, size, leave, ahead, behind):  # type: ignore[no-untyped-def]
    """Fill a round's labels and return its cost; streets 0 … m-1, the depot is state 2m of 2m + 1.

    ahead[t, d]: the least way from the depot to the start of street t served in direction d, and
    behind[t, d]: from its end to the depot; leave[2s + e, 2t + d] is the way between.
    """
    depot = leave.shape[0] - 1
    if size == 0:
        return 0.0
    t = route[0]
    ahead[t, 0], ahead[t, 1] = leave[depot, 2 * t], leave[depot, 2 * t + 1]
    for i in range(1, size):
        s, t = t, route[i]
        for d in range(2):
            ahead[t, d] = min(
                ahead[s, 0] + leave[2 * s, 2 * t + d], ahead[s, 1] + leave[2 * s + 1, 2 * t + d]
            )
    behind[t, 0], behind[t, 1] = leave[2 * t, depot], leave[2 * t + 1, depot]
    cost = min(ahead[t, 0] + behind[t, 0], ahead[t, 1] + behind[t, 1])
    for i in range(size - 2, -1, -1):
        s = route[i]
        for d in range(2):
            behind[s, d] = min(
                leave[2 * s + d, 2 * t] + behind[t, 0],
                leave[2 * s + d, 2 * t + 1] + behind[t, 1],
            )
        t = s
    return cost


@njit(cache=True)
def search(  # type: ignore[no-untyped-def]  # noqa: C901
    leave,
    enter,
    near,
    demand,
    apart,
    room,
    most,
    average,
    longest,
    steps,
    heat,
    heat_end,
    state,
    routes,
    sizes,
    loads,
    costs,
    where,
    best_routes,
    best_sizes,
    best,
):
    """Improve the rounds in place for `steps` removals; the best is kept.

    leave (2m + 1)² ways between street states and `enter` its transpose; near m × k, the streets
    near each; demand m; apart m, the way from the depot; room: demand a round may have; most: cost
    a round may have (inf: no limit; each street alone must fit); routes R × L with R, L = m, sizes, loads, costs R; where m: the round of each street (-1: none yet). `average` streets
    are taken out at a time, `longest` in a row. Acceptance cools from `heat` to `heat_end`.
    """
    m = demand.size
    ahead = np.zeros((m, 2))
    behind = np.zeros((m, 2))
    rounds = sizes.size
    width = routes.shape[1]
    depot = 2 * m
    old_routes = np.empty((rounds, width), routes.dtype)
    old_sizes = np.empty(rounds, np.int64)
    old_loads, old_costs = np.empty(rounds), np.empty(rounds)
    touched = np.empty(rounds, np.int64)
    is_touched = np.zeros(rounds, np.bool_)
    ruined = np.zeros(rounds, np.bool_)
    out = np.empty(m, np.int64)
    keys = np.empty(m)
    current = 0.0
    for r in range(rounds):
        costs[r] = label(routes[r], sizes[r], leave, ahead, behind)
        current += costs[r]
    top = 0
    for r in range(rounds):
        if sizes[r] > 0:
            top = r + 1
    waiting = 0
    for t in range(m):
        if where[t] < 0:
            out[waiting] = t
            waiting += 1
    cooling = (heat_end / heat) ** (1.0 / max(1, steps))
    for _step in range(steps):
        heat *= cooling
        count_touched = 0
        while top > 0 and sizes[top - 1] == 0:
            top -= 1
        if waiting == 0:
            used = 0
            for r in range(top):
                used += sizes[r] > 0
            string_most = min(float(longest), m / used)
            strings_most = 4.0 * average / (1.0 + string_most) - 1.0
            strings = np.int64(np.floor(1.0 + share(state) * strings_most))
            seed = below(state, m)
            for j in range(-1, near.shape[1]):
                if strings == 0:
                    break
                t = seed if j < 0 else near[seed, j]
                r = where[t]
                if r < 0 or ruined[r]:
                    continue
                strings -= 1
                ruined[r] = True
                is_touched[r] = True
                touched[count_touched] = r
                count_touched += 1
                size = sizes[r]
                old_routes[r, :size] = routes[r, :size]
                old_sizes[r], old_loads[r], old_costs[r] = size, loads[r], costs[r]
                length = np.int64(np.floor(1.0 + share(state) * min(float(size), string_most)))
                length = min(length, size)
                at = 0
                while routes[r, at] != t:
                    at += 1
                kept = 0
                if length < size and length > 1 and share(state) < SPLIT:
                    kept = 1
                    while length + kept < size and share(state) < LONGER:
                        kept += 1
                span = length + kept
                low = max(0, at - span + 1)
                high = min(at, size - span)
                begin = low + below(state, high - low + 1)
                # The kept streets lie somewhere inside the span.
                keep_from, keep_to = -1, -1
                if kept:
                    keep_from = begin + 1 + below(state, max(1, length - 1))
                    keep_to = keep_from + kept
                to = begin
                for i in range(begin, size):
                    u = routes[r, i]
                    if i < begin + span and not (keep_from <= i < keep_to):
                        out[waiting] = u
                        waiting += 1
                        where[u] = -1
                        loads[r] -= demand[u]
                    else:
                        routes[r, to] = u
                        to += 1
                sizes[r] = to
                current -= costs[r]
                costs[r] = label(routes[r], to, leave, ahead, behind)
                current += costs[r]
            for i in range(count_touched):
                ruined[touched[i]] = False
        before = 0.0
        for i in range(count_touched):
            before += old_costs[touched[i]] - costs[touched[i]]
        before += current
        first_time = count_touched == 0
        # Recreate: an order, then each at its cheapest place.
        kind = below(state, 11)
        for i in range(waiting):
            t = out[i]
            if kind < ORDER_RANDOM:
                keys[i] = share(state)
            elif kind < ORDER_DEMAND:
                keys[i] = -demand[t]
            elif kind < ORDER_FAR:
                keys[i] = -apart[t]
            else:
                keys[i] = apart[t]
        for i in range(1, waiting):
            t, key = out[i], keys[i]
            j = i - 1
            while j >= 0 and keys[j] > key:
                out[j + 1], keys[j + 1] = out[j], keys[j]
                j -= 1
            out[j + 1], keys[j + 1] = t, key
        for i in range(waiting):
            t = out[i]
            to_0, to_1 = enter[2 * t], enter[2 * t + 1]
            of_0, of_1 = leave[2 * t], leave[2 * t + 1]
            alone = min(to_0[depot] + of_0[depot], to_1[depot] + of_1[depot])
            least, least_r, least_at = np.inf, -1, 0
            empty = -1
            # One empty round beyond the last used one is looked at too.
            for r in range(min(top + 1, rounds)):
                size = sizes[r]
                if size == 0:
                    if empty < 0:
                        empty = r
                    continue
                if loads[r] + demand[t] > room:
                    continue
                cost = costs[r]
                # The way to t in both directions from what stands before the place.
                a0, a1 = to_0[depot], to_1[depot]
                for at in range(size):
                    q = routes[r, at]
                    c0 = a0 + min(of_0[2 * q] + behind[q, 0], of_0[2 * q + 1] + behind[q, 1])
                    c1 = a1 + min(of_1[2 * q] + behind[q, 0], of_1[2 * q + 1] + behind[q, 1])
                    extra = min(c0, c1) - cost
                    if extra < least and cost + extra <= most and share(state) >= BLINK:
                        least, least_r, least_at = extra, r, at
                    f0, f1 = ahead[q, 0], ahead[q, 1]
                    a0 = min(f0 + to_0[2 * q], f1 + to_0[2 * q + 1])
                    a1 = min(f0 + to_1[2 * q], f1 + to_1[2 * q + 1])
                extra = min(a0 + of_0[depot], a1 + of_1[depot]) - cost
                if extra < least and cost + extra <= most and share(state) >= BLINK:
                    least, least_r, least_at = extra, r, size
            if empty >= 0 and (least_r < 0 or alone < least):
                least, least_r, least_at = alone, empty, 0
            r = least_r
            size = sizes[r]
            top = max(top, r + 1)
            if not first_time and not is_touched[r]:
                is_touched[r] = True
                touched[count_touched] = r
                count_touched += 1
                old_routes[r, :size] = routes[r, :size]
                old_sizes[r], old_loads[r], old_costs[r] = size, loads[r], costs[r]
            for j in range(size, least_at, -1):
                routes[r, j] = routes[r, j - 1]
            routes[r, least_at] = t
            sizes[r] = size + 1
            loads[r] += demand[t]
            where[t] = r
            current -= costs[r]
            costs[r] = label(routes[r], size + 1, leave, ahead, behind)
            current += costs[r]
        waiting = 0
        for i in range(count_touched):
            is_touched[touched[i]] = False
        if not first_time and current >= before - heat * np.log(share(state) + 1e-300):
            # Refused: what was touched is put back.
            for i in range(count_touched):
                r = touched[i]
                size = old_sizes[r]
                routes[r, :size] = old_routes[r, :size]
                sizes[r], loads[r], costs[r] = size, old_loads[r], old_costs[r]
                for j in range(size):
                    where[routes[r, j]] = r
                label(routes[r], size, leave, ahead, behind)
            current = before
        elif current < best[0] - 1e-7:
            best[0] = current
            best_sizes[:] = sizes
            for r in range(rounds):
                best_routes[r, : sizes[r]] = routes[r, : sizes[r]]
    return current
