"""Two neighbouring grids shared anew: every split of their blocks into two connected parts."""

import numpy as np
from numba import njit

from commonward.core.plans.chances import below, share
from commonward.core.plans.districting.moves import excess

MOST = 16
"""Blocks of two grids at most whose splits are all looked at (2^16)."""


@njit(cache=True, inline="always")
def _in_one_piece(near, mask):  # type: ignore[no-untyped-def]
    """Whether the blocks of a bit mask are connected; `near[i]` is the mask of i's neighbours."""
    reached = mask & -mask
    edge = reached
    while edge:
        i = 0
        bit = edge & -edge
        edge ^= bit
        while bit > 1:
            bit >>= 1
            i += 1
        new = near[i] & mask & ~reached
        reached |= new
        edge |= new
    return reached == mask


@njit(cache=True)
def _gather(first, other, grid, start, members, size, place):  # type: ignore[no-untyped-def]
    """Append the blocks of the grid of `start` to `members[:size]`; returns the new size.

    `place` gets each block's position; more than MOST blocks end it early.
    """
    own = grid[start]
    members[size] = start
    place[start] = size
    at, size = size, size + 1
    while at < size:
        here = members[at]
        at += 1
        for k in range(first[here], first[here + 1]):
            there = other[k]
            if grid[there] == own and place[there] < 0:
                if size >= MOST:
                    return MOST + 1
                place[there] = size
                members[size] = there
                size += 1
    return size


@njit(cache=True)
def share_anew(  # type: ignore[no-untyped-def]  # noqa: C901
    first,
    other,
    border,
    load,
    grid,
    total,
    today,
    stay,
    free,
    low,
    high,
    v,
    w,
    heat,
    push,
    state,
    place,
    sums,
):
    """Draw a split of the grids of v and w (neighbours, of two grids) at this temperature.

    Changes `grid` and `total`; returns the change of (cut and changes, excess); (0, 0) where they
    have too many blocks. `place` is scratch of n, all -1 before and after; `sums` of 2^MOST.
    """
    a, b = grid[v], grid[w]
    members = np.empty(MOST + 1, np.int64)
    size = _gather(first, other, grid, v, members, 0, place)
    own = size
    if size <= MOST:
        size = _gather(first, other, grid, w, members, size, place)
    if size > MOST:
        for i in range(MOST):
            place[members[i]] = -1
        # A search that ended early has marked no more than the MOST blocks it kept.
        return 0.0, 0.0
    near = np.zeros(size, np.int64)
    matter = np.zeros((size, size), np.float64)
    must_a, must_b = 0, 0
    to_a, to_b = np.zeros(size), np.zeros(size)
    for i in range(size):
        u = members[i]
        for k in range(first[u], first[u + 1]):
            j = place[other[k]]
            if j >= 0:
                near[i] |= 1 << j
                matter[i, j] = border[k]
        if not free[u]:
            if i < own:
                must_a |= 1 << i
            else:
                must_b |= 1 << i
        if today[u] >= 0:
            to_a[i] = stay[u] * (today[u] != a)
            to_b[i] = stay[u] * (today[u] != b)
    for i in range(size):
        place[members[i]] = -1
    both = total[a] + total[b]
    before = excess(total[a], low, high) + excess(total[b], low, high)
    whole = (1 << size) - 1
    sums[0] = 0.0
    old = (1 << own) - 1
    best_score, best_mask, best_cost = np.inf, old, 0.0
    old_cost = 0.0
    # The masks in rising order, but first the present split: its cost is what others must beat.
    for turn in range(whole):
        mask = old if turn == 0 else turn
        if turn > 0:
            low_bit = mask & -mask
            i = 0
            while low_bit > 1:
                low_bit >>= 1
                i += 1
            sums[mask] = sums[mask & (mask - 1)] + load[members[i]]
            after = excess(sums[mask], low, high) + excess(both - sums[mask], low, high)
            if push * after > best_score + 2.0 * size or mask == old:
                continue
        else:
            after = before
        if (mask & must_a) != must_a or (mask & must_b) != 0:
            continue
        if turn > 0 and not (_in_one_piece(near, mask) and _in_one_piece(near, whole ^ mask)):
            continue
        cost = 0.0
        for i in range(size):
            if mask >> i & 1:
                cost += to_a[i]
                for j in range(size):
                    if not mask >> j & 1:
                        cost += matter[i, j]
            else:
                cost += to_b[i]
        if turn == 0:
            old_cost = cost
        score = cost + push * after + heat * np.log(-np.log(share(state) + 1e-300) + 1e-300)
        if score < best_score:
            best_score, best_mask, best_cost = score, mask, cost
    if best_mask == old:
        return 0.0, 0.0
    total_a = 0.0
    for i in range(size):
        if best_mask >> i & 1:
            grid[members[i]] = a
            total_a += load[members[i]]
        else:
            grid[members[i]] = b
    total[a] = total_a
    total[b] = both - total_a
    after = excess(total[a], low, high) + excess(total[b], low, high)
    return best_cost - old_cost, after - before


@njit(cache=True)
def mend(  # type: ignore[no-untyped-def]  # noqa: C901
    first,
    other,
    border,
    load,
    grid,
    total,
    today,
    stay,
    free,
    low,
    high,
    steps,
    heat,
    push,
    chance,
    state,
    best,
    found,
):
    """Share pairs anew, those with a grid outside its window first; keeps the best as `anneal`.

    A share `chance` of the steps takes any pair. Ends early when no grid is outside and `chance`
    is 0. `cost` is counted from that of `grid` at the start, `found` must hold it.
    """
    n = load.size
    place = np.full(n, -1, np.int64)
    sums = np.empty(1 << MOST, np.float64)
    cost, over = 0.0, 0.0
    for v in range(n):
        if today[v] >= 0 and grid[v] != today[v]:
            cost += stay[v]
        for k in range(first[v], first[v + 1]):
            if v < other[k] and grid[v] != grid[other[k]]:
                cost += border[k]
    for g in range(total.size):
        over += excess(total[g], low, high)
    wrong = np.empty(n, np.int64)
    for _ in range(steps):
        v = -1
        if share(state) >= chance:
            count = 0
            for u in range(n):
                if total[grid[u]] > high or total[grid[u]] < low:
                    wrong[count] = u
                    count += 1
            if count == 0 and chance == 0.0:
                break
            if count > 0:
                v = wrong[below(state, count)]
        if v < 0:
            v = below(state, n)
        degree = first[v + 1] - first[v]
        if degree == 0:
            continue
        w = other[first[v] + below(state, degree)]
        if grid[w] == grid[v]:
            continue
        dearer, further = share_anew(
            first,
            other,
            border,
            load,
            grid,
            total,
            today,
            stay,
            free,
            low,
            high,
            v,
            w,
            heat,
            push,
            state,
            place,
            sums,
        )
        cost += dearer
        over += further
        if over < found[0] - 1e-9 or (over <= found[0] + 1e-9 and cost < found[1] - 1e-9):
            found[0], found[1] = max(over, 0.0), cost
            best[:] = grid
    return cost, over
