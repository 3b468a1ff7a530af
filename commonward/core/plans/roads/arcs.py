"""Lists of arcs as arrays that grow: laid out, joined, given room."""

import numpy as np
import numpy.typing as npt

from commonward.core.plans.roads.compiled import compiled
from commonward.core.plans.roads.graph import LONGEST

Whole = npt.NDArray[np.int64]
Short = npt.NDArray[np.int32]
_NONE = LONGEST


@compiled
def laid_out(
    begins: Whole,
    heads: Short,
    milliseconds: Short,
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
) -> int:
    """Each node's neighbours with the ways there and back, with room to grow; how much is used."""
    n = len(start)
    degree = np.zeros(n, np.int32)
    for v in range(n):
        for arc in range(begins[v], begins[v + 1]):
            degree[v] += 1
            degree[heads[arc]] += 1
    used = 0
    for v in range(n):
        start[v] = used
        room[v] = degree[v] + 2
        used += room[v]
    for v in range(n):
        for arc in range(begins[v], begins[v + 1]):
            joined(v, heads[arc], milliseconds[arc], 1, start, length, near, out, back, roads)
    return used


@compiled
def joined(
    u: int,
    x: int,
    takes: int,
    stands_for: int,
    start: Whole,
    length: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
) -> None:
    """An arc u → x in the lists of both, which have room for it."""
    found = False
    for place in range(start[u], start[u] + length[u]):
        if near[place] == x:
            if takes < out[place]:
                out[place] = takes
                roads[place] = stands_for
            found = True
            break
    if not found:
        place = start[u] + length[u]
        near[place] = x
        out[place] = takes
        back[place] = _NONE
        roads[place] = stands_for
        length[u] += 1
    found = False
    for place in range(start[x], start[x] + length[x]):
        if near[place] == u:
            if takes < back[place]:
                back[place] = takes
                roads[place] = stands_for
            found = True
            break
    if not found:
        place = start[x] + length[x]
        near[place] = u
        out[place] = _NONE
        back[place] = takes
        roads[place] = stands_for
        length[x] += 1


@compiled
def roomy(
    v: int,
    start: Whole,
    length: Short,
    room: Short,
    near: Short,
    out: Short,
    back: Short,
    roads: Short,
    used: Whole,
) -> None:
    """Room for one more neighbour of v: a full list moves to the end of the pool."""
    if length[v] < room[v]:
        return
    new = used[0]
    old = start[v]
    for place in range(length[v]):
        near[new + place] = near[old + place]
        out[new + place] = out[old + place]
        back[new + place] = back[old + place]
        roads[new + place] = roads[old + place]
    start[v] = new
    room[v] = 2 * room[v] + 2
    used[0] += room[v]
