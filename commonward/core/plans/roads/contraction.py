"""Contraction hierarchies (收缩层次): the order of importance of places, and the shortcuts over them.

Geisberger, Sanders, Schultes, Delling 2008. Places are taken away, the least important first; where
that would break a shortest path, an arc over the gap stays. What matters is the order: a place's
cost is its level plus the arcs it would add per arc it takes away, the latter also weighed by how
many roads each stands for. Costs are worked out anew for the neighbours of each place taken.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.arcs import joined, laid_out, roomy
from commonward.core.plans.roads.compiled import compiled
from commonward.core.plans.roads.graph import LONGEST
from commonward.core.plans.roads.heap import settle_down, settle_up
from commonward.core.plans.running import Progress, Watch

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
_NONE = LONGEST
_SETTLED = 60
"""How far a search for a way round goes, in places; a shortcut too many is slower, never wrong."""
_STEP = 4_000
_MARGIN = 3_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Places by importance: `number` (n) is each node's, 0 the most important, `node` its inverse.

    `begins` (n + 1) and, to more important places only, `ups` (a) with `out` the milliseconds
    there and `back` those from there; LONGEST where that way is closed.
    """

    number: Short
    node: Short
    begins: Whole
    ups: Short
    out: Short
    back: Short


def contracted(
    begins: Whole, heads: Short, milliseconds: Short, watch: Watch | None = None
) -> Hierarchy:
    """The hierarchy of a directed graph in rows.

    Raises InterruptedError when the watch stops it: half a hierarchy answers nothing.
    """
    n = len(begins) - 1
    pool_size = 4 * len(heads) + 2 * _MARGIN
    start, length, room = np.zeros(n, np.int64), np.zeros(n, np.int32), np.zeros(n, np.int32)
    pools: tuple[Any, ...] = tuple(np.empty(pool_size, np.int32) for _ in range(4))
    used = np.array([laid_out(begins, heads, milliseconds, start, length, room, *pools)])
    level, rank = np.zeros(n, np.int32), np.full(n, -1, np.int32)
    key, heap, at = np.zeros(n, np.int64), np.empty(n, np.int32), np.empty(n, np.int32)
    size = np.zeros(1, np.int64)
    scratch: tuple[Any, ...] = (
        np.full(n, _NONE, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int64),
        np.empty(n, np.int32),
    )
    columns: tuple[Any, ...] = (key, heap, at, size, *scratch)
    first_costs(*(start, length, room, *pools, used, level, *columns))
    done = 0
    while done < n:
        if watch is not None:
            watch.tell(Progress("hierarchy", done, n))
            if watch.over:
                raise InterruptedError("the hierarchy was not finished")
        if len(pools[0]) - int(used[0]) < _MARGIN:
            pools = tuple(np.concatenate((pool, np.empty_like(pool))) for pool in pools)
        done = take_away(*(_STEP, done, start, length, room, *pools, used, level, rank, *columns))
    number = (n - 1 - rank).astype(np.int32)
    node = np.empty(n, np.int32)
    node[number] = np.arange(n, dtype=np.int32)
    sizes = length[node].astype(np.int64)
    rows = np.concatenate(([0], np.cumsum(sizes)))
    where = np.arange(rows[-1]) - np.repeat(rows[:-1], sizes) + np.repeat(start[node], sizes)
    return Hierarchy(number, node, rows, number[pools[0][where]], pools[1][where], pools[2][where])


@compiled
def way_round(  # noqa: C901 - a search in one piece: calls would cost more than it does
    u: int,
    without: int,
    limit: int,
    start: Whole,
    length: Short,
    near: Short,
    out: Short,
    far: Short,
    touched: Short,
    keys: Whole,
    nodes: Short,
) -> int:
    """Distances from u that avoid a place, up to a limit, in `far`; how many places it touched."""
    far[u] = 0
    touched[0] = u
    count = 1
    keys[0] = 0
    nodes[0] = u
    size = 1
    settled = 0
    while size:
        reach, v = keys[0], nodes[0]
        size -= 1
        last_key, last_node = keys[size], nodes[size]
        place = 0
        while True:
            below = 2 * place + 1
            if below >= size:
                break
            if below + 1 < size and keys[below + 1] < keys[below]:
                below += 1
            if last_key <= keys[below]:
                break
            keys[place] = keys[below]
            nodes[place] = nodes[below]
            place = below
        keys[place] = last_key
        nodes[place] = last_node
        if reach > far[v]:
            continue
        settled += 1
        if reach > limit or settled > _SETTLED:
            break
        for arc in range(start[v], start[v] + length[v]):
            x = near[arc]
            if x == without or out[arc] == _NONE:
                continue
            longer = reach + out[arc]
            if longer <= limit and longer < far[x] and size < len(keys):
                if far[x] == _NONE:
                    touched[count] = x
                    count += 1
                far[x] = longer
                place = size
                size += 1
                while place > 0:
                    above = (place - 1) >> 1
                    if keys[above] <= longer:
                        break
                    keys[place] = keys[above]
                    nodes[place] = nodes[above]
                    place = above
                keys[place] = longer
                nodes[place] = x
    return count


@compiled
def shortcuts(  # noqa: C901 - counting and adding must see the same arcs
    v: int,
    build: bool,
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
    used: Whole,
    far: Short,
    touched: Short,
    keys: Whole,
    nodes: Short,
) -> tuple[int, int]:
    """How many arcs taking v away would add, and for how many roads they stand; adds them."""
    added = stands = 0
    first, last = start[v], start[v] + length[v]
    widest = 0
    for place in range(first, last):
        if out[place] != _NONE and out[place] > widest:
            widest = out[place]
    for come in range(first, last):
        if back[come] == _NONE:
            continue
        u = near[come]
        more = False
        for go in range(first, last):
            if go != come and out[go] != _NONE:
                more = True
        if not more:
            continue
        count = way_round(
            u, v, back[come] + widest, start, length, near, out, far, touched, keys, nodes
        )
        for go in range(first, last):
            if go == come or out[go] == _NONE:
                continue
            x = near[go]
            over = back[come] + out[go]
            if far[x] > over:
                added += 1
                stands += roads[come] + roads[go]
                if build:
                    roomy(u, start, length, room, near, out, back, roads, used)
                    roomy(x, start, length, room, near, out, back, roads, used)
                    joined(
                        u,
                        x,
                        over,
                        roads[come] + roads[go],
                        start,
                        length,
                        near,
                        out,
                        back,
                        roads,
                    )
        for place in range(count):
            far[touched[place]] = _NONE
    return added, stands


@compiled
def cost(
    v: int,
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
    used: Whole,
    level: Short,
    far: Short,
    touched: Short,
    keys: Whole,
    nodes: Short,
) -> int:
    """What taking v away costs now, in thousandths; ties are broken by the node's number."""
    added, stands = shortcuts(
        v, False, start, length, room, near, out, back, roads, used, far, touched, keys, nodes
    )
    arcs = stood = 0
    for place in range(start[v], start[v] + length[v]):
        ways = (out[place] != _NONE) + (back[place] != _NONE)
        arcs += ways
        stood += ways * roads[place]
    if arcs == 0:
        return 0
    return 1000 * level[v] + (1000 * added) // arcs + (1000 * stands) // max(1, stood)


@compiled
def first_costs(
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
    used: Whole,
    level: Short,
    key: Whole,
    heap: Short,
    at: Short,
    size: Whole,
    far: Short,
    touched: Short,
    keys: Whole,
    nodes: Short,
) -> None:
    """Every node's cost, and the heap of them."""
    for v in range(len(start)):
        key[v] = cost(
            v, start, length, room, near, out, back, roads, used, level, far, touched, keys, nodes
        )
        heap[v] = v
        settle_up(v, key, heap, at)
    size[0] = len(start)


@compiled
def take_away(
    steps: int,
    done: int,
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
    used: Whole,
    level: Short,
    rank: Short,
    key: Whole,
    heap: Short,
    at: Short,
    size: Whole,
    far: Short,
    touched: Short,
    keys: Whole,
    nodes: Short,
) -> int:
    """Take away the next places in order, until so many are or the pool runs low; how many so far.

    A place taken keeps its list: from then on it names more important places only.
    """
    for _ in range(steps):
        if size[0] == 0 or len(near) - used[0] < _MARGIN // 2:
            break
        v = heap[0]
        size[0] -= 1
        if size[0]:
            heap[0] = heap[size[0]]
            at[heap[0]] = 0
            settle_down(0, size[0], key, heap, at)
        shortcuts(
            v, True, start, length, room, near, out, back, roads, used, far, touched, keys, nodes
        )
        rank[v] = done
        done += 1
        for arc in range(start[v], start[v] + length[v]):
            u = near[arc]
            for place in range(start[u], start[u] + length[u]):
                if near[place] == v:
                    last = start[u] + length[u] - 1
                    near[place] = near[last]
                    out[place] = out[last]
                    back[place] = back[last]
                    roads[place] = roads[last]
                    length[u] -= 1
                    break
            level[u] = max(level[u], level[v] + 1)
        for arc in range(start[v], start[v] + length[v]):
            u = near[arc]
            key[u] = cost(
                u,
                start,
                length,
                room,
                near,
                out,
                back,
                roads,
                used,
                level,
                far,
                touched,
                keys,
                nodes,
            )
            settle_up(at[u], key, heap, at)
            settle_down(at[u], size[0], key, heap, at)
    return done
