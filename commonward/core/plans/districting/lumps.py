"""Whether blocks are too lumpy: for each block, the connected sets of the right load that hold it."""

import numpy as np
from numba import njit

NO_SET, STRANDED, SOME, UNKNOWN = 0, 1, 2, 3


@njit(cache=True)
def _can_stand(load, low, high):  # type: ignore[no-untyped-def]
    """Whether a whole number of grids of the window adds up to this load."""
    most = np.floor(load / low + 1e-9)
    return most >= 1.0 and most * high >= load - 1e-9


@njit(cache=True)
def _strands(first, other, load, low, high, taken, seen, stamp, queue, chosen, size):  # type: ignore[no-untyped-def]  # noqa: C901
    """Whether a set's removal leaves a piece beside it that no number of grids can share.

    A search from each neighbour ends where the piece has grown past every gap between windows.
    Returns the piece's load, or -1.
    """
    # From this load on, windows of k and k + 1 grids overlap: every load can stand.
    enough = high * (np.floor(low / (high - low)) + 2.0) if high > low else np.inf
    for i in range(size):
        u = chosen[i]
        for k in range(first[u], first[u + 1]):
            root = other[k]
            if taken[root] or seen[root] >= stamp:
                continue
            queue[0] = root
            seen[root] = stamp
            head, tail = 0, 1
            weight = load[root]
            whole = True
            while head < tail:
                here = queue[head]
                head += 1
                for j in range(first[here], first[here + 1]):
                    there = other[j]
                    # What an earlier search from this set has reached is a large piece.
                    if seen[there] > stamp:
                        whole = False
                        break
                    if taken[there] or seen[there] == stamp:
                        continue
                    seen[there] = stamp
                    weight += load[there]
                    queue[tail] = there
                    tail += 1
                if not whole or weight > enough:
                    whole = False
                    break
            if whole and not _can_stand(weight, low, high):
                return weight
            if not whole:
                for i2 in range(tail):
                    seen[queue[i2]] = stamp + 1
    return -1.0


@njit(cache=True)
def look(first, other, load, low, high, block, limit, banned, taken, seen, queue, chosen, stamps):  # type: ignore[no-untyped-def]  # noqa: C901
    """What the connected sets with `block` and a load of [low, high] are: one of the four words.

    Every such set is visited once (Wernicke's extension rule: a set grows only by blocks that are
    new beside its last one, or stood open before and have not been passed over). At most `limit`
    sets are looked at. The second value is the load nearest to the window that was met.
    """
    # Each level keeps its open blocks in one stack: start[l] … end[l].
    depth_most = 64
    start = np.zeros(depth_most + 1, np.int64)
    end = np.zeros(depth_most + 1, np.int64)
    room = 4096
    opened = np.empty(room, np.int64)
    looked = 0
    verdict = NO_SET
    nearest = load[block]
    whole = load[block]
    # banned: the level at which a block was opened or passed, 0 where neither.
    touched = np.empty(room, np.int64)
    touches = 0
    marks = np.zeros(depth_most + 1, np.int64)
    taken[block] = True
    chosen[0] = block
    depth = 1
    banned[block] = 1
    touched[0] = block
    touches = 1
    marks[1] = 1
    tail = 0
    start[1] = 0
    for k in range(first[block], first[block + 1]):
        there = other[k]
        if not banned[there]:
            banned[there] = 1
            touched[touches] = there
            touches += 1
            opened[tail] = there
            tail += 1
    end[1] = tail
    arrived = True
    while depth > 0:
        if arrived:
            arrived = False
            looked += 1
            if abs(whole - (low + high) / 2) < abs(nearest - (low + high) / 2):
                nearest = whole
            if low <= whole <= high:
                stamps[0] += 2
                piece = _strands(
                    first, other, load, low, high, taken, seen, stamps[0], queue, chosen, depth
                )
                if piece < 0.0:
                    verdict = SOME
                    break
                verdict = STRANDED
            if looked >= limit:
                verdict = UNKNOWN
                break
        if start[depth] == end[depth] or depth == depth_most:
            if depth == depth_most:
                verdict = UNKNOWN
                break
            # Back: close what this level has opened.
            while touches > marks[depth]:
                touches -= 1
                banned[touched[touches]] = 0
            depth -= 1
            if depth == 0:
                break
            gone = chosen[depth]
            taken[gone] = False
            whole -= load[gone]
            continue
        end[depth] -= 1
        v = opened[end[depth]]
        if whole + load[v] > high:
            continue
        # Take v: what remains open here stays open below, and v's new neighbours with it.
        low_at, high_at = start[depth], end[depth]
        base = end[depth] + 1
        if base + (high_at - low_at) + (first[v + 1] - first[v]) + 1 >= room:
            verdict = UNKNOWN
            break
        to = base
        for i in range(low_at, high_at):
            opened[to] = opened[i]
            to += 1
        taken[v] = True
        chosen[depth] = v
        whole += load[v]
        depth += 1
        marks[depth] = touches
        for k in range(first[v], first[v + 1]):
            there = other[k]
            if not banned[there]:
                banned[there] = 1
                touched[touches] = there
                touches += 1
                opened[to] = there
                to += 1
        start[depth], end[depth] = base, to
        arrived = True
    for i in range(touches):
        banned[touched[i]] = 0
    for i in range(depth):
        taken[chosen[i]] = False
    return verdict, nearest, looked


@njit(cache=True)
def first_lump(first, other, load, low, high, limit, order):  # type: ignore[no-untyped-def]
    """The first block of `order` that fits no grid: (block, word, nearest load); (-1, …) if none.

    The number of blocks whose sets were too many to look at comes last.
    """
    n = load.size
    banned = np.zeros(n, np.int64)
    taken = np.zeros(n, np.bool_)
    seen = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    chosen = np.empty(n + 1, np.int64)
    stamps = np.zeros(1, np.int64)
    unknown = 0
    for block in order:
        word, nearest, _ = look(
            first, other, load, low, high, block, limit, banned, taken, seen, queue, chosen, stamps
        )
        if word in (NO_SET, STRANDED):
            return block, word, nearest, unknown
        if word == UNKNOWN:
            unknown += 1
    return -1, SOME, 0.0, unknown
