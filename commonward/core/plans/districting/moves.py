"""The moves of annealing a division: one block to a neighbouring grid, or two blocks exchanged."""

import numpy as np
from numba import njit

from commonward.core.plans.chances import below, share


@njit(cache=True)
def holds_without(first, other, grid, block, seen, stamp, queue):  # type: ignore[no-untyped-def]  # noqa: C901
    """Whether a block's grid stays one piece, and is not empty, when the block leaves it.

    `seen` is an int64 scratch array of marks below `stamp`; `queue` is scratch of n blocks.
    """
    own = grid[block]
    wanted = 0
    start = -1
    for k in range(first[block], first[block + 1]):
        if grid[other[k]] == own:
            wanted += 1
            start = other[k]
    if wanted <= 1:
        return wanted == 1
    for k in range(first[block], first[block + 1]):
        if grid[other[k]] == own:
            seen[other[k]] = stamp
    # Marks: `stamp` is a neighbour still to be reached, `stamp + 1` has been reached.
    seen[block] = stamp + 1
    seen[start] = stamp + 1
    wanted -= 1
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        for k in range(first[here], first[here + 1]):
            there = other[k]
            if grid[there] != own or seen[there] == stamp + 1:
                continue
            if seen[there] == stamp:
                wanted -= 1
                if wanted == 0:
                    return True
            seen[there] = stamp + 1
            queue[tail] = there
            tail += 1
    return False


@njit(cache=True, inline="always")
def excess(load, low, high):  # type: ignore[no-untyped-def]
    """How far a load lies outside its window, and its square.

    Without the square a far load would weigh no more than many near ones, where all are outside.
    """
    far = max(load - high, low - load, 0.0)
    return far + far * far


@njit(cache=True)
def anneal(  # type: ignore[no-untyped-def]  # noqa: C901
    first,
    other,
    border,
    load,
    grid,
    total,
    today,
    stay,
    free,
    among,
    low,
    high,
    steps,
    heat,
    heat_end,
    push,
    push_end,
    state,
    best,
    found,
):
    """Anneal `grid` in place; `best` gets the division of least (excess, cut and changes).

    Arrays: CSR neighbours (first, other, border), load of n blocks, grid of n blocks, total load
    of each grid, today's grid (-1: none), what staying in it is worth, free (False: never moved), the free blocks
    to begin moves from (`among`).
    `found` is (excess, cut + changes) of `best`, carried from call to call. Temperature falls from
    `heat` to `heat_end`, the price of a unit of excess goes from `push` to `push_end`, both
    geometrically.
    """
    n = load.size
    seen = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    stamp = np.int64(1)
    cost, over = 0.0, 0.0
    for v in range(n):
        if today[v] >= 0 and grid[v] != today[v]:
            cost += stay[v]
        for k in range(first[v], first[v + 1]):
            if v < other[k] and grid[v] != grid[other[k]]:
                cost += border[k]
    for g in range(total.size):
        over += excess(total[g], low, high)
    stretch = 512
    rounds = max(1, steps // stretch)
    cooling = (heat_end / heat) ** (1.0 / rounds)
    pushing = (push_end / push) ** (1.0 / rounds)
    for _ in range(rounds):
        heat *= cooling
        push *= pushing
        for _ in range(stretch):
            v = among[below(state, among.size)]
            degree = first[v + 1] - first[v]
            if degree == 0:
                continue
            k = first[v] + below(state, degree)
            w = other[k]
            a, b = grid[v], grid[w]
            if a == b:
                continue
            leave, enter = 0.0, 0.0
            for j in range(first[v], first[v + 1]):
                if grid[other[j]] == a:
                    leave += border[j]
                elif grid[other[j]] == b:
                    enter += border[j]
            change = leave - enter
            if today[v] >= 0:
                change += stay[v] * ((today[v] == a) - np.int64(today[v] == b))
            before = excess(total[a], low, high) + excess(total[b], low, high)
            # The limit is drawn before the move is looked at closely: most are refused by it.
            limit = -heat * np.log(share(state) + 1e-300)
            after = excess(total[a] - load[v], low, high) + excess(total[b] + load[v], low, high)
            if change + push * (after - before) <= limit:
                stamp += 2
                if holds_without(first, other, grid, v, seen, stamp, queue):
                    grid[v] = b
                    total[a] -= load[v]
                    total[b] += load[v]
                    cost += change
                    over += after - before
            # Otherwise exchange v with a block u of b that touches a.
            else:
                # u: a random neighbour's neighbour in b
                m = below(state, first[w + 1] - first[w] + 1)
                u = w if m == first[w + 1] - first[w] else other[first[w] + m]
                if grid[u] != b or not free[u]:
                    continue
                lighter = load[v] - load[u]
                after = excess(total[a] - lighter, low, high) + excess(
                    total[b] + lighter, low, high
                )
                out, back = 0.0, 0.0
                touch = 0.0
                for j in range(first[u], first[u + 1]):
                    if other[j] == v:
                        touch = border[j]
                    elif grid[other[j]] == b:
                        out += border[j]
                    elif grid[other[j]] == a:
                        back += border[j]
                if back == 0.0:
                    continue
                enter -= touch
                if enter <= 0.0:
                    continue
                change = leave - enter + out - back
                if today[v] >= 0:
                    change += stay[v] * ((today[v] == a) - np.int64(today[v] == b))
                if today[u] >= 0:
                    change += stay[u] * ((today[u] == b) - np.int64(today[u] == a))
                if change + push * (after - before) > limit:
                    continue
                stamp += 2
                if not holds_without(first, other, grid, v, seen, stamp, queue):
                    continue
                # With v away, u leaves b: b must hold with v in it and u out of it.
                grid[v] = b
                stamp += 2
                if not holds_without(first, other, grid, u, seen, stamp, queue):
                    grid[v] = a
                    continue
                grid[u] = a
                total[a] -= lighter
                total[b] += lighter
                cost += change
                over += after - before
            if over < found[0] - 1e-9 or (over <= found[0] + 1e-9 and cost < found[1] - 1e-9):
                found[0], found[1] = max(over, 0.0), cost
                best[:] = grid
    return cost, over
